"""Raw measurements to rows: what is kept, what is set aside and why; nothing is lost."""

import base64
import gzip
import json
from typing import Any

import polars as pl
import pytest
from tests.ooni_lines import (
    OTHER,
    SITE,
    connect,
    control,
    frames,
    handshake,
    line,
    page,
    query,
    read,
    read_lines_of,
)

from sharedfuture.extract.ooni import MEASUREMENT, OBSERVATION, QUARANTINE, SAYS, Reason

NESTED = b'{"a":' * 5_000 + b"1" + b"}" * 5_000
BODY = {"format": "base64", "data": "no base64!"}

SET_ASIDE: dict[Reason, bytes] = {
    Reason.LINE_TOO_LONG: line(input="x" * 70_000),
    Reason.NOT_UTF8: line().replace(b"site.example", b"site.\xff\xfe"),
    Reason.MALFORMED_JSON: line()[:-9],
    Reason.NESTED_TOO_DEEP: line()[:-1] + b', "extra": ' + NESTED + b"}",
    Reason.WRONG_TYPE: line(test_keys={"queries": "none"}),
    Reason.NO_TEST_KEYS: line().replace(b'"test_keys": {}', b'"test_keys": null'),
    Reason.BAD_BASE64: line(test_keys={"requests": [page(body=BODY)]}),
    Reason.UNKNOWN_COUNTRY: line(probe_cc="ZZ", report_id=""),
    Reason.COUNTRY_DIFFERS: line(probe_cc="UG"),
    Reason.UNREADABLE_NETWORK: line(probe_asn="AS-64500"),
    Reason.UNREADABLE_TIME: line(measurement_start_time="yesterday"),
    Reason.TIME_IN_FUTURE: line(measurement_start_time="2026-11-02 00:00:01"),
    Reason.TIME_BEFORE_OONI: line(measurement_start_time="1970-01-01 00:00:00"),
}


@pytest.mark.parametrize("reason", SET_ASIDE)
def test_bad_line_is_set_aside_and_the_run_goes_on(reason: Reason) -> None:
    good = [line(test_runtime=1.0), line(test_runtime=2.0)]
    batch = read_lines_of([good[0], SET_ASIDE[reason], good[1]], longest=60_000)
    assert batch.quarantine.schema == QUARANTINE
    assert batch.quarantine["reason"].to_list() == [reason]
    assert batch.quarantine["byte_offset"].to_list() == [len(good[0]) + 1]
    assert batch.quarantine["byte_count"].to_list() == [len(SET_ASIDE[reason])]
    assert (batch.read, batch.kept, batch.quarantined, batch.duplicate) == (3, 2, 1, 0)


def test_every_reason_has_a_sentence_and_a_case() -> None:
    assert set(SAYS) == set(Reason)
    packed = {Reason.TRUNCATED_GZIP, Reason.DAMAGED_GZIP}
    assert set(SET_ASIDE) | packed == set(Reason)


@pytest.mark.parametrize(
    "odd",
    [
        line(test_keys=[1]),
        line(test_keys="none"),
        line(test_keys={"tcp_connect": [{"ip": "1.1.1.1", "port": 10**30}]}),
        line(test_keys={"requests": [page(code=2**40)]}),
        line(test_keys={"control": {"http_request": {"body_length": -5}}}),
        line(probe_asn="AS99999999999"),
        line(input={"a": 1}),
        b"[]",
        b"null",
        b"17",
        b'"text"',
        b"\x00\x00",
        b"{}",
    ],
)
def test_odd_line_is_set_aside(odd: bytes) -> None:
    batch = read_lines_of([odd])
    assert (batch.read, batch.kept, batch.quarantined) == (1, 0, 1)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "://",
        "http://",
        "https://[",
        "http://[::1",
        "http://\udc80.example",
        "http://a:99999/",
    ],
)
def test_odd_address_is_kept_as_it_is(address: str) -> None:
    keys = {"requests": [page(url=address, headers={"Location": address, "X": [], "Y": None})]}
    batch = read_lines_of([line(input=address, test_keys=keys)])
    assert batch.read == batch.kept + batch.quarantined == 1


def test_numbers_and_texts_of_a_line_cannot_stop_the_frames() -> None:
    keys = {
        "tcp_connect": [{"ip": "not an address", "port": 0, "status": {"failure": True}}],
        "tls_handshakes": [{"address": "nowhere"}, {}],
        "queries": [{"answers": [{}, {"ipv4": ""}]}, {}],
        "requests": [{}, {"request": {}, "response": {"headers": [["a", "b"]]}}],
        "control": {"tcp_connect": {"nowhere": {}}, "dns": {"addrs": ["", "site.example."]}},
    }
    batch = read_lines_of([line(test_keys=keys)])
    assert batch.kept == 1
    assert batch.observations.schema == OBSERVATION
    assert batch.measurements.schema == MEASUREMENT


