"""Which records of different registers are one event, and what is known of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import combinations

import polars as pl

from sharedfuture.analyse.shutdowns.rules import choices
from sharedfuture.analyse.shutdowns.scopes import WIDTHS

# Same: their beginnings can be one, and how wide they are agrees. Part: one began while the other,
# which began before, can still have gone on. Other width, other area: at the time of it, but not
# the same.
RELATIONS = ("same", "part", "other_width", "other_area")
_PAIR = ("register", "key", "other_register", "other_key")
_ENDS = ("start_from", "start_to", "end_from", "end_to")


def pairs(records: pl.DataFrame) -> pl.DataFrame:
    """Records of different registers and one country that meet in time, with their relation.

    Each pair stands once, in the order of the registers' names. `gap_hours` is the time between
    what their beginnings allow, zero where that overlaps.
    """
    names = records.get_column("register").unique().sort().to_list()
    known = records.filter(pl.col("country_id").is_not_null(), pl.col("start_from").is_not_null())
    parts = known.partition_by("register", as_dict=True)
    found = [
        _meeting(parts[(one,)], parts[(other,)])
        for one, other in combinations(names, 2)
        if (one,) in parts and (other,) in parts
    ]
    schema = {name: pl.String() for name in (*_PAIR, "relation")} | {"gap_hours": pl.Float64()}
    empty = pl.DataFrame(schema=schema)
    return pl.concat([empty, *found]).sort(_PAIR)


def _meeting(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    rule = choices("identity.toml", "match")
    joined = one.join(
        other.rename({name: f"other_{name}" for name in other.columns if name != "country_id"}),
        on="country_id",
    )
    zero = pl.lit(timedelta())
    gap = pl.max_horizontal(
        zero,
        pl.col("start_from") - pl.col("other_start_to"),
        pl.col("other_start_from") - pl.col("start_to"),
    )
    within = pl.col("start_from").is_between("other_start_from", "other_end_to") | pl.col(
        "other_start_from"
    ).is_between("start_from", "end_to")
    met = (
        joined.with_columns(gap=gap, is_within=within.fill_null(False))
        .with_columns(is_onset=pl.col("gap") <= timedelta(hours=rule["tolerance_hours"]))
        .filter(pl.col("is_onset") | pl.col("is_within"))
    )
    relation = [
        _relation(row, passed_over=frozenset(rule["passed_over"]), least=rule["least_word"])
        for row in met.select("width", "other_width", "area", "other_area", "is_onset").iter_rows(
            named=True
        )
    ]
    return met.select(
        *_PAIR,
        pl.Series("relation", relation, dtype=pl.String),
        (pl.col("gap").dt.total_seconds() / 3600).alias("gap_hours"),
    )


def _relation(
    row: Mapping[str, str | bool | None], *, passed_over: frozenset[str], least: int
) -> str:
    widths = {_as_wide(str(row["width"])), _as_wide(str(row["other_width"]))}
    if "unknown" not in widths and len(widths) > 1:
        return "other_width"
    if widths != {"national"}:
        areas = [_words(row[name], passed_over, least) for name in ("area", "other_area")]
        if all(areas) and not areas[0] & areas[1]:
            return "other_area"
    return "same" if row["is_onset"] else "part"


def _as_wide(width: str) -> str:
    """Registers draw the line between regional and local in different places."""
    return "regional" if width == "local" else width


def _words(area: str | bool | None, passed_over: frozenset[str], least: int) -> set[str]:
    text = "".join(letter if letter.isalpha() else " " for letter in str(area or "").casefold())
    return {word for word in text.split() if len(word) >= least and word not in passed_over}


def events(records: pl.DataFrame, met: pl.DataFrame) -> pl.DataFrame:
    """One row an event: the records that are the same, never two of one register.

    Pairs are joined from the nearest beginnings outwards. `start_from` to `end_to` is what all its
    records allow together; where they allow nothing together it is what the narrowest allows, and
    `is_agreed` is false. `keys` are `register:key`, sorted; the event is named by the first.
    """
    rows = {(row["register"], row["key"]): row for row in records.iter_rows(named=True)}
    same = met.filter(pl.col("relation") == "same").sort("gap_hours", *_PAIR)
    groups = _joined(list(rows), [tuple(row) for row in same.select(_PAIR).iter_rows()])
    made = [_event([rows[name] for name in group]) for group in groups]
    schema = {
        "event_id": pl.String(),
        "country_id": pl.String(),
        "width": pl.String(),
        **dict.fromkeys(_ENDS, pl.Datetime("us", "UTC")),
        "is_agreed": pl.Boolean(),
        "registers": pl.List(pl.String()),
        "keys": pl.List(pl.String()),
    }
    return pl.DataFrame(made, schema=schema, orient="row").sort("event_id")


def _joined(
    names: Sequence[tuple[str, str]], same: Sequence[tuple[str, ...]]
) -> list[list[tuple[str, str]]]:
    group_of = {name: [name] for name in names}
    for register, key, other_register, other_key in same:
        one, other = group_of[register, key], group_of[other_register, other_key]
        registers = [name for name, _ in (*one, *other)]
        if one is not other and len(set(registers)) == len(registers):
            whole = sorted([*one, *other])
            for name in whole:
                group_of[name] = whole
    return [group for name, group in group_of.items() if group[0] == name]


def _event(members: Sequence[Mapping[str, object]]) -> tuple[object, ...]:
    start_from, start_to, is_agreed = _together(members, "start")
    end_from, end_to, ends_agree = _together(
        [row for row in members if row["end_to"] is not None], "end"
    )
    keys = sorted(f"{row['register']}:{row['key']}" for row in members)
    widths = [str(row["width"]) for row in members]
    return (
        f"event-{keys[0]}",
        members[0]["country_id"],
        min(widths, key=WIDTHS.index),
        *(start_from, start_to, end_from, end_to, is_agreed and ends_agree),
        sorted({str(row["register"]) for row in members}),
        keys,
    )


def _together(
    members: Sequence[Mapping[str, object]], name: str
) -> tuple[datetime | None, datetime | None, bool]:
    """What all allow together, else what the narrowest allows; nothing where nothing is known."""
    known = [
        (first, last)
        for row in members
        if isinstance(first := row[f"{name}_from"], datetime)
        and isinstance(last := row[f"{name}_to"], datetime)
    ]
    if not known:
        return None, None, True
    first, last = max(low for low, _ in known), min(high for _, high in known)
    if first <= last:
        return first, last, True
    return (*min(known, key=lambda bracket: (bracket[1] - bracket[0], bracket)), False)
