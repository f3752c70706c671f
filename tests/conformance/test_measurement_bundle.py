"""Every count that the ledger carries of network measurements, against the publishers' files."""

import csv
import io
import json
import lzma
import re
from collections import Counter
from collections.abc import Callable

import pytest

from tests.conformance import measurement_bundle as bundle
from tests.conformance.measurement_bundle import DATA, FILES, LEDGER, PARTS, Row, unpacked

pytestmark = pytest.mark.conformance

Say = Callable[[str, int, int], None]
GFW = "gfw-report/sp25-regional"
DATED = ("2023-11-05", "2023-12-25", "2024-02-25", "2025-01-28", "2025-02-25")


@pytest.fixture(scope="module", autouse=True)
def _files_are_there() -> None:
    if not DATA.is_dir():
        pytest.skip("the publishers' files do not stand beside this checkout (../shared/data)")


def carried(name: str) -> list[Row]:
    """The rows of one file of the ledger."""
    return list(csv.DictReader(io.StringIO((LEDGER / name).read_text(encoding="utf-8"))))


def total(rows: list[Row], name: str = "measured") -> int:
    return sum(int(row[name] or 0) for row in rows)


@pytest.mark.parametrize("name", FILES)
def test_carried_numbers_are_those_of_the_files(name: str, say: Say) -> None:
    rows = FILES[name]()
    assert bundle.written(rows) == (LEDGER / name).read_text(encoding="utf-8")
    say(f"evidence/measurements/{name}", len(rows), total(rows, "blocked"))


def test_uganda_shows_the_days_without_the_site() -> None:
    """The site was out of reach on that network from 18 to 23 January 2026, and not otherwise."""
    rows = carried("uganda.csv")
    text = unpacked("ooni/clickhouse-fixtures/pipeline_ug-analysis.sql.gz").decode()
    assert total(rows) == text.count("_UG_webconnectivity_") == 470
    mostly = [row["period_edtf"] for row in rows if int(row["blocked"]) * 2 > int(row["measured"])]
    assert mostly == [f"2026-01-{day}" for day in (17, 18, 19, 20, 21, 22, 23)]
    assert {row["asn"] for row in rows} == {"20294"}


def test_rows_of_the_fast_path_are_each_counted_once() -> None:
    rows = carried("ooni_flags.csv")
    of = {
        source: [row for row in rows if row["source_id"] == f"src-ooni-{source}"]
        for source in ("fastpath-2024-01", "fastpath-2025-2026", "api-ir-2026-08-24")
    }
    judged = {"web_connectivity", *bundle.SERVICES}
    for name, source in (
        ("2_clickhouse_populate_fastpath", "fastpath-2024-01"),
        ("ooniapi_common_04-fastpath", "fastpath-2025-2026"),
    ):
        text = unpacked(f"ooni/clickhouse-fixtures/{name}.sql.gz").decode()
        ids = {
            row["measurement_uid"]: row["confirmed"]
            for row in bundle.sql_rows(text)
            if row["test_name"] in judged and str(row["measurement_start_time"]) >= "2024"
            if row["probe_cc"] in bundle.countries()
        }
        assert (total(of[source]), total(of[source], "blocked")) == (
            len(ids),
            Counter(ids.values())["t"],
        )
    assert total(of["api-ir-2026-08-24"]) == 10
    assert total(of["api-ir-2026-08-24"], "blocked") == 2


def test_daily_counts_of_2021_lose_nothing_but_unknown_places() -> None:
    cells = json.loads(unpacked("ooni/api-responses/explorer_mat_2d-data.json.gz"))
    assert len(cells) == 2_379
    known = [cell for cell in cells if cell["probe_cc"] in bundle.countries()]
    rows = carried("ooni_2021.csv")
    assert total(rows) == sum(cell["measurement_count"] for cell in known)
    assert total(rows, "blocked") == sum(cell["confirmed_count"] for cell in known)
    # What the file says of itself: ok, anomalies and confirmed are all there is.
    assert all(
        cell["ok_count"] + cell["anomaly_count"] + cell["confirmed_count"]
        == cell["measurement_count"]
        for cell in cells
    )


def test_field_measurements_are_those_that_are_judged() -> None:
    rows = [row for row in carried("ooni_field.csv") if row["kind"] in ("website", "service")]
    assert total(rows) == sum(total(rows, part) for part in PARTS)
    assert total(rows) <= 86
    assert not any(re.fullmatch(r"[\d.]+", row["subject"]) for row in rows)


def test_block_lists_are_those_of_the_days_that_the_authors_name(say: Say) -> None:
    """Five daily lists with dates, and 98 days of totals, hold the days of the 513 checks."""
    rows = carried("blocklist.csv")
    blocked = {(row["series"], row["day"]): row["blocked"] for row in rows}
    assert Counter(row["series"] for row in rows) == {"gfw": 513, "henan": 513}
    for day in DATED:
        for series, seat in (("gfw", "california"), ("henan", "guangzhou")):
            packed = (DATA / GFW / f"censored-sni-{seat}_{day}.txt.xz").read_bytes()
            listed = {line for line in lzma.decompress(packed).split(b"\n") if line}
            assert blocked[series, day] == str(len(listed))
    published = list(csv.DictReader(io.StringIO(unpacked(f"{GFW}/data.csv").decode())))
    names = {"GFW": "gfw", "Henan Firewall": "henan"}
    pairs = [
        (blocked[names[row["Censor"]], row["Timestamp"]], row["Domain Count"]) for row in published
    ]
    checked = [(ours, theirs) for ours, theirs in pairs if ours]
    assert all(ours == theirs for ours, theirs in checked)
    say("published daily totals of block lists", len(pairs), len(checked))


def test_published_sightings_of_huawei_are_those_of_the_list() -> None:
    rows = [row for row in carried("products.csv") if row["subject"] == "huawei_iae"]
    listed = [row["country"] for row in rows if "ooni.es_1" in row["locator"]]
    assert listed == ["ESP", "ITA", "MEX", "PAK"]
    assert all(row["measured"] == row["blocked"] == "" for row in rows)
