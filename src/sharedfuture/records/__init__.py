"""What things are: nouns and errors.

In:       nothing
Out:      frozen records, enumerations, errors
Imports:  nothing
"""
