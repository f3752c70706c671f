"""Made-up registers through the step that holds them together: known events, reasons and counts."""

from collections.abc import Mapping
from datetime import date

import polars as pl
import pytest
from tests.shutdown_registers import (
    LIST,
    LOCAL,
    NATIONAL,
    NEWS,
    captured,
    outage,
    registers,
    shutdown,
)

from sharedfuture.analyse.shutdowns import records, scopes, together
from sharedfuture.pipeline.live.registers import registers_of, without_captured
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE

NAMES = {"NOR": "Norway", "PAK": "Pakistan", "SLB": "Solomon Islands", "CHN": "China"}
COUNTRIES = frame_of(
    TABLE["country"], [{"country_id": code, "name": name} for code, name in NAMES.items()]
)
CAPTURES = ["cap-access-now-2016-2025-rows", "cap-ioda-curated-2018-2022-rows"]


def run(
    frames: Mapping[str, pl.DataFrame], *, ledger: Mapping[str, pl.DataFrame] | None = None
) -> dict[str, pl.DataFrame]:
    stated = ledger or {}
    made = together.run(
        frames["aligned.shutdown_record"],
        frames["aligned.shutdown_year"],
        stated.get("shutdown_count", frame_of(TABLE["shutdown_count"], [])),
        stated.get("shutdown_agreement", frame_of(TABLE["shutdown_agreement"], [])),
        COUNTRIES,
        least_events=2,
    )
    return {name.removeprefix("derived."): frame for name, frame in made.items()}


@pytest.fixture(scope="module")
def made() -> dict[str, pl.DataFrame]:
    return run(registers_of(registers()))


def test_one_event_of_two_registers(made: dict[str, pl.DataFrame]) -> None:
    both = made["shutdown_event"].filter(pl.col("registers") == 2)
    (event,) = both.iter_rows(named=True)
    assert event["country_id"] == "NOR"
    assert event["cause"] == "shutdown"
    assert (event["start_earliest"], event["start_latest"]) == (date(2021, 3, 10),) * 2
    assert (event["end_earliest"], event["end_latest"]) == (date(2021, 3, 11), date(2021, 3, 16))
    assert event["registers_names"] == "Access Now; IODA's curated list"
    assert event["sentence"] == (
        "Shutdown in Norway (national), begun on 2021-03-10, ended between 2021-03-11 and "
        "2021-03-16; in Access Now; IODA's curated list."
    )
    assert event["row_ids"] == CAPTURES


def test_every_record_has_one_report_and_one_reason(made: dict[str, pl.DataFrame]) -> None:
    reports = made["shutdown_report"]
    assert reports.height == len(NEWS) - 1 + len(LIST)  # what goes on into the next year is one
    assert set(reports["shutdown_event_id"]) == set(made["shutdown_event"]["shutdown_event_id"])
    assert (reports["is_matched"] == reports["reason"].is_null()).all()
    said = dict(
        reports.filter(~pl.col("is_matched"))
        .select(pl.format("{} {}", "country_id", "start_edtf"), "reason")
        .drop_nulls()
        .iter_rows()
    )
    assert said == {
        "PAK 2021-03-17": "IODA's curated list: it is not national, and the other register has "
        "nothing then",
        "SLB 2021-05-01": "IODA's curated list: single services were blocked, or the network was "
        "slowed, which a register of lost connectivity does not show",
        "CHN 2020-12-30": "IODA's curated list: the other register has nothing then",
        "NOR 2021-06-01": "IODA's curated list: the other register has nothing then",
        "PAK 2020-07-01T00:00:00Z": "Access Now: it began before the other register does",
        "CHN 2021-12-31T20:00:00Z": "Access Now: it began after the other register ends",
    }
    nowhere = reports.filter(pl.col("country_id").is_null())
    assert nowhere["reason"].to_list() == ["Access Now: the record is of no country of the list"]


