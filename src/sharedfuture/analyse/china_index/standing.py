"""What the answers come to: points, share and rank of each country, by edition and domain.

The publisher lets what is computed leave, not the answers. A domain in which so few questions were
answered that its points would tell the answers has none here, see `told`.
"""

from collections.abc import Iterator

import polars as pl

from sharedfuture.analyse.china_index.comparable import item_map
from sharedfuture.analyse.china_index.editions import (
    Asked,
    carried_over,
    neighbours,
    read_editions,
)
from sharedfuture.analyse.china_index.resample import rank_intervals
from sharedfuture.analyse.china_index.score import OVERALL, domain_scores, overall_scores
from sharedfuture.analyse.china_index.told import told_scopes
from sharedfuture.analyse.step import Step
from sharedfuture.records.frames import schema_with_rows
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="china_index.score",
    reads={"answers": "aligned.answer"},
    writes="derived.china_index_score",
    version=1,
)

_KEY = ["country_id", "scope"]


def run(
    answers: pl.DataFrame,
    *,
    least_answers: int,
    least_carried: float,
    draws: int,
    level: float,
    seed: int,
) -> pl.DataFrame:
    """One row an edition, country and domain or `overall`, also where nothing may be told.

    Ranks are among the countries of which that domain is told; their intervals come from samples of
    the questions, one a country. `carried_share` is of the country, not of the domain, and in
    tenths: finer, it would tell single answers where few were revised.
    """
    mapped, editions = item_map(), read_editions(answers)
    carried = {
        after.name: (before, carried_over(before, after, mapped, least_share=least_carried))
        for before, after in neighbours(editions)
    }
    schema = schema_with_rows(TABLE["china_index_score"])
    found = [pl.DataFrame(schema=schema)]
    for edition in editions:
        told = told_scopes(edition.answers, overall=OVERALL, least=least_answers)
        ranked = pl.concat(_ranked(edition, told, draws=draws, level=level, seed=seed))
        rows = told.join(ranked, on=_KEY, how="left").with_columns(
            level=pl.when(pl.col("rank").is_not_null()).then(pl.lit(level)),
            why_absent=_why_absent(),
        )
        rows = _with_carried(rows, edition, carried.get(edition.name))
        found.append(_named(rows).select(schema.names()).cast(schema))
    return pl.concat(found)


def _ranked(
    edition: Asked, told: pl.DataFrame, *, draws: int, level: float, seed: int
) -> Iterator[pl.DataFrame]:
    """Points, share and rank of the countries of which a scope is told, scope by scope."""
    for scope in edition.scopes:
        countries = told.filter(pl.col("is_told"), pl.col("scope") == scope)
        answers = edition.within(scope).join(countries, on="country_id", how="semi")
        scores = overall_scores(answers) if scope == OVERALL else domain_scores(answers)
        bounds = rank_intervals(answers, draws=draws, level=level, seed=seed)
        yield scores.join(
            bounds.select("country_id", "rank_low", "rank_high"), on="country_id"
        ).select(
            *_KEY,
            *("rank", "rank_low", "rank_high"),
            points="score_sum",
            maximum="score_max",
            share=pl.col("score_sum") / pl.col("score_max"),
            countries="country_count",
        )


def _why_absent() -> pl.Expr:
    return (
        pl.when(pl.col("answered") == 0)
        .then(pl.lit("no question was answered"))
        .when(~pl.col("is_told"))
        .then(
            pl.lit(
                "kept back: points of so few answers would tell them one by one, and the licence"
                " lets only what is computed from them leave"
            )
        )
    )


def _with_carried(
    rows: pl.DataFrame, edition: Asked, before: tuple[Asked, pl.DataFrame] | None
) -> pl.DataFrame:
    """With the share of answers that were carried over, and the files that all rests on."""
    own = list(edition.capture_ids)
    if before is None:
        unknown = {
            "carried_share": pl.lit(None, pl.Float64),
            "is_carried": pl.lit(None, pl.Boolean),
        }
        return rows.with_columns(**unknown, row_ids=pl.lit(own, pl.List(pl.String)))
    earlier, carried = before
    both = sorted({*own, *earlier.capture_ids})
    shares = carried.select(
        "country_id", "is_carried", carried_share=(10 * pl.col("same_share")).round() / 10
    )
    is_known = pl.col("carried_share").is_not_null()
    return rows.join(shares, on="country_id", how="left").with_columns(
        row_ids=pl.when(is_known)
        .then(pl.lit(both, pl.List(pl.String)))
        .otherwise(pl.lit(own, pl.List(pl.String)))
    )


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    slug = pl.col("scope").str.to_lowercase().str.replace_all(" ", "-", literal=True)
    return rows.with_columns(
        china_index_score_id=pl.format("cis-{}-{}-{}", "edition", "country_id", slug),
        domain="scope",
    )
