"""How far registers agree, pair by pair, and why what one has is not in the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import NormalDist

import polars as pl

from sharedfuture.analyse.intervals import wilson
from sharedfuture.analyse.shutdowns.rules import choices
from sharedfuture.analyse.shutdowns.scopes import first_day

REASONS = {
    "no_country": "the record is of no country of the list",
    "no_date": "the record has no day on which it began",
    "before_coverage": "it began before the other register does",
    "after_coverage": "it began after the other register ends",
    "service_only": "single services were blocked, or the network was slowed, which a register of "
    "lost connectivity does not show",
    "other_width": "the other register has an event of another width at the time",
    "other_area": "the other register has an event in another place at the time",
    "taken": "the other register's event is the same as another record of this one",
    "near": "the other register has an event of the country within days, but not at the time",
    "country_absent": "the other register has no event of the country at all",
    "subnational": "it is not national, and the other register has nothing then",
    "absent": "the other register has nothing then",
}
_BOTH_WAYS = {"register": "other_register", "key": "other_key"}
_SHOWS_CONNECTIVITY = ("ioda_curated",)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The time that a register speaks of: from its first beginning to its last."""

    first: datetime
    last: datetime


def coverages(records: pl.DataFrame) -> Mapping[str, Coverage]:
    """The coverage of each register, by the beginnings of its own records.

    Where `registers.toml` says from when a register means to be whole, it begins there.
    """
    spans = (
        records.drop_nulls("start_from")
        .group_by("register")
        .agg(pl.col("start_from").min(), pl.col("start_to").max())
    )
    return {
        name: Coverage(_first(name, first), last)
        for name, first, last in spans.sort("register").iter_rows()
    }


def _first(register: str, first: datetime) -> datetime:
    day = first_day(register)
    return first if day is None else max(first, datetime.fromisoformat(f"{day}T00:00:00+00:00"))


def verdicts(
    records: pl.DataFrame, met: pl.DataFrame, made: pl.DataFrame, *, of: Mapping[str, Coverage]
) -> pl.DataFrame:
    """A row for each record and each other register: `same`, `part`, or a reason of `REASONS`.

    `met` are the pairs and `made` the events of the records. `nearest_key` is the record of the
    other register that the verdict looked at, where there is one.
    """
    best = _best(_both_ways(met), made)
    seen = _seen(records)
    rows = []
    for row in records.sort("register", "key").iter_rows(named=True):
        for other in sorted(set(of) - {row["register"]}):
            said = best.get((row["register"], row["key"], other))
            verdict, nearest = said or (None, None)
            if verdict not in ("same", "part"):
                verdict = _reason(
                    row, other, verdict, of[other], seen.get((other, row["country_id"]))
                )
                if verdict == "near":
                    nearest = None
            rows.append((row["register"], row["key"], other, verdict, nearest))
    names = ["register", "key", "other_register", "verdict", "nearest_key"]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()), orient="row")


def table(said: pl.DataFrame) -> pl.DataFrame:
    """Register against register: how many records, in coverage, same, part, and the share of both.

    The share is of the records that the other register could have, its interval Wilson's.
    """
    out = ("no_country", "no_date", "before_coverage", "after_coverage")
    counted = (
        said.group_by("register", "other_register")
        .agg(
            records=pl.len(),
            covered=(~pl.col("verdict").is_in(out)).sum(),
            same=(pl.col("verdict") == "same").sum(),
            part=(pl.col("verdict") == "part").sum(),
        )
        .sort("register", "other_register")
    )
    bounds = [
        share_interval(same + part, covered)
        for same, part, covered in counted.select("same", "part", "covered").iter_rows()
    ]
    return counted.with_columns(
        share=(pl.col("same") + pl.col("part")) / pl.when(pl.col("covered") > 0).then("covered"),
        low=pl.Series([low for low, _ in bounds], dtype=pl.Float64),
        high=pl.Series([high for _, high in bounds], dtype=pl.Float64),
    )


