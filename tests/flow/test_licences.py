"""What a licence forbids to pass on is in no file, page, answer or export; what it allows is."""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from math import isclose
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.pipeline.compute import compute
from sharedfuture.pipeline.settings import Settings
from sharedfuture.publish.export import export_tables
from sharedfuture.publish.release import write_release
from sharedfuture.publish.site import write_site
from sharedfuture.records.release import ReleaseFacts
from sharedfuture.warehouse import ask_release
from tests.conftest import Ledger
from tests.made_up_source import NAME, MadeUpSource

# Numbers that nothing else of the sample comes to, at any number of decimals that a page shows.
SECRET = {"Norway": (8.471642, 8.127753, 8.618327), "Pakistan": (1.736218, 1.518872, 1.927641)}
FACTS = ReleaseFacts("test", "0", None, None, "0" * 64)
# The script that draws is the same for all sites, and full of numbers.
NOT_OURS = "assets/charts.js"
TEXTS = {".csv", ".json", ".html", ".js", ".svg", ".txt", ".bib", ".cff", ".toml", ".xml", ".css"}


@pytest.fixture
def source(small_ledger: Ledger, tmp_path: Path) -> Iterator[MadeUpSource]:
    settings = replace(small_ledger.settings, own_sources=tmp_path / "own")
    made = MadeUpSource(tmp_path / "own", settings)
    yield made
    made.forget()
    sys.modules.pop(f"sharedfuture.sources.{NAME}", None)


def publish(source: MadeUpSource, indicator: str, redistribution: str, settings: Settings) -> Path:
    """A release, its site and its exports, in one folder."""
    source.declare(indicator=indicator, redistribution=redistribution)
    source.capture("".join(f"{name},{','.join(map(str, said))}\n" for name, said in SECRET.items()))
    tables = compute(capture_ledger(settings), settings, bands=False).tables
    folder = settings.out / redistribution
    write_release(tables, folder / "release", facts=FACTS)
    write_site(tables, folder / "site", facts=FACTS)
    for style in ("csv", "json", "parquet"):
        export_tables(folder / "release", None, style=style, target=folder / f"export-{style}")
    return folder


def leaks(folder: Path) -> set[str]:
    """Files in which one of the numbers stands, as text at any precision or as a number."""
    found = set()
    spellings = [
        re.compile(rf"(?<![\d.]){number:.{decimals}f}(?!\d)".replace(".", "[.,]").encode())
        for said in SECRET.values()
        for number in said
        for decimals in (2, 3, 4, 5, 6)
    ]
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.endswith(NOT_OURS):
            continue
        if path.suffix in TEXTS:
            is_leaking = any(each.search(path.read_bytes()) for each in spellings)
        elif path.suffix == ".parquet":
            is_leaking = has_number(pl.read_parquet(path))
        else:
            is_leaking = False
        if is_leaking:
            found.add(name)
        if path.suffix == ".duckdb":
            tables = ask_release(path, "show tables", limit_seconds=9).to_series()
            query = 'select * from "{}"'
            found |= {
                f"{name}/{table}"
                for table in tables
                if has_number(ask_release(path, query.format(table), limit_seconds=9))
            }
    return found


def has_number(frame: pl.DataFrame) -> bool:
    numbers = [number for said in SECRET.values() for number in said]
    return any(
        isclose(cell, number, rel_tol=1e-9)
        for column in frame.select(pl.selectors.float())
        for cell in column.drop_nulls()
        for number in numbers
    )


@pytest.mark.parametrize("indicator", ["sample_press", "eiu_overall"])
@pytest.mark.parametrize("redistribution", ["derived_only", "link_only"])
def test_nothing_restricted_leaves_by_any_way(
    source: MadeUpSource, indicator: str, redistribution: str
) -> None:
    folder = publish(source, indicator, redistribution, source.settings)
    assert leaks(folder) == set()
    figures = pl.read_parquet(folder / "release" / "parquet" / "figure.parquet")
    own = figures.filter(edition="2022")
    assert own.get_column("gap").to_list() == ["licence", "licence"]
    stated = pl.read_parquet(folder / "release" / "parquet" / "stated.parquet")
    hashes = stated.filter(pl.col("row_id").is_in(own.get_column("figure_id").implode()))
    assert hashes.get_column("stated_id").to_list() == [None, None]


@pytest.mark.parametrize("redistribution", ["open", "cite"])
def test_what_may_leave_is_shown(source: MadeUpSource, redistribution: str) -> None:
    found = leaks(publish(source, "eiu_overall", redistribution, source.settings))
    assert {
        *("release/csv/figure.csv", "release/parquet/figure.parquet", "site/country/NOR.html"),
        *("release/sharedfuture.duckdb/figure", "export-json/figure.json"),
    } <= found


def test_who_holds_the_licence_gets_the_full_view(source: MadeUpSource) -> None:
    settings = replace(source.settings, licences_held=frozenset({NAME}))
    found = leaks(publish(source, "eiu_overall", "derived_only", settings))
    assert {"release/csv/figure.csv", "site/country/NOR.html"} <= found
