"""What depends on what, what is stale, run it.

In:       the ledger, parameters
Out:      a release and a site
Imports:  records, sources, capture, extract, warehouse, align, analyse, findings, publish
"""
