"""The aligned tables as they could have stood on an earlier day."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from sharedfuture.records.tables import TABLE

# Reference lists: what a country is called does not wait for its publication.
_ALWAYS = ("country",)

# Columns that name a country or an actor.
_PARTIES = {
    "tie": ("from_id", "to_id"),
    "tally": ("subject_id",),
    "event_party": ("party_id",),
    "claim_subject": ("party_id",),
}

# Rows that belong to a row of another table and go with it: by which column, and the table.
_BELONGS_TO = (
    ("event_party", "event_id", "event"),
    ("claim_subject", "claim_id", "claim"),
    ("claim_reason", "claim_id", "claim"),
    ("reading", "claim_id", "claim"),
    ("reading_span", "reading_id", "reading"),
    ("case_step", "case_id", "case_history"),
    ("case_step", "event_id", "event"),
)


def known_by(frames: Mapping[str, pl.DataFrame], as_of: date) -> dict[str, pl.DataFrame]:
    """Only what was published by `as_of`.

    A source counts from the last day that its publication date allows; one of unknown date does
    not count. A row stays where at least one source that it cites counts. Countries stay, with
    their own citations, and so do actors that a row which stays names.
    """
    kept = dict(frames)
    published = frames["source"].filter(pl.col("published_by_date") <= as_of)
    of_countries = pl.col("row_id").is_in(_ids(frames["country"], "country_id"))
    kept["citation"] = frames["citation"].filter(
        pl.col("source_id").is_in(_ids(published, "source_id")) | of_countries
    )
    kept["source"] = frames["source"].filter(
        pl.col("source_id").is_in(_ids(published, "source_id"))
        | pl.col("source_id").is_in(_ids(frames["citation"].filter(of_countries), "source_id"))
    )
    cited = _ids(kept["citation"], "row_id")
    for name in frames:
        column = TABLE[name].id_column if name in TABLE else None
        if column and name not in (*_ALWAYS, "source", "stated"):
            kept[name] = frames[name].filter(pl.col(column).is_in(cited))
    for name, column, parent in _BELONGS_TO:
        kept[name] = kept[name].filter(pl.col(column).is_in(_ids(kept[parent], column)))
    _keep_named_actors(kept, frames["actor"])
    return _without_orphans(kept)


def _keep_named_actors(frames: dict[str, pl.DataFrame], everyone: pl.DataFrame) -> None:
    """An actor that a kept row names was known by then: the sources of that row speak of it."""
    naming = pl.concat(
        frames[name].select(
            pl.col(column).alias("actor_id"), pl.col(TABLE[name].key[0]).alias("naming_id")
        )
        for name, columns in _PARTIES.items()
        for column in columns
    )
    named = (
        naming.join(frames["actor"], on="actor_id", how="anti")
        .join(everyone, on="actor_id", how="semi")
        .sort("actor_id", "naming_id")
        .unique("actor_id", keep="first", maintain_order=True)
    )
    cited = frames["citation"].join(named, left_on="row_id", right_on="naming_id")
    frames["actor"] = pl.concat(
        [frames["actor"], everyone.join(named, on="actor_id", how="semi")]
    ).sort("actor_id")
    frames["citation"] = pl.concat(
        [
            frames["citation"],
            cited.select(
                pl.col("actor_id").alias("row_id"),
                "source_id",
                pl.concat_str(pl.lit("named in "), "row_id").alias("locator"),
                pl.lit(None, pl.String).alias("note"),
            ).unique(),
        ]
    ).sort(TABLE["citation"].key)


def _ids(frame: pl.DataFrame, column: str) -> pl.Series:
    return frame.get_column(column).unique().implode()


def _without_orphans(frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Drop citations and places in the ledger of rows that are gone."""
    present: set[str] = set()
    for name, frame in frames.items():
        column = TABLE[name].id_column if name in TABLE else None
        if column and name != "stated":
            present.update(frame.get_column(column))
    rows = pl.Series([sorted(present)])
    frames["citation"] = frames["citation"].filter(pl.col("row_id").is_in(rows))
    frames["stated"] = frames["stated"].filter(pl.col("row_id").is_in(rows))
    return frames
