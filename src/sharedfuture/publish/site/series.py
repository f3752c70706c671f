"""Charts over time: what one page needs to fill the shared specification with its data."""

from dataclasses import dataclass

from sharedfuture.publish.site import words
from sharedfuture.publish.site.shelf import Row, Shelf
from sharedfuture.publish.site.themes import series_of
from sharedfuture.records.breaks import SeriesBreak, breaks_of


@dataclass(frozen=True, slots=True)
class SeriesChart:
    """One chart over time with its table twin; `data` is what the page hands to the drawing."""

    chart_id: str
    title: str
    subtitle: str
    rows: tuple[Row, ...]
    decimals: int
    data: dict[str, object]
    breaks: tuple[SeriesBreak, ...]

    @property
    def row_ids(self) -> list[str]:
        """The figures that the chart shows."""
        return [row["figure_id"] for row in self.rows]


def series_charts(shelf: Shelf, country_id: str, release_id: str) -> list[SeriesChart]:
    """A chart for each indicator that has at least three yearly values."""
    return [
        _chart(shelf, country_id, indicator, rows, release_id)
        for indicator, rows in series_of(shelf, country_id)
    ]


def _chart(
    shelf: Shelf, country_id: str, indicator: Row, rows: list[Row], release_id: str
) -> SeriesChart:
    source = shelf.source.get(indicator["source_id"], {})
    is_count = indicator["absence"] == "none_recorded"
    title = f"{shelf.name(country_id)}: {indicator['title']}"
    decimals = 2 if indicator["decimals"] is None else int(indicator["decimals"])
    subtitle = _subtitle(indicator, rows, source)
    points = _with_empty_years([_point(row, decimals, is_count) for row in rows], is_count)
    breaks = _breaks_within(indicator, rows)
    if breaks and not is_count:
        _break_apart(points, breaks)
    data: dict[str, object] = {
        "spec": "bar" if is_count else "line",
        "id": f"{country_id}-{indicator['indicator_id']}",
        "title": title,
        "subtitle": f"{subtitle} Release {release_id}.",
        "unit": indicator["unit"],
        "source": f"{source.get('publisher') or ''}, {source.get('title') or ''}",
        "licence": source.get("licence") or "not stated",
        "points": points,
    }
    return SeriesChart(
        chart_id=f"chart-{indicator['indicator_id']}",
        title=title,
        subtitle=subtitle,
        rows=tuple(rows),
        decimals=decimals,
        data=data,
        breaks=breaks,
    )


def _breaks_within(indicator: Row, rows: list[Row]) -> tuple[SeriesBreak, ...]:
    """The declared breaks that fall between the first and the last year of a series."""
    first, last = int(rows[0]["period"]), int(rows[-1]["period"])
    return tuple(item for item in breaks_of(indicator["note"]) if first < item.year <= last)


def _break_apart(points: list[Row], breaks: tuple[SeriesBreak, ...]) -> None:
    """Number the parts between breaks, so that no line joins them, and mark where each begins."""
    before = 0
    for point in points:
        part = sum(item.year <= point["year"] for item in breaks)
        point["part"] = part
        if part > before:
            point["break"] = breaks[part - 1].year - 0.5
        before = part


def _subtitle(indicator: Row, rows: list[Row], source: Row) -> str:
    years = f"{rows[0]['period']} to {rows[-1]['period']}"
    parts = [f"{indicator['unit'][:1].upper()}{indicator['unit'][1:]}, {years}."]
    if any(row["low"] is not None for row in rows):
        parts.append("Band: interval as published.")
    if indicator["absence"] == "none_recorded":
        parts.append("Years without a bar: none recorded.")
    parts.append(f"Source: {source.get('publisher') or 'not stated'}.")
    parts.append(f"Licence: {source.get('licence') or 'not stated'}.")
    return " ".join(parts)


def _with_empty_years(points: list[Row], is_count: bool) -> list[Row]:
    """For counts, years without a record between the first and the last keep their place."""
    if not is_count:
        return points
    held = {int(point["year"]): point for point in points}
    empty = {"value": None, "low": None, "high": None, "row_id": None}
    return [
        held.get(year, {"year": str(year), "says": f"{year}: none recorded", **empty})
        for year in range(min(held), max(held) + 1)
    ]


def _point(row: Row, decimals: int, is_count: bool) -> Row:
    says = f"{row['period']}: {words.number_text(row['value'], decimals)}"
    interval = words.interval_text(row["low"], row["high"], decimals)
    return {
        "year": str(row["period"]) if is_count else int(row["period"]),
        "value": row["value"],
        "low": row["low"],
        "high": row["high"],
        "row_id": row["figure_id"],
        "says": f"{says} ({interval})" if interval else says,
    }
