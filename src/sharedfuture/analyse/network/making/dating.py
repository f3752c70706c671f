"""By which day a tie had begun, where its own date does not say."""

import polars as pl


def begun_by(citations: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """By `row_id`: the day by which the first source that states it was out (`stated`).

    A source without a date counts as out by the last day on which any of them was.
    """
    last = sources["published_by_date"].max()
    return (
        citations.join(sources, on="source_id")
        .group_by("row_id")
        .agg(stated=pl.col("published_by_date").min().fill_null(pl.lit(last, pl.Date)))
    )


def last_day_of(column: str) -> pl.Expr:
    """The last day of a date written as year, month or day; empty for any other form."""
    plain = pl.col(column).str.strip_chars_end("~?%")
    day = plain.str.to_date("%Y-%m-%d", strict=False)
    month = (plain + "-01").str.to_date("%Y-%m-%d", strict=False).dt.month_end()
    year = (plain + "-12-31").str.to_date("%Y-%m-%d", strict=False)
    return pl.coalesce(day, month, year)