def test_line_of_fifty_megabytes_is_counted_and_not_held() -> None:
    long = b'{"a":"' + b"x" * 50_000_000 + b'"}'
    batch = read_lines_of([line(), long, line(test_runtime=2.0)])
    assert batch.quarantine.select("reason", "byte_count").rows() == [
        (Reason.LINE_TOO_LONG, len(long))
    ]
    assert batch.kept == 2


def test_truncated_file_gives_its_whole_lines_and_the_place_of_the_break() -> None:
    lines = [
        line(test_runtime=float(number), input=f"https://{number}.example/")
        for number in range(500)
    ]
    packed = gzip.compress(b"\n".join(lines))
    for cut in (len(packed) // 2, len(packed) - 4):
        (batch,) = read(packed[:cut])
        assert batch.quarantine["reason"].to_list() == [Reason.TRUNCATED_GZIP]
        assert batch.read == batch.kept + 1
        starts = [sum(len(item) + 1 for item in lines[: batch.kept])]
        assert batch.quarantine["byte_offset"].to_list() == starts


def test_damaged_file_gives_what_stands_before_the_damage() -> None:
    lines = [
        line(test_runtime=float(number), input=f"https://{number}.example/")
        for number in range(500)
    ]
    packed = bytearray(gzip.compress(b"\n".join(lines)))
    place = len(packed) // 2
    packed[place : place + 8] = bytes(8)
    (batch,) = read(bytes(packed))
    assert batch.read == batch.kept + batch.quarantined
    assert batch.quarantine["reason"].to_list()[-1] in (Reason.DAMAGED_GZIP, Reason.TRUNCATED_GZIP)
    assert batch.kept > 100


def test_members_padding_and_plain_text_are_read_alike() -> None:
    lines = [line(test_runtime=float(number)) for number in range(3)]
    plain = b"\n".join(lines) + b"\n"
    members = gzip.compress(lines[0] + b"\n" + lines[1][:50]) + gzip.compress(
        lines[1][50:] + b"\n\n  \n" + lines[2]
    )
    kept = [
        read(data)[0].measurements for data in (plain, gzip.compress(plain), members + bytes(512))
    ]
    assert kept[0].height == 3
    assert kept[0].equals(kept[1])
    assert kept[0].equals(kept[2])
    assert read(b"") == []
    assert read(b"\n\n") == []


def test_same_measurement_counts_once_also_between_files_that_share_what_was_seen() -> None:
    batch = read_lines_of([line(), line(), line(measurement_uid="u"), line(measurement_uid="u")])
    assert (batch.read, batch.kept, batch.duplicate) == (4, 2, 2)
    seen: set[str] = set()
    assert read_lines_of([line()], seen=seen).kept == 1
    assert read_lines_of([line()], seen=seen).duplicate == 1


def test_measurement_set_aside_is_not_taken_for_read() -> None:
    bad = line(measurement_uid="u", test_keys={"requests": [page(body=BODY)]})
    batch = read_lines_of([bad, line(measurement_uid="u")])
    assert (batch.quarantined, batch.kept, batch.duplicate) == (1, 1, 0)


def test_one_row_for_each_answer_and_each_endpoint() -> None:
    keys = {
        "queries": [query(SITE, OTHER), query(failure="dns_nxdomain_error", engine="udp")],
        "tcp_connect": [connect(), connect(OTHER, failure="connection_refused")],
        "tls_handshakes": [handshake()],
        "requests": [{**page(body="<title>Site</title>"), "address": f"{SITE}:443"}],
        "control": control(SITE, tcp={f"{SITE}:443": None}, tls={f"{SITE}:443": None}),
    }
    _, rows = frames([line(test_keys=keys)])
    told = rows.select("ip", "port", "dns_outcome", "tcp_outcome", "tls_outcome", "http_outcome")
    assert told.rows() == [
        (SITE, None, "ok", None, None, None),
        (OTHER, None, "ok", None, None, None),
        (None, None, "dns_nxdomain_error", None, None, None),
        (SITE, 443, None, "ok", "ok", "ok"),
        (OTHER, 443, None, "connection_refused", None, None),
    ]
    assert rows["control_tls_outcome"].to_list() == [None, None, None, "ok", None]


def test_transactions_of_one_address_stay_apart() -> None:
    keys = {
        "tcp_connect": [{**connect(), "transaction_id": number} for number in (4, 9)],
        "tls_handshakes": [{**handshake(failure="eof_error"), "transaction_id": 9}],
    }
    _, rows = frames([line(test_keys=keys)])
    assert rows.select("tcp_outcome", "tls_outcome").rows() == [("ok", None), ("ok", "eof_error")]


def test_base64_body_and_header_are_matched() -> None:
    asked: list[tuple[str, dict[str, str]]] = []

    def match(body: str, headers: Any) -> list[str]:
        asked.append((body, dict(headers)))
        return ["found"]

    packed = {"format": "base64", "data": base64.b64encode(b"\xffblocked").decode()}
    to = {"format": "base64", "data": base64.b64encode(b"http://portal.example/\x06").decode()}
    keys = {"requests": [page("http://site.example/", None, 302, packed, {"Location": to})]}
    _, rows = frames([line(test_keys=keys, input="http://site.example/")], match=match)
    assert asked == [("\ufffdblocked", {"location": "http://portal.example/\x06"})]
    assert rows.select("http_fingerprint_ids", "http_redirects_to", "http_body_length").rows() == [
        (["found"], "portal.example", 8)
    ]


def test_body_of_the_sites_own_secure_page_is_not_searched() -> None:
    bodies: list[str] = []

    def match(body: str, headers: Any) -> list[str]:
        bodies.append(body)
        return []

    other = page("https://other.example/", body="b")
    frames([line(test_keys={"requests": [page(body="a"), other]})], match=match)
    assert bodies == ["", "b"]


def test_nothing_of_the_probe_or_of_a_page_leaves() -> None:
    person = "10.20.30.40"
    keys = {
        "client_resolver": person,
        "requests": [
            page(
                f"http://site.example/?ip={person}",
                code=302,
                body=f"<title>{person}</title>{person}",
                headers={"Location": f"http://user:{person}@blocked.example/{person}", "X": person},
            )
        ],
        "control": control(SITE),
    }
    told = line(test_keys=keys, probe_ip=person, resolver_ip=person, annotations={"a": person})
    frame, rows = frames([told])
    assert person not in json.dumps([frame.to_dicts(), rows.to_dicts()], default=str)
    assert rows["http_redirects_to"].to_list() == ["blocked.example"]
    bad = read_lines_of([told[:-1], told.replace(b'"port"', b'"p"'), told + b"}"])
    assert person not in str(bad.quarantine.to_dicts())


def test_tests_of_services_become_parts() -> None:
    lines = [
        line(
            test_name="whatsapp",
            test_keys={"whatsapp_endpoints_status": "blocked", "whatsapp_web_status": "ok"},
        ),
        line(
            test_name="telegram",
            test_keys={"telegram_tcp_blocking": True, "telegram_web_status": "ok"},
        ),
        line(
            test_name="signal",
            test_keys={"signal_backend_status": "blocked", "signal_backend_failure": "eof_error"},
        ),
        line(test_name="facebook_messenger", test_keys={"facebook_dns_blocking": True}),
        line(test_name="psiphon", test_keys={"failure": None, "bootstrap_time": 3.5}),
        line(test_name="vanilla_tor", test_keys={"success": False, "error": "timeout-reached"}),
        line(
            test_name="tor",
            test_keys={"targets": {"a": {"failure": None, "target_protocol": "obfs4"}}},
        ),
        line(test_name="http_invalid_request_line", test_keys={"tampering": True}),
        line(test_name="http_header_field_manipulation", test_keys={"tampering": {"total": False}}),
        line(test_name="ndt", test_keys={"anything": [1]}),
    ]
    (batch,) = read(
        gzip.compress(
            b"\n".join(line.replace(b"webconnectivity_ZM_64500_", b"x_") for line in lines)
        )
    )
    told = batch.measurements.select("test_name", "service_parts", "service_outcomes")
    assert {name: list(zip(parts, ends, strict=True)) for name, parts, ends in told.rows()} == {
        "whatsapp": [("endpoints", "blocked"), ("registration", ""), ("web", "ok")],
        "telegram": [("access_points_tcp", "blocked"), ("access_points_http", ""), ("web", "ok")],
        "signal": [("backend", "eof_error")],
        "facebook_messenger": [("names", "blocked"), ("endpoints", "")],
        "psiphon": [("tunnel", "ok")],
        "vanilla_tor": [("tunnel", "timeout-reached")],
        "tor": [("obfs4", "ok")],
        "http_invalid_request_line": [("echo", "altered")],
        "http_header_field_manipulation": [("echo", "ok")],
        "ndt": [],
    }


def test_many_lines_come_in_batches() -> None:
    data = b"\n".join(line(test_runtime=float(number)) for number in range(17_001))
    batches = read(data)
    assert [batch.read for batch in batches] == [8_000, 8_000, 1_001]
    assert (
        pl.concat([batch.measurements for batch in batches])["measurement_id"].n_unique() == 17_001
    )
