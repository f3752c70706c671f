"""What was measured on networks, on the site: blocking, shutdowns, equipment, and each dossier.

In:       the public tables of a release, as rows
Out:      pages, drawings and sentences
Imports:  records
"""
