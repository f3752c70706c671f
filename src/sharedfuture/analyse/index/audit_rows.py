"""The audit of the index as rows of its public tables, each with what it rests on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

Row = dict[str, Any]

# Of the engine's table `indicator`: what is kept, by the name that the public table gives it.
_OF_AN_INDICATOR = {
    **{name: name for name in ("available_share", "minimum", "median", "maximum")},
    **{name: name for name in ("skewness", "kurtosis", "is_transformed")},
    "winsorised": "winsorised_count",
    **{name: name for name in ("skewness_after", "kurtosis_after")},
}
# Of its table `reliability`.
_OF_AN_ELEMENT = {
    "children": "child_count",
    **{name: name for name in ("alpha", "kmo", "chi_squared", "freedom", "p_value")},
    "complete": "complete_count",
    "first_share": "first_share",
    "above_one": "above_one_count",
    "above_chance": "above_chance_count",
    "note": "note",
}


@dataclass(frozen=True)
class Audit:
    """The engine's tables of an audit, with the published scores that they are about."""

    index_id: str
    recipe_id: str
    tables: Mapping[str, pl.DataFrame]
    scores: pl.DataFrame

    @cached_property
    def whole(self) -> list[str]:
        """Ids of the scores of the index itself: what its parts have together rests on them."""
        top = pl.col("level") == self.scores["level"].max()
        known = self.scores.filter(top, pl.col("value").is_not_null())
        return known["score_id"].sort().to_list()

    @cached_property
    def inputs(self) -> Mapping[str, list[str]]:
        """By indicator, the ids of the values that scored countries have of it."""
        of = self.scores.filter(pl.col("level") == 1).select(
            "element", row=pl.format("inp-{}-{}", "country_id", "element")
        )
        groups = of.group_by("element").agg(pl.col("row").sort())
        return dict(groups.iter_rows())

    def part_id(self, code: str) -> str:
        """Id of the row of an indicator or element."""
        return f"audit-{self.index_id}-{code}"


def part_rows(audit: Audit) -> Iterator[Row]:
    """A row for each indicator, each pillar and the index; what does not apply is absent."""
    tables = audit.tables
    indicators = _by_code(tables["indicator"])
    elements = _by_code(tables["reliability"])
    weights = _by_code(tables["weight"])
    parents = _by_code(tables["ancestor"].filter(pl.col("steps") == 1))
    without = {row["child"]: row for row in tables["without"].iter_rows(named=True)}
    first = tables["component"].filter(pl.col("component") == 1)
    loading = dict(first.select("child", "loading").iter_rows())
    for code in tables["framework"]["code"]:
        parent, weight = parents.get(code, {}), weights.get(code, {})
        yield {
            "audit_part_id": audit.part_id(code),
            "index_id": audit.index_id,
            "element": code,
            **_kept(indicators.get(code), _OF_AN_INDICATOR),
            "parent_correlation": parent.get("correlation"),
            "parent_p_value": parent.get("p_value"),
            "loading": loading.get(code),
            "alpha_without": without.get(code, {}).get("alpha_without"),
            "importance_share": weight.get("importance_share"),
            "linear": weight.get("linear"),
            **_kept(elements.get(code), _OF_AN_ELEMENT),
            "row_ids": [audit.recipe_id],
            "pool_ids": audit.inputs.get(code, audit.whole),
        }


def pair_rows(audit: Audit) -> Iterator[Row]:
    """A row for each pair of indicators, and of pillars."""
    for row in audit.tables["correlation"].iter_rows(named=True):
        yield {
            "audit_pair_id": f"audit-{audit.index_id}-{row['first']}-{row['second']}",
            "index_id": audit.index_id,
            **{name: row[name] for name in ("level", "first", "second")},
            "is_of_one_parent": row["has_same_parent"],
            **{name: row[name] for name in ("correlation", "p_value", "p_adjusted")},
            "n": row["pair_count"],
            "row_ids": [audit.part_id(row["first"]), audit.part_id(row["second"])],
            "pool_ids": audit.whole,
        }


def component_rows(audit: Audit) -> Iterator[Row]:
    """A row for each component of each element."""
    numbers = ("eigenvalue", "chance_eigenvalue", "share", "cumulative_share")
    components = audit.tables["component"].unique(("code", "component"), keep="first")
    for row in components.sort("code", "component").iter_rows(named=True):
        yield {
            "audit_component_id": f"{audit.part_id(row['code'])}-component-{row['component']}",
            "index_id": audit.index_id,
            "element": row["code"],
            "component": row["component"],
            **{name: row[name] for name in numbers},
            "row_ids": [audit.part_id(row["code"])],
            "pool_ids": audit.whole,
        }


def finding_rows(audit: Audit) -> Iterator[Row]:
    """A row for each conclusion, numbered in its section."""
    place: dict[str, int] = {}
    for row in audit.tables["findings"].iter_rows(named=True):
        section = row["section"]
        place[section] = place.get(section, 0) + 1
        yield {
            "audit_finding_id": f"audit-{audit.index_id}-{section}-{place[section]:02}",
            "index_id": audit.index_id,
            **{name: row[name] for name in ("section", "reading", "says", "thresholds")},
            "row_ids": [audit.recipe_id, *_parts_of(audit, section)],
            "pool_ids": audit.whole,
        }


def _parts_of(audit: Audit, section: str) -> list[str]:
    """The rows of the audit that a section's conclusions are computed from."""
    name = {"data": "indicator", "structure": "reliability"}.get(section)
    return [] if name is None else [audit.part_id(code) for code in audit.tables[name]["code"]]


MAKERS: Mapping[str, Callable[[Audit], Iterator[Row]]] = {
    "audit_finding": finding_rows,
    "audit_part": part_rows,
    "audit_pair": pair_rows,
    "audit_component": component_rows,
}


def _by_code(frame: pl.DataFrame) -> dict[str, Row]:
    return {row["code"]: row for row in frame.iter_rows(named=True)}


def _kept(row: Row | None, names: Mapping[str, str]) -> Row:
    return {name: None if row is None else row[of] for name, of in names.items()}
