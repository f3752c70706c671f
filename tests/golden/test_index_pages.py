"""The pages of the index as whole texts, made of a small made-up index without draws."""

import html
import re
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.publish.site.country import country_pages
from sharedfuture.publish.site.environment import make_environment, render
from sharedfuture.publish.site.home import find_homes
from sharedfuture.publish.site.index.pages import index_pages
from sharedfuture.publish.site.index.shelf import read_index
from sharedfuture.publish.site.page import Page
from sharedfuture.publish.site.shelf import read_shelf
from sharedfuture.records.release import ReleaseFacts
from tests.golden.comparison import compare_with_kept
from tests.index_sample import index_tables, no_index_tables

FACTS = ReleaseFacts(
    release_id="0123456789abcdef",
    version="0.0.0",
    as_of=None,
    latest_source_date="2023-12-06",
    ledger_sha256="0" * 64,
)
BLOCKS = r"p|br|h1|h2|h3|li|th|td|tr|pre|summary|figcaption|label|option|output|button|legend|text"


def pages_of(tables: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """Every page that has to do with the index, by path."""
    shelf = read_shelf(tables)
    index, homes = read_index(shelf), find_homes(shelf)
    environment = make_environment(shelf, FACTS)
    made: list[Page] = [
        *index_pages(shelf, index, FACTS),
        *country_pages(shelf, index, FACTS.release_id),
    ]
    return {page.path: render(environment, page, homes) for page in made}


def words_of(page: str, start: str, end: str) -> str:
    """What a reader sees between two marks, a line for each element with text."""
    part = page[page.index(start) : page.index(end, page.index(start))]
    part = re.sub(r"<script.*?</script>", "", part, flags=re.S)
    pieces = re.split(rf"<(?:/?(?:{BLOCKS})\b)[^>]*>", part)
    lines = (" ".join(html.unescape(re.sub(r"<[^>]+>", "", piece)).split()) for piece in pieces)
    return "\n".join(line for line in lines if line) + "\n"


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """The pages of the made-up index."""
    return pages_of(index_tables())


@pytest.mark.parametrize(
    ("name", "path", "start"),
    [
        ("index-page.txt", "drift/index.html", "<main"),
        ("index-method.txt", "drift/method.html", "<main"),
        ("index-audit.txt", "drift/audit.html", "<main"),
        ("index-dossier.txt", "country/BBB.html", '<section aria-labelledby="index"'),
        ("index-dossier-unscored.txt", "country/FFF.html", '<section aria-labelledby="index"'),
    ],
)
def test_pages_of_the_index(
    pages: dict[str, str], tmp_path: Path, name: str, path: str, start: str
) -> None:
    end = "</main>" if start == "<main" else "</section>"
    compare_with_kept(name, words_of(pages[path], start, end), tmp_path)


def test_without_an_index_dossiers_say_nothing_of_it() -> None:
    pages = pages_of(no_index_tables())
    assert "drift/index.html" not in pages
    assert 'id="index"' not in pages["country/AAA.html"]


def test_text_of_a_recipe_cannot_close_a_script_or_open_an_element() -> None:
    tables = index_tables()
    bad = '</script><img src=x onerror="alert(1)">'
    body = tables["recipe"]["body"][0].replace("It is made up.", bad.replace('"', "'"))
    pages = pages_of({**tables, "recipe": tables["recipe"].with_columns(body=pl.lit(body))})
    assert all("<img" not in page for page in pages.values())
