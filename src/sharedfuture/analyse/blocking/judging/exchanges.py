"""What came back over HTTP, one row of facts for each measurement of a web site."""

import polars as pl

from sharedfuture.analyse.blocking.judging.answers import BOGON
from sharedfuture.analyse.blocking.judging.endpoints import CUT
from sharedfuture.analyse.blocking.judging.rules import Limits

_STATE = ("nat", "isp", "prov")
_PRODUCT = ("prod", "inst")
# Statuses by which a server speaks of itself: too many requests, or its own trouble.
_LEAST_TROUBLE = 500
_BUSY = 429
_LEGAL = 451

_id = "measurement_id"


def exchange_facts(web: pl.DataFrame, fingerprints: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Facts of all exchanges; a redirect is not a page and is not compared."""
    pages = web.filter(pl.col("http_outcome").is_not_null()).with_row_index("page")
    hits = _hits(pages, fingerprints)
    control = pl.col("control_body_length")
    length = pl.min_horizontal("http_body_length", control) / pl.max_horizontal(
        "http_body_length", control
    )
    status = pl.col("http_status_code")
    got = (pl.col("http_outcome") == "ok") & status.is_not_null()
    final = got & ~(status.is_between(300, 399) & pl.col("http_redirects_to").is_not_null())
    return (
        pages.join(hits, on="page", how="left")
        .with_columns(
            is_got=got,
            is_final=final,
            is_authentic=final & pl.col("http_is_tls") & (pl.col("target_port") == 443)
            | final & pl.col("http_is_tls") & _same_host(),
            has_same_status=status == pl.col("control_status_code"),
            has_same_length=pl.col("http_body_is_truncated") | (length >= limits.same_length),
            has_same_headers=pl.col("http_header_share") >= limits.same_headers,
            is_trouble=(status >= _LEAST_TROUBLE) | (status == _BUSY),
        )
        .group_by(_id)
        .agg(**_of_failures(), **_of_pages())
    )


def _same_host() -> pl.Expr:
    """Whether the page's host is the one asked for, with or without www."""
    bare = [pl.col(name).str.strip_prefix("www.") for name in ("http_host", "target_host")]
    return bare[0] == bare[1]


def _hits(pages: pl.DataFrame, fingerprints: pl.DataFrame) -> pl.DataFrame:
    """Whose fingerprints each page carries; one expected elsewhere is no state's here."""
    return (
        pages.select("page", "country_id", fingerprint_id="http_fingerprint_ids")
        .explode("fingerprint_id")
        .join(fingerprints, on="fingerprint_id", how="inner")
        .with_columns(
            is_here=(pl.col("countries").list.len() == 0)
            | pl.col("country_id").is_in(pl.col("countries"))
        )
        .group_by("page")
        .agg(
            is_state=(pl.col("scope").is_in(_STATE) & pl.col("is_here")).any(),
            is_product=(
                pl.col("scope").is_in(_PRODUCT)
                | (pl.col("scope").is_in(_STATE) & ~pl.col("is_here"))
            ).any(),
            fingerprint_id=pl.coalesce(
                pl.col("fingerprint_id").filter(pl.col("scope").is_in(scopes)).min()
                for scopes in (_STATE, _PRODUCT)
            ),
            product=pl.col("product").drop_nulls().first(),
            vendor=pl.col("vendor").drop_nulls().first(),
        )
    )


def _of_failures() -> dict[str, pl.Expr]:
    outcome = pl.col("http_outcome")
    return {
        "http_tried": pl.len() > 0,
        "http_failed": ~pl.col("is_final").any() & (outcome != "ok").any(),
        "http_cut": ~pl.col("is_final").any() & outcome.is_in(CUT).any(),
        "http_reset": outcome.is_in(("connection_reset", "connection_aborted")).any(),
        "http_stalled": (
            (outcome == "generic_timeout_error") & pl.col("http_status_code").is_not_null()
        ).any(),
        "http_led_inside": (
            pl.col("http_redirects_to").str.contains(BOGON)
            & (pl.col("http_redirects_to") != pl.col("target_host"))
        ).any(),
        "http_bad_redirect": (
            outcome.str.starts_with("http_invalid_redirect")
            | outcome.str.contains("too many redirects")
        ).any(),
    }


def _of_pages() -> dict[str, pl.Expr]:
    final = pl.col("is_final")
    differs = (
        final
        & ~pl.col("is_authentic")
        & ~pl.col("has_same_length").fill_null(True)
        & ~pl.col("has_same_headers").fill_null(False)
        & ~pl.col("http_title_agrees").fill_null(False)
        & (pl.col("has_same_headers").is_not_null() | pl.col("http_title_agrees").is_not_null())
    )
    agrees = final & (
        pl.col("has_same_status")
        & (
            pl.col("has_same_length").fill_null(False)
            | pl.col("has_same_headers").fill_null(False)
            | pl.col("http_title_agrees").fill_null(False)
        )
    )
    return {
        "http_got": pl.col("is_got").any(),
        "http_state_page": (pl.col("is_state") & ~pl.col("is_authentic")).any(),
        "http_product_page": (
            pl.col("is_product") & ~pl.col("is_authentic") & ~agrees.fill_null(False)
        ).any(),
        "http_fingerprint_id": pl.col("fingerprint_id").drop_nulls().first(),
        "http_product": pl.col("product").drop_nulls().first(),
        "http_vendor": pl.col("vendor").drop_nulls().first(),
        "http_authentic": pl.col("is_authentic").any(),
        "http_legal": (final & (pl.col("http_status_code") == _LEGAL)).any(),
        "http_trouble": (final & pl.col("is_trouble")).any(),
        "http_differs": (differs & ~pl.col("is_trouble")).any(),
        "http_agrees": agrees.any(),
    }