def years_in_common(records: pl.DataFrame, years: pl.DataFrame) -> pl.DataFrame:
    """Country-years of a source that has no more, against each register.

    `years` has `country_id` and `year`. Counted are those in both, only here, and only there,
    among the years that `years` has.
    """
    named = years.drop_nulls("country_id").select("country_id", "year").unique()
    began = records.drop_nulls(["country_id", "start_from"]).select(
        "register", "country_id", (pl.col("start_from") + timedelta(days=1)).dt.year().alias("year")
    )
    within = began.unique().filter(
        pl.col("year").is_in(named.get_column("year").unique().to_list())
    )
    rows = []
    for name in within.get_column("register").unique().sort():
        theirs = within.filter(pl.col("register") == name).select("country_id", "year")
        first, last = theirs.get_column("year").min(), theirs.get_column("year").max()
        ours = named.filter(pl.col("year").is_between(first, last))
        both = ours.join(theirs, on=["country_id", "year"], how="semi").height
        rows.append((name, both, ours.height - both, theirs.height - both))
    schema = {"register": pl.String(), **dict.fromkeys(("both", "here", "there"), pl.Int64())}
    return pl.DataFrame(rows, schema=schema, orient="row")


def share_interval(count: int, of: int) -> tuple[float | None, float | None]:
    """Wilson's interval of a share, at the level of the tables; none of nothing."""
    if of == 0:
        return None, None
    level = choices("identity.toml", "match")["level"]
    low, high = wilson(count / of, float(of), NormalDist().inv_cdf((1 + level) / 2))
    return max(0.0, low), min(1.0, high)


def _both_ways(met: pl.DataFrame) -> pl.DataFrame:
    turned = met.rename(_BOTH_WAYS | {other: one for one, other in _BOTH_WAYS.items()})
    return pl.concat([met, turned.select(met.columns)])


def _best(met: pl.DataFrame, made: pl.DataFrame) -> dict[tuple[str, str, str], tuple[str, str]]:
    """For each record and other register the relation that counts, and with which record.

    Records of one event are the same. A record that could be the same, but whose counterpart is
    joined to another record, is `part` where that one's event holds it in time, else `taken`.
    """
    event_of = {
        key: event for event, keys in made.select("event_id", "keys").iter_rows() for key in keys
    }
    order = {"same": 0, "part": 1, "taken": 2, "other_area": 3, "other_width": 4}
    best: dict[tuple[str, str, str], tuple[str, str]] = {}
    for register, key, other, other_key, relation, _ in met.sort("gap_hours").iter_rows():
        is_one = event_of[f"{register}:{key}"] == event_of[f"{other}:{other_key}"]
        verdict = "taken" if relation == "same" and not is_one else relation
        here = (register, key, other)
        if here not in best or order[verdict] < order[best[here][0]]:
            best[here] = (verdict, other_key)
    return best


def _seen(records: pl.DataFrame) -> dict[tuple[str, str], list[datetime]]:
    seen: dict[tuple[str, str], list[datetime]] = {}
    known = records.drop_nulls(["country_id", "start_from"])
    for register, country, start in known.select(
        "register", "country_id", "start_from"
    ).iter_rows():
        seen.setdefault((register, country), []).append(start)
    return seen


def _reason(
    row: Mapping[str, object],
    other: str,
    met: str | None,
    coverage: Coverage,
    starts: list[datetime] | None,
) -> str:
    start, end = row["start_from"], row["start_to"]
    if row["country_id"] is None:
        return "no_country"
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return "no_date"
    if end < coverage.first:
        return "before_coverage"
    if start > coverage.last:
        return "after_coverage"
    if row["is_full_network"] is False and other in _SHOWS_CONNECTIVITY:
        return "service_only"
    if met is not None:
        return met
    if not starts:
        return "country_absent"
    near = timedelta(days=choices("identity.toml", "match")["near_days"])
    if any(abs(start - each) <= near for each in starts):
        return "near"
    return "absent" if row["width"] in ("national", "unknown") else "subnational"
