"""The pages about measurements as whole texts, of made-up rows; and where there are none."""

import re
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.publish.site.country import country_pages
from sharedfuture.publish.site.environment import make_environment, render
from sharedfuture.publish.site.home import find_homes
from sharedfuture.publish.site.measured.pages import measured_pages
from sharedfuture.publish.site.measured.shelf import read_measured
from sharedfuture.publish.site.shelf import read_shelf
from tests.golden.comparison import compare_with_kept
from tests.golden.test_index_pages import FACTS, words_of
from tests.index_sample import no_index_tables
from tests.measured_sample import measured_tables

PAGES = {
    "measured-blocking.txt": "blocking/index.html",
    "measured-shutdowns.txt": "shutdowns/index.html",
    "measured-equipment.txt": "equipment/index.html",
    "measured-same-box.txt": "equipment/same-box.html",
}
DOSSIERS = {
    "measured-dossier.txt": "country/AAA.html",
    "measured-dossier-few.txt": "country/CCC.html",
    "measured-dossier-none.txt": "country/EEE.html",
}
SECTION = '<section aria-labelledby="measured"'


def pages_of(tables: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """The pages about measurements and the dossiers, by path."""
    shelf = read_shelf(tables)
    environment, homes = make_environment(shelf, FACTS), find_homes(shelf)
    made = [
        *measured_pages(shelf, read_measured(shelf)),
        *country_pages(shelf, None, FACTS.release_id),
    ]
    return {page.path: render(environment, page, homes) for page in made}


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return pages_of(measured_tables())


@pytest.mark.parametrize("name", [*PAGES, *DOSSIERS])
def test_texts(pages: dict[str, str], tmp_path: Path, name: str) -> None:
    if name in PAGES:
        text = words_of(pages[PAGES[name]], "<main", "</main>")
    else:
        text = words_of(pages[DOSSIERS[name]], SECTION, "</section>")
    compare_with_kept(name, text, tmp_path)


@pytest.mark.parametrize("path", PAGES.values())
def test_without_rows_every_page_says_what_is_missing(path: str) -> None:
    page = pages_of(no_index_tables())[path]
    assert "Nothing in this release." in page
    assert "sharedfuture measure" in page or "sharedfuture fetch" in page
    assert re.findall(r'class="n"', page) == []


def test_every_number_leads_to_an_anchor_of_a_page(pages: dict[str, str]) -> None:
    ids = {path: set(re.findall(r'id="([^"]*)"', page)) for path, page in pages.items()}
    found = 0
    for path, page in pages.items():
        for row_id, href in re.findall(r'data-row="([^"]*)" href="([^"]*)"', page):
            target, anchor = href.rsplit("#", 1)
            here = path if "/" not in target else target.removeprefix("../")
            assert anchor == row_id
            assert row_id in ids[here], f"{path}: {href}"
            found += 1
    assert found > 60


def test_every_row_that_is_shown_is_explained_once(pages: dict[str, str]) -> None:
    everything = "".join(pages.values())
    tables = measured_tables()
    for table in ("blocking_rate", "blocking_change", "precedence", "blocklist_day", "footprint"):
        for row in tables[table].iter_rows(named=True):
            is_left_out = row.get("is_suppressed") or row.get("blocked", 0) is None
            count = 0 if is_left_out else 1
            assert everything.count(f'id="{row[f"{table}_id"]}"') == count


def test_too_little_measured_is_neither_zero_nor_unmeasured(pages: dict[str, str]) -> None:
    page = pages["blocking/index.html"]
    tiles = dict(re.findall(r'data-country="(\w+)" class="tile (\w+)"', page))
    assert tiles == {"AAA": "q5", "BBB": "q0", "CCC": "few", "DDD": "none", "EEE": "none"} | {
        "FFF": "none"
    }
    assert "not enough measured (3 decided measurements)" in page
    table = page[page.index('id="rate-table"') : page.index("</table>", page.index("rate-table"))]
    assert "Cordia" not in table


def test_of_what_has_an_unknown_beginning_the_bar_is_open(pages: dict[str, str]) -> None:
    page = pages["country/AAA.html"]
    bars = re.findall(r'<rect class="(\w+ ?\w*)" x="([\d.]+)"', page)
    assert [name for name, _ in bars] == ["agreement", "measured open", "measured"]
    assert bars[1][1] == "8"
    assert "Order is not cause." in page


def test_what_is_too_small_to_be_shown_is_not_on_the_site(pages: dict[str, str]) -> None:
    page = pages["equipment/index.html"]
    assert "1 cell kept back" in page
    assert "fp-BBB" not in page


def test_text_of_a_row_cannot_open_an_element() -> None:
    tables = measured_tables()
    bad = '"><img src=x onerror="alert(1)">'
    for name, column in (
        ("blocking_change", "domain"),
        ("equipment_sighting", "network"),
        ("precedence", "agreement"),
        ("precedence", "measured"),
        ("blocklist_day", "series"),
        ("shutdown_count", "register"),
        ("footprint", "scan"),
    ):
        tables[name] = tables[name].with_columns(pl.lit(bad).alias(column))
    assert all("<img" not in page for page in pages_of(tables).values())
