"""Change between neighbouring editions on the questions that both are known to ask, or why none.

Answers that were carried over say nothing of change: what differs in them was revised. Such a
country has no change, but the sentence that says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import polars as pl

from sharedfuture.analyse.china_index.comparable import (
    NotComparable,
    change,
    item_map,
    kept_items,
)
from sharedfuture.analyse.china_index.editions import (
    Asked,
    carried_over,
    neighbours,
    read_editions,
)
from sharedfuture.analyse.china_index.score import OVERALL
from sharedfuture.analyse.china_index.told import is_left_out
from sharedfuture.analyse.step import Step
from sharedfuture.records.frames import schema_with_rows
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="china_index.change",
    reads={"answers": "aligned.answer"},
    writes="derived.china_index_change",
    version=1,
)

_NUMBERS = ("change", "low", "high", "level")
_KEPT_BACK = "Kept back: beside the change in all questions it would tell single answers."


@dataclass(frozen=True, slots=True)
class _Rule:
    """When two editions compare, and how the interval is drawn."""

    least_items: int
    least_share: float
    draws: int
    level: float
    seed: int


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two neighbouring editions, and the countries whose answers were carried over."""

    before: Asked
    after: Asked
    mapped: pl.DataFrame
    carried: frozenset[str]


def run(
    answers: pl.DataFrame,
    *,
    least_items: int,
    least_share: float,
    least_carried: float,
    draws: int,
    level: float,
    seed: int,
) -> pl.DataFrame:
    """One row a pair of neighbouring editions, domain or `overall`, and country of both.

    Where nothing of a domain compares there is one row for all, without a country. A domain
    compares where at least `least_items` of its questions, and the share `least_share` of them, are
    known to be asked in both editions.
    """
    rule = _Rule(least_items, least_share, draws, level, seed)
    schema = schema_with_rows(TABLE["china_index_change"])
    found, mapped = [pl.DataFrame(schema=schema)], item_map()
    for before, after in neighbours(read_editions(answers)):
        over = carried_over(before, after, mapped, least_share=least_carried)
        carried = over.filter(pl.col("is_carried")).get_column("country_id")
        pair = _Pair(before, after, mapped, frozenset(carried))
        compared = {scope: _compared(pair, scope, rule) for scope in after.scopes}
        for scope, rows in _told(pair, compared, least=least_items).items():
            found.append(_whole(pair, scope, rows).select(schema.names()).cast(schema))
    return pl.concat(found)


def _compared(pair: _Pair, scope: str, rule: _Rule) -> pl.DataFrame:
    """A row a country of both editions, or the one row that says why nothing compares."""
    first, second = pair.before.name, pair.after.name
    earlier, later = pair.before.within(scope), pair.after.within(scope)
    both = set(earlier.get_column("country_id")) & set(later.get_column("country_id"))
    fresh = list(both - pair.carried)
    if not fresh:
        return _refused(
            f"Not comparable: all {len(both)} countries of both editions have in edition {second} "
            f"the answers of edition {first}, carried over. What differs was revised, not measured "
            "anew."
            if both
            else "Not comparable: no country is in both editions."
        )
    asked = later.get_column("item_no").n_unique()
    least = max(rule.least_items, ceil(rule.least_share * asked))
    found = change(
        earlier.filter(pl.col("country_id").is_in(fresh)),
        later.filter(pl.col("country_id").is_in(fresh)),
        pair.mapped,
        first=first,
        second=second,
        least_items=least,
        draws=rule.draws,
        level=rule.level,
        seed=rule.seed,
    )
    if isinstance(found, NotComparable):
        return _refused(found.says)
    is_known = pl.col("change").is_not_null()
    few = f"Fewer than {least} of the questions of both editions were answered in both."
    known = found.select(
        *("country_id", "item_count"),
        *(pl.col(f"{name}_pct").alias(name) for name in ("change", "low", "high")),
    ).with_columns(
        level=pl.when(is_known).then(pl.lit(rule.level)),
        is_comparable=is_known,
        reason=pl.when(~is_known).then(pl.lit(few)),
    )
    says = f"The answers of edition {first}, carried over: what differs was revised."
    carried = pl.DataFrame(
        {"country_id": sorted(both & pair.carried)}, schema={"country_id": pl.String}
    )
    return pl.concat(
        [known, carried.with_columns(is_comparable=pl.lit(False), reason=pl.lit(says))],
        how="diagonal",
    )


def _refused(says: str) -> pl.DataFrame:
    schema = {"country_id": pl.String, "item_count": pl.Int64}
    schema |= dict.fromkeys(_NUMBERS, pl.Float64)
    row = {"is_comparable": False, "reason": says}
    return pl.DataFrame([row], schema={**schema, "is_comparable": pl.Boolean, "reason": pl.String})


def _told(
    pair: _Pair, compared: Mapping[str, pl.DataFrame], *, least: int
) -> dict[str, pl.DataFrame]:
    """The same without domains that tell single answers, once taken from all questions."""
    whole = compared[OVERALL].filter(pl.col("is_comparable")).select("country_id")
    if whole.is_empty():
        return dict(compared)
    counts = _answered_in_both(pair).join(whole, on="country_id", how="semi")
    left_out = counts.filter(is_left_out("items", least=least, of=["country_id"]))
    told = {}
    for scope, rows in compared.items():
        lost = left_out.filter(pl.col("scope") == scope).get_column("country_id").implode()
        is_lost = pl.col("country_id").is_in(lost) & pl.col("is_comparable")
        told[scope] = rows.with_columns(
            *(pl.when(~is_lost.fill_null(False)).then(name).alias(name) for name in _NUMBERS),
            is_comparable=pl.col("is_comparable") & ~is_lost.fill_null(False),
            reason=pl.when(is_lost).then(pl.lit(_KEPT_BACK)).otherwise("reason"),
        )
    return told


def _answered_in_both(pair: _Pair) -> pl.DataFrame:
    """How many of the questions of both editions a country answered in both, by domain."""
    core = kept_items(pair.mapped, first=pair.before.name, second=pair.after.name)
    earlier = pair.before.answers.drop_nulls("score").join(
        core, left_on="item_no", right_on="item_first"
    )
    later = pair.after.answers.drop_nulls("score").join(
        earlier.select("country_id", item_no="item_second"), on=["country_id", "item_no"]
    )
    return later.group_by("country_id", scope="domain").agg(items=pl.len().cast(pl.Int64))


def _whole(pair: _Pair, scope: str, rows: pl.DataFrame) -> pl.DataFrame:
    first, second = pair.before.name, pair.after.name
    slug = scope.lower().replace(" ", "-")
    name = pl.concat_str(
        [pl.lit(f"cic-{first}-{second}"), "country_id", pl.lit(slug)],
        separator="-",
        ignore_nulls=True,
    )
    captures = sorted({*pair.before.capture_ids, *pair.after.capture_ids})
    return rows.with_columns(
        china_index_change_id=name,
        first_edition=pl.lit(first),
        second_edition=pl.lit(second),
        domain=pl.lit(scope),
        items="item_count",
        row_ids=pl.lit(captures, pl.List(pl.String)),
    )
