"""Projects and incidents of publishers' own files, as events beside those of the ledger.

    event, event_party         what may be passed on; where the ledger has an event of the same id,
                               it stands and is cited once more
    aligned.inside_event       what may not: single rows stay inside, and only what is computed over
    aligned.inside_party       them comes out (histories take their years)

The two frames inside are no tables of the release. Incidents of two registers about the same thing
stay two events. What names no country, or has no beginning, is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import polars as pl

from sharedfuture.align.dates import span_of
from sharedfuture.align.projects import project_of
from sharedfuture.pipeline.live.listen import Heard, Live
from sharedfuture.records.frames import frame_of, schema_of
from sharedfuture.records.tables import TABLE

Frames = Mapping[str, pl.DataFrame]
Row = Mapping[str, object]

INSIDE = ("aligned.inside_event", "aligned.inside_party")
# Editions whose records have the numbers that the ledger's events are named by.
_SAME_NUMBERS = "gcdf_3.0"
_ROLES = {"initiator": "attributed_to", "receiver": "target"}
_TABLES = ("event", "event_party", "citation", "stated")


@dataclass(frozen=True, slots=True)
class _Told:
    """One event of an edition, with its parties and where in the file it stands."""

    event: Row
    parties: tuple[tuple[str, str], ...]
    part: str
    row: int


def with_happenings(
    frames: Frames, live: Sequence[Live], *, licences_held: frozenset[str]
) -> dict[str, pl.DataFrame]:
    """The aligned tables with the events that may be passed on; ids of actors must be known."""
    known = set(frames["event"].get_column("event_id"))
    parties = _known_parties(frames)
    put: dict[str, list[Row]] = {name: [] for name in _TABLES}
    for item, heard in _editions(live):
        if item.may_leave(licences_held):
            for told in _told(item.name, heard):
                _put(put, told, heard, known=known, parties=parties)
    merged = dict(frames)
    for name, rows in put.items():
        table = TABLE[name]
        both = [frames[name].select(table.column_names), frame_of(table, rows)]
        merged[name] = pl.concat(both).sort(table.key)
    return merged


def inside(live: Sequence[Live], *, licences_held: frozenset[str]) -> dict[str, pl.DataFrame]:
    """Events that may not be passed on, each with its `source_id`, and their parties."""
    events: list[Row] = []
    parties: list[Row] = []
    for item, heard in _editions(live):
        if not item.may_leave(licences_held):
            for told in _told(item.name, heard):
                events.append({**told.event, "source_id": heard.source_id})
                parties += _party_rows(told)
    schema = schema_of(TABLE["event"])
    schema["source_id"] = pl.String()
    columns = {name: [row.get(name) for row in events] for name in schema}
    return {
        INSIDE[0]: pl.DataFrame(columns, schema=schema).sort("event_id"),
        INSIDE[1]: frame_of(TABLE["event_party"], parties),
    }


def _editions(live: Sequence[Live]) -> Iterator[tuple[Live, Heard]]:
    for item in live:
        for heard in item.heard:
            yield item, heard


def _told(source: str, heard: Heard) -> Iterator[_Told]:
    if "project" in heard.frames:
        yield from _projects(source, heard)
    if "incident" in heard.frames and "incident_party" in heard.frames:
        yield from _incidents(source, heard)


def _projects(source: str, heard: Heard) -> Iterator[_Told]:
    edition = heard.edition.name
    prefix = source if edition.startswith(_SAME_NUMBERS) else f"{source}-{edition}"
    rows = heard.frames["project"].drop_nulls(
        ["country_id", "commitment_year", "title", "sector", "status"]
    )
    for row in rows.iter_rows(named=True):
        found = project_of(
            row["project_key"],
            row["country_id"],
            title=row["title"],
            sector=row["sector"],
            status=row["status"],
            parties=row["parties"] or "",
        )
        if found is not None:
            event = _event(
                f"ev-{prefix}-{row['project_key']}",
                found.kind,
                str(row["commitment_year"]),
                found.title,
                found.certainty,
                found.note or None,
            )
            yield _Told(event, found.parties, row["part"], row["row"])


def _incidents(source: str, heard: Heard) -> Iterator[_Told]:
    """Incidents with a country that received them; who is blamed is an assessment."""
    named = heard.frames["incident_party"].drop_nulls("country_id")
    of: dict[str, list[tuple[str, str]]] = {}
    for key, role, country in named.select("incident_key", "role", "country_id").iter_rows():
        party = (_ROLES.get(role, ""), country)
        if party[0] and party not in of.setdefault(key, []):
            of[key].append(party)
    title = f"Cyber operation in the register {source.replace('_', ' ')}"
    for row in heard.frames["incident"].drop_nulls("start_edtf").iter_rows(named=True):
        parties = of.get(row["incident_key"], [])
        if any(role == "target" for role, _ in parties):
            key = row["incident_key"].replace("/", "-").lower()
            event = _event(
                f"ev-{source.replace('_', '-')}-{key}",
                "cyber_operation",
                row["start_edtf"],
                f"{title} (record {row['incident_key']})",
                "assessed",
                None,
            )
            yield _Told(event, tuple(parties), row["part"], row["row"])


def _event(
    event_id: str, kind: str, date_edtf: str, title: str, certainty: str, note: str | None
) -> dict[str, object]:
    span = span_of(date_edtf)
    return {
        "event_id": event_id.replace("_", "-"),
        "kind": kind,
        "date_edtf": date_edtf,
        "earliest_date": span.earliest,
        "latest_date": span.latest,
        "title": title,
        "certainty": certainty,
        "note": note,
    }


def _put(
    put: dict[str, list[Row]], told: _Told, heard: Heard, *, known: set[str], parties: set[str]
) -> None:
    """The rows of one event; of one that the ledger has, only that it stands here too."""
    event_id = str(told.event["event_id"])
    locator = f"{told.part}, row {told.row}"
    put["citation"].append({"row_id": event_id, "source_id": heard.source_id, "locator": locator})
    if event_id in known:
        return
    known.add(event_id)
    put["event"].append(told.event)
    put["event_party"] += [row for row in _party_rows(told) if row["party_id"] in parties]
    part = heard.edition.parts.get(told.part.partition("/")[0])
    words = f"event\n{event_id}\n{told.event['date_edtf']}\n{told.event['title']}"
    put["stated"].append(
        {
            "row_id": event_id,
            "stated_id": sha256(words.encode()).hexdigest()[:24],
            "table_name": "event",
            "file": f"{heard.source_id}/{told.part}",
            "line": told.row,
            "file_sha256": part.sha256 if part else None,
        }
    )


def _party_rows(told: _Told) -> list[Row]:
    return [
        {"event_id": told.event["event_id"], "party_id": party, "role": role}
        for role, party in told.parties
    ]


def _known_parties(frames: Frames) -> set[str]:
    actors = set(frames["actor"].get_column("actor_id"))
    return actors | set(frames["country"].get_column("country_id"))
