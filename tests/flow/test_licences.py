"""What a licence forbids to pass on is in no file, page, answer or export; what it allows is."""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from math import isclose
from pathlib import Path
from unittest.mock import patch

import polars as pl
import pytest

from sharedfuture.capture import Store
from sharedfuture.findings import load_evidence, trace
from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.pipeline.compute import compute
from sharedfuture.pipeline.settings import Settings
from sharedfuture.publish.export import export_tables
from sharedfuture.publish.release import write_release
from sharedfuture.publish.site import drawings, write_site
from sharedfuture.records.release import ReleaseFacts
from sharedfuture.warehouse import ask_release, read_tables
from tests.conftest import ROOT, Ledger
from tests.made_up_answers import DOMAINS, EDITION, PER_DOMAIN, capture_answers
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


def publish(
    source: MadeUpSource,
    indicator: str,
    redistribution: str,
    settings: Settings,
    *,
    pictures: bool = False,
) -> Path:
    """A release, its site and its exports, in one folder; pictures take half of the time."""
    source.declare(indicator=indicator, redistribution=redistribution)
    source.capture("".join(f"{name},{','.join(map(str, said))}\n" for name, said in SECRET.items()))
    tables = compute(capture_ledger(settings), settings, bands=False).tables
    folder = settings.out / redistribution
    write_release(tables, folder / "release", facts=FACTS)
    draw = drawings.drawn_files if pictures else (lambda *_: {})
    with patch.object(drawings, "drawn_files", draw):
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


HEAVY = pytest.mark.conformance


@pytest.mark.parametrize(
    ("indicator", "redistribution"),
    [
        ("eiu_overall", "derived_only"),
        pytest.param("eiu_overall", "link_only", marks=HEAVY),
        pytest.param("sample_press", "derived_only", marks=HEAVY),
        pytest.param("sample_press", "link_only", marks=HEAVY),
    ],
)
def test_nothing_restricted_leaves_by_any_way(
    source: MadeUpSource, indicator: str, redistribution: str
) -> None:
    folder = publish(source, indicator, redistribution, source.settings, pictures=True)
    assert leaks(folder) == set()
    figures = pl.read_parquet(folder / "release" / "parquet" / "figure.parquet")
    own = figures.filter(edition="2022")
    assert own.get_column("gap").to_list() == ["licence", "licence"]
    stated = pl.read_parquet(folder / "release" / "parquet" / "stated.parquet")
    hashes = stated.filter(pl.col("row_id").is_in(own.get_column("figure_id").implode()))
    assert hashes.get_column("stated_id").to_list() == [None, None]


@pytest.mark.parametrize("redistribution", ["open", pytest.param("cite", marks=HEAVY)])
def test_what_may_leave_is_shown(source: MadeUpSource, redistribution: str) -> None:
    found = leaks(publish(source, "eiu_overall", redistribution, source.settings))
    assert {
        *("release/csv/figure.csv", "release/parquet/figure.parquet", "site/country/NOR.html"),
        *("release/sharedfuture.duckdb/figure", "export-json/figure.json"),
    } <= found


@HEAVY
def test_who_holds_the_licence_gets_the_full_view(source: MadeUpSource) -> None:
    settings = replace(source.settings, licences_held=frozenset({NAME}))
    found = leaks(publish(source, "eiu_overall", "derived_only", settings))
    assert {"release/csv/figure.csv", "site/country/NOR.html"} <= found


FEW = "Norway"


def points_of(country: str, question: int) -> int | None:
    """Of Norway one answer in Media and six in Academia; all others answered everything."""
    if country == FEW and (1 < question <= PER_DOMAIN or 17 < question <= 2 * PER_DOMAIN):
        return None
    return (len(country) + question * question) % 5


