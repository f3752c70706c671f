"""Benefit of the doubt: each unit is scored with the weights that suit it best.

`values` have shape (..., indicators, units) and are not negative; no normalisation is needed, for
the plain form does not depend on the indicators' units of measurement. Unit c solves a linear
programme: the largest weighted sum of its own values, with weights (not negative) under which no
unit scores above one. A score of one says that some weighting makes the unit best. With many
indicators and few units most units reach it; bounds bring back an order:

- on shares: the part of the unit's own score that each indicator gives (Wong and Beasley 1990);
- on proportions: the part of each weight in the sum of the weights, for values on one scale;
- on the weights themselves, in units of 1 / value; then perhaps no unit reaches one.

Missing values (NaN): an indicator that a unit lacks has weight zero in its own programme and its
bounds are relaxed there; as a comparison it counts nothing, as if it were zero (Kuosmanen 2009).
A unit without any value gets NaN. The pessimistic form has no such reading and refuses them.

Cost: one linear programme a unit (HiGHS), of units by indicators, and none is shared between
replicates; a batch is a plain loop over units. Not for the inner loop of a Monte Carlo run.

Sources: Cherchye, Moesen, Rogge and Van Puyenbroeck, Social Indicators Research 82 (2007)
111-145; Wong and Beasley, Journal of the Operational Research Society 41 (1990) 829-835;
Kuosmanen, Journal of the Operational Research Society 60 (2009) 1767-1774; OECD/JRC, Handbook on
Constructing Composite Indicators (2008), step 6.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sharedfuture.analyse.composite.arrays.missing import require_complete
from sharedfuture.analyse.composite.arrays.shapes import Array, Booleans, refuse
from sharedfuture.analyse.composite.errors import NotDefined

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Frontier:
    """Scores with what they rest on.

    scores   (..., units)
    weights  (..., indicators, units): the weights that each unit chose
    shares   (..., indicators, units): the part of the unit's score that each indicator gives;
             they sum to one, and are zero where the score is zero
    peers    (..., units, units): how strongly the row unit binds the column unit's score; zero
             for units that do not bind it

    Weights and peers may not be the only best ones; the scores are.
    """

    scores: Array
    weights: Array
    shares: Array
    peers: Array


@dataclass(frozen=True, slots=True)
class _Restriction:
    """Rows whose product with the weights is at most zero, and bounds on each weight."""

    rows: Array
    least: Array
    most: Array


_Restrict = Callable[[Array, Booleans], _Restriction]


def benefit_of_doubt(values: Array) -> Frontier:
    """Plain benefit of the doubt: weights are only not negative. Scores from 0 to 1.

    Raises NotDefined for negative values, with the indicators' positions.
    """

    def restrict(own: Array, present: Booleans) -> _Restriction:
        return _free(present, np.empty((0, own.size)))

    return _optimistic(values, restrict)


def benefit_of_doubt_with_shares(values: Array, *, least: Array, most: Array) -> Frontier:
    """Each indicator gives at least and at most these parts of the unit's own score.

    Raises NotDefined for negative values; for bounds that no shares can meet; and for units that
    have the value zero where a share is asked for, with the indicators' positions.
    """
    _require_parts(values, least, most)

    def restrict(own: Array, present: Booleans) -> _Restriction:
        _require_shares_possible(own, present, least, most)
        part = np.diag(own)
        rows = np.concatenate(
            [np.outer(least, own)[present] - part[present], part - np.outer(most, own)]
        )
        return _free(present, rows)

    return _optimistic(values, restrict)


def benefit_of_doubt_with_proportions(values: Array, *, least: Array, most: Array) -> Frontier:
    """Each weight is at least and at most these parts of the sum of the unit's weights.

    Weights can be compared only where the values are on one scale. Raises NotDefined for negative
    values and for bounds that no proportions can meet.
    """
    _require_parts(values, least, most)

    def restrict(own: Array, present: Booleans) -> _Restriction:
        if np.sum(most[present]) < 1.0 - _ROUNDING:
            raise NotDefined(
                "the greatest proportions of the indicators that a unit has must reach 1 "
                f"together, found {np.sum(most[present])}"
            )
        unity, ones = np.eye(own.size), np.ones(own.size)
        rows = np.concatenate(
            [np.outer(least, ones)[present] - unity[present], unity - np.outer(most, ones)]
        )
        return _free(present, rows)

    return _optimistic(values, restrict)


def benefit_of_doubt_with_weights(values: Array, *, least: Array, most: Array) -> Frontier:
    """Each weight lies between these bounds; infinity is no upper bound.

    Raises NotDefined for negative values, for bounds out of order, and where already the least
    weights bring a unit above one.
    """
    _require_bounds(values, least, most)

    def restrict(own: Array, present: Booleans) -> _Restriction:
        rows = np.empty((0, own.size))
        return _Restriction(rows, np.where(present, least, 0.0), np.where(present, most, 0.0))

    return _optimistic(values, restrict)


def pessimistic_frontier(values: Array) -> Frontier:
    """Each unit is scored with the weights that suit it least; no unit scores below one.

    One is the worst score, and says that some weighting makes the unit last; there is no upper
    bound. To be read beside the optimistic score. Raises NotDefined for negative or missing
    values, with the indicators' positions, and for a unit whose values are all zero.

    Source: Zhou, Ang and Poh, Ecological Economics 62 (2007) 291-297.
    """
    require_complete(values)
    _require_not_negative(values)
    if not values.any(axis=-2).all():
        raise NotDefined("the pessimistic score needs a value above 0 in each unit")

    def restrict(own: Array, present: Booleans) -> _Restriction:
        return _free(present, np.empty((0, own.size)))

    return _each_unit(values, restrict, sign=-1.0)


def _optimistic(values: Array, restrict: _Restrict) -> Frontier:
    _require_not_negative(values)
    return _each_unit(values, restrict, sign=1.0)


def _each_unit(values: Array, restrict: _Restrict, *, sign: float) -> Frontier:
    """Solve the programme of every unit of every table; `sign` -1 is the pessimistic one."""
    batch, (indicators, units) = values.shape[:-2], values.shape[-2:]
    tables = values.reshape(-1, indicators, units)
    weights = np.full(tables.shape, np.nan)
    peers = np.full((len(tables), units, units), np.nan)
    for table, known in enumerate(tables):
        present = ~np.isnan(known)
        filled = np.where(present, known, 0.0)
        for unit in np.flatnonzero(present.any(axis=0)).tolist():
            restriction = restrict(filled[:, unit], present[:, unit])
            solved = _solve(filled, unit, restriction, sign)
            weights[table, :, unit], peers[table, :, unit] = solved
    parts = weights * np.where(np.isnan(tables), 0.0, tables)
    total = parts.sum(axis=-2, keepdims=True)
    shares = np.divide(parts, total, out=0.0 * parts, where=total > 0.0)
    # units on the frontier tie at exactly one, whatever the solver's last digits
    scores = np.where(np.abs(total - 1.0) <= _ROUNDING, 1.0, total)
    return Frontier(
        scores.reshape(*batch, units),
        weights.reshape(values.shape),
        shares.reshape(values.shape),
        peers.reshape(*batch, units, units),
    )


def _solve(values: Array, unit: int, restriction: _Restriction, sign: float) -> tuple[Array, Array]:
    """Best weights of one unit, and the multipliers of the units that bind them."""
    from scipy.optimize import linprog

    scale = values.max(axis=-1)
    scale[scale == 0.0] = 1.0
    scaled = values / scale[:, None]
    found = linprog(
        -sign * scaled[:, unit],
        A_ub=np.concatenate([sign * scaled.T, restriction.rows / scale]),
        b_ub=np.concatenate([np.full(values.shape[-1], sign), np.zeros(len(restriction.rows))]),
        bounds=np.stack([restriction.least * scale, restriction.most * scale], axis=-1),
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    if found.status == 2:
        raise NotDefined(
            f"no weights within the bounds keep all units at or below 1 (unit at {unit})"
        )
    if found.status != 0:
        raise NotDefined(f"the linear programme of the unit at {unit} failed: {found.message}")
    multipliers: Array = np.abs(found.ineqlin.marginals[: values.shape[-1]])
    weights: Array = found.x / scale
    return weights, multipliers


def _free(present: Booleans, rows: Array) -> _Restriction:
    """Weights without bounds, but zero where the unit has no value."""
    return _Restriction(rows, np.zeros(present.size), np.where(present, np.inf, 0.0))


def _require_not_negative(values: Array) -> None:
    wrong = values < 0.0
    if wrong.any():
        refuse(
            wrong.any(axis=-1),
            f"benefit of the doubt needs values of at least 0, found {int(wrong.sum())} below "
            f"it, the smallest {values[wrong].min()}",
        )


def _require_bounds(values: Array, least: Array, most: Array) -> None:
    indicators = values.shape[-2]
    if least.shape != (indicators,) or most.shape != (indicators,):
        raise NotDefined(
            f"bounds need one number for each of {indicators} indicators, "
            f"found {least.shape} and {most.shape}"
        )
    wrong = ~((least >= 0.0) & (least <= most))
    if wrong.any():
        found = f"found {least[wrong][0]} to {most[wrong][0]}"
        refuse(wrong, f"bounds must be in order and not negative, {found}")


def _require_parts(values: Array, least: Array, most: Array) -> None:
    """Bounds on parts of a whole must leave room for parts that sum to one."""
    _require_bounds(values, least, most)
    if least.sum() > 1.0 + _ROUNDING or most.sum() < 1.0 - _ROUNDING:
        raise NotDefined(
            "parts sum to 1, so the least must sum to at most 1 and the most to at least 1, "
            f"found {least.sum()} and {most.sum()}"
        )


def _require_shares_possible(own: Array, present: Booleans, least: Array, most: Array) -> None:
    """A unit with the value zero can give an indicator no share of its score."""
    wrong = present & (own == 0.0) & (least > 0.0)
    refuse(wrong, "a share above 0 needs values above 0, found the value 0")
    reach = most[own > 0.0].sum()
    if reach < 1.0 - _ROUNDING:
        raise NotDefined(
            "the greatest shares of the indicators on which a unit has a value above 0 must "
            f"reach 1 together, found {reach}"
        )
