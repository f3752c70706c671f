"""Candidates as edges: drawn differently, off unless asked for, and never among what is counted."""

from collections.abc import Mapping, Sequence

import polars as pl

from sharedfuture.analyse.step import Step
from sharedfuture.records.frames import schema_with_rows
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="network.inferred",
    reads={
        "partners": "derived.partner",
        "targets": "derived.partner_target",
        "countries": "aligned.country",
    },
    writes="derived.network_edge",
    version=1,
)


def run(
    partners: pl.DataFrame,
    targets: pl.DataFrame,
    countries: pl.DataFrame,
    *,
    least_probability: float,
    drawn: Sequence[Mapping[str, str]],
) -> pl.DataFrame:
    """One row a country that is a candidate; its strength is the probability, its origins none.

    Known partners are edges by their own ties, and abstained countries have no probability: neither
    is here.
    """
    bodies = pl.DataFrame(
        [{"target": entry["target"], "to_id": entry["body_id"]} for entry in drawn],
        schema={"target": pl.String, "to_id": pl.String},
    )
    named = targets.select("title", target="partner_target_id")
    rows = (
        partners.filter(pl.col("status") == "inferred", pl.col("probability") >= least_probability)
        .join(bodies, on="target")
        .join(named, on="target")
        .join(countries.select("country_id", "name"), on="country_id")
        .with_columns(chance=_with_interval())
        .select(
            edge_id=pl.format("edge-{}", "partner_id"),
            row_id="partner_id",
            from_id="country_id",
            to_id="to_id",
            layer=pl.lit("agreement"),
            kind=pl.lit("candidate"),
            flow=pl.lit("both"),
            certainty=pl.lit("assessed"),
            is_inferred=pl.lit(True),
            origins=pl.lit(0, pl.Int64),
            strength="probability",
            sentence=pl.format("Candidate for {}: {}, {}", "title", "name", "chance"),
            row_ids=pl.concat_list("partner_id"),
        )
    )
    empty = pl.DataFrame(schema=schema_with_rows(TABLE["network_edge"]))
    return pl.concat([empty, rows], how="diagonal_relaxed").sort("edge_id")


def _with_interval() -> pl.Expr:
    """As every candidate is spoken of: probability 0.40 (0.20 to 0.60)."""
    bounds = [pl.col(f"probability{end}").round(2).cast(pl.String) for end in ("", "_low", "_high")]
    return pl.format("probability {} ({} to {})", *bounds)
