"""The figures of a country, in the order in which a reader asks for them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sharedfuture.publish.site.shelf import Row, Shelf

VOTE_PREFIX = "un_vote_"
WITHHELD = "licence"
LEAST_SERIES_LENGTH = 3


@dataclass(frozen=True, slots=True)
class Theme:
    """A heading and the prefixes of the indicators below it."""

    theme_id: str
    title: str
    prefixes: tuple[str, ...]


THEMES: tuple[Theme, ...] = (
    Theme("technology", "Exposure to technology from China", ("china_index_",)),
    Theme("surveillance", "Surveillance technology in use", ("aigs_",)),
    Theme("democracy", "Democracy", ("eiu_", "vdem_", "wgi_")),
    Theme("shutdowns", "Internet shutdowns", ("access_now_", "shutdown")),
    Theme("finance", "Finance and stakes", ("aiddata_",)),
    Theme("other", "Other figures", ("",)),
)


@dataclass(frozen=True, slots=True)
class Latest:
    """An indicator's latest value for a country, and how many more of it must not be shown."""

    indicator: Row
    row: Row
    withheld: int


@dataclass(frozen=True, slots=True)
class Withheld:
    """Series of one source of which no value may be passed on."""

    source: Row
    indicators: tuple[Row, ...]
    values: int
    first: str
    last: str
    row_ids: tuple[str, ...]


def latest_by_theme(shelf: Shelf, country_id: str) -> list[tuple[Theme, list[Latest]]]:
    """Themes that have figures, each with the latest value of each indicator; votes left out."""
    grouped: dict[str, list[Latest]] = defaultdict(list)
    for indicator_id, rows in figures_by_indicator(shelf, country_id).items():
        if indicator_id.startswith(VOTE_PREFIX):
            continue
        known = [row for row in rows if row["value"] is not None]
        if not known:
            continue
        withheld = sum(is_withheld(row) for row in rows)
        latest = Latest(shelf.indicator[indicator_id], known[-1], withheld)
        grouped[theme_of(indicator_id).theme_id].append(latest)
    return [(theme, grouped[theme.theme_id]) for theme in THEMES if theme.theme_id in grouped]


def withheld_series(shelf: Shelf, country_id: str) -> list[Withheld]:
    """By source, the series of which a licence forbids to pass on any value, votes too."""
    grouped: dict[str, list[list[Row]]] = defaultdict(list)
    for indicator_id, rows in figures_by_indicator(shelf, country_id).items():
        held = [row for row in rows if is_withheld(row)]
        if held and all(row["value"] is None for row in rows):
            grouped[shelf.indicator[indicator_id]["source_id"]].append(held)
    return [_withheld(shelf, source_id, series) for source_id, series in grouped.items()]


def _withheld(shelf: Shelf, source_id: str, series: list[list[Row]]) -> Withheld:
    rows = [row for held in series for row in held]
    periods = sorted(str(row["period"]) for row in rows)
    return Withheld(
        source=shelf.source.get(source_id, {"source_id": source_id}),
        indicators=tuple(shelf.indicator[held[0]["indicator_id"]] for held in series),
        values=len(rows),
        first=periods[0],
        last=periods[-1],
        row_ids=tuple(row["figure_id"] for row in rows),
    )


def has_evidence(shelf: Shelf, row: Row) -> bool:
    """Whether a dossier lists a figure by itself: not where many may not be passed on at all."""
    return row["indicator_id"] in shelf.headline or not is_withheld(row)


def is_withheld(row: Row) -> bool:
    """Whether a figure has a value that its licence forbids to pass on."""
    return bool(row["gap"] == WITHHELD)


def figures_by_indicator(shelf: Shelf, country_id: str) -> Mapping[str, list[Row]]:
    """A country's figures by indicator, in the order of the indicators, each by period."""
    return shelf.series.get(country_id, {})


def theme_of(indicator_id: str) -> Theme:
    """The theme of an indicator; the last one takes what no other names."""
    return next(theme for theme in THEMES if indicator_id.startswith(theme.prefixes))


def series_of(shelf: Shelf, country_id: str) -> list[tuple[Row, list[Row]]]:
    """Headline indicators with at least three yearly values for a country, with these values."""
    found = []
    for indicator_id, rows in figures_by_indicator(shelf, country_id).items():
        if indicator_id not in shelf.headline:
            continue
        years = [row for row in rows if row["value"] is not None and row["period"].isdigit()]
        if len(years) >= LEAST_SERIES_LENGTH and not indicator_id.startswith(VOTE_PREFIX):
            found.append((shelf.indicator[indicator_id], years))
    return found


def missing_indicators(shelf: Shelf, country_id: str) -> list[tuple[Row, str]]:
    """Indicators without a value for a country, each with the reason in a few words.

    A value that its licence forbids to pass on is there: it is not missing.
    """
    by_indicator = figures_by_indicator(shelf, country_id)
    found = []
    for indicator_id, indicator in shelf.indicator.items():
        rows = by_indicator.get(indicator_id, [])
        if any(row["value"] is not None or is_withheld(row) for row in rows):
            continue
        gap = next((row["gap"] for row in rows if row["gap"]), None)
        found.append((indicator, str(gap or indicator["absence"])))
    return found
