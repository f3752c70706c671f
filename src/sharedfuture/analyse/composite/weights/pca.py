"""Weights from principal components of a group's correlations.

Two readings are in use. The simple one takes the first component's direction, which keeps most
of the variance of the group in one number (COINr's `get_PCA`). The Handbook's takes several
rotated components: Handbook on Constructing Composite Indicators (OECD/JRC 2008), step 6,
after Nicoletti, Scarpetta and Boylaud, OECD Economics Department Working Papers 226 (2000).

Both describe how the data vary, not what matters; indicators that correlate with nothing get
little, however important they are.
"""

import numpy as np

from sharedfuture.analyse.composite.arrays.shapes import Array, refuse
from sharedfuture.analyse.composite.errors import NotDefined
from sharedfuture.analyse.composite.statistics.components import orient, principal_components
from sharedfuture.analyse.composite.weights.plain import given_weights
from sharedfuture.analyse.composite.weights.rotation import intermediate_weights, varimax


def first_component(values: Array) -> Array:
    """Direction of the first component: a unit vector, shape (indicators,), **not** weights yet.

    This is what COINr gives as PCA weights, up to sign; ours makes the element of largest size
    positive. Elements are negative where an indicator runs against the others. Units that lack
    a value are left out; NotDefined as for `principal_components`.
    """
    return orient(principal_components(values).directions[:, :1])[:, 0]


def first_component_weights(values: Array) -> Array:
    """The first component's direction, divided by its sum.

    Raises NotDefined naming the indicators that run against the others: a negative weight turns
    an indicator's declared direction round, so it is refused.
    """
    direction = first_component(values)
    refuse(
        direction < 0,
        "the first component has a negative element here: the indicator runs against the others",
    )
    return given_weights(direction)


def rotated_component_weights(values: Array, *, component_count: int) -> Array:
    """The Handbook's weights from this many components, varimax-rotated.

    `suggest_count` gives the number that the Handbook's rules of thumb lead to. Units that lack
    a value are left out. Raises NotDefined as `principal_components` does, and where a component
    has no variance or an indicator loads on none in its declared direction.
    """
    components = principal_components(values)
    if not 1 <= component_count <= len(values):
        raise NotDefined(
            f"from 1 to {len(values)} components were expected, found {component_count}"
        )
    if components.eigenvalues[component_count - 1] < 1e-10:
        raise NotDefined(f"component {component_count} has no variance left to rotate")
    return intermediate_weights(varimax(components.loadings[:, :component_count]))


def suggest_count(eigenvalues: Array) -> int:
    """How many components to keep, by the Handbook's rules of thumb.

    Those with an eigenvalue above 1 that explain more than 10 % each; where these explain no
    more than 60 % together, the next ones too until they do. Handbook (2008), step 6.
    """
    shares = eigenvalues / eigenvalues.sum()
    strong = int(((eigenvalues > 1) & (shares > 0.1)).sum())
    needed = int((np.cumsum(shares) <= 0.6).sum()) + 1
    return max(strong, min(needed, len(eigenvalues)))
