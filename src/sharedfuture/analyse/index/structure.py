"""How the parts of the index go together: pillar with pillar, and indicators inside a pillar."""

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sharedfuture.analyse.index.statistic_rows import (
    Statistic,
    frame_of_statistics,
    scored_countries,
)
from sharedfuture.analyse.step import Step

STEP = Step(
    id="index.structure",
    reads={"scores": "derived.score", "elements": "derived.score_element"},
    writes="derived.statistic",
    version=1,
)

Numbers = NDArray[np.float64]
# Correlations of all pairs of some elements, by their codes, with the number of countries.
Pairs = Mapping[tuple[str, str], tuple[float, int]]


def run(scores: pl.DataFrame, elements: pl.DataFrame, *, least_countries: int) -> pl.DataFrame:
    """Every pair of pillars, and of each pillar the two indicators that go together most and least.

    Pearson's r over the countries that have both; a pair with fewer than `least_countries`, or
    one side of which does not vary, is left out.
    """
    ranked = scored_countries(scores)
    if ranked.is_empty():
        return frame_of_statistics([])
    name = dict(zip(elements["element"], elements["name"], strict=True))
    pillars = elements.filter(pl.col("level") == 2)["element"].sort().to_list()
    rests_on = ranked["score_id"].to_list()
    found = list(_of_pillars(_correlate(scores, pillars, least_countries), name, rests_on))
    for pillar in pillars:
        codes = elements.filter(pl.col("parent") == pillar)["element"].sort().to_list()
        pairs = _correlate(scores, codes, least_countries)
        found += _of_siblings(pairs, pillar, name, rests_on)
    return frame_of_statistics(found)


def _correlate(scores: pl.DataFrame, codes: list[str], least: int) -> Pairs:
    table = scores.filter(pl.col("element").is_in(codes)).pivot(
        "element", index="country_id", values="value"
    )
    columns: dict[str, Numbers] = {
        code: table[code].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        for code in codes
        if code in table.columns
    }
    found = {}
    for first, second in combinations(columns, 2):
        known = ~np.isnan(columns[first]) & ~np.isnan(columns[second])
        x, y = columns[first][known], columns[second][known]
        if len(x) >= least and np.ptp(x) > 0 and np.ptp(y) > 0:
            found[first, second] = (float(np.corrcoef(x, y)[0, 1]), len(x))
    return found


def _of_pillars(pairs: Pairs, name: Mapping[str, str], rests_on: list[str]) -> Iterator[Statistic]:
    for (first, second), (value, count) in pairs.items():
        yield Statistic(
            f"stat-index-correlation-{first}-{second}",
            f"Correlation of the pillars {name[first]} and {name[second]} of the index",
            value=value,
            unit="correlation",
            n=count,
            method=f"Pearson's r of the two scores, over the {count} countries that have both.",
            pool_ids=rests_on,
        )


def _of_siblings(
    pairs: Pairs, pillar: str, name: Mapping[str, str], rests_on: list[str]
) -> Iterator[Statistic]:
    ordered = sorted(pairs, key=lambda pair: (pairs[pair][0], pair))
    if not ordered:
        return
    for which, (first, second) in (("strongest", ordered[-1]), ("weakest", ordered[0])):
        value, count = pairs[first, second]
        yield Statistic(
            f"stat-index-siblings-{which}-{pillar}",
            f"{which.capitalize()} correlation of two indicators of {name[pillar]}: {name[first]} "
            f"with {name[second]}",
            value=value,
            unit="correlation",
            n=count,
            method=f"Pearson's r of the two normalised scores, over the {count} countries that "
            f"have both; the {which} of {len(pairs)} pairs.",
            pool_ids=rests_on,
        )
