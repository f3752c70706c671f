"""A case for every technique; which countries come out as like China, which do not."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.ooni_lines import OTHER, SITE, connect, control, frames, handshake, line, page, query

from sharedfuture.analyse.blocking.judging import LAYERS, read_fingerprints, verdicts
from sharedfuture.analyse.blocking.judging.techniques import techniques, techniques_frame
from sharedfuture.analyse.blocking.likeness import run
from sharedfuture.analyse.step import read_parameters
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE

AT, POOL, LISTED = f"{SITE}:443", "31.13.94.37", "198.2.0.9"
CLEAR = "http://site.example/"
FINGERPRINTS = (
    "name,scope,other_names,location_found,pattern_type,pattern,confidence_no_fp,"
    "expected_countries,source,exp_url,notes\n"
    f"t.dns,nat,,dns,full,{LISTED},10,ZM,,,\n"
    "t.page,nat,,body,contains,BLOCKED BY ORDER,10,ZM,,,\n"
    "t.prod,prod,,body,contains,FILTERED BY BOX,10,,,,\n"
)
SEEN = control(SITE, tcp={AT: None}, tls={AT: None})
CLEAR_SEEN = control(SITE, tcp={f"{SITE}:80": None})
FETCHED = {"tcp_connect": [connect(port=80)], "control": CLEAR_SEEN}


def answer(*addresses: str, kind: str = "ipv4") -> dict[str, Any]:
    return {**query(), "answers": [{"answer_type": "A", kind: item} for item in addresses]}


def shaken(failure: str) -> dict[str, Any]:
    return {
        "tcp_connect": [connect()],
        "tls_handshakes": [handshake(failure=failure)],
        "control": SEEN,
    }


def second(*addresses: str) -> dict[str, Any]:
    return {
        "queries": [query(OTHER)],
        "x_dns_duplicate_responses": [query(item) for item in addresses],
        "control": SEEN,
    }


CASES: Mapping[str, tuple[str | None, Mapping[str, Any]]] = {
    "dns.forged_pool": (
        None,
        {
            "queries": [{**query(), "answers": [{"ipv4": POOL, "asn": 32934}]}],
            "control": {**SEEN, "ip_info": {SITE: {"asn": 64501}}},
        },
    ),
    "dns.forged_teredo": (
        None,
        {"queries": [answer("2001::1f0d:5e25", kind="ipv6")], "control": SEEN},
    ),
    "dns.block_page_address": (None, {"queries": [query(LISTED)], "control": SEEN}),
    "dns.several_forged": (None, second("198.1.100.77", SITE)),
    "dns.bogon": (None, {"queries": [query("10.10.34.36")], "control": SEEN}),
    "dns.several_answers": (None, second(SITE)),
    "dns.nxdomain": (None, {"queries": [query(failure="dns_nxdomain_error")], "control": SEEN}),
    "dns.refused": (
        None,
        {
            "queries": [query(failure="dns_refused_error"), query(SITE, engine="udp")],
            "control": SEEN,
        },
    ),
    "dns.other_address": (
        CLEAR,
        {"queries": [query(OTHER)], "requests": [page(CLEAR, body="y" * 100)], "control": SEEN},
    ),
    "tcp.timeout": (
        None,
        {"tcp_connect": [connect(failure="generic_timeout_error")], "control": SEEN},
    ),
    "tcp.refused": (
        None,
        {"tcp_connect": [connect(failure="connection_refused")], "control": SEEN},
    ),
    "tcp.other": (None, {"tcp_connect": [connect(failure="unknown_failure")], "control": SEEN}),
    "tls.reset_after_hello": (None, shaken("connection_reset")),
    "tls.timeout_after_hello": (None, shaken("generic_timeout_error")),
    "tls.closed_after_hello": (None, shaken("eof_error")),
    "tls.foreign_certificate": (None, shaken("ssl_invalid_hostname")),
    "tls.other": (None, shaken("ssl_invalid_certificate")),
    "http.block_page_state": (
        CLEAR,
        {"requests": [page(CLEAR, body="BLOCKED BY ORDER")], "control": CLEAR_SEEN},
    ),
    "http.block_page_product": (
        CLEAR,
        {"requests": [page(CLEAR, body="FILTERED BY BOX")], "control": CLEAR_SEEN},
    ),
    "http.redirect_inside": (
        CLEAR,
        {
            "requests": [page(CLEAR, code=302, headers={"Location": "http://192.168.1.1/a"})],
            "control": CLEAR_SEEN,
        },
    ),
    "http.status_451": (CLEAR, {"requests": [page(CLEAR, code=451)], "control": CLEAR_SEEN}),
    "http.stalled": (
        CLEAR,
        {"requests": [page(CLEAR, failure="generic_timeout_error", body="begun")], **FETCHED},
    ),
    "http.reset": (
        CLEAR,
        {"requests": [page(CLEAR, failure="connection_reset", code=0)], **FETCHED},
    ),
    "http.timeout": (CLEAR, {"requests": [page(CLEAR, failure="eof_error", code=0)], **FETCHED}),
    "http.other_page": (
        CLEAR,
        {"requests": [page(CLEAR, body="y" * 100)], "control": CLEAR_SEEN},
    ),
}


def judged(
    keys: Mapping[str, Any], *, url: str | None = None, test_name: str = "web_connectivity"
) -> pl.DataFrame:
    known = read_fingerprints(FINGERPRINTS, countries={"ZM": "ZMB"})
    told = line(
        test_keys=dict(keys),
        test_name=test_name,
        input=url or "https://site.example/",
        report_id="",
    )
    measurements, observations = frames([told], match=known.match)
    return verdicts(
        measurements, observations, fingerprints=known.frame(), forged=frozenset({POOL})
    )


@pytest.mark.parametrize("technique_id", CASES)
def test_technique_is_named_on_its_case(technique_id: str) -> None:
    url, keys = CASES[technique_id]
    told = judged(keys, url=url).filter(layer=technique_id.split(".")[0])
    assert told.select("verdict", "technique_id").rows() == [("blocked", technique_id)]


def test_service_and_what_is_not_blocked() -> None:
    failed = judged({"success": False, "error": "timeout-reached"}, test_name="vanilla_tor")
    assert failed["technique_id"].to_list() == ["service.unreachable"]
    fine = judged({"queries": [query(SITE)], "requests": [page()], "control": SEEN})
    assert fine["technique_id"].to_list() == [None, None]


def test_address_of_a_pool_that_the_control_got_or_that_proved_itself_is_no_forgery() -> None:
    """The pools consist of other people's addresses, and some sites live there."""
    own = judged({"queries": [query(POOL)], "control": control(POOL)})
    assert own["verdict"].to_list() == ["ok"]
    proved = judged(
        {"queries": [query(POOL)], "tls_handshakes": [handshake(POOL)], "control": SEEN}
    )
    assert proved.filter(layer="dns")["verdict"].to_list() == ["ok"]
    beside = judged(
        {
            "queries": [{**query(), "answers": [{"ipv4": POOL, "asn": 64501}]}],
            "control": {**SEEN, "ip_info": {SITE: {"asn": 64501}}},
        }
    )
    assert beside["verdict"].to_list() == ["ok"]
    # Without their networks nothing tells a forged address from a near server of the same firm.
    unknown = judged({"queries": [query(POOL)], "control": SEEN})
    assert unknown["verdict"].to_list() == ["insufficient"]


