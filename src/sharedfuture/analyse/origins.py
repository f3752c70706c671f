"""How many independent publishers stand behind a row, and how sure that makes it.

Origins are counted, not links: a publisher that says a thing fifty times says it once. Whether two
publishers copied the same third one cannot be seen here; they are taken as independent.
The reliability of a source is the letter of the Admiralty scale that the ledger gives it. The scale
has no numbers; those used here are ours and are part of the method.
"""

from collections.abc import Mapping

import polars as pl

# How far a single statement of a source of each reliability is taken to be true.
TRUST: Mapping[str, float] = {"A": 0.95, "B": 0.85, "C": 0.7, "D": 0.5, "E": 0.2, "F": 0.5}

# What is left of it by the certainty that the source itself claims.
CLAIMED: Mapping[str, float] = {
    "documented": 1.0,
    "announced": 0.8,
    "reported": 0.8,
    "assessed": 0.6,
    "alleged": 0.5,
    "disputed": 0.4,
    "denied": 0.0,
}

# Of a tie the ledger gives a status in place of a certainty.
CERTAINTY_OF_STATUS: Mapping[str, str] = {
    "active": "documented",
    "signed": "documented",
    "endorsed": "documented",
    "cosponsor": "documented",
    "attended": "documented",
    "observer": "documented",
    "dialogue_partner": "documented",
    "partner_country": "documented",
    "ended": "documented",
    "announced": "announced",
    "applied": "announced",
    "prospective": "announced",
    "reported": "reported",
    "unknown": "reported",
    "denied": "denied",
    "not_party": "denied",
}

_FORM = {"row_id": pl.String(), "origins": pl.Int64(), "doubt": pl.Float64()}


def origin() -> pl.Expr:
    """The publisher of a source as one name, however it is written."""
    return pl.col("publisher").str.strip_chars().str.to_lowercase()


def said_by(citations: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """By `row_id` and `origin`, the `trust` in the publisher's most reliable source."""
    trust = pl.col("reliability").replace_strict(TRUST, default=TRUST["F"], return_dtype=pl.Float64)
    return (
        citations.join(sources, on="source_id")
        .select("row_id", origin=origin(), trust=trust)
        .group_by("row_id", "origin", maintain_order=True)
        .agg(pl.col("trust").max())
    )


def origins_of(citations: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """By `row_id`: the number of `origins` (publishers) that it cites, and the `doubt` they leave.

    The doubt is the probability that all of them are wrong, each publisher counted once, with its
    most reliable source, and taken as independent of the others.
    """
    return (
        said_by(citations, sources)
        .group_by("row_id")
        .agg(origins=pl.len().cast(pl.Int64), doubt=(1 - pl.col("trust")).product())
        .sort("row_id")
        .select(pl.col(name).cast(kind) for name, kind in _FORM.items())
    )


def strength(certainty: pl.Expr, doubt: pl.Expr) -> pl.Expr:
    """How sure a statement is, 0 to 1: what its sources claim, less the doubt in the sources."""
    claimed = certainty.replace_strict(
        CLAIMED, default=CLAIMED["reported"], return_dtype=pl.Float64
    )
    return claimed * (1 - doubt.fill_null(1 - TRUST["F"]))
