"""Reason over aligned tables. No network, no database, no clock.

In:       frames, one for each declared input
Out:      frames
Imports:  records
"""
