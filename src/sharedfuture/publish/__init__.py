"""Show a release to readers: files, pages, answers.

In:       the tables of a release
Out:      files and pages
Imports:  records, findings, warehouse
"""
