"""The public tables as rows, with the indexes that pages need."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

FEW_INDICATORS = 4
TOTALS = ("_total", "_overall")

# The values of one row; their kinds differ by column and are declared in records/tables.py.
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Every table in its written order, and the same rows found by what pages ask for.

    `headline` are the indicators that get a chart and a map of their own: those of the ledger, and
    of a captured source its few or its totals; the many others stand in tables.
    """

    tables: Mapping[str, list[Row]]
    country: Mapping[str, Row]
    source: Mapping[str, Row]
    actor: Mapping[str, Row]
    indicator: Mapping[str, Row]
    event: Mapping[str, Row]
    claim: Mapping[str, Row]
    statistic: Mapping[str, Row]
    spectrum: Mapping[str, Row]
    citations: Mapping[str, list[Row]]
    stated: Mapping[str, Row]
    inputs: Mapping[str, list[str]]
    figures: Mapping[str, list[Row]]
    series: Mapping[str, Mapping[str, list[Row]]]
    democracy: Mapping[str, list[Row]]
    agreement: Mapping[str, Row]
    ties: Mapping[str, list[Row]]
    party_events: Mapping[str, list[str]]
    event_parties: Mapping[str, list[Row]]
    party_claims: Mapping[str, list[str]]
    readings: Mapping[str, list[Row]]
    headline: frozenset[str]

    def rows(self, table: str) -> list[Row]:
        """The rows of one table, in their written order."""
        return self.tables[table]

    def name(self, party_id: str) -> str:
        """What a reader calls a country or actor; the id itself where it is neither."""
        row = self.country.get(party_id) or self.actor.get(party_id)
        return str(row["name"]) if row else party_id


def read_shelf(tables: Mapping[str, pl.DataFrame]) -> Shelf:
    """Rows and indexes of the public tables; the order of each table is kept."""
    rows: dict[str, list[Row]] = {name: frame.to_dicts() for name, frame in tables.items()}
    figures = _grouped(rows["figure"], "country_id")
    order = {row["indicator_id"]: place for place, row in enumerate(rows["indicator"])}
    inputs: dict[str, list[str]] = defaultdict(list)
    for row in rows["lineage"]:
        inputs[row["result_id"]].append(row["row_id"])
    return Shelf(
        tables=rows,
        country=_by_id(rows["country"], "country_id"),
        source=_by_id(rows["source"], "source_id"),
        actor=_by_id(rows["actor"], "actor_id"),
        indicator=_by_id(rows["indicator"], "indicator_id"),
        event=_by_id(rows["event"], "event_id"),
        claim=_by_id(rows["claim"], "claim_id"),
        statistic=_by_id(rows["statistic"], "statistic_id"),
        spectrum=_by_id(rows["spectrum"], "country_id"),
        citations=_grouped(rows["citation"], "row_id"),
        stated=_by_id(rows["stated"], "row_id"),
        inputs=inputs,
        figures=figures,
        series={country_id: _series(held, order) for country_id, held in figures.items()},
        democracy=_grouped(rows["democracy_reading"], "country_id"),
        agreement=_by_id(rows["un_agreement"], "country_id"),
        ties=_ties_by_party(rows["tie"]),
        party_events=_values_by(rows["event_party"], "party_id", "event_id"),
        event_parties=_grouped(rows["event_party"], "event_id"),
        party_claims=_values_by(rows["claim_subject"], "party_id", "claim_id"),
        readings=_grouped(rows["reading"], "claim_id"),
        headline=_headline(rows["indicator"], rows["capture"]),
    )


def _series(figures: Iterable[Row], order: Mapping[str, int]) -> dict[str, list[Row]]:
    """A country's figures by indicator, in the order of the indicators, each by period."""
    ordered = sorted(figures, key=lambda row: (order[row["indicator_id"]], str(row["period"])))
    return _grouped(ordered, "indicator_id")


def _headline(indicators: Iterable[Row], captures: Iterable[Row]) -> frozenset[str]:
    connector = {row["source_id"]: row["connector_id"] for row in captures}
    by_connector: dict[str, list[str]] = defaultdict(list)
    chosen = set()
    for row in indicators:
        if row["source_id"] in connector:
            by_connector[connector[row["source_id"]]].append(row["indicator_id"])
        else:
            chosen.add(row["indicator_id"])
    for ids in by_connector.values():
        is_few = len(ids) <= FEW_INDICATORS
        chosen.update(ids if is_few else (name for name in ids if name.endswith(TOTALS)))
    return frozenset(chosen)


def _by_id(rows: Iterable[Row], column: str) -> dict[str, Row]:
    return {row[column]: row for row in rows}


def _grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def _values_by(rows: Iterable[Row], key: str, value: str) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row[value] not in groups[row[key]]:
            groups[row[key]].append(row[value])
    return groups


def _ties_by_party(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for party in dict.fromkeys((row["from_id"], row["to_id"])):
            groups[party].append(row)
    return groups
