"""From a publisher's file to the tables: a made-up source, one folder, and the sample."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.pipeline.live import readings as room
from tests.conftest import Ledger
from tests.made_up_source import NAME, MadeUpSource

ROWS = "Norway,9.25,9.1,9.4\nThe Solomons,7.5,7.25,7.75\nCHN,n/a,,\n"


@pytest.fixture
def ledger(small_ledger: Ledger, tmp_path: Path) -> Ledger:
    """The sample, with a folder for sources of one's own."""
    return Ledger(replace(small_ledger.settings, own_sources=tmp_path / "own"))


@pytest.fixture
def source(ledger: Ledger, tmp_path: Path) -> Iterator[MadeUpSource]:
    made = MadeUpSource(tmp_path / "own", ledger.settings)
    made.declare()
    yield made
    made.forget()
    sys.modules.pop(f"sharedfuture.sources.{NAME}", None)


def connector(tables: Mapping[str, pl.DataFrame]) -> dict[str, object]:
    return tables["connector"].row(by_predicate=pl.col("connector_id") == NAME, named=True)


def figure(tables: Mapping[str, pl.DataFrame], figure_id: str) -> dict[str, object]:
    return tables["figure"].row(by_predicate=pl.col("figure_id") == figure_id, named=True)


def differences(tables: Mapping[str, pl.DataFrame]) -> list[tuple[str, ...]]:
    columns = ("row_id", "ledger_says", "file_says", "counts")
    return tables["difference"].select(columns).rows()


def test_source_that_was_never_captured_changes_no_figure(
    ledger: Ledger, source: MadeUpSource, small_tables: Mapping[str, pl.DataFrame]
) -> None:
    tables = ledger.tables()
    assert tables["figure"].equals(small_tables["figure"])
    assert connector(tables)["state"] == "never_captured"


def test_one_folder_and_one_capture_make_figures(ledger: Ledger, source: MadeUpSource) -> None:
    source.capture(ROWS)
    tables = ledger.tables()
    found = figure(tables, "fig-SLB-sample_press-2022")
    assert (found["value"], found["low"], found["high"]) == (7.5, 7.25, 7.75)
    assert (found["country_as_written"], found["edition"]) == ("The Solomons", "2022")
    assert figure(tables, "fig-CHN-sample_press-2022")["gap"] == "withheld"
    assert connector(tables)["state"] == "in_use"
    assert connector(tables)["figures"] == 3
    cited = tables["citation"].filter(row_id="fig-SLB-sample_press-2022")
    assert cited.select("source_id", "locator").rows() == [
        ("src-live-sample-press-2022", "scores, row 3, The Solomons")
    ]
    place = tables["stated"].row(by_predicate=pl.col("row_id") == cited["row_id"][0], named=True)
    capture = tables["capture"].row(by_predicate=pl.col("connector_id") == NAME, named=True)
    assert (place["line"], place["file_sha256"]) == (3, capture["sha256"])
    assert "sample_press" in tables["indicator"].get_column("indicator_id")


def test_silent_revision_shows_itself(ledger: Ledger, source: MadeUpSource) -> None:
    source.capture(ROWS)
    before = ledger.tables()
    source.capture(ROWS.replace("9.25", "9.3"))
    after = ledger.tables()
    row = "fig-NOR-sample_press-2022"
    assert (figure(before, row)["value"], figure(after, row)["value"]) == (9.25, 9.3)
    ids = [
        tables["stated"].filter(row_id=row).get_column("stated_id")[0] for tables in (before, after)
    ]
    assert ids[0] != ids[1]


def test_renamed_column_leaves_the_last_good_capture_in_use(
    ledger: Ledger, source: MadeUpSource
) -> None:
    source.capture(ROWS)
    source.capture("Norway,1,1,1\n", header="Country,Points,Low,High\n")
    tables = ledger.tables()
    assert figure(tables, "fig-NOR-sample_press-2022")["value"] == 9.25
    assert connector(tables)["state"] == "stale"
    assert connector(tables)["because"] == (
        "sample_press/2022/scores: expected column 'Score', "
        "found only 'Country', 'Points', 'Low', 'High'"
    )


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("Norwegen,9,8,9.5\n", "expected names of countries that are known, found 'Norwegen'"),
        ("Norway,99,98,99.5\n", "row 2, Norway: expected sample_press between 0.0 and 10.0"),
        ("Norway,nine,8,9\n", "row 2, column 'Score': expected a number, found 'nine'"),
        ("Norway,9,8,9\nNorway,9,8,9\n", "expected each value once"),
        ("Norway,9,8\n", "expected rows of 4 cells"),
        ("", "expected 1 to 9 rows of value, found 0"),
    ],
)
def test_file_that_cannot_be_read_says_where_and_why(
    ledger: Ledger, source: MadeUpSource, rows: str, says: str
) -> None:
    source.capture(rows)
    tables = ledger.tables()
    assert connector(tables)["state"] == "unreadable"
    assert says in str(connector(tables)["because"])
    assert tables["figure"].filter(indicator_id="sample_press").is_empty()


