"""Inputs of the index: small cases by kind of evidence, and what the real ledger gives."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from math import sqrt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sharedfuture.align import align, known_by
from sharedfuture.analyse.index import inputs
from sharedfuture.analyse.index.ballots import same_votes
from sharedfuture.analyse.index.evidence import Evidence
from sharedfuture.analyse.index.registers import (
    documented_or_not,
    records_of_a_kind,
    years_with_records,
)
from sharedfuture.analyse.index.relations import events_by_rung, standing_in, texts_joined
from sharedfuture.analyse.index.series import (
    distance_from_reference,
    recorded_total,
    series_with_bounds,
    series_without_bounds,
    share_of_points,
    single_answer,
)
from sharedfuture.analyse.step import read_parameters
from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.errors import LedgerFaulty
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE
from sharedfuture.sources import ledger

EVIDENCE = Path(__file__).parents[2] / "evidence"
PARAMETERS = read_parameters("sharedfuture.analyse.index", "inputs")
CODES = [str(entry["code"]) for entry in PARAMETERS["indicators"]]
UNITS = ["AAA", "BBB", "CCC", "DDD"]

Given = tuple[str, str, str, float | None]  # country, indicator, period, value
Frames = Mapping[str, pl.DataFrame]


def figures_of(given: Sequence[Given], *, width: float | None = None) -> pl.DataFrame:
    """Figures with these values; bounds `width` below and above, where given."""
    rows = [
        {
            "figure_id": f"fig-{country}-{indicator}-{period.replace('/', '-')}",
            "country_id": country,
            "indicator_id": indicator,
            "period": period,
            "value": value,
            "low": None if width is None or value is None else value - width,
            "high": None if width is None or value is None else value + width,
        }
        for country, indicator, period, value in given
    ]
    return frame_of(TABLE["figure"], rows)


def held(
    figures: pl.DataFrame | None = None,
    *,
    ties: Sequence[Mapping[str, Any]] = (),
    events: Sequence[Mapping[str, Any]] = (),
    parties: Sequence[Mapping[str, Any]] = (),
) -> Evidence:
    """What the makers of indicators are handed; CHN is the reference and no unit."""
    return Evidence(
        figures=frame_of(TABLE["figure"], []) if figures is None else figures,
        ties=frame_of(TABLE["tie"], ties),
        events=frame_of(TABLE["event"], events),
        event_parties=frame_of(TABLE["event_party"], parties),
        actors=frame_of(TABLE["actor"], [{"actor_id": "act-centre", "country_id": "CHN"}]),
        units=pl.Series("country_id", UNITS),
        reference="CHN",
    )


def tie(country: str, to: str, kind: str = "member_of", **other: str | None) -> dict[str, Any]:
    made = {"tie_id": f"tie-{country}-{to}-{kind}", "kind": kind, "from_id": country, "to_id": to}
    return {**made, "status": "active", **other}


def rows_of(made: pl.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["country_id"]: row for row in made.iter_rows(named=True)}


def test_series_takes_the_latest_value_and_the_published_bounds() -> None:
    figures = figures_of(
        [("AAA", "x", "2019", 0.1), ("AAA", "x", "2024", 0.4), ("BBB", "x", "2021", 0.5)], width=0.1
    )
    made = rows_of(series_with_bounds(held(figures), code="c", indicator_id="x", longest_age=3))
    assert made["AAA"]["value"] == 0.4
    assert made["AAA"]["period"] == "2024"
    assert (made["AAA"]["low"], made["AAA"]["high"]) == (pytest.approx(0.3), pytest.approx(0.5))
    assert made["AAA"]["standard_error"] == pytest.approx(0.1)
    assert (made["AAA"]["state"], made["AAA"]["error_basis"]) == ("measured", "published")
    assert made["AAA"]["row_ids"] == ["fig-AAA-x-2024"]
    assert made["BBB"]["value"] == 0.5


@pytest.mark.parametrize(("longest_age", "countries"), [(3, {"AAA", "BBB"}), (2, {"AAA"})])
def test_country_that_left_a_series_is_not_in_it(longest_age: int, countries: set[str]) -> None:
    figures = figures_of([("AAA", "x", "2024", 1.0), ("BBB", "x", "2021", 2.0)], width=0.1)
    made = series_with_bounds(held(figures), code="c", indicator_id="x", longest_age=longest_age)
    assert set(made["country_id"]) == countries


def test_gap_is_not_a_value_and_an_older_value_stands() -> None:
    figures = figures_of([("AAA", "x", "2023", 1.0), ("AAA", "x", "2024", None)], width=0.1)
    made = series_with_bounds(held(figures), code="c", indicator_id="x", longest_age=3)
    assert rows_of(made)["AAA"]["period"] == "2023"


def test_series_without_bounds_takes_a_share_of_the_spread() -> None:
    figures = figures_of([("AAA", "x", "2024", 0.0), ("BBB", "x", "2024", 2.0)])
    made = rows_of(
        series_without_bounds(
            held(figures), code="c", indicator_id="x", longest_age=3, error_share=0.25
        )
    )
    assert made["AAA"]["standard_error"] == pytest.approx(0.25 * sqrt(2))
    assert made["AAA"]["low"] == pytest.approx(-0.25 * sqrt(2))
    assert made["AAA"]["error_basis"] == "assumed"


def test_one_value_alone_has_no_spread_and_no_error() -> None:
    made = series_without_bounds(
        held(figures_of([("AAA", "x", "2024", 3.0)])),
        code="c",
        indicator_id="x",
        longest_age=3,
        error_share=0.25,
    )
    assert made["standard_error"].to_list() == [0.0]


def test_single_answer_stays_on_its_scale() -> None:
    figures = figures_of([("AAA", "x", "2024", 4.0), ("BBB", "x", "2024", 0.0)])
    made = rows_of(
        single_answer(held(figures), code="c", indicator_id="x", longest_age=3, error_points=1.0)
    )
    assert (made["AAA"]["low"], made["AAA"]["high"]) == (3.0, 4.0)
    assert (made["BBB"]["low"], made["BBB"]["high"]) == (0.0, 1.0)


def test_total_is_never_zero_for_want_of_a_row() -> None:
    figures = figures_of([("AAA", "x", "2000/2021", 7e9)])
    made = recorded_total(held(figures), code="c", indicator_id="x", longest_age=3)
    assert made["country_id"].to_list() == ["AAA"]
    assert made["period"].to_list() == ["2000/2021"]


def points(country: str, edition: str, period: str, given: tuple[float, float]) -> list[Given]:
    names = (f"{edition}_points", f"{edition}_maximum")
    return [(country, name, period, value) for name, value in zip(names, given, strict=True)]


def test_share_of_points_is_that_of_one_edition() -> None:
    figures = figures_of(
        [
            *points("AAA", "new", "2024", (22.0, 44.0)),
            *points("AAA", "old", "2022", (44.0, 44.0)),
            *points("BBB", "old", "2022", (11.0, 44.0)),
        ]
    )
    kept = {"item_dispersion": 1.0, "prior_count": 0.5}
    made = rows_of(share_of_points(held(figures), code="c", editions=["new", "old"], **kept))
    assert set(made) == {"AAA"}
    assert made["AAA"]["value"] == 0.5
    # Beta(6, 6): 11 answers, half of them yes, and half an answer more on each side.
    assert made["AAA"]["standard_error"] == pytest.approx(sqrt(6 * 6 / (12**2 * 13)))
    older = figures.filter(pl.col("period") == "2022")
    made = rows_of(share_of_points(held(older), code="c", editions=["new", "old"], **kept))
    assert {country: row["value"] for country, row in made.items()} == {"AAA": 1.0, "BBB": 0.25}
    assert made["AAA"]["standard_error"] > 0, "all points out of all are not certainty"
    assert made["AAA"]["high"] == 1.0


def test_no_edition_nobody_covered() -> None:
    made = share_of_points(
        held(), code="c", editions=["new", "old"], item_dispersion=1.0, prior_count=0.5
    )
    assert made.is_empty()


def test_more_points_than_possible_are_refused_by_name() -> None:
    figures = figures_of(points("AAA", "new", "2024", (45.0, 44.0)))
    with pytest.raises(LedgerFaulty) as raised:
        share_of_points(
            held(figures), code="c", editions=["new"], item_dispersion=1.0, prior_count=0.5
        )
    (fault,) = raised.value.faults
    assert str(fault) == "fig-AAA-new_points-2024:0: expected 0 to 44 points, found 45"


def test_distance_is_the_same_on_both_sides() -> None:
    figures = figures_of(
        [("CHN", "x", "2019", -0.5), ("AAA", "x", "2019", 0.5), ("BBB", "x", "2019", -1.5)],
        width=0.329,
    )
    made = rows_of(
        distance_from_reference(held(figures), code="c", indicator_id="x", longest_age=3)
    )
    assert set(made) == {"AAA", "BBB"}
    assert [made[country]["value"] for country in ("AAA", "BBB")] == [1.0, 1.0]
    assert made["AAA"]["standard_error"] == pytest.approx(0.2, abs=1e-3)
    assert made["AAA"]["row_ids"] == ["fig-AAA-x-2019", "fig-CHN-x-2019"]


def test_without_the_reference_there_is_no_distance() -> None:
    figures = figures_of([("AAA", "x", "2019", 0.5)], width=0.3)
    made = distance_from_reference(held(figures), code="c", indicator_id="x", longest_age=3)
    assert made.is_empty()


RECORDS: list[Given] = [
    ("AAA", "kind", "2000/2021", 3.0),
    ("AAA", "all", "2000/2021", 40.0),
    ("BBB", "all", "2000/2021", 5.0),
]


def test_recipient_without_such_a_record_is_zero_and_a_donor_is_not_covered() -> None:
    made = rows_of(
        records_of_a_kind(
            held(figures_of(RECORDS)),
            code="c",
            indicator_id="kind",
            coverage_id="all",
            counted_share=0.5,
        )
    )
    assert set(made) == {"AAA", "BBB"}
    assert (made["AAA"]["value"], made["AAA"]["state"]) == (3.0, "measured")
    assert made["AAA"]["standard_error"] == pytest.approx(sqrt(2))
    assert made["AAA"]["row_ids"] == ["fig-AAA-kind-2000-2021"]
    assert (made["BBB"]["value"], made["BBB"]["state"]) == (0.0, "none_recorded")
    assert made["BBB"]["low"] == 0.0
    assert made["BBB"]["high"] == pytest.approx(sqrt(0.5))
    assert made["BBB"]["row_ids"] == ["fig-BBB-all-2000-2021"]
    assert made["BBB"]["pool_ids"] == ["fig-AAA-kind-2000-2021"]


def test_more_complete_records_have_less_error() -> None:
    errors = [
        records_of_a_kind(
            held(figures_of(RECORDS)),
            code="c",
            indicator_id="kind",
            coverage_id="all",
            counted_share=share,
        )["standard_error"].sum()
        for share in (0.2, 0.5, 1.0)
    ]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] == 0.0


@pytest.mark.parametrize("lost", ["kind", "all"])
def test_register_that_is_not_held_says_nothing(lost: str) -> None:
    figures = figures_of([row for row in RECORDS if row[1] != lost])
    made = records_of_a_kind(
        held(figures), code="c", indicator_id="kind", coverage_id="all", counted_share=0.5
    )
    assert made.is_empty()


def test_years_are_counted_not_entries() -> None:
    figures = figures_of(
        [
            *(("AAA", "x", str(year), 80.0) for year in (2019, 2024, 2025)),
            ("BBB", "x", "2020", 1.0),
            ("CCC", "x", "2025", 0.0),
        ]
    )
    made = rows_of(years_with_records(held(figures), code="c", indicator_id="x", years=5))
    assert set(made) == set(UNITS)
    assert (made["AAA"]["value"], made["AAA"]["state"]) == (2.0, "measured")
    assert made["AAA"]["row_ids"] == ["fig-AAA-x-2024", "fig-AAA-x-2025"]
    for country in ("BBB", "CCC"):
        assert (made[country]["value"], made[country]["state"]) == (0.0, "none_recorded")
    assert made["BBB"]["pool_ids"] == made["AAA"]["row_ids"]
    assert {row["period"] for row in made.values()} == {"2021/2025"}


def test_no_register_no_zero() -> None:
    assert years_with_records(held(), code="c", indicator_id="x", years=5).is_empty()


def test_not_listed_is_zero_only_where_the_publisher_looked() -> None:
    figures = figures_of(
        [
            ("AAA", "use", "2022", 1.0),
            ("BBB", "use", "2022", 0.0),
            ("DDD", "use", "2022", 1.0),
            *((country, "looked", "2021", -0.3) for country in ("AAA", "BBB", "CCC")),
        ]
    )
    made = rows_of(
        documented_or_not(held(figures), code="c", indicator_id="use", coverage_id="looked")
    )
    assert {country: row["state"] for country, row in made.items()} == {
        "AAA": "measured",
        "BBB": "measured",
        "CCC": "none_recorded",
        "DDD": "measured",
    }
    assert [made[country]["value"] for country in UNITS] == [1.0, 0.0, 0.0, 1.0]
    assert made["CCC"]["row_ids"] == ["fig-CCC-looked-2021"]


MEMBERS = [
    tie("CHN", "act-club"),
    tie("AAA", "act-club"),
    tie("AAA", "act-club", "participates_in"),
    tie("BBB", "act-club", "participates_in"),
    tie("CCC", "act-club", "member_of", until_edtf="2020"),
    tie("DDD", "act-club", "member_of", status="not_party"),
    tie("CCC", "act-club", "member_of", status="denied"),
    tie("act-league", "act-club"),
]
RUNGS = {"member_of": 2, "participates_in": 1}


def test_highest_standing_counts_and_who_is_out_is_a_true_zero() -> None:
    made = rows_of(
        standing_in(
            held(ties=MEMBERS), code="c", organisation="act-club", rungs=RUNGS, least_parties=3
        )
    )
    assert [made[country]["value"] for country in UNITS] == [2.0, 1.0, 0.0, 0.0]
    assert [made[country]["state"] for country in ("AAA", "CCC")] == ["measured", "true_zero"]
    assert made["AAA"]["row_ids"] == [
        "tie-AAA-act-club-member_of",
        "tie-AAA-act-club-participates_in",
    ]
    assert "tie-CHN-act-club-member_of" in made["CCC"]["pool_ids"]
    assert {row["error_basis"] for row in made.values()} == {"exact"}


def test_shortened_list_says_nothing_about_who_is_missing() -> None:
    made = standing_in(
        held(ties=MEMBERS), code="c", organisation="act-club", rungs=RUNGS, least_parties=4
    )
    assert made.is_empty()


def test_versions_of_a_text_count_once_and_short_lists_not_at_all() -> None:
    ties = [
        tie("AAA", "act-v1", "signatory_of"),
        tie("AAA", "act-v2", "signatory_of"),
        tie("BBB", "act-v2", "signatory_of"),
        tie("BBB", "act-other", "signatory_of"),
        tie("CCC", "act-short", "signatory_of"),
    ]
    made = rows_of(
        texts_joined(
            held(ties=ties),
            code="c",
            texts=[{"act-v1": 1, "act-v2": 2}, {"act-other": 1}, {"act-short": 2}],
        )
    )
    assert [made[country]["value"] for country in UNITS] == [1.0, 2.0, 0.0, 0.0]
    assert made["CCC"]["state"] == "true_zero"
    assert made["AAA"]["row_ids"] == ["tie-AAA-act-v1-signatory_of", "tie-AAA-act-v2-signatory_of"]


def event(name: str, kind: str, certainty: str = "documented") -> dict[str, Any]:
    return {"event_id": name, "kind": kind, "certainty": certainty, "date_edtf": "2019-05~"}


def party(name: str, country: str, role: str = "country") -> dict[str, Any]:
    return {"event_id": name, "party_id": country, "role": role}


def ladder(least_rows: int = 1) -> dict[str, dict[str, Any]]:
    """Agreements, a training, an allegation, a named contact; CHN and an actor are parties too.

    The last agreement is one of two others.
    """
    evidence = held(
        events=[
            event("ev-1", "agreement"),
            event("ev-2", "training"),
            event("ev-3", "agreement", "alleged"),
            event("ev-4", "visit"),
            event("ev-5", "agreement"),
        ],
        parties=[
            party("ev-1", "AAA"),
            party("ev-1", "CHN", "counterpart"),
            party("ev-1", "act-agency"),
            party("ev-2", "AAA", "trainee"),
            party("ev-2", "BBB", "trainee"),
            party("ev-2", "act-centre", "organiser"),
            party("ev-3", "CCC"),
            party("ev-3", "CHN", "counterpart"),
            party("ev-4", "CCC"),
            party("ev-5", "CCC"),
            party("ev-5", "DDD", "counterpart"),
        ],
        ties=[tie("DDD", "act-centre", "partners_with")],
    )
    made = events_by_rung(
        evidence,
        code="c",
        rungs={"agreement": 3, "training": 2},
        certainties=["documented"],
        roles=["country", "trainee"],
        contacts_to=["act-centre"],
        contact_kinds=["partners_with"],
        contact_rung=1,
        least_rows=least_rows,
    )
    return rows_of(made)


def test_highest_rung_counts_and_neither_allegations_nor_dealings_of_others_do() -> None:
    made = ladder()
    assert [made[country]["value"] for country in UNITS] == [3.0, 2.0, 0.0, 1.0]
    assert [made[country]["state"] for country in ("AAA", "CCC")] == ["measured", "none_recorded"]
    assert made["AAA"]["row_ids"] == ["ev-1", "ev-2"]
    assert made["CCC"]["pool_ids"] == ["ev-1", "ev-2", "tie-DDD-act-centre-partners_with"]
    assert made["AAA"]["period"] == "2019"


def test_too_few_events_say_nothing_about_the_others() -> None:
    assert ladder(least_rows=4)
    assert ladder(least_rows=5) == {}


def test_same_vote_is_the_same_of_three() -> None:
    votes = {"CHN": (1.0, 0.0, -1.0), "AAA": (1.0, 1.0, -1.0), "CCC": (-1.0, -1.0, None)}
    figures = figures_of(
        [
            *(
                (country, call, "2018", vote)
                for country, cast in votes.items()
                for call, vote in zip("abc", cast, strict=True)
            ),
            ("BBB", "a", "2018", 1.0),
        ]
    )
    made = rows_of(
        same_votes(held(figures), code="c", roll_calls=["a", "b", "c"], least_roll_calls=2)
    )
    assert {country: row["value"] for country, row in made.items()} == {
        "AAA": pytest.approx(2 / 3),
        "CCC": 0.0,
    }
    assert made["CCC"]["state"] == "measured"
    assert len(made["AAA"]["row_ids"]) == 6


def run(frames: Frames) -> pl.DataFrame:
    names = ("figure", "tie", "event", "event_party", "actor", "country")
    return inputs.run(*(frames[name] for name in names), **PARAMETERS)


@pytest.fixture(scope="module")
def aligned() -> Frames:
    """The ledger of this project, aligned."""
    nowhere = EVIDENCE / "nowhere"
    captures = capture_ledger(Settings(evidence=EVIDENCE, out=nowhere, var=nowhere))
    text = ledger.read(captures)
    hashes = {item.name: item.sha256 for item in captures}
    return align(text.rows, refused=text.refused, file_hashes=hashes).frames


@pytest.fixture(scope="module")
def real(aligned: Frames) -> pl.DataFrame:
    """The inputs that the ledger of this project gives."""
    return run(aligned)


def test_every_unit_has_every_indicator_once(real: pl.DataFrame) -> None:
    assert real["index_input_id"].is_unique().all()
    units = set(real["country_id"])
    assert real.height == len(units) * len(CODES)
    assert len(units) == 195
    assert not units & {"CHN", "HKG", "MAC"}
    assert {"TWN", "XKX", "PSE"} <= units


def test_only_what_is_not_covered_has_no_value(real: pl.DataFrame) -> None:
    numbers = ("value", "low", "high", "standard_error", "error_basis")
    for name in numbers:
        is_there = real[name].is_not_null()
        assert (is_there == (real["state"] != "not_covered")).all(), name
    covered = real.drop_nulls("value")
    assert (covered["low"] <= covered["value"]).all()
    assert (covered["value"] <= covered["high"]).all()
    assert (covered["standard_error"] >= 0).all()
    assert covered.select(pl.col("value", "standard_error").is_finite().all()).row(0) == (True,) * 2
    zeros = real.filter(pl.col("state").is_in(["true_zero", "none_recorded"]))
    assert (zeros["value"] == 0).all()


def test_everything_rests_on_rows_of_the_ledger(real: pl.DataFrame, aligned: Frames) -> None:
    known = {
        *aligned["figure"]["figure_id"],
        *aligned["tie"]["tie_id"],
        *aligned["event"]["event_id"],
    }
    for name in ("row_ids", "pool_ids"):
        assert set(real[name].explode().drop_nulls()) <= known
    assert (real["row_ids"].list.len() + real["pool_ids"].list.len() > 0).all()


CASES = [
    # country, indicator, value or None, state
    ("SLB", "cyber_dealings", 2.0, "measured"),  # policing and security, no cyber agreement
    ("RUS", "cyber_dealings", 3.0, "measured"),
    ("CUB", "cyber_dealings", 3.0, "measured"),
    ("LKA", "cyber_dealings", 1.0, "measured"),  # response teams
    ("KAZ", "cyber_dealings", 0.0, "none_recorded"),  # signed as a member of the SCO only
    ("PAK", "sco_standing", 2.0, "measured"),
    ("BLR", "sco_standing", 2.0, "measured"),  # observer until it became a member
    ("MNG", "sco_standing", 1.0, "measured"),
    ("DEU", "sco_standing", 0.0, "true_zero"),
    ("KAZ", "texts_joined", 2.0, "measured"),
    ("EGY", "texts_joined", 1.0, "measured"),  # its league's initiative does not count
    ("OMN", "texts_joined", 0.0, "true_zero"),
    ("SRB", "open_internet_declaration", 1.0, "measured"),
    ("BRA", "open_internet_declaration", 0.0, "true_zero"),
    ("IND", "shutdown_years", 5.0, "measured"),
    ("NZL", "shutdown_years", 0.0, "none_recorded"),
    ("DJI", "base_interest", 2.0, "measured"),
    ("ARE", "base_interest", 1.0, "measured"),  # named; the facility is disputed
    ("DEU", "commitments", None, "not_covered"),
    ("DEU", "mining_projects", None, "not_covered"),
    ("NPL", "mining_projects", 0.0, "none_recorded"),
    ("SRB", "commitments", None, "not_covered"),
    ("AUS", "surveillance_suppliers", 1.0, "measured"),
    ("IRL", "surveillance_suppliers", 0.0, "none_recorded"),
    ("TUV", "surveillance_suppliers", None, "not_covered"),
    ("EGY", "technology_exposure", 1.0, "measured"),
    ("ZMB", "technology_exposure", None, "not_covered"),  # in edition 2022 only
    ("TWN", "cyber_votes", None, "not_covered"),
    ("USA", "open_internet_declaration", 1.0, "measured"),
]


@pytest.mark.parametrize(("country", "code", "value", "state"), CASES)
def test_case_of_the_ledger(
    real: pl.DataFrame, country: str, code: str, value: float | None, state: str
) -> None:
    (row,) = real.filter(pl.col("index_input_id") == f"inp-{country}-{code}").iter_rows(named=True)
    assert (row["value"], row["state"]) == (value, state)


def test_recipe_has_the_same_indicators_with_direction_and_reason() -> None:
    recipe = tomllib.loads((EVIDENCE / "index.toml").read_text(encoding="utf-8"))
    assert [entry["code"] for entry in recipe["indicator"]] == CODES
    for entry in recipe["indicator"]:
        assert entry["better"] in ("higher", "lower"), entry["code"]
        assert len(entry["why"].split()) > 5, entry["code"]
    for entry in PARAMETERS["indicators"]:
        assert len(str(entry["because"]).split()) > 5, entry["code"]


def test_assumed_errors_are_no_smaller_than_published_ones(real: pl.DataFrame) -> None:
    """What stands in for an error is, as a share of the spread, at least what others publish."""
    spread = pl.col("standard_error").median() / pl.col("value").std()
    shares = dict(
        real.filter(pl.col("error_basis") == "published")
        .group_by("indicator_code")
        .agg(spread)
        .iter_rows()
    )
    assert {code: round(share, 2) for code, share in shares.items()} == {
        "polyarchy": 0.17,
        "voice_accountability": 0.13,
        "un_distance": 0.22,
    }
    assumed = {e["code"]: e["error_share"] for e in PARAMETERS["indicators"] if "error_share" in e}
    assert assumed.keys() == {"internet_censorship", "digital_repression"}
    assert min(assumed.values()) >= max(shares.values())


# What a source gave, from the day on which all of it had been published.
KNOWN_FROM = {
    "un_distance": date(2020, 4, 30),
    "digital_repression": date(2022, 12, 31),
    "ict_projects": date(2023, 11, 6),
    "polyarchy": date(2025, 3, 31),
    "police_training": date(2025, 12, 17),
    "shutdown_years": date(2026, 5, 20),
}


@pytest.mark.parametrize(("code", "day"), KNOWN_FROM.items())
def test_nothing_counts_before_it_was_published(aligned: Frames, code: str, day: date) -> None:
    for known_on, is_covered in ((date.fromordinal(day.toordinal() - 1), False), (day, True)):
        made = run(known_by(aligned, known_on)).filter(pl.col("indicator_code") == code)
        assert made["value"].is_not_null().any() == is_covered
        assert made.height == 195


def test_lists_of_undated_sources_are_no_zeros_in_the_past(aligned: Frames) -> None:
    made = run(known_by(aligned, date(2024, 12, 31)))
    for code in ("sco_standing", "open_internet_declaration", "cyber_votes"):
        part = made.filter(pl.col("indicator_code") == code)
        assert (part["state"] == "not_covered").all(), code


def test_older_edition_stands_in_whole_before_the_newer(aligned: Frames) -> None:
    made = run(known_by(aligned, date(2023, 12, 31))).filter(
        pl.col("indicator_code") == "technology_exposure", pl.col("value").is_not_null()
    )
    assert made["period"].unique().to_list() == ["2022"]
    assert made.height == 82
