"""Who is named for a partnership, what may tell a partner, and that no crowd of rows moves it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from sharedfuture.analyse.partners import estimate
from sharedfuture.analyse.partners.inputs.covariates import Tables, panels_of, read_covariates
from sharedfuture.analyse.partners.inputs.named import Named, Naming, name_countries
from sharedfuture.analyse.partners.inputs.targets import Target, read_targets
from sharedfuture.analyse.step import read_parameters
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE

CODES = tuple(f"A{chr(65 + place // 26)}{chr(65 + place % 26)}" for place in range(120))
REGIONS = ("Eastern Africa", "South-eastern Asia", "South America", "Southern Europe", "Polynesia")
LEAST_TRUST = read_parameters("sharedfuture.analyse.partners", "estimate")["least_trust"]
TARGETS = {target.id: target for target in read_targets()}
CNCERT = TARGETS["cncert"]

Rows = list[dict[str, object]]
Frames = dict[str, pl.DataFrame]


def tie(number: str, party: str, body: str, **cells: object) -> dict[str, object]:
    """A tie of the ledger; unless told otherwise a signed agreement."""
    plain = {"tie_id": f"tie-{number}", "from_id": party, "to_id": body}
    return {**plain, "kind": "agreement_with", "status": "signed", **cells}


def frames(ties: Rows, *, publishers: Mapping[str, str] | None = None) -> Frames:
    """All tables that the step reads. Each tie rests on a source of its own publisher, B, unless
    `publishers` names the source's publisher and letter for it, as `Agency/D`."""
    told = publishers or {}
    said = {row["tie_id"]: told.get(str(row["tie_id"]), f"{row['tie_id']}/B") for row in ties}
    sources = [
        {"source_id": f"src-{item}", "publisher": text.split("/")[0], "reliability": text[-1]}
        for item, text in said.items()
    ]
    countries = [
        {"country_id": code, "name": code, "region": REGIONS[place % len(REGIONS)]}
        for place, code in enumerate(CODES)
    ] + [{"country_id": "CHN", "name": "China", "region": "Eastern Asia"}]
    values = np.random.default_rng(7).uniform(size=len(CODES))
    figures = [
        {
            "figure_id": f"fig-{code}-{name}-2020",
            "country_id": code,
            "indicator_id": name,
            "period": "2020",
            "value": float(value),
        }
        for name in ("vdem_polyarchy", "digital_repression_index", "aigs_china_tech")
        for code, value in zip(CODES, values, strict=True)
    ]
    shares = [
        {"un_agreement_id": f"una-{code}", "country_id": code, "share": float(value)}
        for code, value in zip(CODES, values, strict=True)
    ]
    actors = [
        {"actor_id": "act-team", "name": "Team of the first (TEAM)", "country_id": CODES[0]},
        {"actor_id": "act-sco", "name": "Shanghai Cooperation Organisation (SCO)"},
        {"actor_id": "act-cncert", "name": "CNCERT/CC", "country_id": "CHN"},
    ]
    made: Mapping[str, Iterable[Mapping[str, object]]] = {
        "tie": ties,
        "event": [],
        "event_party": [],
        "actor": actors,
        "citation": [
            {"row_id": item, "source_id": f"src-{item}", "locator": "all"} for item in said
        ],
        "source": sources,
        "figure": figures,
        "country": countries,
        "tally": [
            {"tally_id": target.tally_id, "value": target.total}
            for target in TARGETS.values()
            if target.tally_id
        ],
        "un_agreement": shares,
    }
    return {name: frame_of(TABLE[name], rows) for name, rows in made.items()}


def naming(tables: Frames) -> Naming:
    return Naming(
        *(tables[name] for name in ("tie", "event", "event_party", "actor", "citation", "source"))
    )


def named(ties: Rows, target: Target = CNCERT, **given: Mapping[str, str]) -> dict[str, Named]:
    return name_countries(naming(frames(ties, **given)), target, frozenset({*CODES, "CHN"}))


