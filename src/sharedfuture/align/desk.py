"""What alignment puts together: rows by table, faults, and the ids met so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sharedfuture.align.dates import span_of
from sharedfuture.align.names import Names
from sharedfuture.records.fault import Fault
from sharedfuture.records.stated import Cite, Refused, Stated

# One row of a public table: column to value, of the types that the table declares.
Row = dict[str, Any]


@dataclass(slots=True)
class Desk:
    """What is being put together: rows by table, faults, ids met so far."""

    names: Names
    file_hashes: Mapping[str, str]
    indicators: Mapping[str, Stated]
    refused: Refused
    rows: dict[str, list[Row]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    first_seen: dict[str, Stated] = field(default_factory=dict)
    has_lost_figures: bool = False
    cited: set[tuple[str, str, str]] = field(default_factory=set)

    def put(self, table: str, row: Row) -> None:
        self.rows.setdefault(table, []).append(row)

    def fault(self, stated: Stated, expected: str, found: str) -> None:
        self.faults.append(Fault(stated.at, expected, found))

    def party(self, stated: Stated, written: object) -> str:
        key = self.names.party(str(written))
        kinds = ("country", "spelling", "actor")
        if key is None and not self.refused.excuses(str(written), *kinds):
            self.fault(
                stated, f"a known country or actor{self.names.nearest(str(written))}", repr(written)
            )
        return key or ""

    def country(self, stated: Stated, written: object) -> str:
        key = self.names.country(str(written))
        if key is None and not self.refused.excuses(str(written), "country", "spelling"):
            self.fault(stated, f"a known country{self.names.nearest(str(written))}", repr(written))
        return key or ""

    def span(self, stated: Stated, edtf: object) -> tuple[date | None, date | None]:
        if edtf is None:
            return None, None
        try:
            span = span_of(str(edtf))
        except ValueError:
            self.fault(stated, "an EDTF date such as 2022-08, 2016/.. or /2019-08-14", repr(edtf))
            return None, None
        if span.earliest is None and span.latest is None:
            self.fault(stated, "a date that is known on one side at least", repr(edtf))
        if span.earliest and span.latest and span.earliest > span.latest:
            self.fault(stated, "a date that ends after it begins", repr(edtf))
        return span.earliest, span.latest

    def enter(self, stated: Stated, table: str, row: Row, *, row_id: str | None = None) -> None:
        """Put a row, its citations and where it was stated; refuse an id used before."""
        row_id = row_id or stated.row_id
        if first := self.first_seen.get(row_id):
            self.fault(stated, f"an id not used before (first at {first.at})", repr(row_id))
            return
        self.first_seen[row_id] = stated
        self.put(table, row)
        self.put(
            "stated",
            {
                "row_id": row_id,
                "stated_id": stated.stated_id,
                "table_name": table,
                "file": stated.at.file,
                "line": stated.at.line,
                "file_sha256": self.file_hashes[stated.at.file],
            },
        )
        for cite in stated.cites:
            self.cite(stated, row_id, cite)

    def cite(self, stated: Stated, row_id: str, cite: Cite) -> None:
        """Put one citation of a row; refuse the same source and place a second time."""
        mark = (row_id, cite.source_id, cite.locator)
        if mark in self.cited:
            self.fault(stated, f"each citation of {row_id} once", f"{cite.locator!r} again")
            return
        self.cited.add(mark)
        self.put(
            "citation",
            {
                "row_id": row_id,
                "source_id": cite.source_id,
                "locator": cite.locator,
                "note": cite.note,
            },
        )
