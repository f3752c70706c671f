"""Walk a number back: from any row of a release to the sources that it rests on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import polars as pl

from sharedfuture.findings.words import say_row
from sharedfuture.records.errors import UnknownRow
from sharedfuture.records.tables import TABLES

# A selection holds hundreds of rows; a tree shows the first few and says how many more there are.
# The same for rows of which each rests on many others of one kind.
_SHOWN_OF_SELECTION = 3
_SHOWN_OF: Mapping[str, int] = {
    "selection": _SHOWN_OF_SELECTION,
    "partner_reason": 4,
    "partner_target": 4,
    "partner_check": 4,
    "playbook_chance": 4,
    "reach": 4,
    "community": 4,
    "tie_effect": 4,
}
_SELECTION = "sel-"


@dataclass(frozen=True, slots=True)
class Node:
    """One row of the tree: what it says, and what it rests on."""

    row_id: str
    table: str
    says: str
    children: tuple["Node", ...] = ()
    left_out: int = 0

    @property
    def is_source(self) -> bool:
        """Whether the tree ends here in a publication."""
        return self.table == "source"

    def leaves(self) -> Iterable["Node"]:
        """The rows at which the tree ends."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


@dataclass(frozen=True, slots=True)
class Evidence:
    """The tables of a release, indexed for walking."""

    rows: Mapping[str, tuple[str, Mapping[str, Any]]]
    citations: Mapping[str, list[Mapping[str, Any]]]
    lineage: Mapping[str, list[str]]
    stated: Mapping[str, Mapping[str, Any]]
    of_country: Mapping[str, list[str]]
    beside: Mapping[tuple[str, str], str]  # what a row is to another that rests on it


def load_evidence(tables: Mapping[str, pl.DataFrame]) -> Evidence:
    """Index the public tables. Rows are named by the one-column key of their table."""
    rows: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for table in TABLES:
        if table.id_column is None or table.name in ("stated", "run") or table.name not in tables:
            continue
        for row in tables[table.name].iter_rows(named=True):
            rows[row[table.id_column]] = (table.name, row)
    return Evidence(
        rows=rows,
        citations=_grouped(tables["citation"], "row_id"),
        lineage={
            key: [row["row_id"] for row in group]
            for key, group in _grouped(tables["lineage"], "result_id").items()
        },
        stated={row["row_id"]: row for row in tables["stated"].iter_rows(named=True)},
        of_country=_rows_of_country(tables),
        beside=_steps_filled(tables),
    )


def trace(evidence: Evidence, row: str) -> Node:
    """The tree from a row down to its sources; a country may be given by its name.

    Raises UnknownRow, naming the nearest ids, where the release has no such row.
    """
    if row not in evidence.rows:
        row = _country_named(evidence, row)
    return _node(evidence, row, above=())


def _node(evidence: Evidence, row_id: str, *, above: tuple[str, ...]) -> Node:
    table, row = evidence.rows[row_id]
    below = (*above, row_id)
    # A country rests on its sources alone, so that what is told of it may lead back to it.
    again = {item for item in below if evidence.rows[item][0] != "country"}
    inputs = [item for item in evidence.lineage.get(row_id, []) if item not in again]
    if table == "country" and not above:
        inputs = evidence.of_country.get(row_id, [])
    elif any(item.startswith(_SELECTION) for item in above):
        # Inside a sample of rows, what each row depends on as a whole would only repeat itself.
        inputs = [item for item in inputs if not item.startswith(_SELECTION)] or inputs
    inputs = sorted(inputs, key=lambda item: _place_below(evidence, row_id, item))
    shown = inputs[: _SHOWN_OF.get(table, len(inputs))]
    children = [_node(evidence, item, above=below) for item in shown if item in evidence.rows]
    children += [_source_node(evidence, cite) for cite in evidence.citations.get(row_id, [])]
    part = evidence.beside.get((above[-1], row_id)) if above else None
    says = say_row(table, row, evidence.stated.get(row_id))
    return Node(
        row_id=row_id,
        table=table,
        says=f"{part}: {says}" if part else says,
        children=tuple(children),
        left_out=len(inputs) - len(shown),
    )


