"""Write the parts of the documents that come from the code, so that they cannot lie.

`python docs/generate.py` writes them and takes the README's picture from the built site;
`python docs/generate.py --check` fails where one is not up to date.
"""

import html
import sys
from importlib import import_module
from pathlib import Path
from shutil import which
from textwrap import fill
from typing import Any

from sharedfuture.pipeline.steps import find_steps
from sharedfuture.records.tables import TABLES
from sharedfuture.sources.declaration import Declaration, declaration, source_names
from sharedfuture.warehouse import ask_release

DOCS = Path(__file__).parent
INDEX_PAGE = DOCS / "method" / "index.md"
LIVE_PAGE = DOCS / "method" / "live.md"
ROOMS = (
    ("capture", "network, disk"),
    ("extract", ""),
    ("sources", ""),
    ("align", ""),
    ("analyse", ""),
    ("warehouse", "database"),
    ("findings", ""),
    ("publish", "reader"),
)


def main(arguments: list[str]) -> int:
    """Write or check; 1 where a document is not up to date."""
    documents = {
        DOCS / "tables.md": tables_page(),
        DOCS / "pictures" / "architecture.svg": architecture_picture(),
        LIVE_PAGE: with_connectors(_read(LIVE_PAGE)),
    }
    if "--check" in arguments:
        stale = [path for path, text in documents.items() if _read(path) != text]
        for path in stale:
            print(f"{path.relative_to(DOCS.parent)}: not up to date; run `make docs`")
        return 1 if stale else 0
    for path, text in documents.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    readme, release = DOCS.parent / "README.md", DOCS.parent / "out" / "release"
    readme.write_text(with_findings(_read(readme), release), encoding="utf-8")
    INDEX_PAGE.write_text(with_index_findings(_read(INDEX_PAGE), release), encoding="utf-8")
    take_picture(DOCS.parent / "out" / "site" / "index.html", DOCS / "pictures" / "home.png")
    return 0


def findings(release: Path) -> str:
    """What the release finds, in a few sentences for the README."""
    statistic = {
        row[0]: row[1:]
        for row in _ask(release, "select statistic_id, value, low, high, n from statistic")
    }
    r, low, high, countries = statistic["stat-pearson"]
    first, pakistan = _ask(
        release,
        "select name, rank_low, rank_high from spectrum join country using (country_id) "
        "where rank = 1 or country_id = 'PAK' order by rank",
    )
    verdicts = dict(_ask(release, "select verdict, count(*) from claim group by verdict"))
    place = _ask(release, "select rank from spectrum where country_id = 'PAK'")[0][0]
    lines = [
        f"- Figure 1 over all {countries} countries (the report says eighty): correlation "
        f"{r:.2f}, 95 % interval {low:.2f} to {high:.2f}. The direction is right; democracy "
        f"accounts for about {100 * r * r:.0f} % of the differences in technology influence.",
        f"- By plain distance, {first[0]} is nearest to the corner of low democracy and high "
        f"technology influence; {pakistan[0]}, which the report names, is number {place} (rank "
        f"interval {pakistan[1]} to {pakistan[2]}). Half of all countries have a rank interval of "
        f"{statistic['stat-rank-width-median'][0]:.0f} places or more.",
        f"- Of {sum(verdicts.values())} statements of the report, {verdicts['supported']} are "
        f"supported by evidence other than the report, {verdicts['weaker']} hold in a weaker form, "
        f"{verdicts['contradicted']} are contradicted, {verdicts['insufficient']} lack an "
        f"independent source in the ledger and {verdicts['untestable']} cannot be tested.",
        _index_finding(release),
        _measured_finding(release),
    ]
    return "\n".join(fill(line, 118, subsequent_indent="  ") for line in lines).replace(
        "-0.", "−0."
    )


def _index_finding(release: Path) -> str:
    """How many countries the index scores, who comes first, and how little a rank says."""
    scored, countries, width = _ask(
        release,
        "select count(value), count(*), median(rank_high - rank_low + 1) "
        "from score where level = 3",
    )[0]
    first = _ask(
        release,
        "select name, rank_low, rank_high from score join country using (country_id) "
        "where level = 3 and rank <= 4 order by rank, name",
    )
    named = ", ".join(f"{name} ({low} to {high})" for name, low, high in first)
    return (
        f"- The observatory's own index scores {scored} of {countries} countries by what is "
        f"documented. First come {named}, with 95 % rank intervals; half of all intervals span "
        f"{width:.0f} places or more."
    )


