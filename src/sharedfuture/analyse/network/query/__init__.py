"""The network as arrays, and the questions that can be put to it at any date.

In:       a frame of edges
Out:      chains, reach, neighbourhoods
Imports:  records
"""
