"""The index in words and drawings: small cases with known answers, and a release without one."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from python_calamine import CalamineWorkbook
from tests.index_sample import RECIPE, index_tables, no_index_tables

from sharedfuture.publish.site.index import recipe as index_recipe
from sharedfuture.publish.site.index import sentences as index_sentences
from sharedfuture.publish.site.index import words as index_words
from sharedfuture.publish.site.index.audit import is_tailed, site_sentence
from sharedfuture.publish.site.index.charts import draw_ranking, draw_ranks, draw_whisker
from sharedfuture.publish.site.index.country import standing, standing_evidence
from sharedfuture.publish.site.index.files import index_files
from sharedfuture.publish.site.index.map import score_layers
from sharedfuture.publish.site.index.method import is_straight, remarks_on
from sharedfuture.publish.site.index.pages import can_be_reweighed, index_pages, reweighing_data
from sharedfuture.publish.site.index.shelf import IndexShelf, read_index
from sharedfuture.publish.site.page import Page
from sharedfuture.publish.site.sentences import Number, Sentence
from sharedfuture.publish.site.shelf import Shelf, read_shelf
from sharedfuture.records.release import ReleaseFacts

FACTS = ReleaseFacts(
    release_id="0123456789abcdef",
    version="0.0.0",
    as_of=None,
    latest_source_date=None,
    ledger_sha256="0" * 64,
)


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return read_shelf(index_tables())


@pytest.fixture(scope="module")
def index(shelf: Shelf) -> IndexShelf:
    found = read_index(shelf)
    assert found is not None
    return found


def said(sentence: Sentence) -> str:
    return "".join(part.text if isinstance(part, Number) else part for part in sentence)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "projects", "–"),
        (6.0, "projects", "6"),
        (0.0, "1 = documented, 0 = not", "0 (not)"),
        (2.0, "2 = member, 1 = observer or partner, 0 = neither", "2 (member)"),
        (70_298_207_120.0, "US dollars", "70.3 billion"),
        (4_571_766.0, "US dollars", "5 million"),
        (0.3128, "index", "0.31"),
        (-1.238, "interval scale", "−1.24"),
    ],
)
def test_a_value_is_written_for_a_reader(value: float | None, unit: str, text: str) -> None:
    row: dict[str, Any] = {"value": value, "low": None, "high": None}
    assert index_words.input_text(row, unit) == text


def test_a_value_has_the_decimals_that_its_error_supports() -> None:
    assert index_words.input_text({"value": 0.3128, "low": 0.1, "high": 0.5}, "index") == "0.31"
    assert index_words.input_text({"value": 41.33, "low": 20.0, "high": 60.0}, "index") == "41.3"


@pytest.mark.parametrize(
    ("period", "text"),
    [(None, "undated"), ("2021", "2021"), ("2022/2022", "2022"), ("2000/2021", "2000–2021")],
)
def test_a_span_of_one_year_is_that_year(period: str | None, text: str) -> None:
    assert index_words.span_text(period) == text


@pytest.mark.parametrize(
    ("why", "text"),
    [
        (
            "left out by screening: 45% of the indicators available",
            "Only 45\u202f% of the indicators are known, fewer than the recipe asks for.",
        ),
        (
            "left out by screening: too few elements with enough of their indicators",
            "Too few pillars have enough of their indicators.",
        ),
        ("no values that differ are known of: a, b", "No values that differ are known of: a, b."),
        (None, "Not stated."),
    ],
)
def test_why_there_is_no_score_is_a_sentence(why: str | None, text: str) -> None:
    assert index_words.absence_text(why) == text


@pytest.mark.parametrize(
    ("score", "level"),
    [(None, None), (1.0, 0), (10.0, 0), (10.1, 1), (60.0, 4), (60.5, 5), (100.0, 5), (120.0, 5)],
)
def test_classes_of_scores_hold_their_upper_bound(score: float | None, level: int | None) -> None:
    assert index_words.score_class(score) == level


def test_codes_of_a_unit_are_found_only_where_it_has_some() -> None:
    assert index_words.meanings("1 = documented, 0 = not") == {1.0: "documented", 0.0: "not"}
    assert index_words.meanings("points, 0 to 4") == {}
    assert index_words.unit_text("1 = documented, 0 = not") == ""
    assert index_words.unit_text("points, 0 to 4") == "points, 0 to 4"


def test_a_release_without_recipe_has_no_pages_of_an_index() -> None:
    shelf = read_shelf(no_index_tables())
    assert read_index(shelf) is None
    assert list(index_pages(shelf, None, FACTS)) == []
    assert standing(shelf, None, "AAA") is None
    assert standing_evidence(shelf, None, "AAA") == []


def test_elements_stand_in_the_order_of_the_recipe(index: IndexShelf) -> None:
    assert [row["element"] for row in index.pillars] == ["left", "right"]
    assert index.codes == ["a", "b", "c"]
    assert [row["country_id"] for row in index.ranked] == ["AAA", "BBB", "CCC", "DDD", "EEE"]
    assert [row["country_id"] for row in index.absent] == ["FFF"]


def test_policies_means_and_weights_are_those_of_the_recipe(index: IndexShelf) -> None:
    assert index_recipe.policy_of(index.choices, 2) == ("least_count", 0.5)
    assert index_recipe.policy_of(index.choices, 3) == ("refuse", 0.0)
    assert index_recipe.mean_of(index.choices, 2) == "arithmetic"
    assert index_recipe.mean_of(index.choices, 3) == "geometric"
    assert index_recipe.weights_of(index.choices)["right"] == 3.0
    assert index_recipe.weights_of(index.choices)["a"] == 1.0


def test_stages_are_described_as_the_recipe_has_them(index: IndexShelf) -> None:
    stages = {stage.title: stage for stage in index_recipe.stages_of(index)}
    assert "at least 60\u202f% of the indicators" in stages["Who gets a score"].says[0]
    assert stages["Who gets a score"].reason == "Too little says nothing."
    assert any("Tested in this way: Cherries." in says for says in stages["Long tails"].says)
    assert any("the other 2" in says for says in stages["Long tails"].says)
    assert stages["One scale for all"].formula.startswith("s = 1 + 99 ×")
    assert "geometric" in stages["From parts to the whole"].says[1]
    assert "needs all of the pillars" in stages["From parts to the whole"].says[1]


def test_an_unknown_method_is_shown_by_its_name() -> None:
    tables = index_tables()
    body = tables["recipe"]["body"][0].replace(
        'method = "minmax"\nlow = 1.0\nhigh = 100.0', 'method = "goalposts"\nlow = [1.0]'
    )
    shelf = read_shelf({**tables, "recipe": tables["recipe"].with_columns(body=pl.lit(body))})
    index = read_index(shelf)
    assert index is not None
    stages = {stage.title: stage for stage in index_recipe.stages_of(index)}
    assert stages["One scale for all"].formula == "goalposts (low [1.0])"


def test_what_is_varied_keeps_order_and_reason(index: IndexShelf) -> None:
    varied = index_recipe.varied_of(index)
    assert [item.name for item in varied] == ["scale", "one_left_out"]
    assert varied[0].says == "One of: as it is; ranks."
    assert varied[1].alternatives == 3
    assert varied[1].reason == "None should decide alone."


def test_headlines_give_numbers_with_their_rows(shelf: Shelf, index: IndexShelf) -> None:
    sentences = index_sentences.headlines(shelf, index)
    text = [said(sentence) for sentence in sentences]
    assert text[0].startswith("Aland has the highest score, 100 (95\u202f% interval 90 to 100).")
    assert text[0].endswith("It comes first in 75\u202f% of the draws.")
    assert "for 0 of 4 pairs" in text[1]
    assert text[2].startswith("4 countries may be among the first 3: Aland, Bergen, Cordia and D")
    assert text[2].endswith("for 2 of them: Aland and Bergen.")
    rows = {part.row_id for parts in sentences for part in parts if isinstance(part, Number)}
    known = set(shelf.statistic) | {row["score_id"] for row in shelf.rows("score")}
    assert rows <= known


def test_a_headline_without_its_statistic_is_left_out(shelf: Shelf) -> None:
    tables = {**index_tables(), "statistic": no_index_tables()["statistic"]}
    bare = read_shelf(tables)
    index = read_index(bare)
    assert index is not None
    text = [said(sentence) for sentence in index_sentences.headlines(bare, index)]
    assert len(text) == 2
    assert said(index_sentences.counts_of(bare, index)) == (
        "No country has a score in this release."
    )


def test_a_country_is_told_its_place_or_why_it_has_none(shelf: Shelf, index: IndexShelf) -> None:
    assert "rank 2 of 5 (95\u202f% interval 1 to 3)" in said(
        index_sentences.standing_of(shelf, index, "BBB")
    )
    assert "Only 33\u202f% of the indicators are known" in said(
        index_sentences.standing_of(shelf, index, "FFF")
    )
    assert "not among the countries" in said(index_sentences.standing_of(shelf, index, "ZZZ"))


def test_causes_of_equal_width_are_named_together(index: IndexShelf) -> None:
    text = said(index_sentences.cause_of(index, "BBB"))
    assert "the choice of indicators and the scale of the indicators: varied alone" in text
    assert "each gives an interval 50\u202f% as wide" in text
    assert text.endswith("settled, the interval would be 25\u202f% narrower.")
    assert index_sentences.cause_of(index, "FFF") == []


def test_a_dossier_shows_neighbours_with_the_probability_of_standing_above(
    shelf: Shelf, index: IndexShelf
) -> None:
    found = standing(shelf, index, "BBB")
    assert found is not None
    above = {near.row["country_id"]: near.above for near in found.neighbours}
    assert above == pytest.approx({"AAA": 0.2, "CCC": 0.8, "DDD": 1.0, "EEE": 1.0})


def test_a_dossier_of_a_country_without_score_still_shows_its_values(
    shelf: Shelf, index: IndexShelf
) -> None:
    found = standing(shelf, index, "FFF")
    assert found is not None
    assert found.ranks is None
    assert found.neighbours == ()
    values = [part.value for _, parts in found.pillars for part in parts]
    assert [value["state"] for value in values if value] == [
        *("not_covered", "not_covered", "measured")
    ]
    ids = {entry.row_id for entry in standing_evidence(shelf, index, "FFF")}
    assert ids == {"score-small-FFF-index", "inp-FFF-a", "inp-FFF-b", "inp-FFF-c"}


def test_the_ranking_is_drawn_from_first_to_last(index: IndexShelf) -> None:
    chart = draw_ranking(index)
    assert [tick.label for tick in chart.ticks] == ["1", "5"]
    assert [code for _, _, code in chart.codes] == ["AAA", "BBB", "CCC", "DDD", "EEE"]
    assert chart.intervals.count("M") == chart.dots.count("M") == 5
    squares = sum(path.count("M") for path in chart.squares.values())
    assert squares == 5 * 3, "the index and two pillars for each of five countries"
    assert "absent" not in chart.squares
    assert [strip.label for strip in chart.strips] == ["Score", "Left", "Right"]


def test_ranks_are_drawn_with_the_most_frequent_at_full_height(index: IndexShelf) -> None:
    row = index.of("BBB")
    assert row is not None
    chart = draw_ranks(row, index.ranks["BBB"], 5)
    assert chart.bars.count("M") == 2
    assert f"v-{chart.height:.1f}" in chart.bars
    assert chart.low is not None
    assert chart.low < chart.rank


@pytest.mark.parametrize(
    ("value", "places"),
    [(0.5, (50.0, 40.0, 60.0)), (2.0, (100.0, 100.0, 100.0)), (-1.0, (0.0, 0.0, 0.0))],
)
def test_a_whisker_stays_on_its_axis(value: float, places: tuple[float, float, float]) -> None:
    drawn = draw_whisker(value, value - 0.1, value + 0.1, axis=(0.0, 1.0))
    assert drawn is not None
    assert (drawn.at, drawn.low, drawn.high) == places
    assert draw_whisker(None, 0.0, 1.0, axis=(0.0, 1.0)) is None


def test_scores_that_are_a_straight_line_in_the_values_were_not_transformed() -> None:
    assert is_straight([(0.0, 1.0), (5.0, 50.5), (10.0, 100.0)])
    assert is_straight([(0.0, 100.0), (5.0, 50.5), (10.0, 1.0)])
    assert not is_straight([(0.0, 1.0), (5.0, 80.0), (10.0, 100.0)])


def test_remarks_follow_from_the_stated_thresholds(index: IndexShelf) -> None:
    apples, basket, cherries = (index.elements[code] for code in ("a", "b", "c"))
    assert remarks_on(apples, 0.13, 5) == ()
    assert remarks_on(basket, 0.05, 5) == (
        "hardly moves with the index",
        "matters less than its weight says",
        "moves many ranks when left out",
        "known for few of the countries",
    )
    assert remarks_on(cherries, 0.75, 5) == ("points against the index",)
    assert remarks_on(apples, 0.26, 5) == ("matters more than its weight says",)


def test_the_map_has_the_index_and_each_pillar(index: IndexShelf) -> None:
    layers = score_layers(index)
    assert [layer.layer_id for layer in layers] == ["index", "left", "right"]
    assert "rank 1 (1 to 2)" in layers[0].text["AAA"]
    assert set(layers[0].level) == {"AAA", "BBB", "CCC", "DDD", "EEE"}


def test_the_page_hands_its_script_what_the_recipe_says(shelf: Shelf, index: IndexShelf) -> None:
    data: Mapping[str, Any] = reweighing_data(shelf, index, FACTS)
    assert data["means"] == ["arithmetic", "geometric"]
    assert data["policies"] == [
        {"rule": "least_count", "least": 0.5},
        {"rule": "refuse", "least": 0.0},
    ]
    assert [pillar["weight"] for pillar in data["pillars"]] == [1.0, 3.0]
    dunia = next(item for item in data["countries"] if item["id"] == "DDD")
    assert dunia["values"] == [25.75, None, 20.0]
    assert can_be_reweighed(index)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('method = "geometric"\nmissing = "refuse"', 'method = "copeland"\nmissing = "refuse"'),
        ('missing = "least_count"\nleast_share = 0.5', 'missing = "raise"'),
        ('levels = ["Indicator", "Pillar", "Index"]', 'levels = ["Indicator", "Index"]'),
        ('method = "given"', 'method = "equal"'),
    ],
)
def test_weights_cannot_be_moved_where_the_page_could_not_follow_the_recipe(
    old: str, new: str
) -> None:
    tables = index_tables()
    body = tables["recipe"]["body"][0]
    assert old in body
    changed = tables["recipe"].with_columns(body=pl.lit(body.replace(old, new)))
    index = read_index(read_shelf({**tables, "recipe": changed}))
    assert index is not None
    assert not can_be_reweighed(index)


def test_an_index_that_nobody_could_know_yet_lists_everybody_with_the_reason() -> None:
    tables = index_tables()
    kept = tables["score"].filter(pl.col("country_id") == "FFF")
    empty = no_index_tables()
    made = {
        name: empty[name] if name.startswith(("score", "audit")) else frame
        for name, frame in tables.items()
    }
    shelf = read_shelf({**made, "score": kept, "statistic": empty["statistic"]})
    index = read_index(shelf)
    assert index is not None
    assert index.ranked == ()
    assert [page.path for page in index_pages(shelf, index, FACTS)] == [
        *("drift/index.html", "drift/method.html")
    ]
    assert not can_be_reweighed(index)


def test_recipe_and_inputs_can_be_taken_along(shelf: Shelf, index: IndexShelf) -> None:
    files = index_files(shelf, index)
    assert files["drift/recipe.toml"] == RECIPE
    lines = files["drift/inputs.csv"].splitlines()
    assert lines[0] == "unit,name,a,b,c,a_se,b_se,c_se"
    assert lines[1] == "AAA,Aland,10.0,0.0,1.0,0.0,0.0,0.0"
    assert lines[4].startswith("DDD,Dunia,2.5,,")
    assert len(lines) == 7
    assert index_files(shelf, None) == {}


@pytest.fixture(scope="module")
def audit_page(shelf: Shelf, index: IndexShelf) -> Page:
    return next(page for page in index_pages(shelf, index, FACTS) if page.path.endswith("t.html"))


def test_every_row_of_the_audit_has_its_evidence_on_the_page(
    shelf: Shelf, audit_page: Page
) -> None:
    tables = ("audit_finding", "audit_part", "audit_pair", "audit_component")
    rows = {row[f"{table}_id"] for table in tables for row in shelf.rows(table)}
    assert audit_page.here == rows


def test_correlations_are_coloured_by_the_thresholds_of_the_audit(audit_page: Page) -> None:
    correlations = audit_page.context["correlations"]
    assert isinstance(correlations, list)
    pillars, indicators = map(dict_of, correlations)
    assert pillars == {("right", "left"): "r4"}
    assert indicators == {("b", "a"): "r5", ("c", "a"): "r0", ("c", "b"): None}


def dict_of(pairs: Any) -> dict[tuple[str, str], str | None]:
    """Colours of a table of pairs by the codes of line and column."""
    return {
        (row["element"], pairs.parts[at]["element"]): cell.colour if cell else None
        for row, cells in pairs.lines
        for at, cell in enumerate(cells)
    }


def test_indicators_left_out_stand_by_what_they_move(audit_page: Page) -> None:
    alone = audit_page.context["alone"]
    assert isinstance(alone, list)
    assert [(item.element["element"], item.is_beyond) for item in alone] == [
        *(("b", True), ("a", False), ("c", False))
    ]
    assert audit_page.context["alone_limit"] == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("skewness", "kurtosis", "tailed"),
    [(2.5, 4.0, True), (-2.5, 4.0, True), (2.0, 4.0, False), (2.5, 3.5, False), (2.5, None, False)],
)
def test_outliers_are_suspected_where_both_moments_are_beyond(
    skewness: float, kurtosis: float | None, tailed: bool
) -> None:
    assert is_tailed({"skewness": 2.0, "kurtosis": 3.5}, skewness, kurtosis) is tailed


def test_a_sentence_of_the_audit_has_the_per_cent_signs_of_the_site() -> None:
    assert (
        site_sentence("93.3% of 5 units, 25% of them")
        == "93.3\u202f% of 5 units, 25\u202f% of them"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (2.0, "2"),
        (0.0154, "0.015"),
        (-1.9792, "−1.98"),
        (230.4, "230"),
        (23_400_000.0, "23.4 million"),
        (169_300_000_000.0, "169.3 billion"),
    ],
)
def test_a_number_of_any_size_is_brief(value: float | None, text: str) -> None:
    assert index_words.brief_text(value) == text


def test_without_an_audit_there_is_neither_page_nor_workbook(shelf: Shelf) -> None:
    empty = no_index_tables()
    tables = {
        name: empty[name] if name.startswith("audit") else frame
        for name, frame in index_tables().items()
    }
    bare = read_shelf(tables)
    index = read_index(bare)
    assert index is not None
    pages = list(index_pages(bare, index, FACTS))
    assert [page.path for page in pages] == ["drift/index.html", "drift/method.html"]
    assert all(page.context["is_audited"] is False for page in pages)
    assert "drift/audit.xlsx" not in index_files(bare, index)


def test_the_workbook_has_a_sheet_for_each_table_and_the_same_bytes_each_time(
    shelf: Shelf, index: IndexShelf
) -> None:
    book = index_files(shelf, index)["drift/audit.xlsx"]
    assert isinstance(book, bytes)
    assert book == index_files(shelf, index)["drift/audit.xlsx"]
    sheets = CalamineWorkbook.from_filelike(BytesIO(book))
    assert sheets.sheet_names == [
        *("contents", "audit_finding", "audit_threshold", "audit_part", "audit_pair"),
        *("audit_component", "score", "score_element", "score_sensitivity"),
    ]
    scores = sheets.get_sheet_by_name("score").to_python()
    assert len(scores) == 1 + 6
    parts = sheets.get_sheet_by_name("audit_part").to_python()
    assert parts[0][:3] == ["audit_part_id", "index_id", "element"]
