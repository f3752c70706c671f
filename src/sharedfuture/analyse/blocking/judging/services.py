"""Parts of a service that were reached, failed, or came back altered, counted."""

import polars as pl

_ECHO = ("http_header_field_manipulation", "http_invalid_request_line")
# Outcomes that speak of the test or the service, not of the way to it.
_SAYS_NOTHING = (
    "",
    "http_unexpected_status_code",
    "http_unexpected_redirect_url",
    "ssl_unknown_authority",
    "json_parse_error",
    "interrupted",
)


def service_facts(measurements: pl.DataFrame) -> pl.DataFrame:
    """One row for each measurement of a single service, with counts of its parts."""
    outcomes = pl.col("service_outcomes").list
    part = pl.element()
    failed = ~part.is_in(("ok", "altered", *_SAYS_NOTHING)) & ~part.str.starts_with("unknown_f")
    named = part.str.starts_with("unknown_failure: clientlib")
    return measurements.filter(pl.col("service_parts").list.len() > 0).select(
        "measurement_id",
        is_service=pl.lit(True),
        is_echo=pl.col("test_name").is_in(_ECHO),
        is_tor=pl.col("test_name") == "tor",
        parts_reached=outcomes.eval(part == "ok").list.sum(),
        parts_altered=outcomes.eval(part == "altered").list.sum(),
        parts_failed=outcomes.eval(failed | named).list.sum(),
    )
