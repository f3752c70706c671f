"""Effective weights: what each element of a hierarchy counts in the index.

With weighted arithmetic means at every level, the index is the sum of the indicators times their
effective weights; with other means it is the nominal share. Handbook on Constructing Composite
Indicators (OECD/JRC 2008), step 6; Becker, Saisana, Paruolo and Vandecasteele, Ecological
Indicators 80 (2017), on why it is not yet the importance of the element.
"""

from collections.abc import Sequence

import numpy as np

from sharedfuture.analyse.composite.arrays.shapes import Array, refuse


def effective_weights(
    weights: Sequence[Array], parents: Sequence[Sequence[int]]
) -> tuple[Array, ...]:
    """The product of the weights from each element up to the top, siblings made to sum to 1.

    `weights` holds one array for each level from the lowest, shape (..., elements): leading axes
    are replicates. `parents` holds, for each level but the last, the position of every element's
    parent one level higher. The elements of each level sum to 1. Raises NotDefined where a weight
    is missing or negative, or the weights of siblings sum to zero, with positions on that level.
    """
    top = weights[-1]
    siblings = [*parents, [0] * top.shape[-1]]
    effective = [np.ones(1)]
    for level, above in zip(reversed(weights), reversed(siblings), strict=True):
        share = _share_among_siblings(level, np.asarray(above, dtype=np.intp))
        effective.append(share * effective[-1][..., list(above)])
    return tuple(reversed(effective[1:]))


def _share_among_siblings(weights: Array, parents: np.typing.NDArray[np.intp]) -> Array:
    """Each weight divided by the sum over the elements with the same parent."""
    refuse(~(weights >= 0), "a weight of zero or more was expected")
    belongs = (parents[:, np.newaxis] == np.arange(parents.max() + 1)).astype(float)
    total = (weights @ belongs)[..., parents]
    refuse(total == 0, "the weights of these siblings sum to zero")
    share: Array = weights / total
    return share
