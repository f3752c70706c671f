"""What differs between two releases, and why: every row that differs has one reason.

Stated rows are new, corrected or lost with their source. A derived row that differs is put down to
what changed among the rows that it rests on, in either release; where its step has another version
or other parameters, or nothing that it rests on changed, it is a change of method.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import polars as pl

from sharedfuture.records.table import Table
from sharedfuture.records.tables import TABLE, TABLES

Tables = Mapping[str, pl.DataFrame]

# Tables about the making of a release: they differ whenever anything else does.
_ABOUT_THE_MAKING = frozenset(
    {"citation", "stated", "lineage", "selection", "run", "capture", "connector"}
)


class Part(StrEnum):
    """Why a row differs. Where several hold, the first in this order counts."""

    METHOD = "method change"
    LOST = "source lost"
    CORRECTED = "corrected data"
    NEW = "new data"


CHANGE_SCHEMA = pl.Schema(
    {
        "table_name": pl.String,
        "row_key": pl.String,
        "column_name": pl.String,
        "before": pl.String,
        "after": pl.String,
        "part": pl.String,
    }
)


def compare_releases(before: Tables, after: Tables) -> pl.DataFrame:
    """Every cell that differs, one row each, with the part that its row belongs to.

    A row that is in one release only has one line without `column_name`. All lines of a row have
    the same part, so that the rows of the four parts add up to the rows that differ.
    """
    found = {
        table.name: _differences(table, before[table.name], after[table.name])
        for table in TABLES
        if table.name not in _ABOUT_THE_MAKING and table.name in before and table.name in after
    }
    steps = _steps(before, after)
    rewritten = _rewritten(before, after)
    lineage = _Lineage(before, after)
    reasons: dict[str, Part] = {}
    for name, frame in found.items():
        written = frame if name not in steps else frame.filter(pl.col("row_key").is_in(rewritten))
        reasons |= _stated_parts(written, before, after)
    anything = _first(reasons.values())
    reasons = {**lineage.spread(reasons), **reasons}
    renewed = _renewed(before, after)
    for name in sorted(steps.keys() & found, key=_has_no_id):
        keys = found[name].get_column("row_key").unique().to_list()
        beside = [
            reasons[key]
            for other in steps.keys() & found
            if steps[other] == steps[name]
            for key in found[other].get_column("row_key").unique()
            if key in reasons
        ]
        otherwise = _first(beside) if beside else anything
        alone = {key: otherwise for key in keys if key not in lineage.results}
        reasons = {**alone, **lineage.spread(alone), **reasons}
        if steps[name] <= renewed:
            reasons |= dict.fromkeys(keys, Part.METHOD)
    whole = [
        frame.with_columns(
            table_name=pl.lit(name),
            part=pl.col("row_key").replace_strict(
                reasons, default=Part.METHOD, return_dtype=pl.String
            ),
        ).select(CHANGE_SCHEMA.names())
        for name, frame in found.items()
        if frame.height
    ]
    return pl.concat(whole) if whole else pl.DataFrame(schema=CHANGE_SCHEMA)


def count_parts(changes: pl.DataFrame) -> pl.DataFrame:
    """Rows that differ, by table and part; the column `rows` is their sum."""
    rows = changes.unique(["table_name", "row_key"], maintain_order=True)
    return rows.group_by("table_name", maintain_order=True).agg(
        *((pl.col("part") == part.value).sum().alias(part.value) for part in reversed(Part)),
        rows=pl.len(),
    )


def _differences(table: Table, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    key = pl.concat_str([pl.col(name).cast(pl.String) for name in table.key], separator=" | ")
    columns = [
        name
        for name in table.column_names
        if name not in table.key and name in before.columns and name in after.columns
    ]
    one = before.select(key.alias("row_key"), *columns)
    other = after.select(key.alias("row_key"), *columns)
    cells = [
        _only(one, other, says="before"),
        _only(other, one, says="after"),
    ]
    both = one.join(other, on="row_key", suffix=" after")
    for name in columns:
        changed = both.filter(pl.col(name).ne_missing(pl.col(f"{name} after")))
        cells.append(
            changed.select(
                "row_key",
                column_name=pl.lit(name),
                before=pl.col(name).cast(pl.String),
                after=pl.col(f"{name} after").cast(pl.String),
            )
        )
    return pl.concat(cells).sort("row_key", "column_name", nulls_last=False)


def _only(here: pl.DataFrame, there: pl.DataFrame, *, says: str) -> pl.DataFrame:
    """Rows that are in one release only."""
    shown = {"before": None, "after": None, says: "a row"}
    return here.join(there, on="row_key", how="anti").select(
        "row_key",
        column_name=pl.lit(None, pl.String),
        before=pl.lit(shown["before"], pl.String),
        after=pl.lit(shown["after"], pl.String),
    )


def _stated_parts(frame: pl.DataFrame, before: Tables, after: Tables) -> dict[str, Part]:
    """New, corrected or lost: a row is lost where none of its sources is there any more."""
    cited = before["citation"].join(after["source"], on="source_id", how="semi")
    has_source = set(cited.get_column("row_id"))
    parts = {}
    for row_key, column, was in frame.select("row_key", "column_name", "before").iter_rows():
        if column is not None:
            parts[row_key] = Part.CORRECTED
        elif was is None:
            parts[row_key] = Part.NEW
        else:
            parts[row_key] = Part.CORRECTED if row_key in has_source else Part.LOST
    return parts


def _rewritten(before: Tables, after: Tables) -> list[str]:
    """Rows that are stated and derived, as a claim is, and whose words are not the same in both."""
    one = dict(before["stated"].select("row_id", "stated_id").iter_rows())
    other = dict(after["stated"].select("row_id", "stated_id").iter_rows())
    return [row for row in one.keys() | other.keys() if one.get(row) != other.get(row)]


class _Lineage:
    """What rests on what, in either release."""

    def __init__(self, before: Tables, after: Tables) -> None:
        self._resting: dict[str, list[str]] = {}
        self.results: set[str] = set()
        for lineage in (before["lineage"], after["lineage"]):
            for result, row in lineage.select("result_id", "row_id").iter_rows():
                self._resting.setdefault(row, []).append(result)
                self.results.add(result)

    def spread(self, changed: Mapping[str, Part]) -> dict[str, Part]:
        """The first reason of every row that rests, over any number of rows, on a changed one."""
        reasons: dict[str, Part] = {}
        for part in Part:
            waiting = [row for row, found in changed.items() if found is part]
            while waiting:
                for result in self._resting.get(waiting.pop(), ()):
                    if result not in reasons:
                        reasons[result] = part
                        waiting.append(result)
        return reasons


def _first(parts: Iterable[Part]) -> Part:
    """Rows without lineage go with what the same step wrote beside them."""
    met = set(parts)
    return next((part for part in Part if part in met), Part.METHOD)


def _has_no_id(name: str) -> bool:
    return TABLE[name].id_column is None


def _steps(before: Tables, after: Tables) -> dict[str, set[str]]:
    """The steps that write each derived table, in either release."""
    steps: dict[str, set[str]] = {}
    for tables in (before, after):
        for step, writes in tables["run"].select("step", "writes").iter_rows():
            for name in writes.split(", "):
                steps.setdefault(name, set()).add(step)
    return steps


def _renewed(before: Tables, after: Tables) -> set[str]:
    """Steps whose version, parameters or seed are not the same in both releases."""
    columns = ("step", "version", "parameters", "seed")
    one = set(before["run"].select(columns).iter_rows())
    other = set(after["run"].select(columns).iter_rows())
    return {step for step, *_ in one ^ other}
