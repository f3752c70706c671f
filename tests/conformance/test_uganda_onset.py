"""Series that others published: does the start of a blocking come out, and where it should not?

Uganda voted on 15 January 2026. The rows are OONI's own analysis, layer by layer, of twitter.com
on one network; nothing in the model or its parameters was chosen by them.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest

from sharedfuture.analyse.blocking import changes
from sharedfuture.analyse.blocking.counts import measurement_counts
from sharedfuture.analyse.step import read_parameters
from tests.conformance.conftest import DATA

pytestmark = pytest.mark.conformance

OONI = DATA / "measurement" / "ooni"
PARAMETERS = read_parameters("sharedfuture.analyse.blocking", "changes")
COUNTRIES = pl.DataFrame(
    {"country_id": ["BRA", "UGA"], "name": ["Brazil", "Uganda"]},
    schema={"country_id": pl.String, "name": pl.String},
)
CELL = re.compile(r"'((?:[^'\\]|\\.|'')*)'|(NULL)|(-?\d+(?:\.\d+)?)")
LAYERS = ("dns", "tcp", "tls")
HALF = 0.5

Say = Callable[[str, int, int], None]
Row = Mapping[str, Any]


def read_packed(name: str) -> str:
    if not DATA.is_dir():
        pytest.skip("the publishers' data do not stand beside this checkout (../shared/data)")
    return gzip.decompress((OONI / name).read_bytes()).decode()


def inserted(text: str) -> Iterator[dict[str, Any]]:
    """Rows of an SQL INSERT: the columns it names, text, numbers and NULL."""
    head, _, values = text.partition(" VALUES ")
    names = re.findall(r"`(\w+)`", head)
    cells: list[Any] = [
        written if written or not (null or number) else None if null else float(number)
        for written, null, number in CELL.findall(values)
    ]
    assert len(cells) % len(names) == 0
    for start in range(0, len(cells), len(names)):
        yield dict(zip(names, cells[start : start + len(names)], strict=True))


def verdict_of(row: Row) -> str:
    """What most speaks for in any layer: blocked, else down, else reached as far as was tried."""

    def most(sign: str) -> float:
        return max(float(row[f"{layer}_{sign}"]) for layer in LAYERS)

    contested = [
        layer for layer in LAYERS if row[f"{layer}_blocked"] >= HALF and row[f"{layer}_ok"] >= HALF
    ]
    if contested:
        return "insufficient"
    if most("blocked") >= HALF:
        return "blocked"
    if most("down") >= HALF:
        return "down"
    return "ok" if most("ok") >= HALF else "insufficient"


def counted(rows: list[tuple[date, str]], *, country: str, asn: int | None, domain: str) -> Any:
    """The table of counts for one domain on one network, of days and verdicts."""
    tally = Counter(rows)
    days = sorted({day for day, _ in rows})
    columns: dict[str, Any] = {
        verdict: [tally[day, verdict] for day in days]
        for verdict in ("blocked", "down", "ok", "insufficient")
    }
    frame = pl.DataFrame(
        {"day": days, **columns}, schema_overrides=dict.fromkeys(columns, pl.Int64)
    ).with_columns(
        country_id=pl.lit(country),
        asn=pl.lit(asn, pl.Int64),
        kind=pl.lit("website"),
        subject=pl.lit(domain),
        measured=pl.sum_horizontal(*columns),
    )
    return measurement_counts(frame, networks={20294: "MTN Uganda"}, categories={})


def test_uganda_shows_the_onset(say: Say) -> None:
    """The last open day and the first shut day enclose the vote; the end is seen as well."""
    rows = list(inserted(read_packed("clickhouse-fixtures/pipeline_ug-analysis.sql.gz")))
    of_days = [
        (date.fromisoformat(row["measurement_start_time"][:10]), verdict_of(row)) for row in rows
    ]
    counts = counted(of_days, country="UGA", asn=20294, domain="twitter.com")
    found = changes.run(counts, COUNTRIES, **PARAMETERS).sort("by_date")
    assert found.get_column("change").to_list() == ["blocked", "unblocked"]
    onset = found.row(0, named=True)
    assert (onset["after_date"], onset["by_date"]) == (date(2026, 1, 12), date(2026, 1, 18))
    assert onset["sureness"] == "near certain"
    say(f"Uganda: {onset['sentence']}", len(rows), 1)
    end = found.row(1, named=True)
    assert (end["after_date"], end["by_date"]) == (date(2026, 1, 22), date(2026, 1, 24))
    say(f"Uganda: {end['sentence']}", len(rows), 1)


def test_brazil_womenonwaves_has_no_verdicts_to_judge(say: Say) -> None:
    """Anomalies are not verdicts; taken for them, the series gives what it gives."""
    rows = json.loads(read_packed("clickhouse-fixtures/detector_query_ww_BR_2018.json.gz"))
    of_days = [
        (
            date.fromisoformat(row["measurement_start_time"][:10]),
            "blocked" if row["anomaly"] else "ok",
        )
        for row in rows
    ]
    counts = counted(of_days, country="BRA", asn=None, domain="womenonwaves.org")
    found = changes.run(counts, COUNTRIES, **PARAMETERS)
    for row in found.sort("by_date").iter_rows(named=True):
        say(f"Brazil, anomalies taken for blocking: {row['sentence']}", len(rows), 1)
    assert set(found.get_column("scope")) <= {"undivided"}


def test_anomalies_by_country_and_day(say: Say) -> None:
    """2,379 cells of all sites together: how often a country's share of anomalies jumps."""
    cells = json.loads(read_packed("api-responses/explorer_mat_2d-data.json.gz"))
    frame = pl.DataFrame(cells).select(
        day=pl.col("measurement_start_day").str.to_date(),
        country_id="probe_cc",
        asn=pl.lit(None, pl.Int64),
        kind=pl.lit("website"),
        subject=pl.lit("all.sites"),
        measured=pl.col("measurement_count"),
        blocked=pl.col("anomaly_count") + pl.col("confirmed_count"),
        down=pl.lit(0, pl.Int64),
        ok=pl.col("ok_count"),
        insufficient=pl.col("failure_count"),
    )
    assert frame.height == 2379
    counts = measurement_counts(frame, networks={}, categories={})
    found = changes.run(counts, COUNTRIES, **PARAMETERS)
    countries = frame.get_column("country_id").n_unique()
    say(f"{found.height} jumps of anomalies among {countries} countries", frame.height, countries)
    assert found.height < countries