def run(tables: Frames) -> dict[str, pl.DataFrame]:
    """The whole step, few draws."""
    given = {**read_parameters("sharedfuture.analyse.partners", "estimate"), "draws": 60}
    return estimate.run(
        tables["tie"],
        tables["event"],
        tables["event_party"],
        tables["actor"],
        tables["citation"],
        tables["source"],
        tables["figure"],
        tables["country"],
        tables["tally"],
        tables["un_agreement"],
        **{**given, "imputations": 1, "most_left_out": 2},
    )


def test_a_document_makes_known_and_a_report_only_names() -> None:
    found = named(
        [
            tie("signed", CODES[1], "act-cncert"),
            tie("reported", CODES[2], "act-cncert", kind="partners_with", status="reported"),
            tie("attended", CODES[3], "act-cncert", status="attended"),
            tie("met", CODES[4], "act-cncert", kind="participates_in", status="active"),
            tie("other", CODES[5], "act-cac"),
        ]
    )
    assert {code: item.level for code, item in found.items()} == {
        CODES[1]: "documented",
        CODES[2]: "reported",
    }
    assert found[CODES[1]].is_known(least_trust=LEAST_TRUST)
    assert not found[CODES[2]].is_known(least_trust=LEAST_TRUST)
    assert found[CODES[1]].trust == pytest.approx(0.85)
    assert found[CODES[2]].trust == pytest.approx(0.8 * 0.85)


def test_a_team_speaks_for_its_country_and_the_sponsor_for_nobody() -> None:
    found = named([tie("team", "act-team", "act-cncert"), tie("own", "CHN", "act-cncert")])
    assert list(found) == [CODES[0]]


def test_publishers_are_counted_and_not_rows() -> None:
    once = named([tie("0", CODES[1], "act-cncert", status="reported")])
    often = [tie(str(number), CODES[1], "act-cncert", status="reported") for number in range(50)]
    same = {f"tie-{number}": "One agency/B" for number in range(50)}
    assert named(often, publishers=same)[CODES[1]].trust == once[CODES[1]].trust
    two = {**same, "tie-49": "Another agency/B"}
    assert named(often, publishers=two)[CODES[1]].trust == pytest.approx(1 - 0.32**2)


def test_a_source_that_is_not_to_be_trusted_makes_nobody_known() -> None:
    found = named([tie("0", CODES[1], "act-cncert")], publishers={"tie-0": "Rumour/D"})
    assert not found[CODES[1]].is_known(least_trust=LEAST_TRUST)


def test_signed_and_denied_stay_both_and_are_disputed() -> None:
    found = named(
        [
            tie("signed", CODES[1], "act-cncert"),
            tie("denied", CODES[1], "act-cncert", status="denied"),
            tie("alone", CODES[2], "act-cncert", status="denied"),
        ]
    )
    disputed, denied = found[CODES[1]], found[CODES[2]]
    assert disputed.row_ids == ("tie-signed",)
    assert disputed.denied == ("tie-denied",)
    assert not disputed.is_known(least_trust=LEAST_TRUST)
    assert disputed.trust == pytest.approx(0.4 * 0.85)
    assert not denied.is_label
    assert denied.level == "denied"


def test_a_list_that_leaves_a_country_out_takes_it_out() -> None:
    ties = [
        tie(f"in-{place}", CODES[place], "act-un-cybercrime", kind="signatory_of", status="signed")
        for place in range(5)
    ]
    ties.append(tie("out", CODES[9], "act-un-cybercrime", kind="signatory_of", status="not_party"))
    rows = run(frames(ties))["derived.partner"].filter(target="uncc")
    assert CODES[9] not in rows["country_id"].to_list()
    assert rows.filter(status="known").height == 5


BODY_TIES = ("agreement_with", "partners_with", "signatory_of", "member_of", "participates_in")


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.id)
def test_the_target_is_not_among_its_covariates(target: Target) -> None:
    """Whatever tie a country has to a target's bodies, its covariates stay as they were."""
    others = [tie("sco", CODES[1], "act-sco", kind="member_of", status="active")]
    own = [
        tie(f"{kind}-{status}-{body}", CODES[2], body, kind=kind, status=status)
        for body in sorted(target.bodies)
        for kind in BODY_TIES
        for status in ("signed", "active", "attended", "reported")
    ]
    panels = []
    for ties in (others, [*others, *own]):
        tables = frames(ties)
        given = Tables(tables["tie"], tables["figure"], tables["un_agreement"], tables["country"])
        panels.append(panels_of(given, [target], CODES)[target.id])
    assert np.array_equal(panels[0].values, panels[1].values, equal_nan=True)
    assert not {str(row["tie_id"]) for row in own} & set(panels[1].pool)


