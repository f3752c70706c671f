"""What connections and handshakes came to, one row of facts for each measurement of a web site."""

import polars as pl

# The probe has no route of this kind: nothing about the other end.
_NO_ROUTE = ("network_unreachable", "host_unreachable", "network_down")
# Ends that a middlebox can cause.
CUT = (
    "connection_reset",
    "connection_aborted",
    "eof_error",
    "generic_timeout_error",
    "response_never_received",
)
# The certificate belongs to someone else; a date that does not fit can be the probe's own clock.
_FOREIGN = ("ssl_unknown_authority", "ssl_invalid_hostname")

_RESET = ("connection_reset", "connection_aborted")
_SILENT = ("generic_timeout_error", "response_never_received")

_id = "measurement_id"
_ok = pl.lit("ok")


def endpoint_facts(web: pl.DataFrame, user_addresses: pl.DataFrame) -> pl.DataFrame:
    """Facts of the endpoints that the device itself would have used.

    Endpoints that the control tried too are the first hop, and are compared; those that it did
    not try belong to redirects, where only its fetch as a whole can be compared. A hop fails when
    none of its endpoints works: one dead address among several stops nobody.
    """
    has_users = user_addresses.select(_id, has_users=pl.lit(True)).unique()
    tried = (
        web.filter(pl.col("dns_outcome").is_null(), pl.col("ip").is_not_null())
        .join(user_addresses.with_columns(is_user=pl.lit(True)), on=[_id, "ip"], how="left")
        .join(has_users, on=_id, how="left")
        .filter(pl.col("is_user").fill_null(False) | pl.col("has_users").is_null())
        .with_columns(
            tcp_outcome=pl.when(~pl.col("tcp_outcome").is_in(_NO_ROUTE)).then("tcp_outcome"),
            is_first=pl.col("control_tcp_outcome").is_not_null(),
        )
        .filter(~pl.col("is_first") | (pl.col("port") == pl.col("target_port")))
    )
    hops = tried.group_by(_id, "is_first", "port").agg(**_connections(), **_handshakes())
    return hops.group_by(_id).agg(pl.all().exclude("is_first", "port").any())


def _connections() -> dict[str, pl.Expr]:
    tcp, control = pl.col("tcp_outcome"), pl.col("control_tcp_outcome")
    works = (tcp == _ok).any()
    fails = tcp != _ok
    return {
        "tcp_tried": tcp.is_not_null().any(),
        "tcp_works": works,
        "tcp_fails_alone": ~works & (fails & (control == _ok)).any(),
        "tcp_timed_out_alone": ~works & ((tcp == "generic_timeout_error") & (control == _ok)).any(),
        "tcp_fails_both": ~works & (fails & (control != _ok)).any(),
        "tcp_fails_uncontrolled": ~works & (fails & control.is_null()).any(),
        "tcp_timed_out": ~works & (tcp == "generic_timeout_error").any(),
        "tcp_refused": ~works & tcp.is_in(("connection_refused", *_RESET)).any(),
        "tcp_some_fail_alone": works & (fails & (control == _ok)).any(),
    }


def _handshakes() -> dict[str, pl.Expr]:
    tls, control = pl.col("tls_outcome"), pl.col("control_tls_outcome")
    works = (tls == _ok).any()
    fails = (tls != _ok) & ~pl.col("ip").is_null()
    cut, foreign = tls.is_in(CUT), tls.is_in(_FOREIGN)
    return {
        "tls_tried": tls.is_not_null().any(),
        "tls_works": works,
        "tls_cut_alone": ~works & (cut & (control == _ok)).any(),
        "tls_foreign_alone": ~works & (foreign & (control == _ok)).any(),
        "tls_fails_alone": ~works & (fails & (control == _ok)).any(),
        "tls_fails_both": ~works & (fails & (control != _ok)).any(),
        "tls_cut_uncontrolled": ~works & (cut & control.is_null()).any(),
        "tls_foreign_uncontrolled": ~works & (foreign & control.is_null()).any(),
        "tls_fails_uncontrolled": ~works & (fails & control.is_null()).any(),
        "tls_reset": ~works & tls.is_in(_RESET).any(),
        "tls_timed_out": ~works & tls.is_in(_SILENT).any(),
    }
