"""Inputs of the index: identities that hold whatever the ledger says."""

from collections.abc import Sequence
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedfuture.analyse.index import inputs
from sharedfuture.analyse.step import read_parameters
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE

PARAMETERS = read_parameters("sharedfuture.analyse.index", "inputs")
CODES = [str(entry["code"]) for entry in PARAMETERS["indicators"]]
COUNTRIES = ("AAA", "BBB", "CCC", "CHN")
FIGURES = (
    *("vdem_polyarchy", "vdem_internet_censorship", "access_now_shutdowns", "aiddata_projects"),
    *("aiddata_ict_projects", "aigs_china_tech", "digital_repression_index", "un_ideal_point"),
    *("china_index_2024_technology_points", "china_index_2024_technology_maximum"),
    *("china_index_technology_points", "china_index_technology_maximum"),
    *("un_vote_a_res_73_27", "un_vote_a_res_73_187", "un_vote_a_res_73_266"),
    *("un_vote_a_res_74_28", "un_vote_a_res_74_29", "un_vote_a_res_74_247"),
)

Row = dict[str, Any]


@st.composite
def figure_rows(draw: st.DrawFn) -> list[Row]:
    """Any of the figures for any of the countries, some without value or bounds."""
    chosen = draw(st.sets(st.tuples(st.sampled_from(COUNTRIES), st.sampled_from(FIGURES))))
    rows = []
    for country, indicator in sorted(chosen):
        least = 4.0 if indicator.endswith("_maximum") else 0.0
        value = draw(st.none() | st.sampled_from((least, least + 1, least + 3)))
        width = draw(st.none() | st.sampled_from((0.0, 0.5)))
        bounds = (None, None) if value is None or width is None else (value - width, value + width)
        year = draw(st.sampled_from(("2018", "2022", "2024")))
        rows.append(
            {
                "figure_id": f"fig-{country}-{indicator}",
                "country_id": country,
                "indicator_id": indicator,
                "period": year,
                "value": value,
                "low": bounds[0],
                "high": bounds[1],
            }
        )
    return rows


@st.composite
def tie_rows(draw: st.DrawFn) -> list[Row]:
    """Any of the countries tied to any of the actors that the indicators know."""
    actors = ("act-sco", "act-dfi", "act-code-2011", "act-code-2015", "act-cncert")
    kinds = ("member_of", "participates_in", "signatory_of", "partners_with")
    parts = st.tuples(*(st.sampled_from(part) for part in (COUNTRIES, actors, kinds)))
    return [
        {
            "tie_id": f"tie-{country}-{actor}-{kind}",
            "kind": kind,
            "from_id": country,
            "to_id": actor,
            "status": "active",
        }
        for country, actor, kind in sorted(draw(st.sets(parts)))
    ]


def run(figures: Sequence[Row], ties: Sequence[Row]) -> pl.DataFrame:
    """The step on these rows; a list counts as complete with two parties."""
    countries = [{"country_id": name, "is_un_member": True} for name in COUNTRIES]
    choices = {**PARAMETERS, "indicators": [shortened(entry) for entry in PARAMETERS["indicators"]]}
    return inputs.run(
        pl.DataFrame(figures, schema=frame_of(TABLE["figure"], []).schema),
        pl.DataFrame(ties, schema=frame_of(TABLE["tie"], []).schema),
        frame_of(TABLE["event"], []),
        frame_of(TABLE["event_party"], []),
        frame_of(TABLE["actor"], []),
        frame_of(TABLE["country"], countries),
        **choices,
    )


def shortened(entry: Row) -> Row:
    """The entry of an indicator, with lists and events complete from two rows on."""
    least: Row = {name: 2 for name in ("least_parties", "least_rows") if name in entry}
    if "texts" in entry:
        least["texts"] = [dict.fromkeys(text, 2) for text in entry["texts"]]
    return {**entry, **least}


@settings(max_examples=60)
@given(figure_rows(), tie_rows())
def test_every_unit_and_indicator_stands_once(figures: list[Row], ties: list[Row]) -> None:
    made = run(figures, ties)
    pairs = list(made.select("country_id", "indicator_code").iter_rows())
    expected = [(country, code) for country in COUNTRIES[:3] for code in CODES]
    assert sorted(pairs) == sorted(expected)
    is_covered = made["state"] != "not_covered"
    assert (made["value"].is_not_null() == is_covered).all()
    assert (made["standard_error"].is_not_null() == is_covered).all()
    covered = made.filter(is_covered)
    assert covered.select((pl.col("low") <= pl.col("value")).all()).item()
    assert covered.select((pl.col("value") <= pl.col("high")).all()).item()
    assert (covered["row_ids"].list.len() + covered["pool_ids"].list.len() > 0).all()


@settings(max_examples=40)
@given(figure_rows(), tie_rows(), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(figures: list[Row], ties: list[Row], random: Any) -> None:
    before = run(figures, ties)
    random.shuffle(figures)
    random.shuffle(ties)
    assert run(figures, ties).equals(before)


@settings(max_examples=40)
@given(figure_rows(), tie_rows())
def test_what_no_indicator_reads_changes_nothing(figures: list[Row], ties: list[Row]) -> None:
    other = {"figure_id": "fig-AAA-other", "country_id": "AAA", "indicator_id": "other"}
    elsewhere = {"tie_id": "tie-other", "kind": "member_of", "from_id": "AAA", "to_id": "act-x"}
    more = [*figures, {**other, "period": "2030", "value": 9.0}]
    assert run(more, [*ties, {**elsewhere, "status": "active"}]).equals(run(figures, ties))


@settings(max_examples=40)
@given(figure_rows(), tie_rows())
def test_zero_by_absence_needs_somebody_who_is_present(figures: list[Row], ties: list[Row]) -> None:
    """A zero for want of an entry rests on entries of others: without any, it is not covered."""
    made = run(figures, ties)
    zeros = made.filter(pl.col("state").is_in(["true_zero", "none_recorded"]))
    assert (zeros["value"] == 0).all()
    assert (zeros["pool_ids"].list.len() > 0).all()
