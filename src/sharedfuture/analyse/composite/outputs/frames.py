"""Scores, values and changes of one index as frames: one row a unit, a value or a change."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from sharedfuture.analyse.composite.arrays.screen import unit_availability
from sharedfuture.analyse.composite.framework import Framework
from sharedfuture.analyse.composite.score import Scored
from sharedfuture.analyse.composite.statistics.describe import Description, describe
from sharedfuture.analyse.composite.statistics.effective import effective_weights
from sharedfuture.analyse.composite.table import Table

Array = npt.NDArray[np.float64]
# Numbers of any kind, or texts.
Column = npt.NDArray[np.generic] | pl.Series | Sequence[object]


def frame_of(columns: Mapping[str, Column]) -> pl.DataFrame:
    """A frame of columns of one length; what is NaN becomes null."""
    return pl.DataFrame(dict(columns), strict=False).fill_nan(None)


def whole(numbers: Array) -> pl.Series:
    """Ranks and counts as whole numbers, null where NaN."""
    return pl.Series(numbers).fill_nan(None).cast(pl.Int64)


def row_columns(table: Table) -> dict[str, Column]:
    """Who each row is about: unit, name and, in a panel, period."""
    columns: dict[str, Column] = {"unit": table.units, "name": table.titles}
    return columns | ({"period": table.periods} if table.periods else {})


def score_frame(scored: Scored) -> pl.DataFrame:
    """Rank and score of the index and the scores of all elements, the best first.

    Rows without a score come last, with the reason; in a panel, the latest period comes first.
    """
    framework, absences = scored.framework, scored.absences()
    above = [code for level in reversed(framework.levels[1:]) for code in level.codes]
    columns = row_columns(scored.table) | {"rank": whole(scored.ranks())}
    columns |= {code: scored.scores[code] for code in above}
    columns["why_no_score"] = [absences.get(row) for row in range(scored.table.row_count)]
    frame = frame_of(columns).with_columns(pl.col("why_no_score").cast(pl.String))
    latest = ["period"] if scored.table.periods else []
    falling = [*(True for _ in latest), False]
    return frame.sort([*latest, "rank"], descending=falling, nulls_last=True, maintain_order=True)


def rank_frame(scored: Scored) -> pl.DataFrame:
    """Rank of each row on the index, every element and every indicator, in the table's order."""
    levels = reversed(scored.framework.levels)
    codes = [code for level in levels for code in level.codes]
    return frame_of(row_columns(scored.table) | {code: whole(scored.ranks(code)) for code in codes})


def value_frame(scored: Scored, stage: str) -> pl.DataFrame:
    """Values of the indicators after a stage that was run, or `raw`; one row a unit."""
    values = scored.values[stage]
    codes = scored.framework.codes
    return frame_of(row_columns(scored.table) | dict(zip(codes, values, strict=True)))


def change_frame(scored: Scored) -> pl.DataFrame:
    """Every value that the treatment of outliers changed: from what to what, and why."""
    table = scored.table
    rows = [change.row for change in scored.changes]
    return frame_of(
        {
            "code": pl.Series([change.code for change in scored.changes], dtype=pl.String),
            "unit": pl.Series([table.units[row] for row in rows], dtype=pl.String),
            "name": pl.Series([table.titles[row] for row in rows], dtype=pl.String),
            **({"period": [table.periods[row] for row in rows]} if table.periods else {}),
            "before": np.array([change.old for change in scored.changes], dtype=float),
            "after": np.array([change.new for change in scored.changes], dtype=float),
            "cause": pl.Series([change.cause for change in scored.changes], dtype=pl.String),
        }
    )


def imputed_frame(scored: Scored) -> pl.DataFrame:
    """Every value that was filled in, with what it was filled with."""
    table = scored.table
    flags = np.zeros((len(table.codes), table.row_count), dtype=bool)
    flags = flags if scored.imputed is None else scored.imputed
    at, rows = np.nonzero(flags)
    filled = scored.values.get("impute", scored.values["raw"])
    return frame_of(
        {
            "code": pl.Series([table.codes[position] for position in at], dtype=pl.String),
            "unit": pl.Series([table.units[row] for row in rows], dtype=pl.String),
            "name": pl.Series([table.titles[row] for row in rows], dtype=pl.String),
            **({"period": [table.periods[row] for row in rows]} if table.periods else {}),
            "value": filled[at, rows],
        }
    )


