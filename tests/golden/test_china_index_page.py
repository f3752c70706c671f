"""The page of the China Index as whole text, of made-up rows; and none where there are none."""

import re
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.publish.site.china_index import china_index_pages
from sharedfuture.publish.site.country import country_pages
from sharedfuture.publish.site.environment import make_environment, render
from sharedfuture.publish.site.figure_pages import spectrum_page
from sharedfuture.publish.site.home import find_homes
from sharedfuture.publish.site.shelf import read_shelf
from tests.china_index_sample import china_index_tables
from tests.golden.comparison import compare_with_kept
from tests.golden.test_index_pages import FACTS, words_of
from tests.index_sample import no_index_tables

PAGE = "china-index.html"


def pages_of(tables: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """The page, those that lead to it, and dossiers, by path."""
    shelf = read_shelf(tables)
    environment, homes = make_environment(shelf, FACTS), find_homes(shelf)
    made = [
        *china_index_pages(shelf),
        spectrum_page(shelf),
        *country_pages(shelf, None, FACTS.release_id),
    ]
    return {page.path: render(environment, page, homes) for page in made}


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return pages_of(china_index_tables())


@pytest.mark.parametrize(
    ("name", "path", "start", "end"),
    [
        ("china-index-page.txt", PAGE, "<main", "</main>"),
        (
            "china-index-dossier.txt",
            "country/BBB.html",
            '<section aria-labelledby="china-index"',
            "</section>",
        ),
    ],
)
def test_pages_of_the_china_index(
    pages: dict[str, str], tmp_path: Path, name: str, path: str, start: str, end: str
) -> None:
    compare_with_kept(name, words_of(pages[path], start, end), tmp_path)


def test_every_row_has_its_place_and_dots_are_hollow_where_carried(pages: dict[str, str]) -> None:
    tables, page = china_index_tables(), pages[PAGE]
    for table in ("china_index_score", "china_index_change"):
        rows = tables[table].drop_nulls("country_id")
        for row_id in rows.get_column(f"{table}_id"):
            assert page.count(f'id="{row_id}"') == 1
    hollow = re.findall(r'class="dots hollow" d="([^"]*)"', page)
    assert [path.count("M") for path in hollow] == [1, 1, 1]
    assert 'href="../china-index.html#cis-2024-BBB-overall"' in pages["country/BBB.html"]


def test_without_rows_there_is_no_page_and_nothing_leads_to_it() -> None:
    pages = pages_of(no_index_tables())
    assert PAGE not in pages
    assert not [path for path, text in pages.items() if PAGE in text or "China Index<" in text]
