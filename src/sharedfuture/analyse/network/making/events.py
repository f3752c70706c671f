"""Events as edges: each pair of parties whose roles tie them."""

import polars as pl

from sharedfuture.analyse.network.making.kinds import event_roles


def edges_of_events(
    events: pl.DataFrame, parties: pl.DataFrame, actors: pl.DataFrame, *, most_parties: int
) -> pl.DataFrame:
    """A row for each pair of an event, named by the event and the two.

    A pair of one country's parties is left out, and so are events with more parties than
    `most_parties`: who was in one large hall is tied to the hall.
    """
    owners = dict(actors.drop_nulls("country_id").select("actor_id", "country_id").iter_rows())
    few = parties.group_by("event_id").agg(pl.len()).filter(pl.col("len") <= most_parties)
    seats = parties.join(few, on="event_id", how="semi").select(
        "event_id", "party_id", "role", owner=pl.col("party_id").replace(owners)
    )
    pairs = (
        events.drop_nulls("event_id")
        .join(event_roles(), on="kind")
        .join(seats, on=["event_id", "role"])
        .join(seats.rename({"role": "role_to"}), on=["event_id", "role_to"], suffix="_to")
        .filter(pl.col("owner") != pl.col("owner_to"))
        .with_columns(
            first=pl.min_horizontal("party_id", "party_id_to"),
            second=pl.max_horizontal("party_id", "party_id_to"),
        )
        .sort("event_id", "place", "role", "role_to", "party_id", "party_id_to")
        .unique(["event_id", "first", "second"], keep="first", maintain_order=True)
    )
    return pairs.select(
        edge_id=pl.format("edge-{}-{}-{}", "event_id", "party_id", "party_id_to"),
        row_id="event_id",
        from_id="party_id",
        to_id="party_id_to",
        layer="layer",
        kind="kind",
        flow="flow",
        earliest_date="earliest_date",
        latest_date="latest_date",
        until_date=pl.lit(None, pl.Date),
        certainty="certainty",
        says=pl.lit(None, pl.String),
        title="title",
    )
