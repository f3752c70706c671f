"""Measures that can stand on either axis of Figure 1, read from the figures, period by period."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from sharedfuture.records.breaks import breaks_of, write_break

Declared = Mapping[str, str | float]


@dataclass(frozen=True, slots=True)
class Series:
    """One measure in one period: a value a country, and the figures behind it.

    `middle` is the middle of the scale; `notes` are those of its indicators.
    """

    measure: str
    title: str
    period: str
    middle: float
    value: Mapping[str, float]
    row_ids: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...]


def read_axis(
    figures: pl.DataFrame, indicators: pl.DataFrame, *, declared: Sequence[Declared]
) -> list[Series]:
    """Every declared measure in every yearly period that has values, by measure and period.

    A measure is declared by `measure`, `title`, `indicator`, and the `low` and `high` of its scale;
    with `possible`, the indicator of the points possible, its values are shares of these.
    Periods before `first`, where it is given, are left out. `from` and `changed` declare a break
    that no note of the indicator speaks of. Where two declarations give the same measure and
    period, the first counts.
    """
    found: dict[tuple[str, str], Series] = {}
    notes = dict(indicators.select("indicator_id", "note").iter_rows())
    for item in declared:
        for series in _series(figures, item, notes):
            found.setdefault((series.measure, series.period), series)
    return list(found.values())


def changes_between(series: Series, period: str) -> tuple[str, ...]:
    """What the notes of a measure say has changed between this period of it and another."""
    first, last = sorted((int(series.period), int(period)))
    return tuple(
        dict.fromkeys(
            item.says
            for note in series.notes
            for item in breaks_of(note)
            if first < item.year <= last
        )
    )


def _series(
    figures: pl.DataFrame, item: Declared, notes: Mapping[str, str | None]
) -> Iterator[Series]:
    indicator, possible = str(item["indicator"]), item.get("possible")
    held = _known(figures, indicator).filter(pl.col("period") >= str(item.get("first", "")))
    if possible is not None:
        keys = ("country_id", "period")
        held = held.join(_known(figures, str(possible)), on=keys, suffix="_possible")
        held = held.filter(pl.col("value_possible") > 0).with_columns(
            value=pl.col("value") / pl.col("value_possible")
        )
    ids = [name for name in ("figure_id", "figure_id_possible") if name in held.columns]
    used = [indicator, *([str(possible)] if possible is not None else [])]
    for (period,), part in (
        held.sort("period", "country_id")
        .partition_by("period", as_dict=True, maintain_order=True)
        .items()
    ):
        countries = part.get_column("country_id")
        yield Series(
            measure=str(item["measure"]),
            title=str(item["title"]),
            period=str(period),
            middle=(float(item["low"]) + float(item["high"])) / 2,
            value=dict(zip(countries, part.get_column("value"), strict=True)),
            row_ids=dict(zip(countries, part.select(ids).iter_rows(), strict=True)),
            notes=(*_changes(item), *(note for name in used if (note := notes.get(name)))),
        )


def _changes(item: Declared) -> tuple[str, ...]:
    return (write_break(int(item["from"]), str(item["changed"])),) if "from" in item else ()


def _known(figures: pl.DataFrame, indicator: str) -> pl.DataFrame:
    of_it = figures.filter(pl.col("indicator_id") == indicator)
    return of_it.filter(
        pl.col("value").is_not_null(), pl.col("period").str.contains(r"^\d{4}$")
    ).select("country_id", "period", "value", "figure_id")
