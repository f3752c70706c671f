"""Outranking: units compared in pairs, indicator by indicator; sizes of differences do not count.

`values` have shape (..., indicators, units), `weights` (indicators,) or (..., indicators);
matrices have shape (..., units, units), the row unit against the column unit; scores (..., units).
Leading axes broadcast.

Missing values (NaN): a pair is compared on the indicators that both units have, with their
weights renormalised, so the result does not depend on the order of the units. (COINr 1.1.14 fills
the upper triangle only, counts a missing comparison for the later unit, and so depends on it.)
A pair with no weighted indicator in common is not compared: NaN in the matrix, passed over in the
scores. A unit that can be compared with no other gets NaN as its score. `compared_weight` tells
how much of the weight a comparison rests on.

Cost: units^2 times indicators comparisons for each table; one table under many sets of weights is
compared once. Beyond the result, memory is bounded: comparisons are made in blocks.

Sources: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 6, non-compensatory
multi-criteria approach; Munda and Nardo, Applied Economics 41 (2009) 1513-1523; the papers named
at each function.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from sharedfuture.analyse.composite.arrays.mean import shares_of
from sharedfuture.analyse.composite.arrays.shapes import Array, Booleans
from sharedfuture.analyse.composite.errors import NotDefined

Counts = npt.NDArray[np.intp]

_ROUNDING = 1e-12
_BLOCK = 1 << 17  # comparisons held at a time; a block of float64 stays in a core's cache


def outranking_matrix(values: Array, weights: Array) -> Array:
    """Share of weight on which the row unit is above the column unit; a tie counts half for each.

    Two units' shares sum to one. The diagonal is zero: no unit outranks itself.
    """
    blocks = _Blocks(values, shares_of(weights, values))
    matrix = np.empty((*blocks.shape, blocks.units, blocks.units))
    for tables, rows, net in blocks:
        matrix[tables, :, rows] = 0.5 + 0.5 * net
    diagonal = np.arange(blocks.units)
    matrix[..., diagonal, diagonal] = 0.0
    return matrix.reshape(*blocks.batch, blocks.units, blocks.units)


def compared_weight(values: Array, weights: Array) -> Array:
    """Share of the weight whose indicators both units have: what a comparison rests on."""
    present = (~np.isnan(values)).astype(np.float64)
    weighted = shares_of(weights, values)[..., None] * present
    result: Array = np.swapaxes(weighted, -1, -2) @ present
    return result


def copeland(values: Array, weights: Array) -> Array:
    """Copeland's score: units beaten on more than half of the weight, less units lost to.

    Between -(units - 1) and units - 1, and summing to zero. A share within 1e-12 of one half is a
    tie. Raises NotDefined with fewer than two units.

    Sources: Copeland, A reasonable social welfare function (1951); Saari and Merlin, Economic
    Theory 8 (1996) 51-76.
    """
    blocks = _Blocks(values, shares_of(weights, values))
    _require_two_units(blocks.units, "Copeland's score")
    scores = np.empty((*blocks.shape, blocks.units))
    for tables, rows, net in blocks:
        compared = ~np.isnan(net)
        won = np.where(compared & (net > _ROUNDING), 1.0, 0.0)
        won[compared & (net < -_ROUNDING)] = -1.0
        scores[tables, :, rows] = np.where(_others(compared) > 0, won.sum(axis=-1), np.nan)
    return scores.reshape(*blocks.batch, blocks.units)


def net_flow(values: Array, weights: Array) -> Array:
    """Net outranking flow: the mean, over the other units, of weight ahead less weight behind.

    Between -1 (last on everything) and 1 (first on everything). This is PROMETHEE II with the
    usual criterion; without missing values it equals the weighted Borda count of mean ranks, put
    on the scale from -1 to 1. Raises NotDefined with fewer than two units.

    Source: Brans and Vincke, Management Science 31 (1985) 647-656.
    """
    blocks = _Blocks(values, shares_of(weights, values))
    _require_two_units(blocks.units, "the net flow")
    flows = np.empty((*blocks.shape, blocks.units))
    for tables, rows, net in blocks:
        compared = ~np.isnan(net)
        others = _others(compared)
        total = np.sum(net, axis=-1, where=compared)
        flows[tables, :, rows] = np.divide(
            total, others, out=np.full_like(total, np.nan), where=others > 0
        )
    return flows.reshape(*blocks.batch, blocks.units)


def dominance_count(matrix: Array) -> Counts:
    """Number of ordered pairs in an outranking matrix where one unit is above on all the weight."""
    count: Counts = np.sum(matrix >= 1.0 - _ROUNDING, axis=(-1, -2))
    return count


def dominance_share(matrix: Array) -> Array:
    """Share of the pairs where one unit is above the other on all the weight.

    The more pairs are decided so, the less weights and aggregation matter for the ranking. Raises
    NotDefined with fewer than two units.
    """
    units = matrix.shape[-1]
    _require_two_units(units, "dominance")
    share: Array = dominance_count(matrix) / (units * (units - 1) / 2)
    return share


class _Blocks:
    """Net preferences of some rows over all units: weight ahead less weight behind, -1 to 1.

    Iterating gives (tables, rows, net), net of shape (tables, weight sets, rows, units). One table
    with many sets of weights is (1, sets); a batch of tables is (tables, 1).
    """

    def __init__(self, values: Array, shares: Array) -> None:
        self.units = values.shape[-1]
        self.batch = np.broadcast_shapes(values.shape[:-2], shares.shape[:-1])
        if values.ndim > 2:
            values = np.broadcast_to(values, (*self.batch, *values.shape[-2:]))
            shares = np.broadcast_to(shares, (*self.batch, shares.shape[-1]))
        self._values = values.reshape(-1, *values.shape[-2:])
        self._shares = shares.reshape(len(self._values), -1, shares.shape[-1])
        self.shape = self._shares.shape[:2]
        gone = np.isnan(self._values)
        self._present = (~gone).astype(np.float64) if gone.any() else None

    def __iter__(self) -> Iterator[tuple[slice, slice, Array]]:
        tables, sets, indicators = self._shares.shape
        width = max(indicators, sets) * max(self.units, 1)
        row_step = max(1, min(self.units, _BLOCK // width))
        table_step = max(1, _BLOCK // (width * row_step))
        for table in range(0, tables, table_step):
            for row in range(0, self.units, row_step):
                at = slice(table, table + table_step), slice(row, row + row_step)
                yield *at, self._net(*at)

    def _net(self, tables: slice, rows: slice) -> Array:
        values, shares = self._values[tables], self._shares[tables]
        left, right = values[..., rows, None], values[..., None, :]
        # one byte each: above 1, below -1, tied or missing 0
        sign = (left > right).view(np.int8) - (left < right).view(np.int8)
        flat = sign.reshape(*sign.shape[:2], -1).astype(np.float64)
        net = (shares @ flat).reshape(*shares.shape[:2], -1, self.units)
        if self._present is None:
            return net
        present = self._present[tables][:, None]
        weighted = np.swapaxes(shares[..., None] * present[..., rows], -1, -2)
        compared = weighted @ present
        return np.divide(net, compared, out=np.full_like(net, np.nan), where=compared > 0.0)


def _others(compared: Booleans) -> Counts:
    """With how many other units each row unit is compared; it is compared with itself, too."""
    others: Counts = np.sum(compared, axis=-1) - 1
    return others


def _require_two_units(units: int, method: str) -> None:
    if units < 2:
        raise NotDefined(f"{method} needs at least two units, found {units}")