def test_doubted_verdict_has_no_technique() -> None:
    keys = shaken("ssl_invalid_certificate") | {"x_blocking_flags": 0}
    told = judged(keys).filter(layer="tls")
    assert told.select("verdict", "technique_id").rows() == [("insufficient", None)]


def test_every_technique_has_a_case_a_reason_and_what_it_rests_on() -> None:
    ids = [item.id for item in techniques()]
    assert len(set(ids)) == len(ids)
    # No test reads QUIC; it is named because it is part of what is recorded.
    assert set(ids) == {*CASES, "service.unreachable", "quic.silence_after_name"}
    for item in techniques():
        assert item.id.startswith(f"{item.layer}.")
        assert item.layer in (*LAYERS, "quic")
        assert item.says.endswith(".")
        assert item.because.endswith(".")
        assert 0 <= item.distinctiveness <= 1
        assert (item.distinctiveness > 0) == item.recorded_for_china
        assert item.sources or not item.recorded_for_china
    assert techniques_frame().height == len(ids)


def test_document_has_the_table_of_the_techniques() -> None:
    document = Path(__file__).parents[2] / "docs" / "method" / "blocking.md"
    rows = [
        f"| `{item.id}` | {item.says} | {'yes' if item.recorded_for_china else 'no'} | "
        f"{item.distinctiveness:g} | {item.because} | {'; '.join(item.sources)} |"
        for item in techniques()
    ]
    assert "\n".join(rows) in document.read_text(encoding="utf-8")


PARAMETERS = read_parameters("sharedfuture.analyse.blocking", "techniques")
COUNTRIES = frame_of(
    TABLE["country"],
    [{"country_id": code, "name": code.title()} for code in ("CHN", "ZMB", "IRN", "UGA")],
)
# What is recorded for China in the literature, roughly as it comes: names first, then the rest.
CHINA = {"dns.forged_pool": 0.6, "dns.other_address": 0.1, "tls.reset_after_hello": 0.3}
RESETS = {"tls.reset_after_hello": 0.85, "http.reset": 0.1, "tcp.timeout": 0.05}
BOGONS = {"dns.bogon": 0.7, "http.block_page_state": 0.3}


