"""The figures of a country, in the order in which a reader asks for them."""

from collections import defaultdict
from dataclasses import dataclass

from sharedfuture.publish.site.shelf import Row, Shelf

VOTE_PREFIX = "un_vote_"
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
    """An indicator's latest value for a country, and the earlier ones."""

    indicator: Row
    row: Row
    earlier: tuple[Row, ...]


def latest_by_theme(shelf: Shelf, country_id: str) -> list[tuple[Theme, list[Latest]]]:
    """Themes that have figures, each with the latest value of each indicator; votes left out."""
    grouped: dict[str, list[Latest]] = defaultdict(list)
    for indicator_id, rows in figures_by_indicator(shelf, country_id).items():
        if indicator_id.startswith(VOTE_PREFIX):
            continue
        known = [row for row in rows if row["value"] is not None]
        if not known:
            continue
        latest = Latest(shelf.indicator[indicator_id], known[-1], tuple(known[:-1]))
        grouped[theme_of(indicator_id).theme_id].append(latest)
    return [(theme, grouped[theme.theme_id]) for theme in THEMES if theme.theme_id in grouped]


def figures_by_indicator(shelf: Shelf, country_id: str) -> dict[str, list[Row]]:
    """A country's figures by indicator, in the order of the indicators, each by period."""
    grouped: dict[str, list[Row]] = {indicator_id: [] for indicator_id in shelf.indicator}
    for row in shelf.figures.get(country_id, []):
        grouped[row["indicator_id"]].append(row)
    return {
        indicator_id: sorted(rows, key=lambda row: str(row["period"]))
        for indicator_id, rows in grouped.items()
        if rows
    }


def theme_of(indicator_id: str) -> Theme:
    """The theme of an indicator; the last one takes what no other names."""
    return next(theme for theme in THEMES if indicator_id.startswith(theme.prefixes))


def series_of(shelf: Shelf, country_id: str) -> list[tuple[Row, list[Row]]]:
    """Indicators with at least three yearly values for a country, each with these values."""
    found = []
    for indicator_id, rows in figures_by_indicator(shelf, country_id).items():
        years = [row for row in rows if row["value"] is not None and row["period"].isdigit()]
        if len(years) >= LEAST_SERIES_LENGTH and not indicator_id.startswith(VOTE_PREFIX):
            found.append((shelf.indicator[indicator_id], years))
    return found


def missing_indicators(shelf: Shelf, country_id: str) -> list[tuple[Row, str]]:
    """Indicators without a value for a country, each with the reason in a few words."""
    by_indicator = figures_by_indicator(shelf, country_id)
    found = []
    for indicator_id, indicator in shelf.indicator.items():
        rows = by_indicator.get(indicator_id, [])
        if any(row["value"] is not None for row in rows):
            continue
        gap = next((row["gap"] for row in rows if row["gap"]), None)
        found.append((indicator, str(gap or indicator["absence"])))
    return found