def test_agreement_is_of_what_both_could_have(made: dict[str, pl.DataFrame]) -> None:
    rows = {
        (row["register"], row["width"]): row
        for row in made["shutdown_agreement"].iter_rows(named=True)
    }
    of_list = rows["ioda_curated", "all"]
    # Two of Norway; the others began before or after, or are of no country.
    assert (of_list["events"], of_list["matched"], of_list["share"]) == (2, 2, 1.0)
    assert of_list["share_low"] < 1.0 == of_list["share_high"]
    assert (of_list["since_date"], of_list["until_date"]) == (date(2020, 12, 29), date(2021, 6, 2))
    assert of_list["row_ids"] == CAPTURES
    few = rows["access_now", "regional"]
    assert (few["events"], few["share"], few["level"]) == (1, None, None)
    assert few["sentence"].endswith("has 0: too few for a share.")


def test_counts_by_country_and_year(made: dict[str, pl.DataFrame]) -> None:
    counts = {row["shutdown_count_id"]: row for row in made["shutdown_count"].iter_rows(named=True)}
    # By the capital's clock: 31 December in UTC is New Year in China.
    assert {name for name in counts if "-in-" not in name} == {
        *("shc-NOR-access_now-2021", "shc-PAK-access_now-2021", "shc-SLB-access_now-2021"),
        *("shc-CHN-access_now-2020", "shc-NOR-ioda_curated-2021", "shc-PAK-ioda_curated-2020"),
        "shc-CHN-ioda_curated-2022",
    }
    norway = counts["shc-NOR-access_now-2021"]
    assert (norway["events"], norway["national"], norway["ordered"], norway["matched"]) == (
        *(2, 1, 2),
        None,
    )
    listed = counts["shc-NOR-ioda_curated-2021"]
    assert (listed["events"], listed["ordered"]) == (2, 1)
    held = counts["shc-NOR-ioda_curated-in-access_now"]
    assert (held["events"], held["matched"], held["row_ids"]) == (2, 2, [CAPTURES[1]])


def test_registers_that_disagree_on_the_cause() -> None:
    news = [shutdown("NOR", "2021-03-10", None, NATIONAL)]
    listed = [outage("NOR", "2021-03-10T06:00:00Z", None, "Cable-Cut")]
    made = run(
        registers_of(
            [captured("access_now", "shutdown", news), captured("ioda_curated", "outage", listed)]
        )
    )
    (event,) = made["shutdown_event"].iter_rows(named=True)
    assert event["cause"] == "unknown"
    assert event["sentence"].endswith("; they disagree on the cause.")


def test_one_register_alone() -> None:
    made = run(registers_of(registers()[:1]))
    assert set(made["shutdown_report"]["reason"]) == {"no other register was captured"}
    assert made["shutdown_agreement"].is_empty()
    assert made["shutdown_count"].height == 4


def test_nothing_captured_leaves_the_ledger() -> None:
    ledger = {
        "shutdown_count": frame_of(
            TABLE["shutdown_count"],
            [{"shutdown_count_id": "shc-NOR-access_now-2020", "register": "access_now"}],
        ),
        "shutdown_agreement": frame_of(
            TABLE["shutdown_agreement"],
            [
                {
                    "shutdown_agreement_id": "sha-a-in-b-all",
                    "register": "a",
                    "other_register": "b",
                    "width": "all",
                    "since_date": date(2020, 1, 1),
                    "until_date": date(2021, 1, 1),
                    "events": 40,
                    "matched": 10,
                }
            ],
        ),
    }
    made = run(registers_of([]), ledger=ledger)
    assert made["shutdown_event"].is_empty()
    assert made["shutdown_count"]["shutdown_count_id"].to_list() == ["shc-NOR-access_now-2020"]
    (row,) = made["shutdown_agreement"].iter_rows(named=True)
    assert (row["share"], round(row["share_low"], 3), round(row["share_high"], 3)) == (
        *(0.25, 0.142),
        0.402,
    )
    assert row["row_ids"] == []


