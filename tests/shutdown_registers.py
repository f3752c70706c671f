"""Made-up rows of two registers, as captured editions; places and days are nobody's."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from sharedfuture.capture import Edition, Part
from sharedfuture.pipeline.live.listen import Heard, Live, State
from sharedfuture.records.frames import schema_of
from sharedfuture.records.stated_tables import STATED_TABLE
from sharedfuture.sources.declaration import declaration

CAPTURED_AT = datetime(2026, 3, 1, tzinfo=UTC)
NATIONAL = "It affected locations in more than one state, province, or region"
LOCAL = "It only affected one city, county, or village"
# A word that nothing else says: where it stands, a single event has left.
SECRET_PLACE = "Quillverdane"
SECRET_DAY = "2021-03-17"


def shutdown(
    country: str, start: str, end: str | None, scope: str, **cells: object
) -> dict[str, object]:
    """A row of Access Now's register."""
    year = int(start[:4])
    said = {"count_year": year, "kind": "Shutdown", "extent": "Full network", "cause": "Protests"}
    return said | {
        "country_id": country,
        "country_as_written": country,
        "start_edtf": start,
        "end_edtf": end,
        "scope": scope,
        **cells,
    }


def outage(
    country: str | None, start: str, end: str | None, cause: str | None, **cells: object
) -> dict[str, object]:
    """A row of the curated list, or of Cloudflare Radar."""
    return {
        "country_id": country,
        "country_as_written": country or "European Union",
        "start_edtf": start,
        "end_edtf": end,
        "scope": "Country",
        "cause": cause,
        **cells,
    }


def captured(source: str, kind: str, rows: Sequence[dict[str, object]]) -> Live:
    """These rows as the newest edition of a source."""
    declared = declaration(source)
    key = f"{kind}_key"
    numbered = [
        {key: f"{source}:{at}", "part": "rows", "row": at} | row for at, row in enumerate(rows, 2)
    ]
    schema = schema_of(STATED_TABLE[kind]) | {"country_id": pl.String()}
    frame = pl.DataFrame(numbered, schema=schema)
    part = Part("rows", Path("nowhere"), "f" * 64, CAPTURED_AT)
    edition = declared.edition[-1]
    heard = Heard(Edition(source, edition.name, {"rows": part}), edition, {kind: frame})
    return Live(source, declared, State.IN_USE, (heard,))


NEWS = [
    shutdown("NOR", "2021-03-10", "2021-03-16", NATIONAL),
    shutdown("PAK", SECRET_DAY, "2021-03-18", LOCAL, area=SECRET_PLACE),
    shutdown("SLB", "2021-05-01", None, NATIONAL, extent="Service-based"),
    # Goes on into the next year, and is counted there too.
    shutdown("CHN", "2020-12-30", "2021-01-02", NATIONAL, area="all"),
    shutdown("CHN", "2020-12-30", "2021-01-02", NATIONAL, area="all", count_year=2021),
    shutdown("NOR", "2021-06-01", "2021-06-02", "in words that nobody has used before"),
]
LIST = [
    outage("NOR", "2021-03-10T06:00:00Z", "2021-03-11T09:00:00Z", "Government-Ordered"),
    # Begun while that went on: a part of it.
    outage("NOR", "2021-03-14T01:00:00Z", "2021-03-14T09:00:00Z", None),
    outage("PAK", "2020-07-01T00:00:00Z", "2020-07-01T02:00:00Z", "Cable-Cut"),
    outage("CHN", "2021-12-31T20:00:00Z", "2021-12-31T21:00:00Z", "Unknown"),
    outage(None, "2021-02-01T00:00:00Z", None, None),
]


def registers() -> list[Live]:
    """Both registers."""
    return [captured("access_now", "shutdown", NEWS), captured("ioda_curated", "outage", LIST)]
