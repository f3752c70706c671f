"""Edges, chains and reach as sentences."""

import polars as pl


def sentence() -> pl.Expr:
    """An edge as a sentence: who with whom, when, how sure, on how many publishers' word."""
    what = pl.coalesce(
        "title",
        pl.format(
            "{} {} {}",
            pl.coalesce("party", "from_id"),
            "says",
            pl.coalesce("party_to", "to_id"),
        ),
    )
    said = (
        pl.when(pl.col("origins") == 1)
        .then(pl.lit("1 publisher"))
        .otherwise(pl.format("{} publishers", "origins"))
    )
    when = pl.when(pl.col("earliest_date").is_not_null()).then(
        pl.format(", since {}", pl.col("earliest_date").dt.to_string("%Y-%m-%d"))
    )
    day = pl.when(pl.col("earliest_date") != pl.col("latest_date")).then(
        pl.format(
            ", between {} and {}",
            pl.col("earliest_date").dt.to_string("%Y-%m-%d"),
            pl.col("latest_date").dt.to_string("%Y-%m-%d"),
        )
    )
    known = pl.when(pl.col("earliest_date").is_null() & pl.col("latest_date").is_not_null()).then(
        pl.format(", by {}", pl.col("latest_date").dt.to_string("%Y-%m-%d"))
    )
    return pl.format(
        "{}{} ({}, {})", what, pl.coalesce(known, day, when, pl.lit("")), "certainty", said
    )


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def names_of(actors: pl.DataFrame, countries: pl.DataFrame) -> dict[str, str]:
    """Names of actors and countries by their ids."""
    return {
        **dict(actors.select("actor_id", "name").iter_rows()),
        **dict(countries.select("country_id", "name").iter_rows()),
    }
