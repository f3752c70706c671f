"""Who we listen to: one folder a source.

In:       captures
Out:      stated rows, faults
Imports:  records, capture, extract
"""
