"""The page of the index in a real browser: its weights compute what the engine computes."""

import csv
import io
from collections.abc import Mapping

import polars as pl
import pytest
from playwright.sync_api import Browser, Page
from tests.browser.watching import DESKTOP, PHONE, watched

from sharedfuture import composite
from sharedfuture.analyse.index.drawn import table_of_inputs
from sharedfuture.pipeline.settings import Settings
from sharedfuture.warehouse import read_tables

pytestmark = pytest.mark.browser

INDEX = "drift/index.html"
PILLARS = ("receptivity", "reach", "ties", "stakes", "voice")
NEAR = 1e-9

CURRENT = """() => {
  const { scores, ranks } = window.sharedfutureWeights.current();
  const { countries } = JSON.parse(document.getElementById("index-data").textContent);
  const known = (score) => (Number.isNaN(score) ? null : score);
  return countries.map((country, at) => [country.id, known(scores[at]), ranks[at]]);
}"""
MOVE = """(slider, value) => {
  slider.value = value;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""

# Country, then score and rank; neither where it has none.
Scores = Mapping[str, tuple[float | None, int | None]]


@pytest.fixture(scope="module")
def tables(release: Settings) -> Mapping[str, pl.DataFrame]:
    """The tables of the release."""
    return read_tables(release.release)


@pytest.fixture(scope="module")
def published(tables: Mapping[str, pl.DataFrame]) -> Scores:
    """Score and rank of every country, as released."""
    rows = tables["score"].filter(pl.col("level") == 3, pl.col("value").is_not_null())
    return {
        key: (value, rank)
        for key, value, rank in rows.select("country_id", "value", "rank").iter_rows()
    }


def by_engine(
    tables: Mapping[str, pl.DataFrame], *, weights: Mapping[str, float], mean: str
) -> Scores:
    """What the engine gives for other weights and another mean of the pillars."""
    recipe = composite.read_recipe(tables["recipe"]["body"][0]).recipe
    weighed = recipe.replaced(
        "weigh", composite.weighers.Weigh(by=composite.weighers.Given(values=dict(weights)))
    )
    aggregate = composite.read_recipe(
        _with_mean(tables["recipe"]["body"][0], mean)
    ).recipe.aggregate
    changed = weighed.replaced("aggregate", aggregate)
    table = table_of_inputs(tables["index_input"], recipe.framework.codes)
    scored = composite.score(table, changed)
    return {
        country_id: (float(value), int(rank)) if value == value else (None, None)
        for country_id, value, rank in zip(table.units, scored.index, scored.ranks(), strict=True)
    }


def _with_mean(body: str, mean: str) -> str:
    """The recipe with another mean on the level of the index."""
    start = body.index("[[aggregate.level]]")
    old = 'method = "arithmetic"'
    at = body.index(old, start)
    return f'{body[:at]}method = "{mean}"{body[at + len(old) :]}'


def current(page: Page) -> Scores:
    """What the page has computed."""
    return {key: (score, rank) for key, score, rank in page.evaluate(CURRENT)}


def require_same(found: Scores, expected: Scores) -> None:
    """Scores to 1e-9 and ranks exactly, for every country of the page."""
    assert len(found) > 100
    for country_id, (score, rank) in found.items():
        wanted, place = expected[country_id]
        if wanted is None:
            assert (score, rank) == (None, None), country_id
        else:
            assert score == pytest.approx(wanted, abs=NEAR), country_id
            assert rank == place, country_id


def move(page: Page, code: str, value: float) -> None:
    """Move a slider as a hand would: its value changes and it says so."""
    page.locator(f"#weight-{code}").evaluate(MOVE, value)


def test_the_published_weights_give_the_published_ranking(
    browser: Browser, home: str, published: Scores
) -> None:
    with watched(browser) as page:
        page.goto(home + INDEX)
        found = current(page)
        assert set(found) == set(published)
        require_same(found, published)
        shifts = page.locator("#weights-table tbody td:nth-child(2)").all_inner_texts()
        assert set(shifts) == {"="}
        assert "published weights" in page.locator("#weights-summary").inner_text()


def test_equal_weights_of_another_size_give_the_same_ranking(
    browser: Browser, home: str, published: Scores
) -> None:
    with watched(browser) as page:
        page.goto(home + INDEX)
        move(page, "ties", 0)
        assert current(page) != published
        for code in PILLARS:
            move(page, code, 2.5)
        require_same(current(page), published)


def test_other_weights_give_what_the_engine_gives(
    browser: Browser, home: str, tables: Mapping[str, pl.DataFrame]
) -> None:
    weights = {
        "receptivity": 0.5,
        "reach": 2.25,
        "ties": 1.5,
        "voice": 0.05,
        "polyarchy": 2.0,
        "ict_projects": 0.0,
        "cyber_dealings": 3.0,
    }
    with watched(browser) as page:
        page.goto(home + INDEX)
        for code, weight in weights.items():
            move(page, code, weight)
        require_same(current(page), by_engine(tables, weights=weights, mean="arithmetic"))
        page.check("#weights input[value=geometric]")
        require_same(current(page), by_engine(tables, weights=weights, mean="geometric"))
        address = page.url
        assert "mean=geometric" in address
        assert "ict_projects=0" in address
    with watched(browser) as page:
        page.goto(address)
        require_same(current(page), by_engine(tables, weights=weights, mean="geometric"))
        assert page.locator("#weight-polyarchy").is_visible(), "its box is open"


def test_a_pillar_without_weight_counts_for_nothing(
    browser: Browser, home: str, tables: Mapping[str, pl.DataFrame]
) -> None:
    with watched(browser) as page:
        page.goto(home + INDEX)
        move(page, "voice", 0)
        require_same(current(page), by_engine(tables, weights={"voice": 0.0}, mean="arithmetic"))
        assert page.locator("[data-share=voice]").inner_text().startswith("0")


def test_without_any_weight_there_is_nothing_to_rank_and_the_page_says_so(
    browser: Browser, home: str
) -> None:
    with watched(browser) as page:
        page.goto(home + INDEX)
        for code in PILLARS:
            move(page, code, 0)
        assert all(found == (None, None) for found in current(page).values())
        assert "nothing to rank" in page.locator("#weights-summary").inner_text()
        assert page.locator("#weights-table tbody td:nth-child(4)").first.inner_text() == "no score"
        page.click("#weights-reset")
        assert page.input_value("#weight-voice") == "1"
        assert "published weights" in page.locator("#weights-summary").inner_text()
        assert page.url.endswith("#weights")


def test_rows_stand_in_the_order_of_the_new_ranks(browser: Browser, home: str) -> None:
    with watched(browser) as page:
        page.goto(home + INDEX)
        for code, weight in (("reach", 3), ("stakes", 0), ("reach", 0), ("voice", 2.6)):
            move(page, code, weight)
            ranks = page.locator("#weights-table tbody td:first-child").all_inner_texts()
            assert [int(rank) for rank in ranks] == sorted(map(int, ranks))
            names = page.locator("#weights-table tbody th").all_inner_texts()
            assert len(set(names)) == len(names)


def test_weights_are_moved_by_keyboard_and_told_to_who_listens(browser: Browser, home: str) -> None:
    with watched(browser) as page:
        page.goto(home + INDEX)
        page.focus("#weight-reach")
        for _ in range(4):
            page.keyboard.press("ArrowRight")
        assert page.input_value("#weight-reach") == "1.2"
        spoken = page.get_attribute("#weight-reach", "aria-valuetext")
        assert spoken is not None
        assert spoken.startswith("weight 1.2, 23")
        assert spoken.endswith("of the index")
        assert page.evaluate("document.activeElement.id") == "weight-reach"
        page.wait_for_selector("#weights-status:has-text('First now')", state="attached")
        assert page.get_attribute("#weights-status", "aria-live") == "polite"
        for slider in page.locator("#weights input[type=range]").all():
            assert slider.evaluate("slider => slider.labels.length") == 1


def test_a_slow_hand_does_not_flood_the_address(browser: Browser, home: str) -> None:
    with watched(browser) as page:
        page.goto(home + INDEX)
        before = page.evaluate("history.length")
        for step in range(1, 20):
            move(page, "ties", step / 10)
        assert page.evaluate("history.length") == before
        assert page.url.endswith("#weights;ties=1.9")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_address_with_weights_leads_to_them(
    browser: Browser, home: str, size: tuple[int, int]
) -> None:
    with watched(browser, size=size) as page:
        page.goto(f"{home}{INDEX}#weights;ties=3")
        page.wait_for_timeout(300)
        box = page.locator("#weights").bounding_box()
        assert box is not None
        assert -2 <= box["y"] < 60
        assert page.locator("#weights-summary").inner_text().startswith("First now")


def test_an_address_with_nonsense_leaves_the_published_weights(
    browser: Browser, home: str, published: Scores
) -> None:
    with watched(browser) as page:
        page.goto(f"{home}{INDEX}#weights;ties=lots;unknown=3;mean=nonsense;reach=-2")
        require_same(current(page), published)


def test_the_new_ranking_can_be_taken_as_csv(browser: Browser, home: str) -> None:
    with watched(browser) as page:
        page.goto(f"{home}{INDEX}#weights;ties=2")
        with page.expect_download() as download:
            page.click("[data-files='index-weights'] [data-format=csv]")
        text = download.value.path().read_text(encoding="utf-8")
        rows = list(csv.DictReader(io.StringIO(text)))
        found = current(page)
        assert len(rows) == len(found)
        for row in rows:
            score, rank = found[row["country_id"]]
            assert float(row["score"]) == score
            assert int(row["rank"]) == rank
            assert int(row["published_rank"]) - rank == int(row["shift"])
        assert "ties 2;" in rows[0]["weights"]
        assert rows[0]["licence"]


def test_the_ranking_is_read_by_keyboard_and_by_name(browser: Browser, home: str) -> None:
    with watched(browser) as page:
        page.goto(home + INDEX)
        page.focus("#ranking")
        page.keyboard.press("ArrowRight")
        first = page.locator("#ranking-readout").inner_text()
        assert ": rank 1 (95 %:" in first
        page.fill("#ranking-find", "pakis")
        assert page.locator("#ranking-readout").inner_text().startswith("Pakistan: rank ")
        page.fill("#ranking-find", "zzz")
        assert "No country" in page.locator("#ranking-readout").inner_text()
        page.fill("#ranking-find", "pakis")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.url.endswith("country/PAK.html#index")


@pytest.mark.parametrize("form", ["csv", "svg", "png"])
def test_the_ranking_can_be_taken_along(browser: Browser, home: str, form: str) -> None:
    with watched(browser) as page:
        page.goto(home + INDEX)
        with page.expect_download() as download:
            page.click(f"[data-files=ranking] [data-format={form}]")
        data = download.value.path().read_bytes()
        assert len(data) > 5000
        if form == "svg":
            assert "licence CC BY" in data.decode("utf-8")


def test_the_table_is_narrowed_by_region_and_sorted_by_pillar(browser: Browser, home: str) -> None:
    with watched(browser) as page:
        page.goto(home + INDEX)
        page.select_option("#index-region", "Melanesia")
        shown = page.locator("#index-table tbody tr:visible")
        assert 0 < shown.count() < 20
        assert f"{shown.count()} shown" in page.locator("[data-count-of=index-table]").inner_text()
        page.select_option("#index-region", "")
        for _ in range(2):
            page.click("#index-table th:has-text('Voice') button")
        cells = page.locator("#index-table tbody tr td:nth-child(9)")
        values = [cell.get_attribute("data-value") for cell in cells.all()]
        numbers = [float(value) for value in values if value]
        assert numbers == sorted(numbers, reverse=True)


def test_countries_without_a_score_are_listed_with_the_reason(
    browser: Browser, home: str, tables: Mapping[str, pl.DataFrame]
) -> None:
    absent = tables["score"].filter(pl.col("why_absent").is_not_null())
    with watched(browser) as page:
        page.goto(home + INDEX)
        rows = page.locator("#unscored-table tbody tr").all()
        assert len(rows) == absent.height > 0
        for row in rows:
            assert row.locator("td").first.inner_text().strip().endswith(".")


def test_the_map_shows_a_pillar(browser: Browser, home: str) -> None:
    with watched(browser) as page:
        page.goto(home + INDEX)
        page.select_option("#map-layer", "reach")
        assert page.locator("#map-title").inner_text() == "Pillar of the index: Reach"
        assert page.locator("#map figcaption").inner_text().count("imply no view") == 1


def test_without_scripts_the_table_stands_and_the_page_says_what_is_missing(
    browser: Browser, home: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(home + INDEX)
    assert page.locator("#index-table tbody tr").count() > 100
    assert page.locator("#weights").is_hidden()
    assert page.locator(".unscripted").is_visible()
    assert "needs JavaScript" in page.locator(".unscripted").inner_text()
    context.close()


def test_a_dossier_shows_its_place_on_the_index(browser: Browser, home: str) -> None:
    with watched(browser) as page:
        page.goto(home + INDEX)
        with page.expect_navigation():
            page.click("#index-table tbody th a >> nth=0")
        assert page.url.endswith("#index")
        section = page.locator("section[aria-labelledby=index]")
        assert section.locator("svg.ranks-drawing").is_visible()
        assert section.locator("a.n").count() > 40
        href = section.locator("a.n").first.get_attribute("href")
        page.goto(home + "country/" + str(href))
        assert page.locator(":target").is_visible(), "the box of the evidence opens"


def test_on_a_phone_the_summary_stays_in_sight_while_a_weight_is_moved(
    browser: Browser, home: str
) -> None:
    with watched(browser, size=PHONE) as page:
        page.goto(home + INDEX)
        page.locator("#weight-voice").scroll_into_view_if_needed()
        move(page, "voice", 3)
        box = page.locator("#weights-summary").bounding_box()
        assert box is not None
        assert 0 <= box["y"] < PHONE[1]


def test_the_files_of_the_index_give_its_scores_again(release: Settings, published: Scores) -> None:
    folder = release.site / "drift"
    recipe = composite.read_recipe((folder / "recipe.toml").read_text(encoding="utf-8")).recipe
    frame = pl.read_csv(folder / "inputs.csv", infer_schema_length=None)
    table = composite.table_of(frame, name="name", indicators=recipe.framework.codes)
    scored = composite.score(table, recipe)
    found = dict(zip(scored.table.units, scored.index.tolist(), strict=True))
    for country_id, (score, _) in published.items():
        assert found[country_id] == pytest.approx(score, abs=NEAR)