def counts(
    country: str, seen: Mapping[str, int], *, asn: int | None = 1, day: int = 1
) -> list[dict[str, Any]]:
    return [
        {
            "measurement_count_id": f"mc-{country}-{asn}-{subject}-{day}",
            "country_id": country,
            "asn": asn,
            "network": "A network",
            "kind": "technique",
            "subject": subject,
            "period_edtf": f"2026-01-{day:02}",
            "earliest_date": f"2026-01-{day:02}",
            "latest_date": f"2026-01-{day:02}",
            "measured": sum(seen.values()),
            "blocked": number,
        }
        for subject, number in seen.items()
    ]


def likeness_of(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    table = TABLE["measurement_count"]
    dated = pl.DataFrame(list(rows), infer_schema_length=None)
    whole = (
        frame_of(table, [])
        if not rows
        else dated.with_columns(pl.col("earliest_date", "latest_date").str.to_date())
    )
    frame = pl.concat([frame_of(table, []), whole], how="diagonal_relaxed")
    return run(frame, COUNTRIES, **PARAMETERS)["derived.technique_likeness"]


def simulated(mix: Mapping[str, float], country: str, *, random: np.random.Generator) -> Any:
    """Ten networks and days, 5 to 40 blocked measurements each, by a mix of techniques."""
    rows = []
    for day in range(1, 11):
        drawn = random.multinomial(random.integers(5, 41), list(mix.values()))
        rows += counts(country, dict(zip(mix, drawn.tolist(), strict=True)), asn=day, day=day)
    return [row for row in rows if row["blocked"]]


def test_generic_resets_do_not_come_out_as_china_and_china_does() -> None:
    """Thirty simulated countries of each kind: their intervals do not touch."""
    random = np.random.default_rng(5)
    found: dict[str, list[dict[str, Any]]] = {"CHN": [], "ZMB": [], "IRN": []}
    for _ in range(30):
        for country, mix in (("CHN", CHINA), ("ZMB", RESETS), ("IRN", BOGONS)):
            told = likeness_of(simulated(mix, country, random=random))
            found[country] += told.filter(pl.col("asn").is_null()).to_dicts()
    assert all(row["likeness_low"] > 0.4 and row["distinctive"] > 0.4 for row in found["CHN"])
    assert all(row["likeness_high"] < 0.2 and row["distinctive"] == 0 for row in found["ZMB"])
    # Resets are all shared with China, and say next to nothing.
    assert all(row["shared"] == 1 for row in found["ZMB"])
    assert all(row["likeness_high"] < 0.1 and row["shared"] == 0 for row in found["IRN"])


def test_nothing_seen_is_no_row() -> None:
    assert likeness_of([]).height == 0
    assert likeness_of(counts("ZMB", {"dns.bogon": 0})).height == 0
    # That something failed, and not how, is no way of blocking.
    assert likeness_of(counts("ZMB", {"service.unreachable": 9})).height == 0
    assert likeness_of(counts("ZMB", {"no.such": 9})).height == 0


def test_few_measurements_leave_much_open() -> None:
    (one, _) = likeness_of(counts("CHN", {"dns.forged_pool": 1})).to_dicts()
    (many, _) = likeness_of(counts("CHN", {"dns.forged_pool": 400})).to_dicts()
    assert one["likeness_high"] - one["likeness_low"] > 0.7
    assert many["likeness_high"] - many["likeness_low"] < 0.2
    # The same number from many networks and days says more than from one.
    spread = [
        row
        for number in range(40)
        for row in counts("CHN", {"dns.forged_pool": 10}, asn=number + 1, day=number % 28 + 1)
    ]
    wide = likeness_of(spread).filter(pl.col("asn").is_null()).to_dicts()[0]
    assert wide["blocked"] == many["blocked"] == 400
    assert wide["likeness_low"] > many["likeness_low"]


def test_rows_for_the_whole_country_stand_for_its_networks() -> None:
    rows = [*counts("ZMB", {"dns.bogon": 7}, asn=None), *counts("ZMB", {"tcp.timeout": 3})]
    told = likeness_of(rows)
    assert told.select("asn", "blocked", "techniques").rows() == [(1, 3, 1), (None, 7, 1)]


def test_network_that_is_not_known_counts_for_its_country_only() -> None:
    told = likeness_of(
        [*counts("ZMB", {"tcp.timeout": 3}, asn=0), *counts("ZMB", {"tcp.timeout": 2}, asn=7)]
    )
    assert told.select("asn", "blocked").rows() == [(7, 2), (None, 5)]
    assert told["row_ids"].list.len().to_list() == [1, 2]


def test_sentence_names_country_and_limits() -> None:
    told = likeness_of(counts("CHN", {"dns.forged_pool": 12}))["sentence"].to_list()
    assert "Of 12 blocked measurements in A network in Chn, 100%" in told[0]
    assert all(item.endswith("Ways of blocking do not say whose equipment it is.") for item in told)
