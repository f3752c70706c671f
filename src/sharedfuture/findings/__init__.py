"""A result, its reasons and its rows: from a number to its sources, from a release to the next.

In:       the tables of a release
Out:      trees of reasons, differences with their parts
Imports:  records
"""

from sharedfuture.findings.change import Part, compare_releases, count_parts
from sharedfuture.findings.trace import Evidence, Node, load_evidence, trace

__all__ = [
    "Evidence",
    "Node",
    "Part",
    "compare_releases",
    "count_parts",
    "load_evidence",
    "trace",
]
