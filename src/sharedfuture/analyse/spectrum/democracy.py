"""Democracy by three measures on the EIU's scale, and their mean with its uncertainty.

The interval of the mean is the disagreement of the measures, moderated across countries, plus
the publishers' own error. It is not divided by the number of measures: they are not independent
(the World Bank's aggregate takes the EIU and V-Dem among its inputs).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sharedfuture.analyse.spectrum.frames import table_frame
from sharedfuture.analyse.spectrum.linking import Link, link
from sharedfuture.analyse.spectrum.moderation import fit_prior, moderate, student_quantile
from sharedfuture.analyse.spectrum.points import DEMOCRACY_RANGE, Numbers, read_points
from sharedfuture.analyse.step import Step

STEP = Step(
    id="spectrum.democracy",
    reads={"figures": "aligned.figure"},
    writes="derived.democracy_reading",
    version=1,
)

MEASURES = {
    "eiu": "eiu_overall",
    "vdem": "vdem_polyarchy",
    "wgi": "wgi_voice_accountability",
}


@dataclass(frozen=True, slots=True)
class _Measures:
    """Countries by measures, on the EIU's scale; NaN where a measure does not cover a country.

    `below` and `above` are the published standard errors towards each side, NaN where none.
    `pool_ids` are the figures that links and moderation rest on.
    """

    country_ids: tuple[str, ...]
    names: tuple[str, ...]
    values: Numbers
    below: Numbers
    above: Numbers
    row_ids: NDArray[np.object_]
    pool_ids: tuple[str, ...]


def run(figures: pl.DataFrame, *, period: str, level: float) -> pl.DataFrame:
    """One row a country of Figure 1 and measure, and one for the mean.

    Values and bounds are cut at 0 and 10 only here, in what is shown; the mean is taken before.
    No row where the EIU, which gives the scale, is missing altogether.
    """
    measures = _read_measures(figures, period=period)
    if measures is None:
        return table_frame("democracy_reading", [])
    rows = [*_single_rows(measures, level=level), *_mean_rows(measures, level=level)]
    return table_frame("democracy_reading", rows)


def _read_measures(figures: pl.DataFrame, *, period: str) -> _Measures | None:
    """The countries of Figure 1, linked over all countries that every measure covers."""
    held = figures.filter(
        pl.col("period") == period,
        pl.col("indicator_id").is_in(list(MEASURES.values())),
        pl.col("value").is_not_null(),
    ).sort("figure_id")
    present = set(held["indicator_id"])
    if MEASURES["eiu"] not in present:
        return None
    names = [name for name, indicator in MEASURES.items() if indicator in present]
    country_ids = tuple(sorted(set(held["country_id"])))
    values, low, high, row_ids = _matrices(held, country_ids, names)
    common = ~np.isnan(values).any(axis=1)
    links = [link(column[common], values[common, 0]) for column in values.T]
    links[0] = Link(slope=1.0, intercept=0.0)
    kept = [index for index, line in enumerate(links) if line is not None]
    lines = [line for line in links if line is not None]
    slopes = np.array([line.slope for line in lines])
    shown = set(read_points(figures, period=period).country_ids)
    is_shown = np.array([country_id in shown for country_id in country_ids])
    return _Measures(
        country_ids=tuple(name for name in country_ids if name in shown),
        names=tuple(names[index] for index in kept),
        values=np.column_stack(
            [line.apply(values[is_shown, index]) for index, line in zip(kept, lines, strict=True)]
        ),
        below=(values - low)[is_shown][:, kept] * slopes,
        above=(high - values)[is_shown][:, kept] * slopes,
        row_ids=row_ids[is_shown][:, kept],
        pool_ids=tuple(sorted({*row_ids[common | is_shown].ravel().tolist()} - {""})),
    )


def _matrices(
    held: pl.DataFrame, country_ids: tuple[str, ...], names: list[str]
) -> tuple[Numbers, Numbers, Numbers, NDArray[np.object_]]:
    """Value, low, high and figure id as countries by measures."""
    rows = {country_id: index for index, country_id in enumerate(country_ids)}
    columns = {MEASURES[name]: index for index, name in enumerate(names)}
    values, low, high = (np.full((len(rows), len(columns)), np.nan) for _ in range(3))
    row_ids = np.full(values.shape, "", dtype=object)
    wanted = held.select("country_id", "indicator_id", "value", "low", "high", "figure_id")
    for country_id, indicator_id, value, lower, upper, figure_id in wanted.iter_rows():
        at = rows[country_id], columns[indicator_id]
        values[at], row_ids[at] = value, figure_id
        low[at] = np.nan if lower is None else lower
        high[at] = np.nan if upper is None else upper
    return values, low, high, row_ids


def _single_rows(measures: _Measures, *, level: float) -> list[Mapping[str, object]]:
    """Every measure as it stands, with its publisher's error where one is published."""
    reach = NormalDist().inv_cdf((1 + level) / 2)
    rows = []
    for row, column in np.argwhere(~np.isnan(measures.values)).tolist():
        value, name = float(measures.values[row, column]), measures.names[column]
        below, above = float(measures.below[row, column]), float(measures.above[row, column])
        rows.append(
            _row(
                measures.country_ids[row],
                name,
                bounds=(value - reach * below, value, value + reach * above),
                row_ids=[str(measures.row_ids[row, column])],
                pool_ids=[] if name == "eiu" else list(measures.pool_ids),
            )
        )
    return rows


