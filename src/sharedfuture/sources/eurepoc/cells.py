"""EuRepoC's cells: lists of Python, lists parted by a sign, days in several forms."""

from collections.abc import Mapping

import polars as pl

from sharedfuture.extract import Sheet
from sharedfuture.sources.eurepoc.layouts import PYTHON_LIST

# Words for a value that is missing; the last three come of the publisher's own conversions.
MISSING = ("Not available", "nan", "None", "NaT")
_FIRST_YEAR, _LAST_YEAR = 1980, 2100
# One item of a flat list of texts as Python writes it. Of its escapes only the space that does
# not break occurs.
_ITEM = r"""(?:'(?:[^'\\]|\\xa0)*'|"(?:[^"\\]|\\xa0)*"|None|nan)"""
_LIST = rf"^\[(?:{_ITEM}(?:, {_ITEM})*)?\]$"


def lists(sheet: Sheet, column: str, *, form: str) -> pl.Series:
    """The values of each cell; null where the cell is empty. `form` is a sign, or PYTHON_LIST.

    Raises SourceChanged on a cell that is no flat list of texts.
    """
    cells = sheet.text(column)
    if form != PYTHON_LIST:
        return cells.str.split(form.strip()).list.eval(pl.element().str.strip_chars())
    sheet.refuse((~cells.str.contains(_LIST)).fill_null(False), column, "a list of texts")
    item = pl.element()
    plain = item.str.slice(1, item.str.len_chars() - 2)
    plain = plain.str.replace_all("\\xa0", "\xa0", literal=True)
    return cells.str.extract_all(_ITEM).list.eval(pl.when(~item.is_in(MISSING)).then(plain))


def joined(sheet: Sheet, column: str, *, sign: str) -> pl.Series:
    """The values of each cell with `; ` between them; null where the cell says it has none."""
    cells = sheet.text(column)
    values = cells if sign == "; " else cells.str.replace_all(sign, "; ", literal=True)
    return values.set(values.is_in(list(MISSING)), None)


def days(sheet: Sheet, column: str, *, forms: Mapping[str, str], sign: str = "") -> pl.Series:
    """A date of EDTF for each cell: a day, month or year, or from the first to the last of several.

    `forms` leads from the ways in which one is written to ISO. Raises SourceChanged on another.
    """
    cells = sheet.text(column)
    parts = cells.str.split(sign) if sign else cells.reshape((-1, 1)).cast(pl.List(pl.String))
    flat = pl.DataFrame({"at": pl.int_range(len(cells), eager=True), "day": parts}).explode("day")
    word = pl.col("day").str.strip_chars()
    iso = pl.coalesce(
        pl.when(word.str.contains(form)).then(word.str.replace(form, into))
        for form, into in forms.items()
    )
    flat = flat.select("at", word, iso.alias("iso"))
    flat = flat.filter(pl.col("day").is_not_null() & ~pl.col("day").is_in(MISSING))
    year = pl.col("iso").str.head(4).cast(pl.Int64).is_between(_FIRST_YEAR, _LAST_YEAR)
    whole = (pl.col("iso") + pl.lit("-01-01")).str.head(10).str.to_date("%Y-%m-%d", strict=False)
    unfit = flat.filter(~(year & whole.is_not_null()).fill_null(False)).get_column("at")
    at_fault = pl.int_range(len(cells), eager=True).is_in(unfit.implode())
    sheet.refuse(at_fault, column, f"days from {_FIRST_YEAR} to {_LAST_YEAR}")
    first, last = pl.col("iso").min(), pl.col("iso").max()
    spans = flat.group_by("at").agg(
        pl.when(first == last).then(first).otherwise(first + "/" + last).alias("edtf")
    )
    rows = pl.DataFrame({"at": pl.int_range(len(cells), eager=True)})
    return rows.join(spans, on="at", how="left", maintain_order="left").get_column("edtf")
