"""The network on the site: one page, what it loads on demand, and the words and drawings of both.

In:       the public tables of a release, as rows
Out:      a page, its files, sentences
Imports:  records
"""
