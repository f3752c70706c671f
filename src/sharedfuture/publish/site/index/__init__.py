"""The observatory's own index on the site: its page, its method, its part of a dossier.

In:       the public tables of a release, as rows
Out:      pages, drawings and sentences
Imports:  records
"""
