"""Publishers' known errors, put right: `corrections.toml` beside the reader that needs it.

Reading is not mending. What is known to be wrong in a publisher's file is corrected by a written
rule alone, with its reason, and only while the error stands where the rule says. A correction whose
error is gone, as in a later file of the same edition, stops the reading: it must not change what
the publisher has put right.
"""

from functools import cache
from typing import Annotated

import msgspec
import polars as pl

from sharedfuture.extract import Sheet
from sharedfuture.records.errors import DeclarationFaulty, SourceChanged
from sharedfuture.sources.declaration import folder_of

_Words = Annotated[str, msgspec.Meta(min_length=3)]


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One cell of one edition: `found` must stand there, `put` takes its place.

    `sheet` is the name of a workbook's sheet, empty for a CSV.
    """

    edition: str
    part: str
    sheet: str = ""
    row: int
    column: str
    found: str
    put: str
    reason: _Words


class _Corrections(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    correction: tuple[Correction, ...]


def corrected(sheet: Sheet, *, source: str, edition: str, of: str = "") -> Sheet:
    """The sheet with the corrections that are declared for it; `of` is the workbook's sheet.

    Raises SourceChanged where a cell does not hold the error that is to be corrected.
    """
    for item in corrections(source):
        if (item.edition, item.part, item.sheet) == (edition, sheet.part, of):
            sheet = _put(sheet, item)
    return sheet


@cache
def corrections(source: str) -> tuple[Correction, ...]:
    """What is corrected in the files of a source. Raises DeclarationFaulty."""
    text = folder_of(source) / "corrections.toml"
    if not text.is_file():
        return ()
    try:
        return msgspec.toml.decode(text.read_bytes(), type=_Corrections).correction
    except msgspec.DecodeError as error:
        raise DeclarationFaulty(f"{source}/corrections.toml: {error}") from error


def _put(sheet: Sheet, item: Correction) -> Sheet:
    is_here = sheet.rows == item.row
    found = sheet.frame.get_column(item.column).filter(is_here).to_list()
    if found != [item.found]:
        shown = repr(found[0]) if found else "no such row"
        raise SourceChanged(
            f"{sheet.name}, row {item.row}, column {item.column!r}: expected {item.found!r}, which "
            f"corrections.toml puts right ({item.reason}), found {shown}"
        )
    cells = pl.when(is_here).then(pl.lit(item.put)).otherwise(pl.col(item.column))
    frame = sheet.frame.with_columns(cells.alias(item.column))
    return Sheet(sheet.name, sheet.part, frame, sheet.rows)
