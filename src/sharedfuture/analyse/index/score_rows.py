"""The index as rows of its public tables; what could not be computed is absent, not NaN."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl

from sharedfuture.analyse.composite.statistics.correlate import correlate_between, pearson
from sharedfuture.analyse.composite.statistics.effective import effective_weights
from sharedfuture.analyse.composite.statistics.importance import importance
from sharedfuture.analyse.index.drawn import Drawn

Row = dict[str, Any]


def score_id(index_id: str, country_id: str, element: str) -> str:
    """Id of a row of `score`."""
    return f"score-{index_id}-{country_id}-{element}"


def score_rows(drawn: Drawn) -> Iterator[Row]:
    """A row for each country on the index, and on each pillar and indicator it has a score on."""
    for row, country_id in enumerate(drawn.scored.table.units):
        if np.isnan(drawn.scored.index[row]):
            yield _absent(drawn, row, country_id)
    for level, of in enumerate(drawn.framework.levels, 1):
        for code in of.codes:
            yield from _scored(drawn, level, code)


def _scored(drawn: Drawn, level: int, code: str) -> Iterator[Row]:
    scores, ranks = drawn.scored.scores[code], drawn.scored.ranks(code)
    if level > 1:
        low, high = drawn.on_scale.score_interval(code)
        first, last = drawn.draws.rank_interval(code)
    else:
        low = high = first = last = np.full(len(scores), np.nan)
    below = list(drawn.framework.indicators_under(code))
    at = [drawn.framework.codes.index(indicator) for indicator in below]
    coverage = (~np.isnan(drawn.scored.values["raw"][at])).mean(axis=0)
    periods = _periods(drawn, below)
    pool = _pool(drawn, code) if level == 1 else []
    for row in np.flatnonzero(~np.isnan(scores) & ~np.isnan(drawn.scored.index)).tolist():
        country_id = drawn.scored.table.units[row]
        yield {
            "score_id": score_id(drawn.index_id, country_id, code),
            "index_id": drawn.index_id,
            "country_id": country_id,
            "period": periods.get(country_id),
            "element": code,
            "level": level,
            "value": float(scores[row]),
            "low": _known(low[row]),
            "high": _known(high[row]),
            "rank": int(ranks[row]),
            "rank_low": _whole(first[row], np.floor),
            "rank_high": _whole(last[row], np.ceil),
            "coverage": float(coverage[row]),
            "row_ids": _rests_on(drawn, country_id, code),
            "pool_ids": pool,
        }


def _absent(drawn: Drawn, row: int, country_id: str) -> Row:
    top = drawn.framework.index_code
    known = ~np.isnan(drawn.scored.values["raw"][:, row])
    return {
        "score_id": score_id(drawn.index_id, country_id, top),
        "index_id": drawn.index_id,
        "country_id": country_id,
        "element": top,
        "level": len(drawn.framework.levels),
        "coverage": float(known.mean()),
        "why_absent": drawn.scored.absences()[row],
        "row_ids": sorted(_input_id(country_id, code) for code in drawn.framework.codes),
        "pool_ids": [],
    }


def rank_rows(drawn: Drawn) -> Iterator[Row]:
    """How often each country had each rank; ranks that it never had are left out."""
    probability = drawn.draws.rank_distribution.probability
    for row in drawn.ranked:
        for place in np.flatnonzero(probability[row]).tolist():
            yield {
                "index_id": drawn.index_id,
                "country_id": drawn.scored.table.units[row],
                "rank": place + 1,
                "probability": float(probability[row, place]),
            }


def pair_rows(drawn: Drawn) -> Iterator[Row]:
    """How often the country that the index ranks higher stood above the other."""
    above = drawn.draws.pairs.above
    units = drawn.scored.table.units
    for place, row in enumerate(drawn.ranked):
        for other in drawn.ranked[place + 1 :]:
            yield {
                "index_id": drawn.index_id,
                "above_id": units[row],
                "below_id": units[other],
                "probability": float(above[row, other]),
            }


def cause_rows(drawn: Drawn) -> Iterator[Row]:
    """What the rank interval of each country owes to each variation."""
    width, variance = drawn.causes, drawn.sensitivity.units
    for at, cause in enumerate(drawn.draws.names):
        for row in drawn.ranked:
            yield {
                "index_id": drawn.index_id,
                "country_id": drawn.scored.table.units[row],
                "cause": cause,
                "alone": _known(width.alone[at, row]),
                "relieved": _known(width.relieved[at, row]),
                "first_order": _known(variance.first[at, row]),
                "total_order": _known(variance.total[at, row]),
            }


def sensitivity_rows(drawn: Drawn) -> Iterator[Row]:
    """What the ranking as a whole owes to each variation."""
    indices, intervals = drawn.sensitivity.indices, drawn.sensitivity.intervals
    for at, variation in enumerate(drawn.draws.plan.variations):
        yield {
            "index_id": drawn.index_id,
            "cause": variation.name,
            "reason": variation.reason,
            "alternatives": variation.count,
            "first_order": float(indices.first[at]),
            "first_low": float(intervals.first_low[at]),
            "first_high": float(intervals.first_high[at]),
            "total_order": float(indices.total[at]),
            "total_low": float(intervals.total_low[at]),
            "total_high": float(intervals.total_high[at]),
        }


def element_rows(drawn: Drawn) -> Iterator[Row]:
    """What the index is made of, how much each part counts and how much it explains."""
    framework = drawn.framework
    given = [np.array([drawn.scored.weights[c] for c in of.codes]) for of in framework.levels[:-1]]
    given.append(np.ones(1))
    effective = effective_weights(given, [of.parents for of in framework.levels[:-1]])
    indicators = {indicator.code: indicator for indicator in framework.indicators}
    ranked = drawn.ranked
    index = drawn.scored.index[ranked]
    for number, of in enumerate(framework.levels):
        scores = np.stack([drawn.scored.scores[code][ranked] for code in of.codes])
        shares = _shares(given[number], of.parents)
        is_index = number == len(framework.levels) - 1
        correlation = correlate_between(scores, index[None], method=pearson).coefficient[:, 0]
        explained = np.ones(1) if is_index else importance(scores, index).smooth
        for at, code in enumerate(of.codes):
            indicator = indicators.get(code)
            yield {
                "index_id": drawn.index_id,
                "element": code,
                "name": framework.titles[code],
                "level": number + 1,
                "parent": framework.parent_of[code],
                "better": None if indicator is None else indicator.better.value,
                "unit": None if indicator is None else indicator.unit,
                "why": framework.entries[code].why,
                "weight": float(shares[at]),
                "effective_weight": float(effective[number][at]),
                "correlation": _known(correlation[at]),
                "importance": float(explained[at]),
                "covered": int((~np.isnan(scores[at])).sum()),
                "shift": drawn.shifts.get(code),
            }


MAKERS: Mapping[str, Callable[[Drawn], Iterator[Row]]] = {
    "score": score_rows,
    "score_rank": rank_rows,
    "score_pair": pair_rows,
    "score_cause": cause_rows,
    "score_sensitivity": sensitivity_rows,
    "score_element": element_rows,
}


def _rests_on(drawn: Drawn, country_id: str, code: str) -> list[str]:
    """A score rests on those of its children, an indicator's on its input; all on the recipe."""
    children = drawn.framework.children_of(code)
    if not children:
        return [_input_id(country_id, code)]
    row = drawn.scored.table.units.index(country_id)
    scored = [child for child in children if not np.isnan(drawn.scored.scores[child][row])]
    own = [score_id(drawn.index_id, country_id, child) for child in scored]
    return sorted([*own, drawn.recipe_id]) if code == drawn.framework.index_code else sorted(own)


