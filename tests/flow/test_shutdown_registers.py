"""Captured registers of shutdowns in a build: counts leave, single events only with a licence."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import polars as pl
import pytest

from sharedfuture.pipeline import compute as module
from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.publish.release import write_release
from sharedfuture.publish.site import drawings, write_site
from sharedfuture.records.release import ReleaseFacts
from sharedfuture.warehouse import ask_release
from tests.conftest import ROOT, Ledger
from tests.shutdown_registers import SECRET_DAY, SECRET_PLACE, captured, outage, registers

FACTS = ReleaseFacts("test", "0", None, None, "0" * 64)
TEXTS = {".csv", ".json", ".html", ".js", ".svg", ".txt", ".xml"}
BOTH = frozenset({"access_now", "ioda_curated"})
Tables = Mapping[str, pl.DataFrame]


@pytest.fixture(autouse=True)
def indicator(small_ledger: Ledger) -> None:
    """The one that the register's yearly figures are of, as the ledger of this project has it."""
    text = (ROOT / "evidence" / "indicators.toml").read_text(encoding="utf-8")
    (block,) = (each for each in text.split("[[indicator]]") if '"access_now_shutdowns"' in each)
    cite = 'cite = [{ source = "src-sample-figures", at = "table 1" }]'
    small_ledger.append("indicators.toml", "\n[[indicator]]" + re.sub("cite = .*", cite, block))


def tables_with(ledger: Ledger, *, licences: frozenset[str] = frozenset()) -> Tables:
    settings = replace(ledger.settings, licences_held=licences)
    with patch.object(module, "listen_here", lambda *_: tuple(registers())):
        return module.compute(capture_ledger(settings), settings, bands=False).tables


def test_counts_come_from_what_is_captured(small_ledger: Ledger) -> None:
    tables = tables_with(small_ledger)
    counts = tables["shutdown_count"]
    norway = counts.row(
        by_predicate=pl.col("shutdown_count_id") == "shc-NOR-access_now-2021", named=True
    )
    assert (norway["events"], norway["national"]) == (2, 1)
    rests = tables["lineage"].filter(result_id="shc-NOR-access_now-2021")
    assert rests["row_id"].to_list() == ["cap-access-now-2016-2025-rows"]
    cited = tables["citation"].filter(row_id="cap-access-now-2016-2025-rows")
    assert cited["source_id"].to_list() == ["src-live-access-now-2016-2025"]
    assert "src-live-ioda-curated-2018-2022" in tables["source"]["source_id"]
    # The sample's own register is no connector: its counts stay, with what they cite.
    assert "shc-PAK-sample_register-2022" in counts["shutdown_count_id"]
    assert "shc-PAK-sample_register-2022" in tables["citation"]["row_id"]


def test_single_events_of_restricted_registers_do_not_leave(
    small_ledger: Ledger, tmp_path: Path
) -> None:
    tables = tables_with(small_ledger)
    assert tables["shutdown_event"].is_empty()
    assert tables["shutdown_report"].is_empty()
    assert not tables["lineage"]["result_id"].str.contains("^sh[er]-").any()
    found = published(tables, tmp_path)
    assert SECRET_PLACE not in found
    assert SECRET_DAY not in found


@pytest.mark.conformance
def test_who_holds_the_licences_has_them(small_ledger: Ledger, tmp_path: Path) -> None:
    tables = tables_with(small_ledger, licences=BOTH)
    reports = tables["shutdown_report"]
    assert reports.filter(pl.col("is_matched")).height == 3
    assert SECRET_PLACE in reports["area"].to_list()
    assert SECRET_PLACE in published(tables, tmp_path)


def test_one_licence_shows_what_that_register_has(small_ledger: Ledger) -> None:
    tables = tables_with(small_ledger, licences=frozenset({"ioda_curated"}))
    assert set(tables["shutdown_report"]["register"]) == {"ioda_curated"}
    kept = tables["shutdown_event"]["registers_names"].unique().sort().to_list()
    assert kept == ["Access Now; IODA's curated list", "IODA's curated list"]
    assert SECRET_PLACE not in str(tables["shutdown_report"].to_dicts())


def test_words_not_known_are_no_reason_to_stop(small_ledger: Ledger) -> None:
    """A scope in new words is unknown, a record without a country stays in its register."""
    tables = tables_with(small_ledger, licences=BOTH)
    widths = tables["shutdown_report"].filter(country_id="NOR", start_edtf="2021-06-01")["width"]
    assert widths.to_list() == ["unknown"]
    assert tables["shutdown_report"]["country_id"].null_count() == 1


def test_radar_alone(small_ledger: Ledger) -> None:
    radar = captured(
        "radar_outages",
        "outage",
        [outage("NOR", "2026-03-01T00:00:00Z", None, "FIRE", scope="NATIONWIDE")],
    )
    settings = replace(small_ledger.settings, licences_held=frozenset({"radar_outages"}))
    with patch.object(module, "listen_here", lambda *_: (radar,)):
        tables = module.compute(capture_ledger(settings), settings, bands=False).tables
    (event,) = tables["shutdown_event"].iter_rows(named=True)
    assert (event["cause"], event["registers_names"]) == ("outage", "Cloudflare Radar")


@pytest.fixture(autouse=True)
def no_pictures() -> Iterator[None]:
    with patch.object(drawings, "drawn_files", lambda *_: {}):
        yield


def published(tables: Tables, folder: Path) -> str:
    """Every text of a release and its site, and every cell of its database."""
    write_release(tables, folder / "release", facts=FACTS)
    write_site(tables, folder / "site", facts=FACTS)
    found = [
        path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(folder.rglob("*"))
        if path.suffix in TEXTS
    ]
    database = folder / "release" / "sharedfuture.duckdb"
    for name in ask_release(database, "show tables", limit_seconds=9).to_series():
        rows = ask_release(database, f'select * from "{name}"', limit_seconds=9)
        found.append(str(rows.to_dicts()))
    return "\n".join(found)