def test_what_was_read_is_not_read_again(
    ledger: Ledger, source: MadeUpSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.capture(ROWS)
    source.capture("Norway,nine,8,9\n", edition="2023")
    first = ledger.tables()

    def refuse(edition: object) -> None:
        raise AssertionError(f"{edition} was read again")

    monkeypatch.setattr(room, "read_edition", refuse)
    assert ledger.tables()["figure"].equals(first["figure"])


def test_newest_edition_replaces_or_adds_as_declared(ledger: Ledger, source: MadeUpSource) -> None:
    source.capture(ROWS)
    source.capture("Norway,9.5,9.4,9.6\n", edition="2023")
    added = ledger.tables()["figure"].filter(indicator_id="sample_press")
    assert sorted(added.get_column("period").unique()) == ["2022", "2023"]
    source.declare(editions="replace")
    replaced = ledger.tables()["figure"].filter(indicator_id="sample_press")
    assert replaced.get_column("period").to_list() == ["2023"]


def test_day_of_the_past_knows_only_editions_of_then(ledger: Ledger, source: MadeUpSource) -> None:
    source.capture(ROWS)
    source.capture("Norway,9.5,9.4,9.6\n", edition="2023")
    past = Ledger(replace(ledger.settings, as_of=date(2024, 12, 31)))
    found = past.tables()["figure"].filter(indicator_id="sample_press")
    assert found.get_column("period").unique().to_list() == ["2022"]


def test_ledger_stays_where_both_agree_and_gives_way_where_they_do_not(
    ledger: Ledger, source: MadeUpSource
) -> None:
    source.declare(indicator="eiu_overall")
    source.capture("Norway,9.5,9.4,9.6\nPakistan,1.25,1,1.5\n")
    before = Ledger(replace(ledger.settings, var=ledger.settings.var / "none")).tables()
    tables = ledger.tables()
    norway, pakistan = "fig-NOR-eiu_overall-2022", "fig-PAK-eiu_overall-2022"
    assert figure(tables, norway) == figure(before, norway)
    assert tables["citation"].filter(row_id=norway).height == 2
    assert figure(before, pakistan)["value"] != 1.25
    assert figure(tables, pakistan)["value"] == 1.25
    assert differences(tables) == [(pakistan, "4.10", "1.25", "file")]
    assert tables["citation"].filter(row_id=pakistan).get_column("source_id").to_list() == [
        "src-live-sample-press-2022"
    ]


def test_older_file_of_the_publisher_does_not_overrule_the_ledger(
    ledger: Ledger, source: MadeUpSource
) -> None:
    ledger.change("sources/sample.csv", "Sample Institute,2023,", "Sample Institute,2026,")
    source.declare(indicator="eiu_overall")
    source.capture("Norway,9.5,9.4,9.6\nPakistan,1.25,1,1.5\nCHN,1,1,1\n")
    before = Ledger(replace(ledger.settings, var=ledger.settings.var / "none")).tables()
    tables = ledger.tables()
    pakistan = "fig-PAK-eiu_overall-2022"
    assert figure(tables, pakistan) == figure(before, pakistan)
    live = tables["citation"].filter(pl.col("source_id").str.starts_with("src-live-"))
    assert set(live.get_column("row_id")) == {
        "fig-NOR-eiu_overall-2022",
        "fig-CHN-eiu_overall-2022",
        "cap-sample-press-2022-scores",
        f"diff-{pakistan}",
    }
    assert differences(tables) == [(pakistan, "4.10", "1.25", "ledger")]


def test_rounding_of_the_ledger_is_no_difference(ledger: Ledger, source: MadeUpSource) -> None:
    source.declare(indicator="eiu_overall")
    source.capture("Norway,9.5004,9.4,9.6\nPakistan,1.25,1,1.5\n")
    assert figure(ledger.tables(), "fig-NOR-eiu_overall-2022")["value"] == 9.5
