"""Rates and changes of made-up series: what is said, and what is not said of too little."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from sharedfuture.analyse.blocking import changes, rates
from sharedfuture.analyse.blocking.national import organisation_of
from sharedfuture.analyse.blocking.sentences import say_days, say_share
from sharedfuture.analyse.step import read_parameters
from sharedfuture.findings.blocking_words import say_country
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE

START = date(2026, 1, 1)
COUNTRIES = pl.DataFrame({"country_id": ["UGA"], "name": ["Uganda"]})
RATES = read_parameters("sharedfuture.analyse.blocking", "rates")
CHANGES = read_parameters("sharedfuture.analyse.blocking", "changes")

Row = dict[str, Any]  # one row of a table


def series(shares: Sequence[tuple[int, int]], **others: Any) -> list[Row]:
    """Rows of counts for days on end: blocked of decided; a day without any has no row."""
    of_all: Row = {
        "country_id": "UGA",
        "asn": 20294,
        "network": "MTN Uganda",
        "kind": "website",
        "subject": "example.org",
        "insufficient": 0,
        "down": 0,
        **others,
    }
    rows = []
    for number, (blocked, decided) in enumerate(shares):
        day = START + timedelta(days=number)
        if decided:
            rows.append(
                {
                    **of_all,
                    "measurement_count_id": f"mc-{of_all['asn']}-{of_all['subject']}-{day}",
                    "earliest_date": day,
                    "latest_date": day,
                    "measured": decided + of_all["insufficient"],
                    "blocked": blocked,
                    "ok": decided - blocked,
                }
            )
    return rows


def changes_of(*parts: list[Row]) -> list[Row]:
    counts = frame_of(TABLE["measurement_count"], [row for part in parts for row in part])
    return changes.run(counts, COUNTRIES, **CHANGES).sort("by_date", "asn").rows(named=True)


def rates_of(*parts: list[Row]) -> dict[tuple[str, str | None], Row]:
    counts = frame_of(TABLE["measurement_count"], [row for part in parts for row in part])
    found = rates.run(counts, COUNTRIES, **RATES)
    assert found.drop("row_ids").columns == list(TABLE["blocking_rate"].column_names)
    return {(row["breakdown"], row["subject"]): row for row in found.rows(named=True)}


OPEN, SHUT, NONE = (0, 2), (2, 2), (0, 0)


def test_block_and_unblock_are_found_with_their_days() -> None:
    block, unblock = changes_of(series([OPEN] * 20 + [SHUT] * 20 + [OPEN] * 20))
    assert (block["change"], unblock["change"]) == ("blocked", "unblocked")
    assert (block["after_date"], block["by_date"]) == (date(2026, 1, 20), date(2026, 1, 21))
    assert (unblock["after_date"], unblock["by_date"]) == (date(2026, 2, 9), date(2026, 2, 10))
    assert (block["measured_before"], block["measured_after"]) == (40, 40)
    assert (block["rate_before"], block["rate_after"]) == (0.0, 1.0)
    assert len(block["row_ids"]) == 40


def test_a_bracket_spans_the_days_without_measurements() -> None:
    (found,) = changes_of(series([OPEN] * 20 + [NONE] * 9 + [SHUT] * 20))
    assert (found["after_date"], found["by_date"]) == (date(2026, 1, 20), date(2026, 1, 30))
    assert found["sentence"] == (
        "Uganda, MTN Uganda (AS20294): example.org began to be blocked after 20 January 2026 and "
        "by 30 January 2026. Before, 0 % of 40 measurements were blocked; after, 100 % of 40. "
        f"Near certain (log Bayes factor {found['log_odds']:.1f}). No other network operator "
        "measured it before and after."
    )


@pytest.mark.parametrize(
    "shares",
    [
        [OPEN] * 60,
        [SHUT] * 60,
        [OPEN] * 30 + [SHUT] + [OPEN] * 29,
        [OPEN] * 30 + [(50, 50)] + [OPEN] * 29,
        [(1, 3)] * 60,
        [OPEN, SHUT],
        [OPEN] * 10 + [SHUT],
    ],
    ids=["open", "shut", "odd day", "odd day of one probe", "partly", "two days", "last day"],
)
def test_no_change_without_enough_days(shares: Sequence[tuple[int, int]]) -> None:
    """However often a probe repeats itself on one day, a day is a day."""
    assert changes_of(series(shares)) == []


TURN = [OPEN] * 20 + [SHUT] * 20


def network(asn: int, name: str | None, shares: Sequence[tuple[int, int]] = TURN) -> list[Row]:
    return series(shares, asn=asn, network=name)


@pytest.mark.parametrize(
    ("networks", "scope", "seen", "measured"),
    [
        ([network(1, "MTN Uganda")], "one_network", 1, 1),
        ([network(1, "MTN Uganda"), network(2, "Airtel", [OPEN] * 40)], "one_network", 1, 2),
        ([network(1, "MTN Uganda"), network(2, "MTN-UG-AS")], "one_network", 1, 1),
        ([network(1, "MTN Uganda"), network(2, "Airtel Uganda")], "several_networks", 2, 2),
        ([network(1, "MTN"), network(2, "Airtel"), network(3, None)], "national", 3, 3),
        (
            [
                *(network(1, "MTN"), network(2, "Airtel"), network(3, "Lyca")),
                *(network(number, f"Operator{number}", [OPEN] * 40) for number in (4, 5, 6)),
            ],
            "several_networks",
            3,
            6,
        ),
    ],
    ids=["alone", "not on the other", "one firm", "two firms", "national", "half of them"],
)
def test_scope_counts_organisations(
    networks: list[list[Row]], scope: str, seen: int, measured: int
) -> None:
    first = changes_of(*networks)[0]
    assert (first["scope"], first["networks"], first["networks_measured"]) == (
        scope,
        seen,
        measured,
    )


def test_changes_at_other_times_are_not_the_same_change() -> None:
    later = [OPEN] * 30 + [SHUT] * 20
    found = changes_of(network(1, "MTN"), network(2, "Airtel", later))
    assert {row["scope"] for row in found} == {"one_network"}


def test_a_total_of_a_country_says_nothing_of_networks() -> None:
    (found,) = changes_of(network(None, None))  # type: ignore[arg-type]
    assert found["scope"] == "undivided"
    assert "all networks together" in found["sentence"]


@pytest.mark.parametrize(
    ("name", "organisation"),
    [
        ("MTN Uganda", "mtn"),
        ("MTN-UGANDA-AS", "mtn"),
        ("Uganda Telecom Ltd.", "as1"),
        ("The Airtel Company", "airtel"),
        (None, "as1"),
    ],
)
def test_organisation_by_name(name: str | None, organisation: str) -> None:
    words = CHANGES["words_of_firms"]
    found = organisation_of(1, name, country="Uganda UGA UG", words_of_firms=words)
    assert found == organisation


def test_rate_has_interval_and_denominators() -> None:
    found = rates_of(series([(1, 4), (2, 4), (0, 4), (3, 4), (1, 4)] * 6))
    row = found["domain", "example.org"]
    assert (row["decided"], row["blocked"], row["days"], row["networks"]) == (120, 42, 30, 1)
    assert row["rate"] == pytest.approx(0.35)
    assert 0.2 < row["rate_low"] < 0.3 < 0.4 < row["rate_high"] < 0.5
    assert row["sentence"].startswith("Uganda, example.org: 35 % blocked (95 % interval ")
    assert " 42 of 120 decided measurements on 1 network and 30 days," in row["sentence"]
    assert found["country", None]["title"] == "Uganda"
    assert found["network", "20294"]["title"] == "MTN Uganda (AS20294)"


def test_a_probe_that_repeats_itself_does_not_narrow_the_interval() -> None:
    few = rates_of(series([(1, 1), (0, 1)] * 20))["domain", "example.org"]
    many = rates_of(series([(50, 50), (0, 50)] * 20))["domain", "example.org"]
    assert many["rate"] == few["rate"] == 0.5
    assert many["rate_high"] - many["rate_low"] >= few["rate_high"] - few["rate_low"] - 1e-9


@pytest.mark.parametrize(
    ("rows", "is_shown"),
    [
        (series([(0, 10)] * 3), False),
        (series([(0, 10)] * 30), True),
        (series([(0, 1000)]), False),
        (series([(0, 10)] * 30, insufficient=2), False),
        (series([(1, 1)]), False),
        (series([(1, 2), (0, 1)]), False),
        (series([(1, 1)] * 20), True),
    ],
    ids=["few days", "enough", "one day", "undecided", "one", "too wide", "all blocked"],
)
def test_too_little_is_not_a_rate(rows: list[Row], is_shown: bool) -> None:
    """Nothing blocked is said only where blocking would have shown itself."""
    row = rates_of(rows)["domain", "example.org"]
    assert (row["rate"] is not None) is is_shown
    assert ("not enough measured" in row["sentence"]) is not is_shown
    assert row["trend"] == "unknown" or is_shown


@pytest.mark.parametrize(
    ("shares", "trend"),
    [
        ([OPEN] * 60 + [SHUT] * 20, "worse"),
        ([SHUT] * 60 + [OPEN] * 20, "better"),
        ([OPEN] * 200, "unknown"),
        ([(2, 20)] * 300, "unknown"),
        ([OPEN, SHUT] * 50, "unknown"),
        ([OPEN] * 30, "unknown"),
    ],
    ids=["worse", "better", "31 days rule out little", "few of many", "to and fro", "month only"],
)
def test_trend(shares: Sequence[tuple[int, int]], trend: str) -> None:
    assert rates_of(series(shares))["domain", "example.org"]["trend"] == trend


def test_steady_where_many_networks_show_it() -> None:
    parts = [series([(0, 4)] * 90, asn=asn) for asn in (1, 2, 3)]
    row = rates_of(*parts)["domain", "example.org"]
    assert row["trend"] == "steady"
    assert "Steady" in row["sentence"]


def test_what_is_newly_measured_is_no_trend() -> None:
    """A site that was always blocked and is tested only of late does not make a country worse."""
    old = series([OPEN] * 90)
    new = series([NONE] * 60 + [SHUT] * 30, subject="blocked.example")
    assert rates_of(old, new)["country", None]["trend"] == "unknown"


def test_a_total_takes_the_place_of_its_parts() -> None:
    """What is counted for a country and for its networks counts once."""
    total = series([(4, 8)] * 30, asn=None, network=None)
    found = rates_of(total, series([(2, 4)] * 30))
    assert found["country", None]["decided"] == 240
    assert found["network", "20294"]["decided"] == 120


def test_no_counts_no_rows() -> None:
    assert rates_of() == {}
    assert changes_of() == []


def test_words() -> None:
    assert say_days(START, date(2026, 1, 3)) == "1 to 3 January 2026"
    assert say_days(START, date(2026, 2, 3)) == "1 January to 3 February 2026"
    assert say_days(date(2025, 1, 1), START) == "1 January 2025 to 1 January 2026"
    assert [say_share(share) for share in (0.0, 0.001, 0.5, 0.999, 1.0)] == [
        *("0 %", "under 1 %", "50 %", "over 99 %", "100 %")
    ]


def test_country_in_words() -> None:
    rows = series([OPEN] * 60 + [SHUT] * 20)
    said = say_country("Uganda", rates=list(rates_of(rows).values()), changes=changes_of(rows))
    assert said[0].startswith("Uganda: 25 % blocked")
    assert said[1] == "Getting worse: example.org (domain); MTN Uganda (AS20294) (network)."
    assert "began to be blocked" in said[-1]
    (nothing,) = say_country("Uganda", rates=[], changes=[])
    assert "no sign of openness" in nothing
