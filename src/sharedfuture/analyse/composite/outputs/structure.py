"""How the parts of an index hang together: correlations, reliability, components, importance.

Everything is computed on what is aggregated, so with directions turned: the normalised values of
the indicators and the scores of the elements, over the rows of one period. What has no answer is
null, with the reason in the column `note`; an audit goes on without it.

Handbook on Constructing Composite Indicators (OECD/JRC 2008), steps 4, 6 and 8.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from sharedfuture.analyse.composite.errors import NotDefined
from sharedfuture.analyse.composite.outputs.frames import effective_of, frame_of
from sharedfuture.analyse.composite.score import Scored
from sharedfuture.analyse.composite.statistics.components import (
    chance_eigenvalues,
    principal_components,
)
from sharedfuture.analyse.composite.statistics.correlate import (
    correlate,
    correlate_between,
    pearson,
)
from sharedfuture.analyse.composite.statistics.importance import LEAST_UNITS, importance
from sharedfuture.analyse.composite.statistics.pairs import adjust_p_values, list_pairs
from sharedfuture.analyse.composite.statistics.reliability import (
    alpha_without_each,
    cronbach_alpha,
    pairwise_covariance,
    sampling_adequacy,
    sphericity,
)
from sharedfuture.analyse.composite.statistics.series import take_complete_units, varies
from sharedfuture.analyse.composite.table import Positions

Array = npt.NDArray[np.float64]

CHANCE_REPLICATES = 200
CHANCE_LEVEL = 0.95


@dataclass(frozen=True)
class _Group:
    """An element with the children of which more than one varies, and their values."""

    code: str
    children: tuple[str, ...]
    values: Array


def correlation_frame(scored: Scored, rows: Positions) -> pl.DataFrame:
    """Every pair on each level below the index; `has_same_parent` tells pairs within an element.

    `p_adjusted` keeps the false discovery rate over all pairs of the level (Benjamini and
    Hochberg). What does not vary over these rows has no pairs.
    """
    parts = [pl.DataFrame(schema=_PAIR)]
    for number, level in enumerate(scored.framework.levels[:-1], 1):
        codes, values = _varying(scored, level.codes, rows)
        if len(codes) < 2:
            continue
        pairs = list_pairs(correlate(values, method=pearson))
        parent = [scored.framework.parent_of[code] for code in codes]
        frame = frame_of(
            {
                "level": np.full(len(pairs.first), number),
                "first": [codes[at] for at in pairs.first],
                "second": [codes[at] for at in pairs.second],
                "has_same_parent": [
                    parent[one] == parent[other]
                    for one, other in zip(pairs.first, pairs.second, strict=True)
                ],
                "correlation": pairs.coefficient,
                "p_value": pairs.p_value,
                "p_adjusted": adjust_p_values(pairs.p_value),
                "pair_count": pairs.pair_count,
            }
        )
        parts.append(frame.cast(pl.Schema(_PAIR)))
    return pl.concat(parts)


_PAIR: dict[str, pl.DataType | type[pl.DataType]] = {
    "level": pl.Int64,
    "first": pl.String,
    "second": pl.String,
    "has_same_parent": pl.Boolean,
    "correlation": pl.Float64,
    "p_value": pl.Float64,
    "p_adjusted": pl.Float64,
    "pair_count": pl.Int64,
}


def ancestor_frame(scored: Scored, rows: Positions) -> pl.DataFrame:
    """Each indicator and element with everything above it: its parent, ... , the index."""
    found = []
    for number, level in enumerate(scored.framework.levels[:-1], 1):
        codes, values = _varying(scored, level.codes, rows)
        for code, series in zip(codes, values, strict=True):
            above = _ancestors(scored, code)
            names, scores = _varying(scored, above, rows)
            if not names:
                continue
            related = correlate_between(series[None], scores, method=pearson)
            found += [
                {
                    "level": number,
                    "code": code,
                    "above": name,
                    "steps": above.index(name) + 1,
                    "correlation": float(related.coefficient[0, at]),
                    "p_value": float(related.p_value[0, at]),
                    "pair_count": int(related.pair_count[0, at]),
                }
                for at, name in enumerate(names)
            ]
    schema = {"level": pl.Int64, "code": pl.String, "above": pl.String, "steps": pl.Int64}
    numbers = {"correlation": pl.Float64, "p_value": pl.Float64, "pair_count": pl.Int64}
    return pl.DataFrame(found, schema={**schema, **numbers}).fill_nan(None)


def reliability_frame(scored: Scored, rows: Positions) -> pl.DataFrame:
    """Alpha, KMO, Bartlett's test and the first component of each element's children.

    Alpha is that of the values as they are aggregated, each covariance over the units that have
    both; the others need complete units. `above_chance_count` is the number of components that
    say more than unrelated series would (parallel analysis), `above_one_count` that of
    eigenvalues above 1.
    """
    found = []
    for group in _groups(scored, rows):
        notes: list[str] = []
        entry: dict[str, object] = {"code": group.code, "child_count": len(group.children)}
        for measure in (_alpha, _adequacy, _components):
            entry |= _noted(measure, group, notes)
        entry["note"] = "; ".join(dict.fromkeys(notes)) or None
        found.append(entry)
    return pl.DataFrame(found, schema=_RELIABILITY).fill_nan(None)


_RELIABILITY = {
    "code": pl.String,
    "child_count": pl.Int64,
    "alpha": pl.Float64,
    "kmo": pl.Float64,
    "chi_squared": pl.Float64,
    "freedom": pl.Int64,
    "p_value": pl.Float64,
    "complete_count": pl.Int64,
    "first_share": pl.Float64,
    "above_one_count": pl.Int64,
    "above_chance_count": pl.Int64,
    "note": pl.String,
}


def without_frame(scored: Scored, rows: Positions) -> pl.DataFrame:
    """Alpha of an element's other children when one is left out, beside alpha with all."""
    found = []
    for group in _groups(scored, rows):
        if len(group.children) < 3:
            continue
        try:
            covariance = pairwise_covariance(group.values)
            alpha, others = cronbach_alpha(covariance), alpha_without_each(covariance)
        except NotDefined:
            continue  # the table of reliability says why
        found += [
            {"code": group.code, "child": child, "alpha": alpha, "alpha_without": float(without)}
            for child, without in zip(group.children, others, strict=True)
        ]
    texts = {"code": pl.String, "child": pl.String}
    return pl.DataFrame(found, schema={**texts, "alpha": pl.Float64, "alpha_without": pl.Float64})