def test_what_is_captured_replaces_the_ledger() -> None:
    """An agreement stands until both registers are captured; a count of one goes with it."""

    def rows(table: str, pairs: list[tuple[str, str | None]]) -> pl.DataFrame:
        return frame_of(
            TABLE[table],
            [
                {f"{table}_id": f"{one}-{other}", "register": one, "other_register": other}
                for one, other in pairs
            ],
        )

    frames = {
        "shutdown_count": rows(
            "shutdown_count", [("access_now", None), ("ioda_curated", None), ("access_now", "x")]
        ),
        "shutdown_agreement": rows(
            "shutdown_agreement", [("access_now", "ioda_curated"), ("access_now", "x")]
        ),
        **{
            name: frame_of(
                TABLE[name],
                [{"row_id": "access_now-None"}, {"row_id": "ioda_curated-None"}],
            )
            for name in ("citation", "stated")
        },
    }
    kept = without_captured(frames, registers_of(registers()[:1]))
    assert kept["shutdown_count"]["shutdown_count_id"].to_list() == [
        "access_now-x",
        "ioda_curated-None",
    ]
    assert kept["shutdown_agreement"].height == 2
    assert kept["citation"]["row_id"].to_list() == ["ioda_curated-None"]
    both = without_captured(frames, registers_of(registers()))
    assert both["shutdown_agreement"]["shutdown_agreement_id"].to_list() == ["access_now-x"]


def test_names_last_when_rows_come_before() -> None:
    later = [shutdown("SLB", "2016-01-01", None, LOCAL), *NEWS]
    (before,), (after,) = (
        (registers_of([captured("access_now", "shutdown", rows)]),) for rows in (NEWS, later)
    )
    keys = [set(each["aligned.shutdown_record"]["key"]) for each in (before, after)]
    assert keys[0] < keys[1]
    assert len(keys[1] - keys[0]) == 1


def test_rows_that_say_the_same_are_told_apart() -> None:
    twice = [shutdown("NOR", "2021-03-10", None, LOCAL)] * 2
    stated = captured("access_now", "shutdown", twice).heard[0].frames["shutdown"]
    keys = records.lasting_keys(stated).to_list()
    assert keys[1] == f"{keys[0]}-2"


@pytest.mark.parametrize(
    ("part", "kind", "extent", "network", "is_full"),
    [
        ("workbook", "Shutdown", "Full network", None, True),
        ("workbook", "Shutdown, Throttle", "Full network, Service-based", None, True),
        ("workbook", "Throttle", "Full network", None, False),
        ("workbook", "Shutdown", "Service-based", None, False),
        ("workbook", "Shutdown", None, None, False),
        ("workbook/2019", "Shutdown", "full-network", None, True),
        ("workbook/2016+2017+2018", "Mobile Internet", "Mobile Internet", "Mobile", True),
        ("workbook/2016+2017+2018", "Service-based", None, None, False),
        ("workbook/2016+2017+2018", "Broadband", "Throttling", None, False),
        ("workbook/2016+2017+2018", "Broadband", None, "service-based", False),
    ],
)
def test_full_network_by_the_words_of_each_year(
    part: str, kind: str, extent: str | None, network: str | None, is_full: bool
) -> None:
    row = pl.DataFrame(
        {"part": [part], "kind": [kind], "extent": [extent], "network": [network]},
        schema_overrides={"extent": pl.String, "network": pl.String},
    )
    assert row.select(scopes.is_full_network()).item() is is_full


@pytest.mark.parametrize(
    ("register", "cause", "meant"),
    [
        ("access_now", "Exam cheating", "shutdown"),
        ("ioda_curated", "Exams", "shutdown"),
        ("ioda_curated", "Unknown", "unknown"),
        ("ioda_curated", None, "unknown"),
        ("ioda_curated", "Cable-Cut", "outage"),
        ("radar_outages", "GOVERNMENT_DIRECTED", "shutdown"),
        ("radar_outages", "FIRE", "outage"),
    ],
)
def test_causes_by_the_words_of_each_register(register: str, cause: str | None, meant: str) -> None:
    row = pl.DataFrame({"cause": [cause]}, schema={"cause": pl.String})
    assert row.select(scopes.cause(register)).item() == meant