def _place_below(evidence: Evidence, row_id: str, item: str) -> tuple[bool, str]:
    """Reasons come before what they are reasons for, steps in their order; the rest stays."""
    table, _ = evidence.rows.get(item, ("", {}))
    part = evidence.beside.get((row_id, item))
    return table != "partner_reason" and part is None, part or ""


def _source_node(evidence: Evidence, cite: Mapping[str, Any]) -> Node:
    _, source = evidence.rows[cite["source_id"]]
    note = f" ({cite['note']})" if cite["note"] else ""
    says = f"{say_row('source', source, None)}: {cite['locator']}{note}"
    return Node(row_id=cite["source_id"], table="source", says=says)


def _grouped(frame: pl.DataFrame, key: str) -> dict[str, list[Mapping[str, Any]]]:
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        groups.setdefault(row[key], []).append(row)
    return groups


def _rows_of_country(tables: Mapping[str, pl.DataFrame]) -> dict[str, list[str]]:
    """What the release says of each country, derived rows first."""
    found: dict[str, list[str]] = {}
    for key, item in _inferred_of_country(tables):
        found.setdefault(key, []).append(item)
    for name, country, row_id in (
        ("spectrum", "country_id", "spectrum_id"),
        ("un_agreement", "country_id", "un_agreement_id"),
        ("blocking_change", "country_id", "blocking_change_id"),
        ("equipment_sighting", "country_id", "equipment_sighting_id"),
        ("figure", "country_id", "figure_id"),
        ("tie", "from_id", "tie_id"),
        ("tie", "to_id", "tie_id"),
        ("event_party", "party_id", "event_id"),
        ("claim_subject", "party_id", "claim_id"),
    ):
        if name in tables:
            for key, item in tables[name].select(country, row_id).iter_rows():
                if item not in found.setdefault(key, []):
                    found[key].append(item)
    return found


def _steps_filled(tables: Mapping[str, pl.DataFrame]) -> dict[tuple[str, str], str]:
    """By match and happening the step of the playbook that the happening fills."""
    if "playbook_filled" not in tables:
        return {}
    steps = tables["playbook_step"].select("playbook_step_id", "position", "step")
    filled = tables["playbook_filled"].drop_nulls("history_id").join(steps, on="playbook_step_id")
    columns = ("playbook_match_id", "history_id", "position", "step")
    return {
        (match, happening): f"step {position}, {step}"
        for match, happening, position, step in filled.select(columns).iter_rows()
    }


def _inferred_of_country(tables: Mapping[str, pl.DataFrame]) -> Iterable[tuple[str, str]]:
    """Country and row of what is inferred of it: of China's partnerships whether it is known or
    how likely, and sequences that are whole."""
    if "partner" in tables:
        own = tables["partner_target"].filter(sponsor_id="CHN").select(target="partner_target_id")
        said = tables["partner"].filter(pl.col("status") != "abstained").join(own, on="target")
        yield from said.select("country_id", "partner_id").iter_rows()
    if "playbook_match" in tables:
        whole = tables["playbook_match"].filter("is_whole")
        yield from whole.select("country_id", "playbook_match_id").iter_rows()


def _country_named(evidence: Evidence, name: str) -> str:
    """Key of the country of that name or code; raises UnknownRow with the nearest ids."""
    names = {
        word.casefold(): key
        for key, (table, row) in evidence.rows.items()
        if table == "country"
        for word in (key, str(row["iso2"]), str(row["name"]))
    }
    if key := names.get(name.casefold()):
        return key
    close = get_close_matches(name, evidence.rows, n=3) or [
        names[item] for item in get_close_matches(name.casefold(), names, n=3)
    ]
    hint = f"; nearest: {', '.join(close)}" if close else ""
    raise UnknownRow(f"expected a country or the id of a row, found {name!r}{hint}")
