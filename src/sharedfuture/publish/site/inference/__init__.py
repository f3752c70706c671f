"""What is inferred, on the site: sequences, hidden partnerships, the network, and each dossier.

In:       the public tables of a release, as rows
Out:      pages, drawings and sentences
Imports:  records
"""
