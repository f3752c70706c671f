"""The implied edges: each body with the country that its row names."""

import polars as pl

from sharedfuture.analyse.network.making.kinds import flow_of_belonging


def edges_of_bodies(actors: pl.DataFrame) -> pl.DataFrame:
    """A row for each actor with a country; it holds as long as the body does."""
    return actors.drop_nulls("country_id").select(
        edge_id=pl.format("edge-{}", "actor_id"),
        row_id="actor_id",
        from_id="actor_id",
        to_id="country_id",
        layer=pl.lit("governance"),
        kind=pl.lit("belongs_to"),
        flow=pl.col("kind").replace_strict(
            flow_of_belonging(), default="none", return_dtype=pl.String
        ),
        earliest_date=pl.lit(None, pl.Date),
        latest_date=pl.lit(None, pl.Date),
        until_date=pl.lit(None, pl.Date),
        certainty=pl.lit("documented"),
        says=pl.lit("belongs to"),
        title=pl.lit(None, pl.String),
    )
