"""A build as of a day uses only what had been published by then."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess

import polars as pl
import pytest

from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.pipeline.compute import compute
from sharedfuture.pipeline.settings import Settings

pytestmark = pytest.mark.conformance

DAY = date(2022, 12, 31)


@pytest.fixture(scope="module")
def past(
    tmp_path_factory: pytest.TempPathFactory, command: Callable[..., CompletedProcess[str]]
) -> Path:
    """The folder `out` of a build as of the last day of 2022."""
    folder = tmp_path_factory.mktemp("past")
    done = command("build", "--as-of", DAY.isoformat(), folder=folder)
    assert done.returncode == 0, done.stderr
    return folder / "out"


def _table(out: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(out / "release" / "parquet" / f"{name}.parquet")


def _reference_sources(out: Path) -> list[str]:
    """Sources of the list of countries, which does not wait for a publication."""
    countries = _table(out, "country").get_column("country_id").to_list()
    citation = _table(out, "citation").filter(pl.col("row_id").is_in(countries))
    return citation.get_column("source_id").unique().to_list()


def test_every_source_was_published_by_then(past: Path) -> None:
    source = _table(past, "source")
    late = source.filter(
        ~(pl.col("published_by_date") <= DAY).fill_null(False)
        & ~pl.col("source_id").is_in(_reference_sources(past))
    )
    assert source.height > 20
    assert late.get_column("source_id").to_list() == []


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("figure", "figure_id"),
        ("event", "event_id"),
        ("tie", "tie_id"),
        ("tally", "tally_id"),
        ("actor", "actor_id"),
        ("doctrine", "doctrine_id"),
        ("reading", "reading_id"),
    ],
)
def test_no_row_rests_on_later_sources_alone(past: Path, table: str, key: str) -> None:
    known = _table(past, "source").filter(pl.col("published_by_date") <= DAY)
    cited = (
        _table(past, "citation")
        .join(known, on="source_id", how="semi")
        .get_column("row_id")
        .unique()
        .to_list()
    )
    rows = _table(past, table)
    assert rows.filter(~pl.col(key).is_in(cited)).get_column(key).to_list() == []


def test_a_report_of_a_later_year_claims_nothing_yet(past: Path) -> None:
    for name in ("claim", "claim_subject", "reading"):
        assert _table(past, name).height == 0, name


def test_derived_rows_do_not_know_the_future(past: Path) -> None:
    assert _table(past, "spectrum").height == 0
    assert _table(past, "statistic").filter(pl.col("value").is_not_null()).height == 0
    assert _table(past, "figure").height > 100, "but what was known is there"


def test_the_site_says_that_the_figure_is_not_there_yet(past: Path) -> None:
    for name in ("index.html", "spectrum.html"):
        page = (past / "site" / name).read_text(encoding="utf-8")
        page = re.sub(r"<script.*?</script>", "", page, flags=re.S)
        text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
        assert "as of 31 December 2022" in text
        assert not re.search(r"\b(all|each of) 0 countries", text, re.I), name
        assert re.search(r"\bno (country|place|figure|point)|cannot be drawn|nothing", text), name


def test_the_manifest_and_the_summary_say_the_day(past: Path) -> None:
    assert '"as_of": "2022-12-31"' in (past / "release" / "manifest.json").read_text("utf-8")


def test_half_a_year_after_the_report_its_claims_are_there(release: Settings) -> None:
    later = replace(release, as_of=date(2024, 6, 30))
    tables = compute(capture_ledger(later), later).tables
    assert tables["claim"].height > 60
    assert tables["figure"].filter(indicator_id="eiu_overall").height == 82
    dates = tables["source"].get_column("published_by_date").drop_nulls()
    known = tables["source"].filter(pl.col("published_by_date") > later.as_of)
    assert len(dates) > 40
    cited = tables["citation"].join(known, on="source_id", how="semi").get_column("row_id")
    countries = tables["country"].get_column("country_id").to_list()
    assert cited.filter(~cited.is_in(countries)).to_list() == []