@pytest.mark.conformance
def test_answers_stay_inside_and_what_is_computed_of_many_leaves(small_ledger: Ledger) -> None:
    settings, countries = small_ledger.settings, add_countries(small_ledger)
    add_indicators_of_one_answer(small_ledger)
    capture_answers(Store(settings.captures), countries, points_of, into=settings.var)
    tables = compute(capture_ledger(settings), settings, bands=False).tables
    scores = tables["china_index_score"]
    assert scores.height == len(countries) * (1 + len(DOMAINS))
    told = scores.drop_nulls("points")
    held = scores.filter(pl.col("points").is_null())
    # One answer is itself; six would be what is left of the whole without the rest.
    assert set(held.select("country_id", "domain").rows()) == {
        ("NOR", "Media"),
        ("NOR", "Academia"),
    }
    assert (
        held.select("maximum", "share", "rank", "rank_low", "rank_high").to_dicts()
        == [dict.fromkeys(("maximum", "share", "rank", "rank_low", "rank_high"))] * 2
    )
    assert held["why_absent"].str.starts_with("kept back").all()
    assert told.filter(pl.col("maximum") != 4 * pl.col("answered")).is_empty()
    norway = dict(told.filter(country_id="NOR").select("domain", "answered").iter_rows())
    assert norway.pop("overall") - sum(norway.values()) == sum(held["answered"]) == 7
    # The publisher's other numbers of one answer are figures, and these are withheld.
    single = tables["figure"].filter(pl.col("indicator_id").str.contains("_police_"))
    assert single.filter(edition=EDITION).height == 2 * len(countries)
    assert set(single["gap"]) == {"licence"}
    assert set(single["value"]) == {None}
    assert not {"item_no", "score"} & {name for table in tables.values() for name in table.columns}
    assert tables["stated"].filter(table_name="answer").is_empty()
    kept = set(tables["capture"]["capture_id"])
    rests = tables["lineage"].filter(pl.col("result_id").str.starts_with("cis-"))
    assert set(rests["row_id"]) == kept
    folder = settings.out / "answers"
    write_site(tables, folder, facts=FACTS)
    page = (folder / "china-index.html").read_text(encoding="utf-8")
    assert re.search(r'<span id="cis-2024-NOR-media">Norway \(kept back', page)
    assert 'id="cis-2024-NOR-technology"' in page


def add_countries(ledger: Ledger) -> list[str]:
    """Put real countries beside those of the sample, as many as an edition needs; their names."""
    known = ledger.read("countries.csv")
    real = (ROOT / "evidence" / "countries.csv").read_text(encoding="utf-8").splitlines()
    named = [line.split(",") for line in real[1:] if line.count(",") >= 8 and '"' in line]
    rows = [
        [*cells[:5], str(place), "90", "src-sample-figures", f"row {place}"]
        for place, cells in enumerate(named, start=1)
        if f"\n{cells[0]}," not in known and '"' not in "".join(cells[:5])
    ][:50]
    ledger.append("countries.csv", "".join(f"{','.join(row)}\n" for row in rows))
    return [FEW, *(row[1] for row in rows)]


def add_indicators_of_one_answer(ledger: Ledger) -> None:
    """Declare what the ledger of this project takes of single answers."""
    text = (ROOT / "evidence" / "indicators.toml").read_text(encoding="utf-8")
    blocks = [block for block in text.split("[[indicator]]") if "_2024_police_" in block]
    cite = 'cite = [{ source = "src-sample-figures", at = "table 1" }]'
    ledger.append(
        "indicators.toml",
        "".join("\n[[indicator]]" + re.sub("cite = .*", cite, block) for block in blocks),
    )


@pytest.mark.conformance
def test_withheld_rows_are_explained_in_words(source: MadeUpSource) -> None:
    folder = publish(source, "eiu_overall", "derived_only", source.settings)
    evidence = load_evidence(read_tables(folder / "release"))
    for row_id in ("NOR", "spec-NOR", "dem-NOR-eiu", "fig-NOR-eiu_overall-2022"):
        told = " ".join(leaf.says for leaf in trace(evidence, row_id).leaves())
        assert told
    assert "forbids to pass it on" in trace(evidence, "spec-NOR").says
    assert "forbids to pass it on" in trace(evidence, "fig-NOR-eiu_overall-2022").says
