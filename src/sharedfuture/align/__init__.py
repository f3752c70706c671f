"""One name for each country, actor, period and unit.

In:       stated rows
Out:      the aligned tables, as frames, and the faults met
Imports:  records
"""

from sharedfuture.align.as_of import known_by
from sharedfuture.align.ledger import Aligned, align

__all__ = ["Aligned", "align", "known_by"]
