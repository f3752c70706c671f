"""Anyone's table, read into a `Table` and a `Framework`, strictly.

Nothing is opened here: frames and bytes come in. Four forms are known: a data table in wide or
long form with a metadata table of ours, the pair of tables of COINr, and a workbook of the JRC's
COIN Tool. A reader types and names; it does not fill, mend or guess. Whatever is wrong is said at
once, with the row, column or cell, what was expected and what was found.
"""

from sharedfuture.analyse.composite.inputs.cells import MISSING
from sharedfuture.analyse.composite.inputs.coin_tool import coin_tool_of
from sharedfuture.analyse.composite.inputs.coinr import coinr_of
from sharedfuture.analyse.composite.inputs.frame import table_of, table_of_long
from sharedfuture.analyse.composite.inputs.metadata import framework_of
from sharedfuture.analyse.composite.inputs.precision import Intervals, Precision, StandardErrors

__all__ = [
    "MISSING",
    "Intervals",
    "Precision",
    "StandardErrors",
    "coin_tool_of",
    "coinr_of",
    "framework_of",
    "table_of",
    "table_of_long",
]