def component_frame(scored: Scored, rows: Positions) -> pl.DataFrame:
    """Principal components of each element's children, with the loading of every child."""
    found = []
    for group in _groups(scored, rows):
        try:
            components = principal_components(group.values)
        except NotDefined:
            continue  # the table of reliability says why
        chance = _chance(group)
        cumulative = components.shares.cumsum()
        for number in range(len(group.children)):
            found += [
                {
                    "code": group.code,
                    "component": number + 1,
                    "eigenvalue": float(components.eigenvalues[number]),
                    "chance_eigenvalue": float(chance[number]),
                    "share": float(components.shares[number]),
                    "cumulative_share": float(cumulative[number]),
                    "child": child,
                    "loading": float(components.loadings[at, number]),
                }
                for at, child in enumerate(group.children)
            ]
    return pl.DataFrame(found, schema=_COMPONENT)


_COMPONENT = {
    "code": pl.String,
    "component": pl.Int64,
    "eigenvalue": pl.Float64,
    "chance_eigenvalue": pl.Float64,
    "share": pl.Float64,
    "cumulative_share": pl.Float64,
    "child": pl.String,
    "loading": pl.Float64,
}


def weight_frame(scored: Scored, rows: Positions) -> pl.DataFrame:
    """What each part is meant to count in the index, and what it does.

    `effective_weight` is the product of the weights up to the index, `importance` the share of
    the variance of the index that a smooth curve of the part explains, `linear` what a straight
    line does, and `importance_share` the importance over the sum of its level.
    """
    effective, index = effective_of(scored), scored.index[rows]
    found = []
    for number, level in enumerate(scored.framework.levels[:-1], 1):
        codes, values = _varying(scored, level.codes, rows)
        usable = [at for at, series in enumerate(values) if _has_enough(series, index)]
        measured: dict[str, tuple[float, float, float]] = {}
        if usable and varies(index[None])[0]:
            matters = importance(values[usable], index)
            numbers = zip(matters.smooth, matters.linear, matters.relative, strict=True)
            measured = {
                codes[at]: (float(a), float(b), float(c))
                for at, (a, b, c) in zip(usable, numbers, strict=True)
            }
        for code in level.codes:
            smooth, linear, share = measured.get(code, (None, None, None))
            found.append((number, code, effective[code], smooth, linear, share))
    names = ("effective_weight", "importance", "linear", "importance_share")
    schema = {"level": pl.Int64, "code": pl.String} | dict.fromkeys(names, pl.Float64)
    return pl.DataFrame(found, schema=schema, orient="row")


