"""Results as polars frames, and the audit of an index in the style of the JRC.

Nothing is written here: frames go out, for files, pages and workbooks to be made of. An absence is
null in a frame, never NaN.

- `frames`: scores, ranks, values after each stage, changes, draws and what they say
- `structure`: correlations, reliability, components, weights beside importance
- `choices`: the recipe in words, with its reasons
- `audit`: all of it at once, with the conclusions that can be computed (`conclusions`)
- `comparison`: two recipes or two editions side by side
"""

from sharedfuture.analyse.composite.outputs.audit import Audited, audit, audit_tables
from sharedfuture.analyse.composite.outputs.comparison import comparison_tables
from sharedfuture.analyse.composite.outputs.scores import score_tables

__all__ = ["Audited", "audit", "audit_tables", "comparison_tables", "score_tables"]
