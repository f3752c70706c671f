"""What yearly figures and measurements say happened in a country."""

from collections.abc import Collection

import polars as pl

from sharedfuture.analyse.playbooks.kinds import figure_rules
from sharedfuture.analyse.playbooks.said import SAID, in_form, sources_cited

# A tie or event cites; what was measured rests on counts, which cite.
_OF_COUNTS = "source_ids"


def from_figures(figures: pl.DataFrame) -> pl.DataFrame:
    """A row for each figure above zero of an indicator that says that something happened."""
    first = pl.col("period").str.head(4).cast(pl.Int32)
    last = pl.col("period").str.tail(4).cast(pl.Int32)
    parts = [pl.DataFrame(schema=dict(SAID))]
    for rule in figure_rules():
        is_said = (pl.col("indicator_id") == rule.indicator) & (pl.col("value") > 0)
        by = pl.lit(rule.is_by)
        parts.append(
            in_form(
                figures.filter(is_said).select(
                    "country_id",
                    sponsor_id=pl.lit(rule.sponsor),
                    kind=pl.lit(rule.kind),
                    date_edtf=pl.when(by).then(pl.format("/{}", last)).otherwise("period"),
                    earliest=pl.when(~by).then(pl.date(first, 1, 1)),
                    latest=pl.date(last, 12, 31),
                    certainty=pl.lit(rule.certainty),
                    title=pl.lit(rule.says),
                    row_id="figure_id",
                )
            )
        )
    return pl.concat(parts)


def from_blocking(changes: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
    """A row for each change by which a website began to be blocked."""
    begun = changes.filter(pl.col("change") == "blocked", pl.col("by_date").is_not_null())
    sources = counts.filter(pl.col("kind") == "website").select(
        "country_id", "asn", _OF_COUNTS, domain="subject"
    )
    cited = _pooled(sources, ["country_id", "asn", "domain"])
    return in_form(
        begun.join(cited, on=["country_id", "asn", "domain"], how="left", nulls_equal=True).select(
            "country_id",
            _OF_COUNTS,
            kind=pl.lit("blocking"),
            date_edtf=pl.format("{}/{}", pl.col("after_date").fill_null(""), "by_date"),
            earliest="after_date",
            latest="by_date",
            certainty=pl.lit("documented"),
            title=pl.format("{} begins to be blocked", "domain"),
            row_id="blocking_change_id",
        )
    )


def from_sightings(
    sightings: pl.DataFrame, counts: pl.DataFrame, *, sponsors: Collection[str]
) -> pl.DataFrame:
    """A row for each product or vendor seen; the sponsor is the maker's seat, where it is one.

    What stands somewhere may have stood there long before it was seen: there is no first day.
    """
    seen = sightings.filter(
        pl.col("kind").is_in(["product", "vendor"]), pl.col("known_by_date").is_not_null()
    )
    sources = counts.select("country_id", "kind", "subject", _OF_COUNTS)
    keys = ["country_id", "kind", "subject"]
    maker = pl.col("vendor_country_id")
    measured = pl.col("basis") == "measurement"
    return in_form(
        seen.join(_pooled(sources, keys), on=keys, how="left").select(
            "country_id",
            "subject",
            _OF_COUNTS,
            sponsor_id=pl.when(maker.is_in(list(sponsors)) & (maker != pl.col("country_id"))).then(
                maker
            ),
            kind=pl.lit("filtering_equipment"),
            date_edtf=pl.format("/{}", "known_by_date"),
            latest="known_by_date",
            certainty=pl.when(measured).then(pl.lit("documented")).otherwise(pl.lit("reported")),
            title=pl.format("{} seen", "title"),
            row_id="equipment_sighting_id",
        )
    )


def from_shutdowns(
    events: pl.DataFrame, reports: pl.DataFrame, records: pl.DataFrame, captures: pl.DataFrame
) -> pl.DataFrame:
    """A row for each shutdown in captured registers; what they call an outage is none."""
    cited = (
        reports.select("shutdown_event_id", "register", "key")
        .join(records.select("register", "key", "capture_ids"), on=["register", "key"])
        .explode("capture_ids")
        .join(captures, left_on="capture_ids", right_on="capture_id")
        .select("shutdown_event_id", source_ids=pl.concat_list("source_id"))
    )
    shut = events.filter(pl.col("cause") == "shutdown", pl.col("start_latest").is_not_null())
    pooled = _pooled(cited, ["shutdown_event_id"])
    return in_form(
        shut.join(pooled, on="shutdown_event_id", how="left").select(
            "country_id",
            _OF_COUNTS,
            kind=pl.lit("shutdown"),
            date_edtf=pl.when(pl.col("start_earliest") == pl.col("start_latest"))
            .then(pl.col("start_latest").cast(pl.String))
            .otherwise(pl.format("{}/{}", "start_earliest", "start_latest")),
            earliest="start_earliest",
            latest="start_latest",
            certainty=pl.lit("documented"),
            title=pl.format("Shutdown in the registers of {}", "registers_names"),
            row_id="shutdown_event_id",
        )
    )


def with_sources(counts: pl.DataFrame, citations: pl.DataFrame) -> pl.DataFrame:
    """Counts of measurements with the sources that each cites."""
    cited = sources_cited(citations)
    return counts.join(cited, left_on="measurement_count_id", right_on="row_id")


def _pooled(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    return frame.group_by(keys).agg(pl.col(_OF_COUNTS).explode().drop_nulls().unique().sort())
