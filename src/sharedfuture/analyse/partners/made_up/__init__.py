"""Worlds whose hidden partners are known, and the models held to them.

In:       seeds
Out:      worlds, and how each model does in them
Imports:  records
"""