def _measured_finding(release: Path) -> str:
    """Where Chinese makers' filters are met, and how far two registers of shutdowns agree."""
    ((places, measured),) = _ask(
        release,
        "select count(distinct country_id), count(*) filter (basis = 'measurement') "
        "from equipment_sighting where vendor_country_id = 'CHN' and kind = 'product'",
    )
    ((events, matched, low, high),) = _ask(
        release,
        "select events, matched, share_low, share_high from shutdown_agreement "
        "where register = 'access_now' and other_register = 'ioda_curated' "
        "and width = 'national'",
    )
    return (
        f"- Filtering products of Chinese makers are published as in use in {places} countries; "
        f"the few measurements at hand show {measured or 'none'} of them. Of {events} national "
        f"shutdowns in Access Now's register, IODA's curated list has {matched} "
        f"({100 * low:.0f} to {100 * high:.0f} %): registers see different things."
    )


def _ask(release: Path, query: str) -> list[tuple[Any, ...]]:
    return ask_release(release / "sharedfuture.duckdb", query, limit_seconds=20).rows()


def with_findings(readme: str, release: Path) -> str:
    """The README with the findings of this release between their marks."""
    return _between(readme, "findings", findings(release))


def with_index_findings(page: str, release: Path) -> str:
    """The page on the method of the index with what this release finds between their marks."""
    return _between(page, "index findings", index_findings(release))


def index_findings(release: Path) -> str:
    """What the index of this release finds: statistics of the ranking, and what it owes to what."""
    rows = _ask(
        release,
        "select title, value, low, high, n, unit, statistic_id from statistic "
        "where starts_with(statistic_id, 'stat-index-') order by statistic_id",
    )
    lines = ["| what | value | n | id |", "|---|---|---|---|"]
    for title, value, low, high, n, unit, row_id in rows:
        shown = _shown(value, unit) + (
            f" ({_shown(low, unit)} to {_shown(high, unit)})" if low else ""
        )
        lines.append(f"| {title} | {shown} | {n} | `{row_id}` |")
    lines += ["", "| varied | first order | total order |", "|---|---|---|"]
    for cause, *of in _ask(
        release,
        "select cause, first_order, first_low, first_high, total_order, total_low, total_high "
        "from score_sensitivity order by total_order desc",
    ):
        first, total = of[:3], of[3:]
        cells = (f"{a:.2f} ({low:.2f} to {high:.2f})" for a, low, high in (first, total))
        lines.append(f"| {cause} | {' | '.join(cells)} |")
    return "\n".join(lines).replace("-0.", "−0.")


def _shown(value: float, unit: str) -> str:
    """A share as per cent, a correlation with two decimals, a count as it is."""
    if unit == "share":
        return f"{100 * value:.0f} %"
    return f"{value:.2f}" if unit == "correlation" else f"{value:.0f}"


def with_connectors(page: str) -> str:
    """The page on the live panel with the declared sources between their marks."""
    return _between(page, "connectors", connectors())


def connectors() -> str:
    """Every source that can be listened to, and what its reader was tried on."""
    declared = {name: declaration(name) for name in source_names()}
    lines = ["| source | title | publisher | licence | may leave | cadence | states | how |"]
    lines.append("|---|---|---|---|---|---|---|---|")
    for name, of in declared.items():
        cells = (of.title, of.publisher, of.licence, f"`{of.redistribution}`", of.cadence)
        states = ", ".join(f"`{kind}`" for kind in of.states)
        lines.append(f"| `{name}` | {_cells(*cells, states, _how(of))} |")
    lines += ["", "| source | tried on | addresses |", "|---|---|---|"]
    for name, of in declared.items():
        tried = of.tried if of.is_tried else f"**No real file.** {of.tried}"
        lines.append(f"| `{name}` | {_cells(tried, of.addresses)} |")
    return "\n".join(lines)


def _how(declared: Declaration) -> str:
    """Whether its files have an address, or a user must bring a copy."""
    ways = {"own copy" if file.url is None else "fetch" for file in declared.file}
    return " or ".join(sorted(ways))


def _cells(*texts: str) -> str:
    return " | ".join(text.replace("|", "\\|").replace("\n", " ") for text in texts)


