"""What the measured rows of a dossier rest on, in few bytes: every row is an anchor."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sharedfuture.publish.site import words
from sharedfuture.publish.site.measured import words as measured_words
from sharedfuture.publish.site.measured.shelf import MeasuredShelf
from sharedfuture.publish.site.shelf import Row, Shelf

MOST_INPUTS = 8
TITLES: Mapping[str, str] = {
    "blocking_rate_id": "Rates of blocking",
    "blocking_change_id": "Blocks and unblocks",
    "technique_likeness_id": "Likeness of techniques",
    "precedence_id": "What came first",
    "shutdown_count_id": "Shutdowns by register and year",
    "shutdown_event_id": "Shutdowns and outages",
    "measurement_count_id": "Counts of measurements, as published or as read in",
}


@dataclass(frozen=True, slots=True)
class Traced:
    """One row: what it says, whose it is, the first rows it is worked out from, how many more."""

    row_id: str
    says: str
    cited: tuple[tuple[str, str, str], ...]  # source, its publisher, place in it
    inputs: tuple[str, ...]
    further: int


Group = tuple[str, list[Traced]]


def measured_evidence(shelf: Shelf, measured: MeasuredShelf, country_id: str) -> list[Group]:
    """The rows of a country's part about measurements, table by table."""
    return [
        (TITLES[column], [trace_row(shelf, row, column) for row in rows])
        for column, rows in measured.in_dossier(country_id)
        if rows
    ]


def trace_row(shelf: Shelf, row: Row, column: str) -> Traced:
    """One row with what it rests on."""
    row_id = row[column]
    inputs = shelf.inputs.get(row_id, [])
    return Traced(
        row_id=row_id,
        says=_said(row, column),
        cited=tuple(_cited(shelf, row_id)),
        inputs=tuple(inputs[:MOST_INPUTS]),
        further=max(len(inputs) - MOST_INPUTS, 0),
    )


def sources_of(shelf: Shelf, groups: Sequence[Group]) -> dict[str, int]:
    """How many of these rows rest at once on each source."""
    counts: dict[str, int] = {}
    for _, rows in groups:
        for row in rows:
            for source_id, _, _ in row.cited:
                counts[source_id] = counts.get(source_id, 0) + 1
    return {key: count for key, count in counts.items() if key in shelf.source}


def _cited(shelf: Shelf, row_id: str) -> Iterator[tuple[str, str, str]]:
    for row in shelf.citations.get(row_id, []):
        source = shelf.source.get(row["source_id"], {})
        yield row["source_id"], source.get("publisher") or row["source_id"], row["locator"] or ""


def _said(row: Row, column: str) -> str:
    if column == "measurement_count_id":
        return _count_text(row)
    if column == "shutdown_count_id":
        other = measured_words.register_text(row["other_register"])
        found = f", {row['matched']} of them in {other}" if _is_pair(row) else ""
        register, years = measured_words.register_text(row["register"]), row["year"] or "in all"
        return f"{register}, {years}: {words.counted(row['events'] or 0, 'event')}{found}"
    return str(row["sentence"] or "")


def _is_pair(row: Row) -> bool:
    return bool(row["other_register"]) and row["matched"] is not None


def _count_text(row: Row) -> str:
    where = measured_words.network_text(row) if row["asn"] is not None else ""
    of = " ".join(part for part in (row["kind"], row["subject"]) if part)
    parts = [
        f"{words.number_text(row[name], 0)} {name}"
        for name in ("measured", "blocked", "down", "ok", "insufficient")
        if row[name] is not None
    ]
    begin = ", ".join(part for part in (words.date_text(row["period_edtf"]), of, where) if part)
    return f"{begin}: {', '.join(parts)}" + (f" ({row['note']})" if row["note"] else "")
