"""How something was blocked: techniques as records, and the one that each verdict shows."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl

from sharedfuture.analyse.blocking.judging.conditions import FORGED_POOL, FORGED_TEREDO
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE

_ = pl.col
_rule = pl.col("rule_id")


@dataclass(frozen=True, slots=True)
class Technique:
    """One way of blocking; `distinctiveness` counts only where it is recorded for China.

    Where `says_how` is false it is known that something failed, and not how.
    """

    id: str
    layer: str
    title: str
    says: str
    recorded_for_china: bool
    distinctiveness: float
    because: str
    sources: tuple[str, ...]
    says_how: bool = True


@cache
def techniques() -> tuple[Technique, ...]:
    """Every technique of the table, in the order in which they are tried."""
    text = files(__package__).joinpath("techniques.toml").read_text(encoding="utf-8")
    return tuple(
        Technique(**{**entry, "sources": tuple(entry["sources"])})
        for entry in tomllib.loads(text)["technique"]
    )


def techniques_frame() -> pl.DataFrame:
    """The public table `blocking_technique`."""
    rows = [
        {
            "technique_id": item.id,
            "layer": item.layer,
            "title": item.title,
            "says": item.says,
            "is_recorded_for_china": item.recorded_for_china,
            "distinctiveness": item.distinctiveness,
            "because": item.because,
            "literature": "; ".join(item.sources) or None,
        }
        for item in techniques()
    ]
    return frame_of(TABLE["blocking_technique"], rows)


_answer_is_odd = _("dns_answered") & ~_("dns_in_control") & ~_("dns_proved")
_always = pl.lit(True)

# When a blocked verdict shows a technique: expressions over facts and the rule that fired. Of a
# layer the first that holds is taken, in the order of the table.
_SHOWN_BY: Mapping[str, pl.Expr] = {
    "dns.forged_pool": FORGED_POOL,
    "dns.forged_teredo": FORGED_TEREDO,
    "dns.block_page_address": _rule == "dns.listed_address",
    "dns.several_forged": _("dns_second_differs") & _answer_is_odd,
    "dns.bogon": _rule == "dns.bogon",
    "dns.several_answers": _rule == "dns.second_answer",
    "dns.nxdomain": _rule == "dns.no_such_name",
    "dns.refused": _rule == "dns.refused_alone",
    "dns.other_address": _always,
    "tcp.timeout": _("tcp_timed_out"),
    "tcp.refused": _("tcp_refused"),
    "tcp.other": _always,
    "tls.reset_after_hello": _rule.str.starts_with("tls.cut") & _("tls_reset"),
    "tls.timeout_after_hello": _rule.str.starts_with("tls.cut") & _("tls_timed_out"),
    "tls.closed_after_hello": _rule.str.starts_with("tls.cut"),
    "tls.foreign_certificate": _rule.str.starts_with("tls.foreign"),
    "tls.other": _always,
    "http.block_page_state": _rule == "http.state_page",
    "http.block_page_product": _rule == "http.product_page",
    "http.redirect_inside": _rule == "http.led_inside",
    "http.status_451": _rule == "http.legal",
    "http.stalled": _rule == "http.stalled",
    "http.reset": (_rule == "http.cut") & _("http_reset"),
    "http.timeout": _rule == "http.cut",
    "http.other_page": _always,
    "service.unreachable": _always,
}


def technique_shown(layer: str) -> pl.Expr:
    """The technique that a blocked verdict on a layer shows."""
    return pl.coalesce(
        pl.when(_SHOWN_BY[item.id].fill_null(False)).then(pl.lit(item.id))
        for item in techniques()
        if item.layer == layer
    )
