"""A result, its reasons and its rows: the tree from a number to its sources.

In:       the tables of a release
Out:      trees of reasons
Imports:  records
"""

from sharedfuture.findings.trace import Evidence, Node, load_evidence, trace

__all__ = ["Evidence", "Node", "load_evidence", "trace"]