def problem_frame(scored: Scored) -> pl.DataFrame:
    """What a reader should know of the data beforehand."""
    table = scored.table

    def listed(names: Sequence[str], positions: Sequence[int]) -> str:
        return ", ".join(names[position] for position in positions)

    return pl.DataFrame(
        [
            (
                problem.kind.value,
                listed(table.codes, problem.indicators),
                listed(table.titles, problem.units),
                problem.says,
            )
            for problem in scored.problems
        ],
        schema={
            "kind": pl.String,
            "indicators": pl.String,
            "units": pl.String,
            "says": pl.String,
        },
        orient="row",
    )


def unit_frame(scored: Scored) -> pl.DataFrame:
    """What each row had: availability before imputation, values filled in, whether it stayed."""
    availability = unit_availability(scored.values["raw"])
    imputed = np.zeros(scored.table.row_count, dtype=np.int64)
    if scored.imputed is not None:
        imputed = scored.imputed.sum(axis=0)
    absences = scored.absences()
    rows = range(scored.table.row_count)
    return frame_of(
        row_columns(scored.table)
        | {
            "available_share": availability.available_share,
            "missing_count": availability.missing_count,
            "imputed_count": imputed,
            "is_included": scored.included,
            "why_no_score": pl.Series([absences.get(row) for row in rows], dtype=pl.String),
        }
    )


def indicator_frame(scored: Scored) -> pl.DataFrame:
    """Each indicator before and after treatment: availability, moments, how much was changed.

    `winsorised_count` counts the values drawn in; a transformation changes a whole indicator.
    """
    framework = scored.framework
    causes = [(change.code, "transformed" in change.cause) for change in scored.changes]
    imputed = np.zeros(len(framework.codes), dtype=np.int64)
    if scored.imputed is not None:
        imputed = scored.imputed.sum(axis=1)
    columns: dict[str, Column] = {
        "code": framework.codes,
        "name": [framework.titles[code] for code in framework.codes],
        "available_share": describe(scored.values["raw"]).available_share,
        "imputed_count": imputed,
    }
    columns |= _moments(describe(_before_treatment(scored)))
    columns["winsorised_count"] = [causes.count((code, False)) for code in framework.codes]
    columns["is_transformed"] = [(code, True) in causes for code in framework.codes]
    columns |= {f"{name}_after": of for name, of in _shape(_after_treatment(scored)).items()}
    return frame_of(columns)


def _before_treatment(scored: Scored) -> Array:
    """The values that treatment met: after the last stage before it."""
    stages = [name for name in scored.recipe.order if name in scored.values]
    earlier = [name for name in stages if name not in ("treat", "normalise")]
    return scored.values[earlier[-1] if earlier else "raw"]


def _after_treatment(scored: Scored) -> Description:
    values = scored.values.get("treat")
    return describe(_before_treatment(scored) if values is None else values)


def _moments(found: Description) -> dict[str, Column]:
    return {
        "minimum": found.minimum,
        "median": found.median,
        "maximum": found.maximum,
        "mean": found.mean,
        "deviation": found.deviation,
        "nonzero_share": found.nonzero_share,
        "unique_share": found.unique_share,
        **_shape(found),
    }


def _shape(found: Description) -> dict[str, Column]:
    return {"skewness": found.skewness, "kurtosis": found.kurtosis}


def framework_frame(scored: Scored) -> pl.DataFrame:
    """Indicators and elements from the index down, with the weights that were used."""
    framework, effective = scored.framework, effective_of(scored)
    indicator = {entry.code: entry for entry in framework.indicators}
    element = {entry.code: entry for entry in framework.elements}
    rows: list[dict[str, object]] = []
    for number, level in reversed(list(enumerate(framework.levels, 1))):
        for code in level.codes:
            row: dict[str, object] = {
                "code": code,
                "name": framework.titles[code],
                "level": number,
                "level_name": level.name,
                "parent": framework.parent_of[code],
                "weight": scored.weights.get(code, 1.0),
                "effective_weight": effective[code],
                "better": None,
                "unit": None,
                "denominator": None,
                "why": (indicator.get(code) or element[code]).why,
            }
            if code in indicator:
                own = indicator[code]
                row |= {"better": own.better.value, "unit": own.unit}
                row |= {"denominator": own.denominator}
            rows.append(row)
    texts = ("parent", "better", "unit", "denominator", "why")
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(texts, pl.String))


def effective_of(scored: Scored) -> dict[str, float]:
    """By code, what an indicator or element counts in the index; each level sums to 1."""
    framework: Framework = scored.framework
    weights = [
        np.array([scored.weights.get(code, 1.0) for code in level.codes])
        for level in framework.levels
    ]
    found = effective_weights(weights, [level.parents for level in framework.levels[:-1]])
    return {
        code: float(weight)
        for level, of in zip(framework.levels, found, strict=True)
        for code, weight in zip(level.codes, of, strict=True)
    }
