"""What the models found, as rows and sentences for a reader.

In:       problems, fits and checks
Out:      rows of the public tables on partners
Imports:  records
"""
