"""What may be told of answers that must not leave one by one.

A sum of few answers says what they are, and so does the difference between a whole and all of its
parts but one. So a domain with few answers is left out, and where what is left out together is
still few, the next smallest domain with it.
"""

import polars as pl


def is_left_out(count: str, *, least: int, of: list[str]) -> pl.Expr:
    """Whether a part of a whole that is told must be left out.

    `count` answers are in the part; the parts of one whole share the columns `of`. What is left
    out together has at least `least` answers, or none.
    """
    in_order = [count, "scope"]
    before = pl.col(count).cum_sum().over(of, order_by=in_order) - pl.col(count)
    return (pl.col(count) < least) | ((before > 0) & (before < least))


def told_scopes(answers: pl.DataFrame, *, overall: str, least: int) -> pl.DataFrame:
    """One row an edition, country and scope (a domain, or `overall`): how many, and whether told.

    A country with fewer than `least` answers in all is told nothing of.
    """
    whole = ["edition", "country_id"]
    count = pl.col("score").count().cast(pl.Int64)
    domains = answers.group_by(*whole, scope="domain").agg(answered=count)
    countries = answers.group_by(whole).agg(answered=count).with_columns(scope=pl.lit(overall))
    parts = domains.with_columns(is_told=~is_left_out("answered", least=least, of=whole))
    wholes = countries.with_columns(is_told=pl.col("answered") >= least)
    return pl.concat([parts, wholes.select(parts.columns)]).sort(*whole, "scope")
