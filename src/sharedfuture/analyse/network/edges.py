"""Every tie, every pair of parties that an event ties, every body with its country, as an edge.

Nothing is merged and nothing judged: a tie that one source states and another denies is two edges,
and the denied one has strength 0. How sure an edge is comes from its certainty and the independent
publishers behind its row, each counted once.
"""

import polars as pl

from sharedfuture.analyse.network.making.belonging import edges_of_bodies
from sharedfuture.analyse.network.making.dating import begun_by, last_day_of
from sharedfuture.analyse.network.making.events import edges_of_events
from sharedfuture.analyse.network.making.kinds import kinds_of_text, tie_kinds
from sharedfuture.analyse.network.words import sentence
from sharedfuture.analyse.origins import CERTAINTY_OF_STATUS, origins_of, strength
from sharedfuture.analyse.step import Step
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="network.edges",
    reads={
        "ties": "aligned.tie",
        "events": "aligned.event",
        "parties": "aligned.event_party",
        "actors": "aligned.actor",
        "countries": "aligned.country",
        "citations": "aligned.citation",
        "sources": "aligned.source",
    },
    writes="derived.network_edge",
    version=1,
)


def run(
    ties: pl.DataFrame,
    events: pl.DataFrame,
    parties: pl.DataFrame,
    actors: pl.DataFrame,
    countries: pl.DataFrame,
    citations: pl.DataFrame,
    sources: pl.DataFrame,
    *,
    most_parties: int,
) -> pl.DataFrame:
    """One row an edge; each rests on the tie, event or actor that it comes from."""
    stated = pl.concat(
        [
            edges_of_ties(ties),
            edges_of_events(events, parties, actors, most_parties=most_parties),
            edges_of_bodies(actors),
        ]
    ).sort("edge_id")
    named = pl.concat(
        [
            actors.select(party_id="actor_id", party="name"),
            countries.select(party_id="country_id", party="name"),
        ]
    )
    return (
        stated.join(origins_of(citations, sources), on="row_id", how="left")
        .join(begun_by(citations, sources), on="row_id", how="left")
        .with_columns(
            pl.col("origins").fill_null(0),
            latest_date=pl.when(pl.col("kind") == "belongs_to")
            .then(None)
            .otherwise(
                pl.col("latest_date").fill_null(pl.max_horizontal("stated", "earliest_date"))
            ),
            flow=_flow_beside_texts(actors),
            strength=strength(pl.col("certainty"), pl.col("doubt")),
            is_inferred=pl.lit(False),
        )
        .join(named, left_on="from_id", right_on="party_id", how="left")
        .join(named, left_on="to_id", right_on="party_id", how="left", suffix="_to")
        .with_columns(sentence=sentence(), row_ids=pl.concat_list("row_id"))
        .select(*TABLE["network_edge"].column_names, "row_ids")
        .sort("edge_id")
    )


def edges_of_ties(ties: pl.DataFrame) -> pl.DataFrame:
    """A row for each tie, with what its kind carries; a tie's own end, where it has one."""
    meanings = tie_kinds()
    closed = pl.col("until_edtf").is_not_null()
    return (
        ties.join(meanings.drop_nulls("status"), on=["kind", "status"], how="left")
        .join(meanings.filter(pl.col("status").is_null()).drop("status"), on="kind", how="left")
        .select(
            edge_id=pl.format("edge-{}", "tie_id"),
            row_id="tie_id",
            from_id="from_id",
            to_id="to_id",
            layer=pl.coalesce("layer", "layer_right"),
            kind="kind",
            flow=pl.coalesce("flow", "flow_right"),
            earliest_date="earliest_date",
            latest_date=pl.when(closed)
            .then(pl.coalesce(last_day_of("since_edtf"), "earliest_date"))
            .otherwise("latest_date"),
            until_date=pl.when(closed).then("latest_date"),
            certainty=pl.col("status").replace_strict(
                CERTAINTY_OF_STATUS, default="reported", return_dtype=pl.String
            ),
            says=pl.coalesce("says", "says_right"),
            title=pl.lit(None, pl.String),
        )
        .drop_nulls(["layer", "from_id", "to_id"])
    )


def _flow_beside_texts(actors: pl.DataFrame) -> pl.Expr:
    """Ways lead into the circle of a text, none out of it."""
    texts = actors.filter(pl.col("kind").is_in(kinds_of_text()))["actor_id"].implode()
    flow = pl.col("flow")
    outward = pl.when(pl.col("from_id").is_in(texts))
    inward = pl.when(pl.col("to_id").is_in(texts))
    flow = inward.then(flow.replace({"both": "forward", "backward": "none"})).otherwise(flow)
    return outward.then(flow.replace({"both": "backward", "forward": "none"})).otherwise(flow)
