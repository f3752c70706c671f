"""Write the whole site into a folder."""

import gc
import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import polars as pl

from sharedfuture.publish.site import drawings
from sharedfuture.publish.site.axes_page import axes_page
from sharedfuture.publish.site.china_index import china_index_pages
from sharedfuture.publish.site.country import country_pages
from sharedfuture.publish.site.environment import make_environment, render
from sharedfuture.publish.site.figure_pages import countries_page, front_page, spectrum_page
from sharedfuture.publish.site.freshness_page import freshness_page
from sharedfuture.publish.site.home import find_homes
from sharedfuture.publish.site.index.files import index_files
from sharedfuture.publish.site.index.pages import index_pages
from sharedfuture.publish.site.index.shelf import read_index
from sharedfuture.publish.site.inference.front import front_answers
from sharedfuture.publish.site.inference.network.files import network_files
from sharedfuture.publish.site.inference.pages import inference_pages
from sharedfuture.publish.site.inference.shelf import read_inference
from sharedfuture.publish.site.measured.feeds import change_feeds
from sharedfuture.publish.site.measured.pages import measured_pages
from sharedfuture.publish.site.measured.shelf import read_measured
from sharedfuture.publish.site.page import Page
from sharedfuture.publish.site.record_pages import record_pages
from sharedfuture.publish.site.reference_pages import reference_pages
from sharedfuture.publish.site.search_index import search_script
from sharedfuture.publish.site.shelf import Shelf, read_shelf
from sharedfuture.records.release import PageFact, ReleaseFacts

ASSETS = (
    *("site.css", "site.js", "search.js", "drawing.js", "figure-one.js", "tile-map.js"),
    *("index-weights.js", "index-chart.js", "figure-axes.js", "measured.js"),
    *("network.js", "network-drawing.js", "network.css"),
)


@contextmanager
def _keeping_everything() -> Iterator[None]:
    """Nothing is thrown away before the end, so that looking for garbage is time lost."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_keeping_everything()
def write_site(
    tables: Mapping[str, pl.DataFrame],
    target: Path,
    *,
    facts: ReleaseFacts,
    beside: Executor | None = None,
) -> list[PageFact]:
    """Write every page and file below `target`; what was written, in order of path.

    `tables` are the public tables exactly as released. Files of an earlier site stay where they
    are unless a page of the same path replaces them. With a second process `beside`, the dossiers
    of the countries, half of the work, are written by it.
    """
    dossiers = beside.submit(_write_apart, tables, target, facts) if beside else None
    shelf = read_shelf(tables)
    specs = drawings.make_specs(shelf)
    with ThreadPoolExecutor(max_workers=1) as drawer:
        drawn = drawer.submit(drawings.drawn_files, shelf, facts, specs)
        pages = list(_pages(shelf, facts, specs))
        written = _write_pages(target, pages, shelf, facts)
        written += _write_dossiers(shelf, target, facts) if dossiers is None else dossiers.result()
        files_by_path = {
            **_scripts(shelf, pages, specs),
            **index_files(shelf, read_index(shelf)),
            **change_feeds(shelf, tables["blocking_change"]),
            **network_files(shelf, tables),
            **drawn.result(),
        }
    for path, content in files_by_path.items():
        written.append(_write(target, path, path.rpartition("/")[2], content))
    return sorted(written, key=lambda fact: fact.path)


@_keeping_everything()
def _write_apart(
    tables: Mapping[str, pl.DataFrame], target: Path, facts: ReleaseFacts
) -> list[PageFact]:
    return _write_dossiers(read_shelf(tables), target, facts)


def _write_dossiers(shelf: Shelf, target: Path, facts: ReleaseFacts) -> list[PageFact]:
    pages = country_pages(shelf, read_index(shelf), facts.release_id)
    return _write_pages(target, pages, shelf, facts)


def _write_pages(
    target: Path, pages: Iterable[Page], shelf: Shelf, facts: ReleaseFacts
) -> list[PageFact]:
    homes, environment = find_homes(shelf), make_environment(shelf, facts)
    return [
        _write(target, page.path, page.title, render(environment, page, homes)) for page in pages
    ]


def _pages(shelf: Shelf, facts: ReleaseFacts, specs: drawings.Specs) -> Iterator[Page]:
    index, inference = read_index(shelf), read_inference(shelf)
    answers = front_answers(shelf, inference)
    yield front_page(shelf, facts, specs.figure, index=index, answers=answers)
    yield spectrum_page(shelf)
    yield axes_page(shelf, facts, specs.axes)
    yield from china_index_pages(shelf)
    yield from index_pages(shelf, index, facts)
    yield countries_page(shelf, index)
    yield from record_pages(shelf)
    yield from reference_pages(shelf, facts)
    yield freshness_page(shelf)
    yield from measured_pages(shelf, read_measured(shelf))
    yield from inference_pages(shelf, inference)


def _scripts(shelf: Shelf, pages: list[Page], specs: drawings.Specs) -> dict[str, str]:
    """Every script and sheet of style, by path."""
    assets = files("sharedfuture.publish.site").joinpath("assets")
    specs_text = json.dumps(drawings.spec_script(specs), sort_keys=True, separators=(",", ":"))
    return {
        **{f"assets/{name}": assets.joinpath(name).read_text("utf-8") for name in ASSETS},
        "assets/search-index.js": search_script(shelf, pages),
        "assets/specs.js": f"window.sharedfutureSpecs={specs_text};\n",
    }


def _write(target: Path, path: str, title: str, content: str | bytes) -> PageFact:
    data = content.encode() if isinstance(content, str) else content
    file = target / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return PageFact(path, title, len(data), sha256(data).hexdigest())
