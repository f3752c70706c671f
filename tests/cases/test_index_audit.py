"""The audit of the index: what the engine says of the same table, and what each row rests on."""

from collections.abc import Mapping

import polars as pl
import pytest
from tests.cases.test_index_score import COUNTRIES, VALUES, inputs, recipes

from sharedfuture import composite
from sharedfuture.analyse.index import audit, score
from sharedfuture.analyse.index.drawn import table_of_inputs
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE

Tables = Mapping[str, pl.DataFrame]


def countries() -> pl.DataFrame:
    rows = [{"country_id": key, "name": f"Land {key}"} for key in COUNTRIES]
    return frame_of(TABLE["country"], rows)


def scored(values: Mapping[str, tuple[float | None, ...]] = VALUES) -> Tables:
    return score.run(inputs(values), recipes(), scale_variation="scale", cause_replicates=32)


def audited(of: Tables, values: Mapping[str, tuple[float | None, ...]] = VALUES) -> Tables:
    return audit.run(
        inputs(values),
        recipes(),
        countries=countries(),
        scores=of["derived.score"],
        ranks=of["derived.score_rank"],
        pairs=of["derived.score_pair"],
        sensitivity=of["derived.score_sensitivity"],
        elements=of["derived.score_element"],
    )


@pytest.fixture(scope="module")
def tables() -> Tables:
    return audited(scored())


@pytest.fixture(scope="module")
def by_engine() -> Tables:
    """The audit that the engine makes of the same table, with draws of its own."""
    written = composite.read_recipe(recipes()["body"][0])
    table = table_of_inputs(inputs(), written.recipe.framework.codes)
    return composite.audit_tables(composite.audit(table, written.recipe, written.uncertainty))


def part(tables: Tables, code: str) -> dict[str, object]:
    return tables["derived.audit_part"].filter(element=code).row(0, named=True)


def test_findings_on_data_and_structure_are_the_engines(tables: Tables, by_engine: Tables) -> None:
    found = tables["derived.audit_finding"].filter(pl.col("section") != "robustness")
    theirs = by_engine["findings"].filter(pl.col("section") != "robustness")
    for column in ("section", "reading", "says", "thresholds"):
        assert found[column].to_list() == theirs[column].to_list()


def test_findings_on_robustness_speak_of_the_published_tables(
    tables: Tables, by_engine: Tables
) -> None:
    mine = tables["derived.audit_finding"].filter(section="robustness")
    theirs = by_engine["findings"].filter(section="robustness")
    assert mine["thresholds"].to_list() == theirs["thresholds"].to_list()
    # Bounds of ranks are whole in the published table; all else is the same.
    same = [0, 0, 0, 1, 1, 1]
    for at, is_same in enumerate(same):
        assert not is_same or mine["says"][at] == theirs["says"][at]


def test_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    of = scored()

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the audit draws")

    for name in ("simulate", "analyse_sensitivity", "leave_out"):
        monkeypatch.setattr(composite, name, refuse)
    assert audited(of)["derived.audit_finding"].height


def test_measures_are_those_of_the_engine(tables: Tables, by_engine: Tables) -> None:
    left = by_engine["reliability"].filter(code="left").row(0, named=True)
    assert part(tables, "left")["alpha"] == left["alpha"]
    assert part(tables, "left")["children"] == 2
    indicator = by_engine["indicator"].filter(code="b").row(0, named=True)
    assert part(tables, "b")["skewness"] == indicator["skewness"]
    assert part(tables, "b")["available_share"] == pytest.approx(5 / 7)
    assert part(tables, "b")["alpha"] is None
    assert part(tables, "index")["parent_correlation"] is None
    pairs = by_engine["correlation"]
    assert tables["derived.audit_pair"]["correlation"].to_list() == pairs["correlation"].to_list()
    assert tables["derived.audit_threshold"].height == by_engine["thresholds"].height


def test_a_measure_rests_on_the_values_of_scored_countries(tables: Tables) -> None:
    assert part(tables, "b")["row_ids"] == ["recipe-small"]
    scored_countries = ("AAA", "BBB", "CCC", "DDD", "EEE")  # FFF has no b, GGG no score
    assert part(tables, "b")["pool_ids"] == [f"inp-{key}-b" for key in scored_countries]
    assert part(tables, "left")["pool_ids"] == [
        f"score-small-{key}-index" for key in (*scored_countries, "FFF")
    ]


def test_findings_are_numbered_and_rest_on_rows_of_the_audit(tables: Tables) -> None:
    rows = {row["audit_finding_id"]: row for row in tables["derived.audit_finding"].to_dicts()}
    assert "audit-small-data-01" in rows
    assert rows["audit-small-data-01"]["row_ids"] == [
        *("recipe-small", "audit-small-a", "audit-small-b", "audit-small-c")
    ]
    assert rows["audit-small-robustness-01"]["row_ids"] == ["recipe-small"]


def test_ids_are_those_of_one_row_each(tables: Tables) -> None:
    ids = [
        key
        for name, frame in tables.items()
        if name != "derived.audit_threshold"
        for key in frame[frame.columns[0]]
    ]
    assert len(set(ids)) == len(ids)


def test_where_no_country_has_a_score_nothing_is_audited() -> None:
    values = {**VALUES, "a": (1.0,) * len(COUNTRIES)}
    found = audited(scored(values), values)
    assert set(found) == set(audit.STEP.tables)
    assert all(frame.is_empty() for frame in found.values())