def _pool(drawn: Drawn, code: str) -> list[str]:
    """The inputs of all scored countries, between the least and greatest of which one stands."""
    column = drawn.scored.scores[code]
    return sorted(
        _input_id(drawn.scored.table.units[row], code)
        for row in drawn.ranked
        if not np.isnan(column[row])
    )


def _periods(drawn: Drawn, codes: list[str]) -> dict[str, str]:
    """For each country the first and last year that these indicators speak of."""
    used = drawn.inputs.filter(
        pl.col("indicator_code").is_in(codes), pl.col("value").is_not_null()
    ).drop_nulls("period")
    years = used.with_columns(years=pl.col("period").str.split("/")).explode("years")
    spans = years.group_by("country_id").agg(
        first=pl.col("years").min(), last=pl.col("years").max()
    )
    return {
        country_id: first if first == last else f"{first}/{last}"
        for country_id, first, last in spans.iter_rows()
    }


def _shares(weights: np.ndarray[Any, np.dtype[np.float64]], parents: tuple[int, ...]) -> Any:
    if not parents:
        return np.ones(1)
    totals = np.bincount(parents, weights=weights)
    return weights / totals[list(parents)]


def _input_id(country_id: str, code: str) -> str:
    return f"inp-{country_id}-{code}"


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _whole(value: float, towards: Callable[[float], float]) -> int | None:
    return None if np.isnan(value) else int(towards(value))
