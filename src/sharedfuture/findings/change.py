"""What differs between two releases, and why: every row that differs has one reason.

Stated rows are new, corrected or lost with their source. A derived row that differs is put down to
what changed among the rows that it rests on, in either release; one without lineage goes with what
the same step wrote beside it. Where its step has another version or other parameters, or nothing
that it rests on changed, it is a change of method.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

import polars as pl

from sharedfuture.records.table import Table
from sharedfuture.records.tables import TABLE, TABLES

Tables = Mapping[str, pl.DataFrame]

# Tables about the making of a release: they differ whenever anything else does.
_ABOUT_THE_MAKING = frozenset(
    {"citation", "stated", "lineage", "selection", "run", "capture", "connector"}
)
_BESIDE = " | "


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
    the same part, so that the rows of the four parts add up to the rows that differ. Tables and
    columns that only one of the releases has, being of another version, are not compared.
    """
    found = {
        table.name: _differences(table, before[table.name], after[table.name])
        for table in TABLES
        if table.name not in _ABOUT_THE_MAKING
        and table.name in before
        and table.name in after
        and not before[table.name].equals(after[table.name])
    }
    reasons = _reasons(found, before, after)
    whole = [
        frame.select(
            pl.lit(name).alias("table_name"),
            *("row_key", "column_name", "before", "after"),
            part=pl.col("row_id").replace_strict(
                reasons, default=Part.METHOD.value, return_dtype=pl.String
            ),
        )
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


def _reasons(
    found: Mapping[str, pl.DataFrame], before: Tables, after: Tables
) -> Mapping[str, Part]:
    """The part of every row that differs; a row that is not named is a change of method."""
    steps = _steps(before, after)
    # Some results rest on files at once, of which no row is shown.
    files = {"capture": _differences(TABLE["capture"], before["capture"], after["capture"])}
    stated = _stated_parts({**found, **files}, steps, before, after)
    differing = {
        name: frame.get_column("row_id").unique().to_list() for name, frame in found.items()
    }
    renewed = _renewed(before, after)
    by_method = {
        row: Part.METHOD
        for name in steps.keys() & found
        if steps[name] <= renewed
        for row in differing[name]
        if row not in stated
    }
    lineage = _Lineage(before, after)
    known = {**lineage.spread({**stated, **by_method}), **stated, **by_method}
    anything = _first(stated.values())
    alone: dict[str, Part] = {}
    for name in sorted(steps.keys() & found):
        beside = [
            known[row]
            for other in steps.keys() & found
            if steps[other] & steps[name]
            for row in differing[other]
            if row in known
        ]
        part = _first(beside) if beside else anything
        alone |= dict.fromkeys(set(differing[name]) - lineage.results, part)
    return {**lineage.spread(alone), **alone, **known}


def _differences(table: Table, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The cells of a table that differ.

    `row_key` is its key for a reader, `row_id` names the row among those of all tables.
    """
    key = pl.concat_str(
        [pl.col(name).cast(pl.String).fill_null("") for name in table.key], separator=_BESIDE
    )
    columns = [
        name
        for name in table.column_names
        if name not in table.key and name in before.columns and name in after.columns
    ]
    one = before.select(key.alias("row_key"), *columns)
    other = after.select(key.alias("row_key"), *columns)
    cells = [
        _only(one, other, before="a row", after=None),
        _only(other, one, before=None, after="a row"),
    ]
    both = one.join(other, on="row_key", suffix=" after")
    for name in columns:
        was, now = pl.col(name), pl.col(f"{name} after")
        if one.schema[name] != other.schema[name]:
            was, now = was.cast(pl.String), now.cast(pl.String)
        cells.append(
            both.filter(was.ne_missing(now)).select(
                "row_key",
                column_name=pl.lit(name),
                before=was.cast(pl.String),
                after=now.cast(pl.String),
            )
        )
    prefix = "" if table.id_column else f"{table.name}: "
    return (
        pl.concat(cells)
        .sort("row_key", "column_name", nulls_last=False)
        .with_columns(row_id=pl.lit(prefix) + pl.col("row_key"))
    )


def _only(
    here: pl.DataFrame, there: pl.DataFrame, *, before: str | None, after: str | None
) -> pl.DataFrame:
    """Rows that are in one release only."""
    return here.join(there, on="row_key", how="anti").select(
        "row_key",
        column_name=pl.lit(None, pl.String),
        before=pl.lit(before, pl.String),
        after=pl.lit(after, pl.String),
    )


def _stated_parts(
    found: Mapping[str, pl.DataFrame],
    steps: Mapping[str, Collection[str]],
    before: Tables,
    after: Tables,
) -> dict[str, Part]:
    """New, corrected or lost, for rows that somebody states: of these, none is derived alone."""
    rewritten = _rewritten(before, after)
    bereft = _bereft(before, after)
    parts = {}
    for name, frame in found.items():
        columns = ("row_id", "row_key", "column_name", "before")
        for row, key, column, was in frame.select(columns).iter_rows():
            if name in steps and row not in rewritten:
                continue
            is_new = column is None and was is None
            is_gone = name == "source" and column is None
            if is_new:
                parts[row] = Part.NEW
            else:
                owner = key.partition(_BESIDE)[0]  # of a part of a row, such as a party of an event
                parts[row] = Part.LOST if owner in bereft or is_gone else Part.CORRECTED
    return parts


def _bereft(before: Tables, after: Tables) -> set[str]:
    """Rows that cited sources before of which none is there any more.

    A newer edition that takes the place of another is the same source still.
    """
    captured = before["capture"].join(after["capture"], on="connector_id", how="semi")
    is_there = {*after["source"].get_column("source_id"), *captured.get_column("source_id")}
    named = [before["citation"].select("row_id", "source_id")]
    named += [
        before[table.name].select(row_id=table.id_column, source_id="source_id")
        for table in TABLES
        if table.id_column
        and table.name not in ("source", *_ABOUT_THE_MAKING)
        and table.name in before
        and "source_id" in before[table.name].columns
    ]
    cited = pl.concat(named).drop_nulls()
    there = pl.col("source_id").is_in(sorted(is_there))
    return set(cited.filter(~there).get_column("row_id")) - set(
        cited.filter(there).get_column("row_id")
    )


def _rewritten(before: Tables, after: Tables) -> set[str]:
    """Rows whose words, as stated, are not the same in both; a claim is stated and derived."""
    one = dict(before["stated"].select("row_id", "stated_id").iter_rows())
    other = dict(after["stated"].select("row_id", "stated_id").iter_rows())
    return {row for row in one.keys() | other.keys() if one.get(row) != other.get(row)}


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
    """The first in the order of the parts; a change of method where there is none."""
    met = set(parts)
    return next((part for part in Part if part in met), Part.METHOD)


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
