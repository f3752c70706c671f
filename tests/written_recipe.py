"""A recipe written out as TOML, and a table that every method can score."""

import numpy as np

from sharedfuture import composite as ci
from sharedfuture.analyse.composite.methods.setting import UserFunction
from sharedfuture.analyse.composite.table import Array

INDEX = """
[index]
id = "press"
title = "Press"
levels = ["Indicator", "Pillar", "Index"]
"""
ELEMENTS = """
[[element]]
code = "index"
[[element]]
code = "law"
parent = "index"
[[element]]
code = "money"
parent = "index"
weight = 2
"""
INDICATORS = "".join(
    f"""
[[indicator]]
code = "{code}"
parent = "{"law" if code in "abcd" else "money"}"
better = "{"lower" if code in "bf" else "higher"}"
target = 60
goalposts = [20, 80]
denominator = "people"
"""
    for code in "abcdefgh"
)
HIERARCHY = INDEX + ELEMENTS + INDICATORS
STAGES = '[normalise]\nmethod = "minmax"\nlow = 1\n[aggregate]\nmethod = "arithmetic"\n'
WHOLE = HIERARCHY + STAGES
VARY = WHOLE + "[uncertainty]\nseed = 1\n"
SHORT = (
    '[[element]]\ncode = "index"\n'
    '[[indicator]]\ncode = "a"\nparent = "index"\nbetter = "higher"\n'
    '[normalise]\nmethod = "rank"\n[aggregate]\nmethod = "arithmetic"\n'
)


def made_up_table() -> ci.Table:
    """Twelve units in two years; what all indicators have in common moves them together."""
    generator = np.random.default_rng(3)
    rows = 24
    common = generator.normal(size=rows)
    signs = np.array([-1.0 if code in "bf" else 1.0 for code in "abcdefgh"])
    values = 50 + 12 * signs[:, None] * (common + 0.5 * generator.normal(size=(8, rows)))
    values[0, 13] = values[4, 20] = np.nan
    return ci.Table(
        units=tuple("ABCDEFGHIJKL") * 2,
        codes=tuple("abcdefgh"),
        values=values,
        periods=(2024.0,) * 12 + (2025.0,) * 12,
        groups={"region": ("east", "west") * 12},
        denominators={"people": np.full(rows, 2.0)},
        standard_errors=np.full((8, rows), 0.5),
    )


def scored(text: str) -> ci.Scored:
    functions: dict[str, UserFunction] = {"own": own, "own_mean": own_mean}
    return ci.score(made_up_table(), ci.read_recipe(text).recipe, functions=functions)


def own(values: Array) -> Array:
    """The values themselves, and 40 where there are none."""
    return np.where(np.isnan(values), 40.0, values)


def own_mean(values: Array, weights: Array) -> Array:
    return np.asarray(np.nanmean(values, axis=-2))
