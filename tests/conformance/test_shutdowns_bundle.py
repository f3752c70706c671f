"""The ledger's tables about shutdowns are those that the publishers' files give, byte by byte."""

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.pipeline.live.listen import Heard, Live, State
from sharedfuture.pipeline.live.registers import registers_of
from sharedfuture.pipeline.measure.shutdowns import tables_of, write_tables
from sharedfuture.sources.declaration import declaration
from tests.conformance.conftest import DATA, ROOT
from tests.conformance.originals import Originals
from tests.conformance.test_source_access_now import as_csv

pytestmark = pytest.mark.conformance

LEDGER = ROOT / "evidence" / "measurements"
PANELS = DATA / "measurement" / "monash-ip-observatory"
LIST = "measurement/ioda/ioda_investigated_outages_cleaned_phase1+2.csv"
# What the study prints, and what comes out: the numbers that a reader of it will look for.
PUBLISHED = {
    "shp-on-the-hour-shutdowns": (0.706, 0.7113),
    "shp-on-the-hour-outages": (0.231, 0.2308),
    "shp-hours-50-shutdowns": (5.5, 5.5),
    "shp-hours-50-outages": (2.0, 2.0),
    "shp-all-signals-shutdowns": (0.9451, 0.9503),
    "shp-all-signals-outages": (0.5391, 0.5384),
    "shp-found-national": (0.2722, 0.2674),
    "shp-found-all": (0.0837, 0.0837),
}


def heard(
    originals: Originals, source: str, editions: Mapping[str, Mapping[str, str | bytes]]
) -> Live:
    declared = declaration(source)
    return Live(
        source,
        declared,
        State.IN_USE,
        tuple(
            Heard(
                originals.edition(source, edition.name, editions[edition.name]),
                edition,
                originals.read(source, edition.name, editions[edition.name]),
            )
            for edition in declared.edition
            if edition.name in editions
        ),
    )


@pytest.fixture(scope="module")
def registers(originals: Originals) -> list[Live]:
    years = {
        edition.name: {"costs": f"measurement/top10vpn/top10vpn_{edition.name}.csv"}
        for edition in declaration("top10vpn").edition
    }
    return [
        heard(originals, "access_now", {"2016-2025": {"combined": as_csv(originals)}}),
        heard(originals, "ioda_curated", {"2018-2022": {"outages": LIST}}),
        heard(originals, "top10vpn", years),
    ]


def test_ledger_has_what_the_files_give(
    registers: list[Live], tmp_path: Path, say: Callable[[str, int, int], None]
) -> None:
    made = tables_of(registers, PANELS, tell=lambda text: None)
    write_tables(made, tmp_path)
    cells = 0
    for name, frame in made.items():
        assert (tmp_path / name).read_text("utf-8") == (LEDGER / name).read_text("utf-8"), name
        cells += sum(
            frame[column].count() for column in frame.columns if frame[column].dtype.is_numeric()
        )
    measures = made["shutdown_measures.csv"]
    stated = {
        name: (published, here)
        for name, published, here in measures.select(
            "shutdown_measure_id", "published", "here"
        ).iter_rows()
    }
    assert {name: stated[name] for name in PUBLISHED} == PUBLISHED
    apart = measures.filter((pl.col("published") - pl.col("here")).abs() > 0.0006)
    assert apart["because"].null_count() == 0
    events = registers_of(registers)["aligned.shutdown_record"].height
    say("Registers of shutdowns, the ledger's tables", events, cells)


def test_no_single_event_is_carried(registers: list[Live]) -> None:
    """No place, no day and no link of a register stands in the ledger's tables."""
    text = "".join(path.read_text("utf-8") for path in LEDGER.glob("shutdown_*.csv"))
    records = registers_of(registers)["aligned.shutdown_record"]
    days = set(records["start_edtf"].str.head(10)) - {"2018-01-21", "2016-01-01"}
    carried = {day for day in days if day in text}
    # What both cover, where the splits by time begin, and the names of the observatory's files.
    assert carried <= {
        *("2018-01-20", "2022-06-01", "2019-01-01", "2020-01-01", "2020-07-01", "2021-01-01"),
        *("2019-11-11", "2019-07-22", "2021-04-09"),
    }
    assert not any(area in text for area in set(records["area"].drop_nulls()) if len(area) > 12)
    assert "http" not in text
