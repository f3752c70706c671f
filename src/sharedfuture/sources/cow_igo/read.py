"""The IGO table of the Correlates of War: a row a state and year, a column an organisation.

1 is full membership, 2 associate membership, 3 observer; 0 is none, -1 says that there was no such
organisation, -9 that it is not known. What is stated are spells: years without a break with one
code. A spell that lasts to the end of the table has no end. Where the year beside a spell is not
known (-9), its first or last year is uncertain (`2005?`): the state may have been in before, or
have stayed.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from sharedfuture.capture import Edition, member
from sharedfuture.extract import Sheet, csv_header, csv_sheet
from sharedfuture.records.errors import SourceChanged
from sharedfuture.records.statement import Statement
from sharedfuture.sources.cow_igo.organisations import ORGANISATIONS

_FILE = "state_year_formatv3.csv"
_PART = "state_year"
_STATE_YEAR = ("ccode", "year", "state")
_STATUS = {1: "member", 2: "associate", 3: "observer"}
_CODES = (-9, -1, 0, *_STATUS)
_NOT_KNOWN = -9
_FIRST_YEAR, _LAST_YEAR = 1815, 2100

_Codes = npt.NDArray[np.int8]
_Numbers = npt.NDArray[np.int64]
_Mask = npt.NDArray[np.bool_]


def read(edition: Edition) -> Iterator[Statement]:
    """Every spell of every state in every organisation."""
    sheet = _sheet(edition)
    sheet.require_unique(["ccode", "year"])
    state, year = sheet.whole("ccode"), sheet.year("year", first=_FIRST_YEAR, last=_LAST_YEAR)
    sheet.refuse(state.is_null(), "ccode", "a number")
    rows = pl.DataFrame({"state": state, "year": year, "row": sheet.rows})
    codes = _codes(sheet)
    order = np.lexsort((year.to_numpy(), state.to_numpy()))
    if (np.diff(order) != 1).any():
        rows, codes = rows[order], codes[:, order]
    yield Statement("membership", _spells(rows, codes, sheet.frame.columns[3:]))


def _sheet(edition: Edition) -> Sheet:
    capture = member(edition.capture(_PART), _FILE)
    header = csv_header(capture)
    known = {*_STATE_YEAR, *ORGANISATIONS}
    written = [name.lower() for name in header]
    if lost := sorted(known.difference(written)):
        raise SourceChanged(
            f"{capture.name}: expected column {lost[0]!r}, found none ({len(lost)})"
        )
    if come := [name for name in header if name.lower() not in known]:
        raise SourceChanged(f"{capture.name}: expected only known columns, found {come[:8]}")
    columns = {name.lower(): name for name in header}
    organisations = [name for name in header if name.lower() not in _STATE_YEAR]
    sheet = csv_sheet(capture, columns=[*(columns[name] for name in _STATE_YEAR), *organisations])
    named = sheet.frame.rename(dict(zip(sheet.frame.columns[:3], _STATE_YEAR, strict=True)))
    return Sheet(sheet.name, _PART, named, sheet.rows)


def _codes(sheet: Sheet) -> _Codes:
    """The codes, a row an organisation, a column a state and year. Raises SourceChanged."""
    names = sheet.frame.columns[3:]
    written = sheet.frame.select(names)
    codes = written.cast(pl.Int8, strict=False)
    if sum(codes.null_count().row(0)):  # written as 1.0, or not a code at all
        codes = written.cast(pl.Float64, strict=False)
    good = pl.Series(_CODES, dtype=codes.dtypes[0]).implode()
    known = codes.select(pl.all().is_in(good).fill_null(False).all()).row(0)
    for name, is_known in zip(names, known, strict=True):
        if not is_known:
            unfit = ~codes.get_column(name).is_in(good).fill_null(False)
            sheet.refuse(unfit, name, f"one of {', '.join(map(str, _CODES))}")
    return codes.cast(pl.Int8).to_numpy().T


def _spells(rows: pl.DataFrame, codes: _Codes, organisations: list[str]) -> pl.DataFrame:
    """Spells from rows in the order of states and years.

    A break in a state's years, when it was no state, ends every spell of it.
    """
    state, year = rows.get_column("state").to_numpy(), rows.get_column("year").to_numpy()
    follows = (np.diff(state) == 0) & (np.diff(year) == 1)
    joined = np.concatenate([[False], follows, [False]])  # whether a column follows the one before
    cells = np.ascontiguousarray(codes).ravel()
    is_in = np.flatnonzero(cells > 0)
    before, after = cells[is_in - 1], cells[np.minimum(is_in + 1, len(cells) - 1)]
    which, at = np.divmod(is_in, len(year))
    starts = ~(joined[at] & (before == cells[is_in]))
    ends = ~(joined[at + 1] & (after == cells[is_in]))
    first, last, code = at[starts], at[ends], cells[is_in[starts]]
    since = _year(year[first], (joined[at] & (before == _NOT_KNOWN))[starts])
    until = _year(year[last], (joined[at + 1] & (after == _NOT_KNOWN))[ends])
    return pl.DataFrame(
        {
            "organisation": pl.Series(organisations).gather(which[starts]),
            "country_as_written": pl.Series(state[first]).cast(pl.String),
            "status": pl.Series(code).replace_strict(_STATUS, return_dtype=pl.String),
            "since_edtf": since,
            "until_edtf": until.set(pl.Series(year[last] == year.max()), None),
            "as_written": pl.Series(code).cast(pl.String),
            "part": _PART,
            "row": rows.get_column("row").gather(first),
        }
    )


def _year(years: _Numbers, is_uncertain: _Mask) -> pl.Series:
    frame = pl.DataFrame({"year": years, "mark": is_uncertain})
    mark = pl.when("mark").then(pl.lit("?")).otherwise(pl.lit(""))
    return frame.select(pl.col("year").cast(pl.String) + mark).to_series()
