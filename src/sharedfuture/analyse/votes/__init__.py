"""Roll calls of the United Nations on information security: who voted as China did.

In:       frames of figures
Out:      frames: agreement of each country with China
Imports:  records
"""
