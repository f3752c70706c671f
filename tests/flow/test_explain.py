"""Every number of the site can be walked back to a publication; every link leads somewhere."""

import json
import posixpath
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from subprocess import CompletedProcess
from urllib.parse import unquote, urlsplit

import pytest

from sharedfuture.findings import Evidence, load_evidence, trace
from sharedfuture.pipeline.settings import Settings
from sharedfuture.publish.site.inference.network.shown import NETWORK_PAGE
from sharedfuture.records.tables import TABLES
from sharedfuture.warehouse import read_tables

DRAWN = 200
DRAWN_BY_COMMAND = 5
SEED = 20231213
# A number rests on publications; one of the index rests on its recipe too, which is a file of the
# ledger, and on nothing else where it is a choice, as a weight is.
ENDS = {"source", "recipe"}

# Attributes that make a browser fetch something by itself.
_FETCHED = {
    "link": ("href",),
    "script": ("src",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "iframe": ("src",),
    "object": ("data",),
    "embed": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "use": ("href",),
    "image": ("href",),
    "form": ("action",),
}


@dataclass
class Found(HTMLParser):
    """What a page holds: anchors, links, fetched addresses, numbers with their rows."""

    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    numbers: list[tuple[str, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._number: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the element is and where it leads."""
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.add(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if "data-row" in given:
            self._number = (given["data-row"], given.get("href", ""))
        self.fetched += [given[name] for name in _FETCHED.get(tag, ()) if name in given]
        self.fetched += re.findall(r"url\(([^)]*)\)", given.get("style", ""))

    def handle_data(self, data: str) -> None:
        """The text of a number."""
        if self._number:
            self.numbers.append((*self._number, data.strip()))
            self._number = None


@pytest.fixture(scope="module")
def pages(release: Settings) -> Mapping[str, Found]:
    """Every page of the site, read."""
    found = {}
    for path in sorted(release.site.rglob("*.html")):
        page = Found()
        page.feed(path.read_text(encoding="utf-8"))
        found[path.relative_to(release.site).as_posix()] = page
    return found


@pytest.fixture(scope="module")
def drawn(pages: Mapping[str, Found]) -> list[tuple[str, str, str, str]]:
    """Page, row, address and text of 200 numbers, drawn from all numbers of all pages."""
    everything = [(name, *number) for name, page in pages.items() for number in page.numbers]
    assert len(everything) > 5000
    return random.Random(SEED).sample(everything, DRAWN)


@pytest.fixture(scope="module")
def evidence(release: Settings) -> Evidence:
    """The tables of the release, indexed for walking."""
    return load_evidence(read_tables(release.release))


def _target(page: str, href: str) -> tuple[str, str]:
    """Path from the root of the site, and anchor, of a relative address on a page."""
    parts = urlsplit(href)
    path = posixpath.join(posixpath.dirname(page), unquote(parts.path)) if parts.path else page
    return posixpath.normpath(path), unquote(parts.fragment)


def test_numbers_walk_back_to_publications(
    drawn: list[tuple[str, str, str, str]], evidence: Evidence
) -> None:
    stranded = []
    for page, row_id, _, text in drawn:
        tree = trace(evidence, row_id)
        tables = {leaf.table for leaf in tree.leaves()}
        is_choice = tree.table == "recipe"
        if not tables <= ENDS or (not is_choice and "source" not in tables):
            stranded.append((page, row_id, text, tables))
    assert stranded == []


def test_the_command_walks_the_same_way(
    drawn: list[tuple[str, str, str, str]],
    release: Settings,
    command: Callable[..., CompletedProcess[str]],
) -> None:
    for _, row_id, _, _ in drawn[:DRAWN_BY_COMMAND]:
        done = command("explain", row_id, "--format", "json", folder=release.out.parent)
        assert done.returncode == 0, done.stderr
        tree = json.loads(done.stdout)
        assert tree["row_id"] == row_id
        tables = {leaf["table"] for leaf in _leaves(tree)}
        assert tables <= ENDS
        assert "source" in tables or tree["table"] == "recipe"


def _leaves(node: dict[str, object]) -> list[dict[str, object]]:
    children = node["children"]
    assert isinstance(children, list)
    return [leaf for child in children for leaf in _leaves(child)] if children else [node]


def test_numbers_lead_to_a_page_and_an_anchor(
    pages: Mapping[str, Found], drawn: list[tuple[str, str, str, str]]
) -> None:
    for page, row_id, href, _ in drawn:
        path, anchor = _target(page, href)
        assert anchor == row_id
        assert anchor in pages[path].ids, f"{page}: {href}"


def test_every_number_names_a_row_of_the_release(
    pages: Mapping[str, Found], release: Settings
) -> None:
    tables = read_tables(release.release)
    known = {
        row_id
        for table in TABLES
        if table.id_column and table.name != "stated"
        for row_id in tables[table.name].get_column(table.id_column)
    }
    shown = {row_id for page in pages.values() for row_id, _, _ in page.numbers}
    assert shown - known == set()


# What a script reads from the address; it is no anchor of the page.
_STATE = re.compile(r"^(figure-1;|weights;|verdict=)")


def _is_state(path: str, anchor: str, parties: set[str]) -> bool:
    """Whether it is for a script; that of the network takes a party, perhaps with a day."""
    is_party = path == NETWORK_PAGE and anchor.partition("@")[0] in parties
    return is_party or bool(_STATE.match(anchor))


def test_every_internal_link_resolves(pages: Mapping[str, Found], release: Settings) -> None:
    broken = []
    edges = read_tables(release.release)["network_edge"]
    parties = {*edges["from_id"], *edges["to_id"]}
    for name, page in pages.items():
        for href in page.links:
            if urlsplit(href).scheme in ("http", "https"):
                continue
            path, anchor = _target(name, href)
            is_there = (release.site / path).exists()
            if is_there and anchor and path in pages and not _is_state(path, anchor, parties):
                is_there = anchor in pages[path].ids
            if not is_there:
                broken.append((name, href))
    assert broken == []


def test_no_page_fetches_from_another_host(pages: Mapping[str, Found], release: Settings) -> None:
    for name, page in pages.items():
        for address in page.fetched:
            assert urlsplit(address).scheme in ("", "data"), f"{name}: {address}"
            if not address.startswith("data:"):
                path, _ = _target(name, address.split()[0])
                assert (release.site / path).is_file(), f"{name}: {address}"
    for sheet in sorted(release.site.glob("assets/*.css")):
        text = sheet.read_text(encoding="utf-8")
        assert re.findall(r"@import|url\(\s*['\"]?(?:https?:)?//", text) == []


def test_only_http_addresses_lead_outside(pages: Mapping[str, Found]) -> None:
    schemes = {urlsplit(href).scheme for page in pages.values() for href in page.links}
    assert schemes <= {"", "http", "https"}


def test_search_entries_lead_somewhere(pages: Mapping[str, Found], release: Settings) -> None:
    script = (release.site / "assets" / "search-index.js").read_text(encoding="utf-8")
    entries = json.loads(script[script.index("=") + 1 :].rstrip().rstrip(";"))
    assert len(entries) > 500
    for label, _, href, _ in entries:
        path, anchor = _target("index.html", href)
        assert path in pages, label
        assert not anchor or anchor in pages[path].ids, label