def _between(text: str, mark: str, content: str) -> str:
    """The text with the content between two marks."""
    start, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    before, _, rest = text.partition(start)
    return f"{before}{start}\n{content}\n{end}{rest.partition(end)[2]}"


def tables_page() -> str:
    """Every public table and column, from their declaration."""
    lines = [
        "# The public tables",
        "",
        "Written by `make docs` from `src/sharedfuture/records/tables.py`. Keys are text;",
        "countries are ISO 3166-1 alpha-3 (`XKX` Kosovo; `TWN`, `HKG`, `MAC` stand on their own);",
        "dates are EDTF as written, with the first and last day they allow beside. An empty cell",
        "is an absence, never zero.",
        "",
    ]
    for table in TABLES:
        key = ", ".join(f"`{name}`" for name in table.key)
        lines += [f"## `{table.name}`", "", f"One row is {table.says}. Key: {key}.", ""]
        lines += ["| column | type | meaning |", "|---|---|---|"]
        lines += [f"| `{c.name}` | {c.kind.value} | {c.says} |" for c in table.columns]
        lines.append("")
    lines += ["## Steps that derive tables", "", "| step | reads | writes | version |"]
    lines.append("|---|---|---|---|")
    for module in find_steps():
        step = module.STEP
        reads = ", ".join(f"`{name}`" for name in step.reads.values())
        writes = ", ".join(f"`{table}`" for table in step.tables)
        lines.append(f"| `{step.id}` | {reads} | {writes} | {step.version} |")
    return "\n".join(lines) + "\n"


def architecture_picture() -> str:
    """The rooms in the order in which data pass through them, each with its sign."""
    width, height, left, step = 720, 78 * len(ROOMS) + 96, 200, 78
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="Georgia, serif" font-size="15" role="img" '
        'aria-label="The rooms of the project in the order in which data pass through them">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        _label(left + 12, 34, "evidence/ (the ledger: TOML, CSV)", bold=True),
    ]
    for index, (room, world) in enumerate(ROOMS):
        top = 52 + index * step
        parts.append(f'<path d="M{left + 30} {top - 12} v10" stroke="#555" fill="none"/>')
        parts.append(_room(room, world, left=left, top=top))
    bottom = 52 + len(ROOMS) * step
    parts += [
        f'<path d="M{left + 30} {bottom - 12} v10" stroke="#555" fill="none"/>',
        _label(left + 12, bottom + 16, "out/release/ and out/site/", bold=True),
        f'<path d="M150 52 v{len(ROOMS) * step - 24}" stroke="#0b5d75" stroke-width="2"/>',
        _label(12, height // 2 - 10, "pipeline", bold=True),
        _label(12, height // 2 + 10, "runs them in order"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _room(room: str, world: str, *, left: int, top: int) -> str:
    sign = (import_module(f"sharedfuture.{room}").__doc__ or "").splitlines()
    touches = f"  (touches: {world})" if world else ""
    colour = "#0b5d75" if world else "#555555"
    says = {line.split(":", 1)[0]: line.split(":", 1)[1].strip() for line in sign if ":" in line}
    flow = f"{says['In']}  →  {says['Out']}"
    return "\n".join(
        [
            f'<rect x="{left}" y="{top}" width="500" height="62" fill="none" stroke="{colour}"/>',
            _label(left + 12, top + 20, f"{room}/{touches}", bold=True),
            _label(left + 12, top + 38, sign[0]),
            _label(left + 12, top + 55, flow),
        ]
    )


def _label(x: int, y: int, text: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ' font-size="13"'
    return f'<text x="{x}" y="{y}"{weight} fill="#222">{html.escape(text)}</text>'


def take_picture(page: Path, target: Path) -> None:
    """A picture of the built home page, for the README; says so where it can't be taken."""
    browser = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), "")
    if not browser or not page.is_file():
        print("no Chromium or no built site: the README's picture stays as it is")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser,
            args=["--no-sandbox", "--disable-background-networking", "--disable-gpu"],
        )
        tab = chromium.new_page(viewport={"width": 1280, "height": 1120})
        tab.goto(page.resolve().as_uri())
        tab.wait_for_selector(".vega-embed svg, .vega-embed canvas")
        tab.screenshot(path=str(target))
        chromium.close()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
