"""Every panel says whose numbers it shows, in which edition, published and captured when."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.pipeline.settings import Settings
from sharedfuture.publish.release import withhold
from sharedfuture.publish.site import drawings, write_site
from sharedfuture.records.release import ReleaseFacts
from tests.conftest import Ledger
from tests.made_up_source import NAME, MadeUpSource

FACTS = ReleaseFacts("test", "0", None, None, "0" * 64)
DOSSIERS = ("PAK", "CHN", "SLB", "USA", "TUV")
CONTAINERS = ("main", "section", "figure")
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}

Tables = Mapping[str, pl.DataFrame]


@dataclass(slots=True)
class Container:
    """A figure, a section or the page, and whether it says how fresh what it shows is."""

    kind: str
    name: str
    around: "Container | None"
    is_fresh: bool = False


@dataclass(slots=True)
class Panels(HTMLParser):
    """Charts, maps and tables of figures of a page that do not say how fresh they are."""

    inside: Container = field(default_factory=lambda: Container("page", "", None))
    charts: list[Container] = field(default_factory=list)
    tables: list[Container] = field(default_factory=list)
    open: list[tuple[str, bool]] = field(default_factory=list)
    regions: int = 0

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        classes = said.get("class", "").split()
        if tag in CONTAINERS:
            name = said.get("id") or said.get("aria-labelledby", "")
            self.inside = Container(tag, name, self.inside)
            if {"chart", "tile-map"} & set(classes):
                self.charts.append(self.inside)
        is_region = tag == "div" and "scroll" in classes
        self.regions += is_region
        if "fresh" in classes:
            self.inside.is_fresh = True
        if tag == "a" and "n" in classes and self.regions:
            self.tables.append(self.inside)
        if tag not in VOID:
            self.open.append((tag, is_region))

    def handle_endtag(self, tag: str) -> None:
        while self.open and (last := self.open.pop())[0] != tag:
            pass
        if self.open and last[1]:
            self.regions -= 1
        if tag in CONTAINERS and self.inside.around is not None:
            self.inside = self.inside.around

    @property
    def silent(self) -> list[str]:
        """Panels without a word; a table may be spoken for by its section or its page."""
        charts = [panel.name for panel in self.charts if not panel.is_fresh]
        return charts + [panel.name for panel in self.tables if not _is_spoken_for(panel)]


def _is_spoken_for(panel: Container | None) -> bool:
    while panel is not None:
        if panel.is_fresh:
            return True
        panel = panel.around
    return False


def panels_of(page: Path) -> Panels:
    found = Panels()
    found.feed(page.read_text(encoding="utf-8"))
    return found


def test_every_panel_of_every_page_says_how_fresh_it_is(release: Settings) -> None:
    pages = [
        page
        for page in sorted(release.site.rglob("*.html"))
        if page.parent.name != "selections"
        and (page.parent.name != "country" or page.stem in DOSSIERS)
    ]
    found = {page.relative_to(release.site).as_posix(): panels_of(page) for page in pages}
    assert {path: panels.silent for path, panels in found.items() if panels.silent} == {}
    seen = {path for path, panels in found.items() if panels.charts or panels.tables}
    assert {"index.html", "spectrum.html", "figure-1.html", "countries.html"} <= seen
    assert {"drift/index.html", "drift/method.html", "country/PAK.html"} <= seen
    assert len(found["country/PAK.html"].charts) >= 3


def test_every_layer_of_the_map_says_how_fresh_it_is(release: Settings) -> None:
    text = (release.site / "index.html").read_text(encoding="utf-8")
    layers = json.loads(_script(text, "map-data"))
    says = json.loads(_script(text, "map-freshness"))
    assert says.keys() == layers.keys()
    assert all(line.startswith("Source") for line in says.values())


def _script(text: str, name: str) -> str:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', text, re.S)
    assert found is not None
    return found.group(1)


# One made-up source beside the sample of a ledger


@pytest.fixture
def source(
    small_ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MadeUpSource]:
    """What is drawn is the same for all sites and slow."""
    monkeypatch.setattr(drawings, "drawn_files", lambda *_: {})
    made = MadeUpSource(
        tmp_path / "own", replace(small_ledger.settings, own_sources=tmp_path / "own")
    )
    made.declare()
    yield made
    made.forget()
    sys.modules.pop(f"sharedfuture.sources.{NAME}", None)


def site_of(source: MadeUpSource) -> Path:
    target = source.settings.out / "site"
    write_site(Ledger(source.settings).tables(), target, facts=FACTS)
    return target


def words_of(page: Path) -> str:
    """The text of a page without its marks and scripts."""
    text = page.read_text(encoding="utf-8")
    text = re.sub(r"<script.*?</script>", " ", text, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split()).replace(" ,", ",")


def test_captured_edition_is_named_with_its_dates(source: MadeUpSource) -> None:
    source.capture("Norway,9.25,9.1,9.4\n")
    site = site_of(source)
    dossier = words_of(site / "country" / "NOR.html")
    assert re.search(
        r"Sample Institute, Sample Press Index, edition 2022, published \w+ \d{4}, captured "
        r"\d+ \w+ \d{4}",
        dossier,
    )
    assert "2022: 9.25, row 2" in dossier
    page = words_of(site / "freshness.html")
    assert re.search(r"● in use 2022 published \w+ \d{4}; captured", page)
    assert "a licence of this test may be passed on under its licence" in page
    assert "Not tried on a real file made for a test Addresses: made for a test" in page


def test_stale_source_says_so_where_it_is_shown_and_why(source: MadeUpSource) -> None:
    source.capture("Norway,9.25,9.1,9.4\n")
    source.capture("Norway,1,1,1\n", header="Country,Points,Low,High\n")
    site = site_of(source)
    because = "sample_press/2022/scores: expected column"
    dossier = words_of(site / "country" / "NOR.html")
    assert f"stale : a newer file of Sample Institute is not in use ( {because}" in dossier
    assert ", stale" in dossier
    page = words_of(site / "freshness.html")
    assert "◐ stale sample_press/2022/scores: expected column" in page
    assert 'href="../freshness.html#sample_press"' in (site / "country" / "NOR.html").read_text()


def test_source_that_cannot_be_read_and_one_never_captured_are_listed(
    source: MadeUpSource,
) -> None:
    assert "Sample Press Index Sample Institute sample_press ○ not captured none" in words_of(
        site_of(source) / "freshness.html"
    )
    source.capture("Norway,nine,8,9\n")
    page = words_of(site_of(source) / "freshness.html")
    assert "✕ cannot be read sample_press/2022/scores, row 2, column" in page


def test_value_that_may_not_be_passed_on_is_not_called_missing(source: MadeUpSource) -> None:
    source.declare(redistribution="derived_only")
    source.capture("Norway,9.25,9.1,9.4\n")
    page = site_of(source) / "country" / "NOR.html"
    dossier = words_of(page)
    said = "Sample Press Index, one value of 2022: may not be passed on (licence)."
    assert said in dossier
    assert 'href="https://example.org/press"' in page.read_text(encoding="utf-8")
    missing = dossier[dossier.index("What is missing", dossier.index("Evidence")) :]
    assert "Sample democracy of the press" not in missing[: missing.index("Sources used")]


def test_line_is_not_joined_across_a_break(source: MadeUpSource) -> None:
    declared = source.folder / NAME / "source.toml"
    more = '\n[[break]]\nyear = 2023\nsays = "Other questions."\n'
    more += '\n[[edition]]\nname = "2024"\npublished = "2025-01"\n'
    declared.write_text(declared.read_text(encoding="utf-8") + more, encoding="utf-8")
    source.forget()
    for year in ("2022", "2023", "2024"):
        source.capture("Norway,9.25,9.1,9.4\n", edition=year)
    page = site_of(source) / "country" / "NOR.html"
    data = json.loads(_script(page.read_text(encoding="utf-8"), "chart-sample_press-data"))
    assert [(point["year"], point["part"]) for point in data["points"]] == [
        (2022, 0),
        (2023, 1),
        (2024, 1),
    ]
    assert [point.get("break") for point in data["points"]] == [None, 2022.5, None]
    assert "From 2023 on values do not compare with those before: Other questions." in words_of(
        page
    )


@pytest.mark.conformance
def test_site_stands_where_nothing_at_all_may_be_passed_on(
    release: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawings, "drawn_files", lambda *_: {})
    tables = {
        path.stem: pl.read_parquet(path)
        for path in sorted((release.release / "parquet").glob("*.parquet"))
    }
    closed = tables["source"].with_columns(redistribution=pl.lit("derived_only"))
    kept = withhold({**tables, "source": closed})
    assert kept["figure"].get_column("value").null_count() == kept["figure"].height
    write_site(kept, tmp_path, facts=FACTS)
    for name in ("spectrum.html", "country/PAK.html", "drift/index.html", "figure-1.html"):
        assert not re.search(r"\b(None|nan|NaN)\b", words_of(tmp_path / name))
    assert "82 of 82 countries not shown: licence" not in words_of(tmp_path / "spectrum.html")
    assert "may not be passed on (licence)" in words_of(tmp_path / "country" / "PAK.html")
    points = json.loads(_script((tmp_path / "figure-1.html").read_text("utf-8"), "axes-data"))
    assert all(not axis["values"] for axis in points["technology"].values())
    assert points["pairs"]["alt-china_index-2022-eiu-2022"]["n"] == 82
