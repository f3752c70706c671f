"""The aligned tables as they could have stood on an earlier day."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from sharedfuture.records.tables import TABLE

# Reference lists: what a country is called does not wait for its publication.
_ALWAYS = ("country",)

# Rows that belong to another row and go with it.
_BELONGS_TO = {
    "event_party": ("event_id", "event"),
    "claim_subject": ("claim_id", "claim"),
    "claim_reason": ("claim_id", "claim"),
    "reading": ("claim_id", "claim"),
    "reading_span": ("reading_id", "reading"),
    "case_step": ("case_id", "case_history"),
}


def known_by(frames: Mapping[str, pl.DataFrame], as_of: date) -> dict[str, pl.DataFrame]:
    """Only what was published by `as_of`.

    A source counts from the last day that its publication date allows; one of unknown date does
    not count. A row stays where at least one source that it cites counts.
    """
    kept = dict(frames)
    reference = frames["country"].get_column("country_id").implode()
    kept["source"] = frames["source"].filter(
        (pl.col("published_by_date") <= as_of)
        | pl.col("source_id").is_in(_cited_by(frames["citation"], reference))
    )
    sources = kept["source"].get_column("source_id").implode()
    kept["citation"] = frames["citation"].filter(pl.col("source_id").is_in(sources))
    cited = kept["citation"].get_column("row_id").implode()
    for name in frames:
        column = TABLE[name].id_column if name in TABLE else None
        if column and name not in (*_ALWAYS, "source", "stated"):
            kept[name] = frames[name].filter(pl.col(column).is_in(cited))
    for name, (column, parent) in _BELONGS_TO.items():
        parents = kept[parent].get_column(column).implode()
        kept[name] = kept[name].filter(pl.col(column).is_in(parents))
    events = kept["event"].get_column("event_id").implode()
    kept["case_step"] = kept["case_step"].filter(pl.col("event_id").is_in(events))
    return _without_orphans(kept)


def _cited_by(citation: pl.DataFrame, rows: pl.Series) -> pl.Series:
    return citation.filter(pl.col("row_id").is_in(rows)).get_column("source_id").implode()


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
