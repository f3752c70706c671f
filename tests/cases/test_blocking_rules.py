"""A case for every rule: what was seen, and the rule that has to fire on its layer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.ooni_lines import OTHER, SITE, connect, control, frames, handshake, line, page, query

from sharedfuture.analyse.blocking.judging import (
    LAYERS,
    VERDICTS,
    Fingerprints,
    deciding,
    products,
    read_fingerprints,
    read_rules,
    verdicts,
)
from sharedfuture.analyse.blocking.judging.conditions import CONDITIONS
from sharedfuture.analyse.blocking.judging.fingerprints import needed_text

Keys = Mapping[str, Any]
DOCUMENT = Path(__file__).parents[2] / "docs" / "method" / "blocking.md"
AT, FORGED, INSIDE = f"{SITE}:443", "198.2.0.9", "10.10.34.36"
CLEAR = "http://site.example/"
HEADER = (
    "name,scope,other_names,location_found,pattern_type,pattern,confidence_no_fp,"
    "expected_countries,source,exp_url,notes\n"
)
FINGERPRINTS = (
    HEADER
    + f"t.zm_dns,nat,,dns,full,{FORGED},10,ZM,,,\n"
    + "t.zm_page,nat,,body,contains,BLOCKED BY ORDER,10,ZM,,,\n"
    + "t.ug_page,nat,,body,contains,ELSEWHERE BY ORDER,10,UG,,,\n"
    + "ooni.es_1,nat,,header.server,full,V2R2C00-IAE/1.0,10,,,,\n"
    + "t.fp,fp,,body,contains,BLOCKED,5,,,,\n"
    + "t.prefix,isp,,body,prefix,<!--stop-->,5,,,,\n"
    + "t.full,isp,,body,full,stop,5,,,,\n"
    + "t.regexp,isp,,body,regexp,stop .*here\\.,5,,,,\n"
    + 't.either,isp,,body,regexp,"halt|cease",5,,,,\n'
    + "t.location,isp,,header.location,prefix,http://stop.example,5,,,,\n"
)


def known() -> Fingerprints:
    return read_fingerprints(FINGERPRINTS, countries={"ZM": "ZMB", "UG": "UGA"})


def judged(
    *, test_name: str = "web_connectivity", url: str | None = None, **keys: Any
) -> pl.DataFrame:
    """Verdicts by layer of one measurement."""
    told = line(
        test_keys=keys, test_name=test_name, input=url or "https://site.example/", report_id=""
    )
    measurements, observations = frames([told], match=known().match)
    return verdicts(measurements, observations, fingerprints=known().frame())


SEEN = control(SITE, tcp={AT: None}, tls={AT: None})
UNSEEN = control(SITE, failure="unknown_error", status_code=-1, body_length=-1)
GONE = control(failure="dns_lookup_error", status_code=-1, body_length=-1)
NETWORKS = {**SEEN, "ip_info": {SITE: {"asn": 64501}}}
CLEAR_SEEN = control(SITE, tcp={f"{SITE}:80": None})
BUSY = control(SITE, status_code=503)
SAME: dict[str, Any] = {"body": "x" * 990, "headers": {"x-made-by": "site"}}
STRANGE: dict[str, Any] = {"body": "y" * 100}


def answered(ip: str, asn: int) -> dict[str, Any]:
    return {**query(ip), "answers": [{"ipv4": ip, "asn": asn}]}


WEB: Mapping[str, tuple[str | None, Keys]] = {
    "dns.listed_address": (None, {"queries": [query(FORGED)], "control": SEEN}),
    "dns.forged_address": (
        None,
        {
            "queries": [
                {**query(), "answers": [{"answer_type": "AAAA", "ipv6": "2001::6ca0:a9b9"}]}
            ],
            "control": SEEN,
        },
    ),
    "dns.bogon": (None, {"queries": [query(INSIDE)], "control": SEEN}),
    "dns.points_nowhere": (None, {"queries": [query(INSIDE)], "control": control(INSIDE)}),
    "dns.foreign_certificate": (
        None,
        {
            "queries": [query(OTHER)],
            "tls_handshakes": [handshake(OTHER, "ssl_unknown_authority")],
            "control": SEEN,
        },
    ),
    "dns.second_answer": (
        None,
        {"queries": [query(OTHER)], "x_dns_duplicate_responses": [query(SITE)], "control": SEEN},
    ),
    "dns.no_such_name": (
        None,
        {"queries": [query(failure="dns_nxdomain_error")], "control": SEEN},
    ),
    "dns.refused_alone": (
        None,
        {
            "queries": [query(failure="dns_refused_error"), query(SITE, engine="udp")],
            "control": SEEN,
        },
    ),
    "dns.refused": (None, {"queries": [query(failure="dns_refused_error")], "control": SEEN}),
    "dns.other_answer": (
        CLEAR,
        {"queries": [query(OTHER)], "requests": [page(CLEAR, **STRANGE)], "control": SEEN},
    ),
    "dns.in_control": (None, {"queries": [query(SITE)], "control": SEEN}),
    "dns.proved": (
        None,
        {"queries": [query(OTHER)], "tls_handshakes": [handshake(OTHER)], "control": SEEN},
    ),
    "dns.same_network": (None, {"queries": [answered(OTHER, 64501)], "control": NETWORKS}),
    "dns.page_agrees": (
        CLEAR,
        {"queries": [query(OTHER)], "requests": [page(CLEAR, **SAME)], "control": SEEN},
    ),
    "dns.no_name_anywhere": (
        None,
        {"queries": [query(failure="dns_nxdomain_error")], "control": GONE},
    ),
    "dns.unlike_control": (None, {"queries": [query(OTHER)], "control": SEEN}),
    "dns.undecided": (None, {"queries": [query(failure="generic_timeout_error")]}),
    "tcp.timeout_alone": (
        None,
        {"tcp_connect": [connect(failure="generic_timeout_error")], "control": SEEN},
    ),
    "tcp.fails_alone": (
        None,
        {"tcp_connect": [connect(failure="connection_refused")], "control": SEEN},
    ),
    "tcp.redirect_fails": (
        None,
        {
            "tcp_connect": [connect(), connect(OTHER, failure="connection_refused")],
            "control": SEEN,
        },
    ),
    "tcp.fails_both": (
        None,
        {
            "tcp_connect": [connect(failure="connection_refused")],
            "control": control(SITE, tcp={AT: "connection_refused"}),
        },
    ),
    "tcp.connects": (None, {"tcp_connect": [connect()], "control": SEEN}),
    "tcp.undecided": (None, {"tcp_connect": [connect(failure="connection_refused")]}),
    "tls.cut_alone": (
        None,
        {
            "tcp_connect": [connect()],
            "tls_handshakes": [handshake(failure="connection_reset")],
            "control": SEEN,
        },
    ),
    "tls.foreign_alone": (
        None,
        {"tls_handshakes": [handshake(failure="ssl_invalid_hostname")], "control": SEEN},
    ),
    "tls.fails_alone": (
        None,
        {"tls_handshakes": [handshake(failure="ssl_invalid_certificate")], "control": SEEN},
    ),
    "tls.cut_page_fetched": (
        None,
        {
            "tcp_connect": [connect()],
            "tls_handshakes": [handshake(failure="eof_error")],
            "control": control(SITE, tcp={AT: None}),
        },
    ),
    "tls.foreign_page_fetched": (
        None,
        {
            "queries": [query(SITE)],
            "tcp_connect": [connect()],
            "tls_handshakes": [handshake(failure="ssl_unknown_authority")],
            "control": control(SITE, tcp={AT: None}),
        },
    ),
    "tls.fails_both": (
        None,
        {
            "tls_handshakes": [handshake(failure="ssl_invalid_certificate")],
            "control": control(SITE, tcp={AT: None}, tls={AT: "ssl_invalid_certificate"}),
        },
    ),
    "tls.fails_page_down": (
        None,
        {"tls_handshakes": [handshake(failure="eof_error")], "control": UNSEEN},
    ),
    "tls.completes": (None, {"tls_handshakes": [handshake()], "control": SEEN}),
    "tls.undecided": (None, {"tls_handshakes": [handshake(failure="eof_error")]}),
    "http.state_page": (
        CLEAR,
        {"requests": [page(CLEAR, body="BLOCKED BY ORDER")], "control": CLEAR_SEEN},
    ),
    "http.product_page": (
        CLEAR,
        {"requests": [page(CLEAR, body="ELSEWHERE BY ORDER")], "control": CLEAR_SEEN},
    ),
    "http.led_inside": (
        CLEAR,
        {
            "requests": [page(CLEAR, code=302, headers={"Location": "http://192.168.1.1/a"})],
            "control": CLEAR_SEEN,
        },
    ),
    "http.legal": (CLEAR, {"requests": [page(CLEAR, code=451)], "control": CLEAR_SEEN}),
    "http.stalled": (
        CLEAR,
        {
            "tcp_connect": [connect(port=80)],
            "requests": [page(CLEAR, failure="generic_timeout_error", body="begun")],
            "control": CLEAR_SEEN,
        },
    ),
    "http.cut": (
        CLEAR,
        {
            "tcp_connect": [connect(port=80)],
            "requests": [page(CLEAR, failure="connection_reset", code=0)],
            "control": CLEAR_SEEN,
        },
    ),
    "http.authentic": (None, {"requests": [page(**STRANGE)], "control": SEEN}),
    "http.differs": (CLEAR, {"requests": [page(CLEAR, **STRANGE)], "control": CLEAR_SEEN}),
    "http.agrees": (CLEAR, {"requests": [page(CLEAR, **SAME)], "control": CLEAR_SEEN}),
    "http.bad_redirect": (
        CLEAR,
        {
            "requests": [page(CLEAR, failure="http_invalid_redirect_url", code=302)],
            "control": UNSEEN,
        },
    ),
    "http.bad_redirect_alone": (
        CLEAR,
        {
            "requests": [page(CLEAR, failure="http_invalid_redirect_url", code=302)],
            "control": CLEAR_SEEN,
        },
    ),
    "http.trouble_both": (CLEAR, {"requests": [page(CLEAR, code=502)], "control": BUSY}),
    "http.trouble_alone": (CLEAR, {"requests": [page(CLEAR, code=503)], "control": CLEAR_SEEN}),
    "http.fails_both": (
        CLEAR,
        {"requests": [page(CLEAR, failure="eof_error", code=0)], "control": UNSEEN},
    ),
    "http.undecided": (CLEAR, {"requests": [page(CLEAR)]}),
}
TOR = {"failure": None, "target_protocol": "or_port"}
SERVICE: Mapping[str, tuple[str, Keys]] = {
    "service.echo_unreached": ("http_invalid_request_line", {"failure": "eof_error"}),
    "service.altered": ("http_invalid_request_line", {"tampering": True}),
    "service.all_fail": ("vanilla_tor", {"success": False, "error": "timeout-reached"}),
    "service.most_fail": (
        "tor",
        {"targets": {"a": TOR, **{n: {**TOR, "failure": "eof_error"} for n in "bc"}}},
    ),
    "service.part_fails": (
        "telegram",
        {"telegram_tcp_blocking": False, "telegram_web_status": "blocked"},
    ),
    "service.reached": ("signal", {"signal_backend_status": "ok"}),
    "service.undecided": ("signal", {"signal_backend_status": None}),
}


@pytest.mark.parametrize("rule_id", WEB)
def test_rule_fires_on_its_case(rule_id: str) -> None:
    url, keys = WEB[rule_id]
    told = judged(url=url, **keys)
    layer = rule_id.split(".")[0]
    assert told.filter(layer=layer)["rule_id"].to_list() == [rule_id]
    rule = next(rule for rule in read_rules() if rule.id == rule_id)
    assert told.filter(layer=layer).select("verdict", "weight").rows() == [
        (rule.verdict, rule.weight)
    ]


@pytest.mark.parametrize("rule_id", SERVICE)
def test_rule_of_a_service_fires_on_its_case(rule_id: str) -> None:
    test_name, keys = SERVICE[rule_id]
    told = judged(test_name=test_name, **keys)
    assert told.select("layer", "rule_id").rows() == [("service", rule_id)]


def test_every_rule_has_a_condition_a_case_and_two_sentences() -> None:
    rules = read_rules()
    ids = [rule.id for rule in rules]
    assert len(set(ids)) == len(ids)
    assert set(ids) == set(CONDITIONS) == {*WEB, *SERVICE, "http.not_tried"}
    for rule in rules:
        assert (rule.layer, rule.verdict) in {(a, b) for a in LAYERS for b in VERDICTS}
        assert rule.id.startswith(f"{rule.layer}.")
        assert rule.says.endswith(".")
        assert rule.because.endswith(".")
        assert (rule.weight == 0) == (rule.verdict == "insufficient")


def test_document_has_the_table_of_the_rules() -> None:
    rows = [
        f"| `{rule.id}` | {rule.verdict} | {rule.weight:g} | {rule.says} | {rule.because} |"
        for rule in read_rules()
    ]
    assert "\n".join(rows) in DOCUMENT.read_text(encoding="utf-8")


def whole(told: pl.DataFrame) -> tuple[str, str, str]:
    (row,) = deciding(told).select("verdict", "layer", "rule_id").rows()
    return row[0], row[1], row[2]


def test_measurement_as_a_whole() -> None:
    hijacked = judged(
        queries=[query(INSIDE)], requests=[page()], tls_handshakes=[handshake()], control=SEEN
    )
    assert whole(hijacked) == ("blocked", "dns", "dns.bogon")
    fine = judged(queries=[query(SITE)], requests=[page()], control=SEEN)
    assert whole(fine) == ("ok", "http", "http.authentic")
    stopped = judged(queries=[query(SITE)], tcp_connect=[connect()], control=SEEN)
    assert whole(stopped) == ("insufficient", "http", "http.not_tried")
    expired = judged(queries=[query(SITE)], **WEB["tls.fails_both"][1])
    assert whole(expired) == ("down", "tls", "tls.fails_both")


def test_probe_without_a_route_of_one_kind_is_not_blocked() -> None:
    keys: dict[str, Any] = {
        "queries": [query(SITE)],
        "tcp_connect": [connect("2a00::1", failure="host_unreachable"), connect()],
        "control": control(SITE, tcp={AT: None, "[2a00::1]:443": None}),
    }
    assert judged(**keys).filter(layer="tcp")["rule_id"].to_list() == ["tcp.connects"]


def test_witness_of_the_probe_tips_what_is_nearly_even_and_nothing_else() -> None:
    weak = WEB["tls.fails_alone"][1]
    assert judged(**weak, x_blocking_flags=4)["weight"].to_list() == [1.5]
    doubted = judged(**weak, x_blocking_flags=0)
    assert doubted.select("verdict", "weight").rows() == [("insufficient", 0.5)]
    strong = judged(**WEB["tls.cut_alone"][1], x_blocking_flags=32).filter(layer="tls")
    assert strong.select("verdict", "weight").rows() == [("blocked", 2.5)]
    # What the probe concluded is no reason by itself.
    fine = judged(requests=[page()], control=SEEN, blocking="http-failure", x_blocking_flags=8)
    assert whole(fine)[0] == "ok"


def test_product_names_its_vendor() -> None:
    told = judged(
        url=CLEAR,
        requests=[page(CLEAR, headers={"Server": "V2R2C00-IAE/1.0"})],
        control=CLEAR_SEEN,
    )
    (row,) = told.filter(layer="http").to_dicts()
    assert (row["verdict"], row["fingerprint_id"], row["vendor"]) == (
        "blocked",
        "ooni.es_1",
        "Huawei",
    )


def test_products_have_sources_and_ids_of_their_own() -> None:
    assert len({item.product_id for item in products()}) == len(products())
    assert all(item.source.endswith(".") for item in products())
    unmet = [item.product_id for item in products() if not item.fingerprints]
    assert unmet == ["geedge_tsg"]


@pytest.mark.parametrize(
    ("body", "headers", "found"),
    [
        ("BLOCKED BY ORDER", {}, ("t.fp", "t.zm_page")),
        ("blocked by order", {}, ()),
        ("<!--stop--> now", {}, ("t.prefix",)),
        ("now <!--stop-->", {}, ()),
        ("stop", {}, ("t.full",)),
        ("stop right here.", {}, ("t.regexp",)),
        ("stop right here!", {}, ()),
        ("you must cease", {}, ("t.either",)),
        ("", {"location": "http://stop.example/x", "server": "y"}, ("t.location",)),
        ("", {"location": "x http://stop.example/x"}, ()),
    ],
)
def test_fingerprints_are_found_where_they_belong(
    body: str, headers: dict[str, str], found: tuple[str, ...]
) -> None:
    assert known().match(body, headers) == found


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("a.*bcd", "bcd"),
        (r"x\.y.*z", "x.y"),
        (r"\(ab", "(ab"),
        ("ab|cd", None),
        ("ab*cd", None),
        (r"\d\dabc", None),
        ("[ab]cd", None),
        (".*", None),
    ],
)
def test_text_that_an_expression_cannot_do_without(expression: str, text: str | None) -> None:
    assert needed_text(expression) == text


def test_unknown_type_of_pattern_is_refused() -> None:
    with pytest.raises(ValueError, match="known type"):
        read_fingerprints(HEADER + "t.x,nat,,body,glob,a*,5,,,,\n")


def test_nothing_is_judged_of_nothing() -> None:
    measurements, observations = frames([line(test_name="ndt", report_id="")])
    told = verdicts(measurements, observations)
    assert told.height == 0
    assert deciding(told).height == 0
