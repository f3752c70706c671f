"""The register of frozen forecasts: read and held to its chain, and added to; never changed.

In:       the files of the ledger below forecasts/
Out:      tables of forecasts and what they rest on; new entries of the register
Imports:  every room
"""
