"""What changes over time, and from one edition or recipe to another.

In:       series of values by period; scores and ranks of two runs
Out:      records of trends and of differences, NaN only with its reason
Imports:  nothing
"""