def test_a_forum_counts_once_however_many_ties_say_so() -> None:
    ties = [
        tie(f"{status}", CODES[1], "act-sco", kind="participates_in", status=status)
        for status in ("observer", "dialogue_partner")
    ]
    ties += [
        tie("au", CODES[2], "act-african-union-states", kind="member_of", status="active"),
        tie("focac", CODES[2], "act-focac", kind="member_of", status="active"),
        tie("not", CODES[3], "act-sco", kind="member_of", status="not_party"),
        tie("guest", CODES[4], "act-las", kind="participates_in", status="observer"),
        tie("talks", CODES[4], "act-asean", kind="participates_in", status="dialogue_partner"),
    ]
    tables = frames(ties)
    given = Tables(tables["tie"], tables["figure"], tables["un_agreement"], tables["country"])
    known = panels_of(given, [CNCERT], CODES)["cncert"].known["china_forums"]
    assert known.values == {CODES[1]: 1.0, CODES[2]: 1.0}
    assert known.bodies[CODES[2]] == ("act-african-union-states", "act-focac")


def world() -> Rows:
    """Twenty countries in one forum, eight of them named by publishers of their own."""
    ties = [
        tie(f"sco-{place}", CODES[place], "act-sco", kind="member_of", status="active")
        for place in range(20)
    ]
    ties += [tie(f"cert-{place}", CODES[place], "act-cncert") for place in range(0, 16, 2)]
    return ties


@pytest.fixture(scope="module")
def told() -> dict[str, pl.DataFrame]:
    """What the step says of that world."""
    return run(frames(world()))


def test_known_countries_count_with_theirs_and_the_sum_is_the_total(
    told: dict[str, pl.DataFrame],
) -> None:
    (target,) = told["derived.partner_target"].filter(partner_target_id="cncert").to_dicts()
    assert target["known"] == 8
    assert CNCERT.total_low <= target["expected"] <= CNCERT.total_high
    rows = told["derived.partner"].filter(target="cncert")
    shown = rows["probability"].sum()
    assert shown <= target["expected"] + 1e-6
    assert (rows["probability_low"] <= rows["probability"]).all()
    assert (rows["probability"] <= rows["probability_high"]).all()


def test_an_inferred_country_is_a_candidate_and_never_a_partner(
    told: dict[str, pl.DataFrame],
) -> None:
    inferred = told["derived.partner"].filter(status="inferred")
    for because in inferred["because"]:
        assert because.startswith("candidate, probability ")
        assert "partner" not in because.replace("partners", "")
    known = told["derived.partner"].filter(target="cncert", status="known")
    assert set(known["because"]) == {"known: one publisher documents it"}


def test_reasons_rest_on_rows_of_their_own_covariate(told: dict[str, pl.DataFrame]) -> None:
    reasons = told["derived.partner_reason"]
    assert reasons.height > 100
    for row in reasons.iter_rows(named=True):
        assert row["row_ids"] or row["pool_ids"], row["sentence"]
        if row["covariate"] == "china_forums" and row["row_ids"]:
            country = row["partner_id"].rsplit("-", 1)[1]
            assert row["row_ids"] == [f"tie-sco-{CODES.index(country)}"]
            assert "(SCO)" in row["sentence"]
        end = "raises the odds." if row["direction"] == "for" else "lowers the odds."
        assert row["sentence"].endswith(end)
        assert (row["contribution"] > 0) == (row["direction"] == "for")


def test_a_target_within_another_keeps_its_order(told: dict[str, pl.DataFrame]) -> None:
    partners = told["derived.partner"]
    columns = ["country_id", "probability", "row_ids"]
    parent = partners.filter(target="cncert").select(columns[:2])
    within = partners.filter(target="memorandum").select(columns)
    both = within.join(parent, on="country_id", suffix="_parent").drop_nulls()
    candidates = both.filter(~pl.col("country_id").is_in(list(CODES[:16])))
    assert (candidates["probability"] < candidates["probability_parent"]).all()
    for code, rows in both.select("country_id", "row_ids").iter_rows():
        assert f"partner-cncert-{code}" in rows
    (target,) = told["derived.partner_target"].filter(partner_target_id="memorandum").to_dicts()
    assert 17 <= target["expected"] <= 33