def _mean_rows(measures: _Measures, *, level: float) -> list[Mapping[str, object]]:
    """The mean of a country's measures; none where its interval is not known."""
    half = mean_half_widths(measures.values, (measures.below + measures.above) / 2, level=level)
    means = np.nanmean(measures.values, axis=1)
    return [
        _row(
            country_id,
            "mean",
            bounds=(means[row] - half[row], means[row], means[row] + half[row]),
            row_ids=sorted(row_id for row_id in measures.row_ids[row] if row_id),
            pool_ids=list(measures.pool_ids),
        )
        for row, country_id in enumerate(measures.country_ids)
        if not np.isnan(half[row])
    ]


def mean_half_widths(values: Numbers, errors: Numbers, *, level: float) -> Numbers:
    """Half the interval of each country's mean, countries by measures on one scale.

    Two parts, added as squares. The disagreement: the moderated standard deviation, its variance
    times 1 + 1/k - 1/m where only k of m measures cover the country (what the missing ones could
    still move the mean), with the reach of Student's t on the prior's degrees of freedom plus the
    country's own. The publishers' error: the root of the mean published error variance (that of
    all countries, where this one has none), with a normal reach. NaN where nothing can be compared.
    """
    held = (~np.isnan(values)).sum(axis=1)
    degrees = (held - 1).astype(np.float64)
    centred = values - np.nanmean(values, axis=1, keepdims=True)
    variances = np.nansum(centred**2, axis=1) / np.maximum(degrees, 1.0)
    prior = fit_prior(variances, degrees)
    if prior is None:
        return np.full(len(values), np.nan)
    missing = 1.0 + 1.0 / held - 1.0 / values.shape[1]
    disagreement = moderate(variances, degrees, prior) * missing
    reach = {freedom: student_quantile(prior.degrees + freedom, level) for freedom in set(degrees)}
    reaches = np.array([reach[freedom] for freedom in degrees])
    normal = NormalDist().inv_cdf((1 + level) / 2)
    half: Numbers = np.sqrt(reaches**2 * disagreement + normal**2 * _mean_error_variances(errors))
    return half


def _mean_error_variances(errors: Numbers) -> Numbers:
    """Mean published error variance of each country; the mean of all where it has none."""
    published = ~np.isnan(errors)
    if not published.any():
        return np.zeros(len(errors))
    counts = published.sum(axis=1)
    sums = np.nansum(errors**2, axis=1)
    own: Numbers = np.where(counts > 0, sums / np.maximum(counts, 1), sums.sum() / counts.sum())
    return own


def _row(
    country_id: str,
    measure: str,
    *,
    bounds: tuple[float, float, float],
    row_ids: list[str],
    pool_ids: list[str],
) -> Mapping[str, object]:
    low, value, high = (float(np.clip(bound, 0.0, DEMOCRACY_RANGE)) for bound in bounds)
    return {
        "reading_id": f"dem-{country_id}-{measure}",
        "country_id": country_id,
        "measure": measure,
        "value": value,
        "low": low,
        "high": high,
        "row_ids": row_ids,
        "pool_ids": pool_ids,
    }
