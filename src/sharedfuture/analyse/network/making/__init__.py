"""What of the ledger becomes an edge: kinds and their flow, dates, events, bodies of a country.

In:       frames of ties, events, actors
Out:      frames of edges
Imports:  records
"""
