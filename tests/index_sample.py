"""A small made-up index as public tables: five countries with a score, one without; no draws.

Numbers are set by rule and not computed by the engine, so that texts made of them stay as they
are whatever the engine does.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE, TABLES

Rows = list[dict[str, Any]]

RECIPE = """
[index]
id = "small"
title = "A small index"
levels = ["Indicator", "Pillar", "Index"]
[[element]]
code = "index"
name = "The whole"
why = "It is made up."
[[element]]
code = "left"
parent = "index"
name = "Left"
why = "One side."
[[element]]
code = "right"
parent = "index"
name = "Right"
weight = 3.0
why = "The other side."
[[indicator]]
code = "a"
parent = "left"
name = "Apples"
better = "higher"
unit = "apples"
[[indicator]]
code = "b"
parent = "left"
name = "Basket"
better = "lower"
unit = "1 = there, 0 = not"
[[indicator]]
code = "c"
parent = "right"
name = "Cherries"
better = "higher"
unit = "cherries"
[screen]
by = "missing"
least_available = 0.6
reason = "Too little says nothing."
[treat]
reason = "Tails are long."
first = { method = "log_offset" }
[[treat.only]]
codes = ["a", "b"]
[normalise]
method = "minmax"
low = 1.0
high = 100.0
reason = "A reader sees what 1 is."
[weigh]
method = "given"
reason = "Because."
[aggregate]
method = "arithmetic"
missing = "least_count"
least_share = 0.5
reason = "Sides make up for each other."
[[aggregate.level]]
level = 3
method = "geometric"
missing = "refuse"
[uncertainty]
seed = 7
replicates = 100
level = 0.95
rows = 64
resamples = 20
[[vary]]
name = "scale"
method = "choice"
path = "normalise"
labels = ["as it is", "ranks"]
among = [{ method = "minmax", low = 1.0, high = 100.0 }, { method = "rank" }]
reason = "A convention."
[[vary]]
name = "one_left_out"
method = "leave_out"
level = 1
codes = ["a", "b", "c"]
reason = "None should decide alone."
"""
NAMES = {
    "AAA": "Aland",
    "BBB": "Bergen",
    "CCC": "Cordia",
    "DDD": "Dunia",
    "EEE": "Estland",
    "FFF": "Feria",
}
SCORES: Mapping[str, tuple[float | None, float | None, float | None]] = {
    "AAA": (100.0, 100.0, 100.0),
    "BBB": (50.5, 100.0, 67.0),
    "CCC": (1.0, 1.0, 50.5),
    "DDD": (25.75, None, 20.0),
    "EEE": (1.0, 1.0, 1.0),
}
CODES = ("a", "b", "c")


def index_tables() -> dict[str, pl.DataFrame]:
    """All public tables; those that the index does not need are empty."""
    rows: Mapping[str, Rows] = {
        "country": [_country(key) for key in NAMES],
        "recipe": [
            {
                "recipe_id": "recipe-small",
                "index_id": "small",
                "title": "A small index",
                "body": RECIPE,
                "sha256": "0" * 64,
            }
        ],
        "run": _runs(),
        "index_input": list(_inputs()),
        "score": list(_scores()),
        "score_element": _elements(),
        "score_rank": list(_ranks()),
        "score_pair": list(_pairs()),
        "score_cause": list(_causes()),
        "score_sensitivity": _sensitivity(),
        "statistic": _statistics(),
        "audit_finding": _findings(),
        "audit_threshold": _thresholds(),
        "audit_part": list(_audit_parts()),
        "audit_pair": _audit_pairs(),
        "audit_component": _components(),
    }
    return {table.name: frame_of(table, rows.get(table.name, [])) for table in TABLES}


def no_index_tables() -> dict[str, pl.DataFrame]:
    """The same countries in a release without an index."""
    made = index_tables()
    kept = ("country",)
    return {name: made[name] if name in kept else frame_of(TABLE[name], []) for name in made}


def _country(country_id: str) -> dict[str, Any]:
    at = list(NAMES).index(country_id)
    return {
        "country_id": country_id,
        "name": NAMES[country_id],
        "region": "North" if at < 3 else "South",
        "is_un_member": True,
        "tile_column": at + 1,
        "tile_row": 1,
    }


def _runs() -> Rows:
    made_by = [{"code": code, "because": f"It is counted: {code}."} for code in CODES]
    parameters = {
        "index.inputs": {"indicators": made_by},
        "index.score": {"scale_variation": "scale", "cause_replicates": 50},
        "index.standing": {"settled": 0.9, "top_places": 3},
    }
    return [
        {"step": step, "version": 1, "parameters": json.dumps(of), "input_sha256": "0" * 64}
        for step, of in parameters.items()
    ]


def _inputs() -> Iterator[dict[str, Any]]:
    for country_id in NAMES:
        for at, code in enumerate(CODES):
            score = SCORES.get(country_id, (None, None, 1.0))[at]
            yield {
                "index_input_id": f"inp-{country_id}-{code}",
                "country_id": country_id,
                "indicator_code": code,
                "state": "not_covered" if score is None else "measured",
                "period": None if score is None else "2020/2021",
                "value": _value(code, score),
                "standard_error": None if score is None else 0.0,
                "error_basis": None if score is None else "exact",
            }


def _value(code: str, score: float | None) -> float | None:
    """What the score could have been made from: straight for `a` and `b`, not for `c`."""
    if score is None:
        return None
    share = (score - 1) / 99
    return {"a": 10 * share, "b": 1 - share, "c": share**2}[code]


def _scores() -> Iterator[dict[str, Any]]:
    for rank, (country_id, (a, b, c)) in enumerate(SCORES.items(), start=1):
        known = [score for score in (a, b) if score is not None]
        left = sum(known) / len(known)
        assert c is not None
        whole = (left * c**3) ** 0.25
        yield _score(country_id, "index", 3, whole, rank)
        yield _score(country_id, "left", 2, left, rank)
        yield _score(country_id, "right", 2, c, rank)
        for code, score in zip(CODES, (a, b, c), strict=True):
            if score is not None:
                yield {**_score(country_id, code, 1, score, rank), **dict.fromkeys(_BOUNDS)}
    yield {
        "score_id": "score-small-FFF-index",
        "index_id": "small",
        "country_id": "FFF",
        "element": "index",
        "level": 3,
        "coverage": 1 / 3,
        "why_absent": "left out by screening: 33% of the indicators available",
    }


_BOUNDS = ("low", "high", "rank_low", "rank_high")


def _score(country_id: str, element: str, level: int, value: float, rank: int) -> dict[str, Any]:
    return {
        "score_id": f"score-small-{country_id}-{element}",
        "index_id": "small",
        "country_id": country_id,
        "period": "2020/2021",
        "element": element,
        "level": level,
        "value": value,
        "low": max(value - 10, 1.0),
        "high": min(value + 5, 100.0),
        "rank": rank,
        "rank_low": max(rank - 1, 1),
        "rank_high": min(rank + 1, len(SCORES)),
        "coverage": 2 / 3 if country_id == "DDD" else 1.0,
    }


def _elements() -> Rows:
    listed = [
        ("index", "The whole", 3, None, None, None, 1.0, 1.0, 1.0, 1.0, 5, None),
        ("left", "Left", 2, "index", None, None, 0.25, 0.25, 0.9, 0.8, 5, 0.4),
        ("right", "Right", 2, "index", None, None, 0.75, 0.75, 0.95, 0.9, 5, 0.8),
        ("a", "Apples", 1, "left", "higher", "apples", 0.5, 0.125, 0.9, 0.8, 5, 0.2),
        ("b", "Basket", 1, "left", "lower", "1 = there, 0 = not", 0.5, 0.125, 0.2, 0.1, 3, 0.4),
        ("c", "Cherries", 1, "right", "higher", "cherries", 1.0, 0.75, -0.1, 0.1, 5, 0.1),
    ]
    names = (
        *("element", "name", "level", "parent", "better", "unit", "weight"),
        *("effective_weight", "correlation", "importance", "covered", "shift"),
    )
    return [
        {"index_id": "small", "why": "It belongs.", **dict(zip(names, row, strict=True))}
        for row in listed
    ]


def _ranks() -> Iterator[dict[str, Any]]:
    for rank, country_id in enumerate(SCORES, start=1):
        for near, share in ((rank, 0.75), (rank + 1 if rank < len(SCORES) else rank - 1, 0.25)):
            yield {
                "index_id": "small",
                "country_id": country_id,
                "rank": near,
                "probability": share,
            }


def _pairs() -> Iterator[dict[str, Any]]:
    order = list(SCORES)
    for at, above in enumerate(order):
        for distance, below in enumerate(order[at + 1 :], start=1):
            yield {
                "index_id": "small",
                "above_id": above,
                "below_id": below,
                "probability": min(0.6 + 0.2 * distance, 1.0),
            }


def _causes() -> Iterator[dict[str, Any]]:
    for country_id in SCORES:
        for cause, alone, relieved in (("scale", 0.5, 0.25), ("one_left_out", 0.5, -0.1)):
            yield {
                "index_id": "small",
                "country_id": country_id,
                "cause": cause,
                "alone": alone,
                "relieved": relieved,
                "first_order": 0.4,
                "total_order": 0.6,
            }


def _sensitivity() -> Rows:
    return [
        {
            "index_id": "small",
            "cause": cause,
            "reason": "A convention.",
            "alternatives": count,
            "first_order": first,
            "first_low": first - 0.1,
            "first_high": first + 0.1,
            "total_order": first + 0.2,
            "total_low": first,
            "total_high": first + 0.4,
        }
        for cause, count, first in (("scale", 2, 0.5), ("one_left_out", 3, 0.0))
    ]


def _statistics() -> Rows:
    listed = (
        ("stat-index-countries", "Countries with a score", 5.0, None, None, "countries", 5),
        ("stat-index-rank-width-median", "Median width", 2.0, None, None, "places", 5),
        ("stat-index-neighbours-told-apart", "Neighbours told apart", 0.0, None, None, "pairs", 4),
        ("stat-index-pairs-told-apart", "Pairs told apart", 0.3, None, None, "share", 10),
        ("stat-index-first-3-possible", "May be first", 4.0, None, None, "countries", 5),
        ("stat-index-first-3-whole", "Wholly first", 2.0, None, None, "countries", 5),
        ("stat-index-figure-spearman", "Beside Figure 1", 0.5, 0.1, 0.8, "correlation", 5),
        ("stat-index-correlation-left-right", "Left and Right", 0.7, None, None, "correlation", 5),
    )
    return [
        {
            "statistic_id": key,
            "title": title,
            "value": value,
            "low": low,
            "high": high,
            "level": None if low is None else 0.95,
            "unit": unit,
            "n": n,
            "method": "By rule.",
        }
        for key, title, value, low, high, unit, n in listed
    ]


def _findings() -> Rows:
    listed = (
        ("data-01", "data", "note", "93.3% of all values are present as given.", None),
        ("data-02", "data", "look", "1 of 3 indicators: Basket.", "available"),
        ("structure-01", "structure", "met", "None of 3 pairs correlate below −0.4.", "negative"),
        ("robustness-01", "robustness", "look", "1 of 5 ranks is wide.", "wide"),
    )
    return [
        {
            "audit_finding_id": f"audit-small-{key}",
            "index_id": "small",
            "section": section,
            "reading": reading,
            "says": says,
            "thresholds": thresholds,
        }
        for key, section, reading, says, thresholds in listed
    ]


def _thresholds() -> Rows:
    listed = {
        "available": 0.65,
        "skewness": 2.0,
        "kurtosis": 3.5,
        "redundant": 0.92,
        "negative": -0.4,
        "silent": 0.3,
        "alpha": 0.7,
        "kmo": 0.6,
        "imbalance": 2.0,
        "wide": 0.25,
        "settled": 0.9,
        "alone": 0.05,
    }
    return [
        {"threshold": name, "value": value, "says": f"limit of {name}", "source": "By rule."}
        for name, value in listed.items()
    ]


def _audit_parts() -> Iterator[dict[str, Any]]:
    moments = ("minimum", "median", "maximum", "skewness", "kurtosis")
    values = {
        "a": (0.0, 2.5, 10.0, 2.5, 4.0),
        "b": (0.0, 1.0, 1.0, -0.5, -1.5),
        "c": (0.0, 0.25, 1.0, 0.4, None),
    }
    for at, (code, of) in enumerate(values.items(), start=1):
        yield {
            **_audit_part(code, importance_share=0.2 * at, linear=0.25 * at),
            **dict(zip(moments, of, strict=True)),
            "available_share": 0.5 if code == "b" else 1.0,
            "is_transformed": code == "a",
            "winsorised": 0,
            "skewness_after": None if code == "c" else 0.5,
            "kurtosis_after": None if code == "c" else -0.5,
            "parent_correlation": 0.9 if code != "c" else None,
            "parent_p_value": 0.0001 if code == "a" else 0.04,
        }
    yield _audit_part("right", importance_share=0.6, linear=0.9, parent_correlation=0.95)
    for code in ("left", "index"):
        yield {
            **_audit_part(code, importance_share=0.4 if code == "left" else None),
            "children": 2,
            "alpha": 0.65,
            "kmo": 0.5,
            "chi_squared": 12.0,
            "freedom": 1,
            "p_value": 0.0005,
            "complete": 4,
            "first_share": 0.8,
            "above_one": 1,
            "above_chance": 1,
            "note": "two parts" if code == "left" else None,
        }


def _audit_part(code: str, **measures: float | None) -> dict[str, Any]:
    return {
        "audit_part_id": f"audit-small-{code}",
        "index_id": "small",
        "element": code,
        **measures,
    }


def _audit_pairs() -> Rows:
    listed = (
        (1, "a", "b", True, 0.95),
        (1, "a", "c", False, -0.5),
        (1, "b", "c", False, None),
        (2, "left", "right", True, 0.7),
    )
    return [
        {
            "audit_pair_id": f"audit-small-{first}-{second}",
            "index_id": "small",
            "level": level,
            "first": first,
            "second": second,
            "is_of_one_parent": is_of_one_parent,
            "correlation": correlation,
            "p_value": 0.05,
            "p_adjusted": 0.06,
            "n": 5,
        }
        for level, first, second, is_of_one_parent, correlation in listed
    ]


def _components() -> Rows:
    return [
        {
            "audit_component_id": f"audit-small-left-component-{number}",
            "index_id": "small",
            "element": "left",
            "component": number,
            "eigenvalue": 2 * share,
            "chance_eigenvalue": 1.2,
            "share": share,
            "cumulative_share": 0.8 if number == 1 else 1.0,
        }
        for number, share in ((1, 0.8), (2, 0.2))
    ]