def _has_enough(series: Array, index: Array) -> bool:
    kept = ~np.isnan(series) & ~np.isnan(index)
    return bool(kept.sum() >= LEAST_UNITS and varies(series[kept][None])[0])


def _varying(
    scored: Scored, codes: tuple[str, ...], rows: Positions
) -> tuple[tuple[str, ...], Array]:
    """The codes whose scores vary over the rows, with the scores: (codes, rows)."""
    values = np.stack([scored.scores[code][rows] for code in codes])
    kept = np.flatnonzero(varies(values))
    return tuple(codes[at] for at in kept), values[kept]


def _ancestors(scored: Scored, code: str) -> tuple[str, ...]:
    above = []
    parent = scored.framework.parent_of[code]
    while parent is not None:
        above.append(parent)
        parent = scored.framework.parent_of[parent]
    return tuple(above)


def _groups(scored: Scored, rows: Positions) -> list[_Group]:
    """Every element with two children or more that vary, from the index down."""
    groups = []
    for level in reversed(scored.framework.levels[1:]):
        for code in level.codes:
            codes, values = _varying(scored, scored.framework.children_of(code), rows)
            if len(codes) > 1:
                groups.append(_Group(code, codes, values))
    return groups


def _noted(
    measure: Callable[[_Group], dict[str, object]], group: _Group, notes: list[str]
) -> dict[str, object]:
    try:
        return measure(group)
    except NotDefined as error:
        notes.append(str(error.named(group.children)))
        return {}


def _alpha(group: _Group) -> dict[str, object]:
    return {"alpha": cronbach_alpha(pairwise_covariance(group.values))}


def _adequacy(group: _Group) -> dict[str, object]:
    complete = take_complete_units(group.values, least=3)
    correlation, _ = pearson(complete, complete)
    test = sphericity(correlation, complete.shape[1])
    return {
        "kmo": sampling_adequacy(correlation).overall,
        "chi_squared": test.chi_squared,
        "freedom": test.freedom,
        "p_value": test.p_value,
    }


def _components(group: _Group) -> dict[str, object]:
    components = principal_components(group.values)
    above_chance = components.eigenvalues > _chance(group)
    return {
        "complete_count": components.unit_count,
        "first_share": float(components.shares[0]),
        "above_one_count": int((components.eigenvalues > 1).sum()),
        # Only the leading ones count: after one that is no better than chance, no other is.
        "above_chance_count": int(np.minimum.accumulate(above_chance).sum()),
    }


def _chance(group: _Group) -> Array:
    complete = take_complete_units(group.values, least=3)
    return _chance_of(len(group.children), complete.shape[1])


@cache
def _chance_of(children: int, units: int) -> Array:
    """Depends on nothing but two numbers, so elements of one size share it."""
    return chance_eigenvalues(
        children,
        units,
        generator=np.random.default_rng(0),
        replicates=CHANCE_REPLICATES,
        level=CHANCE_LEVEL,
    )
