"""The pages about inferences as whole texts, of made-up rows; and where there are none."""

import re
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.publish.site.country import country_pages
from sharedfuture.publish.site.environment import make_environment, render
from sharedfuture.publish.site.home import find_homes
from sharedfuture.publish.site.inference.pages import inference_pages
from sharedfuture.publish.site.inference.shelf import read_inference
from sharedfuture.publish.site.shelf import read_shelf
from tests.golden.comparison import compare_with_kept
from tests.golden.test_index_pages import FACTS, words_of
from tests.index_sample import no_index_tables
from tests.inference_sample import inference_tables

PAGES = {
    "inference-playbooks.txt": "playbooks/index.html",
    "inference-playbook.txt": "playbooks/made-up.html",
    "inference-partners.txt": "partners/index.html",
}
DOSSIERS = {
    "inference-dossier.txt": "country/BBB.html",
    "inference-dossier-known.txt": "country/AAA.html",
    "inference-dossier-none.txt": "country/EEE.html",
}
SECTION = '<section aria-labelledby="inferred"'
BAD = '"><img src=x onerror="alert(1)">'


def pages_of(tables: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """The pages about inferences and the dossiers, by path."""
    shelf = read_shelf(tables)
    environment, homes = make_environment(shelf, FACTS), find_homes(shelf)
    made = [
        *inference_pages(shelf, read_inference(shelf)),
        *country_pages(shelf, None, FACTS.release_id),
    ]
    return {page.path: render(environment, page, homes) for page in made}


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return pages_of(inference_tables())


@pytest.mark.parametrize("name", [*PAGES, *DOSSIERS])
def test_texts(pages: dict[str, str], tmp_path: Path, name: str) -> None:
    if name in PAGES:
        text = words_of(pages[PAGES[name]], "<main", "</main>")
    else:
        text = words_of(pages[DOSSIERS[name]], SECTION, "</section>")
    compare_with_kept(name, text, tmp_path)


def test_without_rows_the_pages_say_that_nothing_is_there() -> None:
    pages = pages_of(no_index_tables())
    for path in ("playbooks/index.html", "partners/index.html"):
        assert "Nothing in this release." in pages[path]
        assert re.findall(r'class="n"', pages[path]) == []
    assert "Nothing is inferred about Aland" in pages["country/AAA.html"]


def test_every_number_leads_to_an_anchor_of_a_page(pages: dict[str, str]) -> None:
    ids = {path: set(re.findall(r'id="([^"]*)"', page)) for path, page in pages.items()}
    found = 0
    for path, page in pages.items():
        for row_id, href in re.findall(r'data-row="([^"]*)" href="([^"]*)"', page):
            target, anchor = href.rsplit("#", 1)
            folder = path.rpartition("/")[0]
            here = target.removeprefix("../") if "/" in target else f"{folder}/{target}"
            assert anchor == row_id
            assert row_id in ids[here], f"{path}: {href}"
            found += 1
    assert found > 60


def test_every_inferred_row_that_is_shown_is_explained_once(pages: dict[str, str]) -> None:
    everything = "".join(pages.values())
    tables = inference_tables()
    for table, column in (
        ("playbook", "playbook_id"),
        ("playbook_step", "playbook_step_id"),
        ("playbook_chance", "playbook_chance_id"),
        ("history", "history_id"),
        ("partner", "partner_id"),
        ("partner_reason", "partner_reason_id"),
        ("partner_target", "partner_target_id"),
        ("partner_check", "partner_check_id"),
        ("forecast", "forecast_id"),
    ):
        for row_id in tables[table][column]:
            assert everything.count(f'id="{row_id}"') == 1, row_id


def test_where_no_step_is_filled_nothing_is_shown(pages: dict[str, str]) -> None:
    assert "match-made-up-CHN-DDD" not in "".join(pages.values())


def test_whoever_is_inferred_is_a_candidate_with_a_probability_and_never_more(
    pages: dict[str, str],
) -> None:
    names = {"BBB": "Bergen", "CCC": "Cordia"}
    for path, page in pages.items():
        rows = re.findall(r'<(tr|div) data-status="inferred">(.*?)</\1>', page, re.S)
        for _, text in rows:
            plain = re.sub(r"<[^>]+>", " ", text)
            assert not re.search(r"\bpartners?\b", plain, re.I), f"{path}: {plain}"
        for name in names.values():
            says = re.sub(r"<[^>]+>", "", page)
            assert f"{name} is a partner" not in says
    for country_id in names:
        section = words_of(pages[f"country/{country_id}.html"], SECTION, "</section>")
        assert re.search(r"candidate, probability 0\.\d+ \(0\.\d+ to 0\.\d+\), because", section)


def test_known_and_inferred_stand_apart(pages: dict[str, str]) -> None:
    page = pages["partners/index.html"]
    known = page.split('<ul class="known')[1].split("</ul>")[0]
    candidates = page[page.index('class="sortable candidates"') :].split("</table>")[0]
    assert "Aland" in known
    assert "Bergen" not in known
    assert "Bergen" in candidates
    assert "Aland" not in candidates


def test_map_hatches_abstentions_and_gives_known_countries_a_class_of_their_own(
    pages: dict[str, str],
) -> None:
    page = pages["partners/index.html"]
    tiles = dict(re.findall(r'data-country="(\w+)" class="tile (\w+)"', page))
    assert tiles["AAA"] == "q6"
    assert tiles["BBB"] == "q2"
    assert tiles["DDD"] == "none"
    assert "Dunia: no probability: too little is known" in page


def test_model_that_is_no_better_than_the_baseline_is_said_to_be_none(
    pages: dict[str, str],
) -> None:
    assert "No better than the baseline" in pages["partners/index.html"]
    tables = inference_tables()
    checks = tables["partner_check"].with_columns(value_low=pl.lit(0.1))
    better = pages_of({**tables, "partner_check": checks})["partners/index.html"]
    assert "Better than the baseline" in better


def test_sequence_as_common_as_chance_is_said_to_be_no_more(pages: dict[str, str]) -> None:
    says = re.sub(r"<[^>]+>", "", pages["playbooks/index.html"])
    assert (
        "China: by chance 0 to 3 countries would show this sequence; 2 of the 6 tried do, Aland "
        "among them: no more than chance." in says
    )
    assert "Russia: in none of 6 countries tried; by chance in 0 to 3." in says
    assert "United States: by chance 0 to 3" in says
    assert "more than chance gives" in says


def test_lanes_show_the_case_first_and_dates_as_far_as_they_are_known(
    pages: dict[str, str],
) -> None:
    page = pages["playbooks/made-up.html"]
    lanes = page[page.index("lanes-CHN") :].split("</svg>")[0]
    assert re.findall(r'class="country[^"]*"[^>]*>(\w+)<', lanes) == ["Aland", "Bergen"]
    assert lanes.count('class="bar open"') == 1, "before 2018: open at its beginning"
    assert ">3?</text>" in lanes, "what is alleged stays alleged"
    assert re.findall(r'class="step (\w+) lost"', lanes) == ["optional"]
    assert "from which the playbook was drawn, comes first" in page


def test_inferred_ties_are_not_counted_in_a_dossier(pages: dict[str, str]) -> None:
    assert "Evidenced ties: agreement 1." in re.sub(r"<[^>]+>", "", pages["country/BBB.html"])
    assert "Evidenced ties" not in pages["country/CCC.html"]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("playbook", "title"),
        ("playbook_step", "title"),
        ("playbook_step", "kinds"),
        ("history", "title"),
        ("partner", "because"),
        ("partner_reason", "sentence"),
        ("partner_target", "title"),
        ("partner_check", "sentence"),
    ],
)
def test_text_of_a_row_cannot_open_an_element(table: str, column: str) -> None:
    tables = inference_tables()
    tables[table] = tables[table].with_columns(pl.lit(BAD).alias(column))
    assert all("<img" not in page for page in pages_of(tables).values())
