"""What the resolvers answered, one row of facts for each measurement of a web site."""

from collections.abc import Collection

import polars as pl

# Loopback, private, shared, link-local, documentation, multicast and reserved addresses: no
# public web site lives there.
BOGON = (
    r"^(?:0\.|10\.|127\.|169\.254\.|192\.168\.|192\.0\.[02]\.|198\.1[89]\.|198\.51\.100\.|"
    r"203\.0\.113\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|"
    r"2(?:2[4-9]|[34]\d|5[0-5])\.|::1?$|(?i:fe[89ab]|f[cd][0-9a-f]{2}:|2001:db8:))"
)
# Addresses of the Teredo range: a way through a relay, never the home of a public web site.
_TEREDO = ("2001::", "2001:0:", "2001:0000:")
_NO_SUCH_NAME = ("dns_nxdomain_error", "dns_no_answer", "dns_name_error", "dns_lookup_error")
_REFUSED = ("dns_refused_error", "dns_server_misbehaving", "dns_servfail_error")
# Engines that ask a resolver of their own choice; all others ask the one of the device.
_OTHER_RESOLVER = ("udp", "tcp", "dot", "doh", "doh3")
_STATE = ("nat", "isp", "prov")

_id = "measurement_id"


def answer_facts(
    web: pl.DataFrame, fingerprints: pl.DataFrame, *, forged: Collection[str] = frozenset()
) -> pl.DataFrame:
    """Facts of the name asked for; `web` is observations joined with their measurement.

    The resolver of the device is what its user gets, so it is judged; where the probe recorded
    no query to it, all other plain queries are. What was answered second to the same query shows
    injection. `forged` are addresses published as those of injectors.
    """
    known = (
        fingerprints.filter(pl.col("dns_ip").is_not_null())
        .group_by("dns_ip")
        .agg(
            is_listed=pl.col("scope").is_in(_STATE).any(),
            fingerprint_id=pl.col("fingerprint_id").min(),
        )
    )
    asked = (
        web.filter(
            pl.col("dns_outcome").is_not_null(),
            pl.col("hostname").str.strip_suffix(".") == pl.col("target_host"),
        )
        .join(_proofs(web), on=[_id, "ip"], how="left")
        .join(known, left_on="ip", right_on="dns_ip", how="left")
        .with_columns(
            **_facts_of_an_answer(), is_forged=pl.col("ip").is_in(sorted(forged)).fill_null(False)
        )
    )
    own = asked.filter(
        ~pl.col("dns_is_second_answer"),
        pl.col("is_device") | ~pl.col("is_device").any().over(_id),
    )
    return (
        own.group_by(_id)
        .agg(**_facts_of_the_device())
        .join(asked.group_by(_id).agg(**_facts_of_others()), on=_id, how="left")
        .join(_contradicted(asked), on=_id, how="left")
    )


def _contradicted(asked: pl.DataFrame) -> pl.DataFrame:
    """Measurements in which a second answer gave a public address that is not the control's."""
    is_second = pl.col("dns_is_second_answer")
    odd = asked.filter(
        is_second, "has_address", ~pl.col("is_bogon"), ~pl.col("is_in_control").fill_null(False)
    )
    first = asked.filter(~is_second, pl.col(_id).is_in(odd.get_column(_id).unique().implode()))
    return (
        odd.join(first, on=[_id, "ip"], how="anti")
        .select(_id, dns_second_differs=pl.lit(True))
        .unique()
    )


def user_addresses(web: pl.DataFrame) -> pl.DataFrame:
    """The addresses that the device's resolver gave, for any name of the measurement."""
    asked = web.filter(pl.col("dns_outcome").is_not_null(), ~pl.col("dns_is_second_answer"))
    device = ~pl.col("dns_engine").fill_null("system").is_in(_OTHER_RESOLVER)
    return (
        asked.filter(device | ~device.any().over(_id), pl.col("ip").is_not_null())
        .select(_id, "ip")
        .unique()
    )


def _proofs(web: pl.DataFrame) -> pl.DataFrame:
    """Addresses that proved, or failed to prove, by certificate to be the host asked for."""
    tried = web.filter(
        pl.col("tls_outcome").is_not_null(), pl.col("tls_server_name") == pl.col("target_host")
    )
    return tried.group_by(_id, "ip").agg(
        is_proved=((pl.col("tls_outcome") == "ok") & pl.col("tls_is_verified")).any(),
        has_foreign_certificate=pl.col("tls_outcome")
        .is_in(("ssl_unknown_authority", "ssl_invalid_hostname"))
        .any(),
    )


def _facts_of_an_answer() -> dict[str, pl.Expr]:
    return {
        "is_device": ~pl.col("dns_engine").fill_null("system").is_in(_OTHER_RESOLVER),
        "has_address": pl.col("ip").is_not_null(),
        "is_bogon": pl.col("ip").str.contains(BOGON),
        "is_teredo": pl.any_horizontal(pl.col("ip").str.starts_with(part) for part in _TEREDO),
        "is_in_control": pl.col("ip").is_in(pl.col("control_addresses")),
        "is_in_network": pl.col("dns_answer_asn").is_in(pl.col("control_networks")),
        "control_is_bogon": pl.col("control_addresses")
        .list.eval(pl.element().str.contains(BOGON))
        .list.any(),
    }


def _facts_of_the_device() -> dict[str, pl.Expr]:
    answered = pl.col("has_address").any()
    return {
        "dns_answered": answered,
        "dns_failure": pl.col("dns_outcome").filter(pl.col("dns_outcome") != "ok").first(),
        "dns_no_such_name": ~answered & pl.col("dns_outcome").is_in(_NO_SUCH_NAME).any(),
        "dns_refused": ~answered
        & pl.col("dns_outcome").is_in((*_REFUSED, "android_dns_cache_no_data")).any(),
        "dns_bogon": pl.col("is_bogon").any(),
        "dns_forged": (pl.col("is_forged") & ~pl.col("is_in_control").fill_null(False)).any(),
        "dns_teredo": (pl.col("is_teredo") & ~pl.col("is_in_control").fill_null(False)).any(),
        "dns_listed": (pl.col("is_listed") & ~pl.col("is_in_control").fill_null(False)).any(),
        "dns_fingerprint_id": pl.col("fingerprint_id").min(),
        "dns_in_control": pl.col("is_in_control").any(),
        "dns_in_network": pl.col("is_in_network").any(),
        "dns_proved": pl.col("is_proved").any(),
        "dns_foreign_certificate": pl.col("has_foreign_certificate").any(),
        "dns_networks_known": pl.col("dns_answer_asn").is_not_null().any()
        & (pl.col("control_networks").list.len() > 0).any(),
    }


def _facts_of_others() -> dict[str, pl.Expr]:
    second = pl.col("dns_is_second_answer")
    return {
        "dns_others_answered": (pl.col("has_address") & ~pl.col("is_device") & ~second).any(),
        "dns_second_in_control": (second & pl.col("is_in_control")).any(),
        "dns_second_denies": (second & pl.col("dns_outcome").is_in(_NO_SUCH_NAME)).any(),
        "dns_control_bogon": pl.col("control_is_bogon").any(),
    }