def test_too_few_names_give_no_probability() -> None:
    made = run(frames(world()[:22]))  # two are named
    rows = made["derived.partner"].filter(target="cncert")
    assert rows["probability"].null_count() == rows.height
    assert set(rows["status"]) == {"known", "abstained"}
    (target,) = made["derived.partner_target"].filter(partner_target_id="cncert").to_dicts()
    assert "No probabilities: only 2 are named, too few to learn from." in target["sentence"]
    assert made["derived.partner_check"].is_empty()


def test_a_total_that_was_not_published_yet_gives_no_probability() -> None:
    tables = frames(world())
    made = run({**tables, "tally": tables["tally"].clear()})
    rows = made["derived.partner"].filter(target="cncert")
    assert rows["probability"].null_count() == rows.height
    assert rows.filter(status="known").height == 8
    (target,) = made["derived.partner_target"].filter(partner_target_id="cncert").to_dicts()
    assert "the total was not published" in target["sentence"]


def test_nothing_at_all_is_no_error() -> None:
    made = run({name: frame.clear() for name, frame in frames([]).items()})
    assert made["derived.partner"].is_empty()
    assert made["derived.partner_target"].height == len(TARGETS)


def test_the_same_rows_give_the_same_numbers(told: dict[str, pl.DataFrame]) -> None:
    again = run(frames(list(reversed(world()))))
    assert again["derived.partner"].equals(told["derived.partner"])


def test_fifty_planted_names_of_one_publisher_move_no_more_than_one_source(
    told: dict[str, pl.DataFrame],
) -> None:
    """Fifty countries named in one go: none becomes known, none moves more than one that a single
    independent source of that kind names."""
    places = range(40, 90)
    planted = [
        tie(f"planted-{place}", CODES[place], "act-cncert", status="reported") for place in places
    ]
    same = {f"tie-planted-{place}": "One agency/B" for place in places}
    fifty = run(frames([*world(), *planted], publishers=same))["derived.partner"]
    single = run(frames([*world(), planted[0]], publishers=same))["derived.partner"]
    columns = ["country_id", "probability", "status"]
    beside = {
        name: made.filter(target="cncert").select(columns).sort("country_id")
        for name, made in (("no", told["derived.partner"]), ("one", single), ("all", fifty))
    }
    assert beside["all"]["status"].to_list() == beside["no"]["status"].to_list()
    moved = {
        name: np.abs((beside[name]["probability"] - beside["no"]["probability"]).to_numpy())
        for name in ("one", "all")
    }
    first = beside["no"]["country_id"].to_list().index(CODES[40])
    unnamed = [
        place
        for place, code in enumerate(beside["no"]["country_id"])
        if code not in {CODES[item] for item in places}
    ]
    assert moved["all"].max() <= moved["one"][first] + 0.05
    assert moved["all"][unnamed].max() <= 0.15


def test_fifty_planted_rows_about_one_country_are_one_source(
    told: dict[str, pl.DataFrame],
) -> None:
    rows = [
        tie(f"planted-{place}", CODES[60], "act-cncert", status="reported") for place in range(50)
    ]
    same = {f"tie-planted-{place}": "One agency/B" for place in range(50)}
    fifty = run(frames([*world(), *rows], publishers=same))["derived.partner"]
    one = run(frames([*world(), rows[0]], publishers=same))["derived.partner"]
    columns = ["partner_id", "status", "probability", "rank"]
    assert fifty.select(columns).equals(one.select(columns))


def test_every_declared_choice_has_a_sentence() -> None:
    for covariate in read_covariates():
        for template in (covariate.says, covariate.says_none):
            said = template.format(
                value=1.0, count=1, percent=1.0, millions=1.0, most=2, names=" (X)", sponsor="Y"
            )
            assert said[0].isupper() or said[0].isdigit()
            assert not said.endswith(".")
    for target in TARGETS.values():
        assert target.total_low <= target.total <= target.total_high
        assert replace(target).title[0].islower()
