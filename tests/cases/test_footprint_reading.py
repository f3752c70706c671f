"""Every layout gives the same host; bad records are set aside by reason; counts add up."""

import gzip
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from tests.scan_records import COUNTRIES, KEY, address, censys_host, lines_of, shodan_banner

from sharedfuture.extract.scan_hosts import PRODUCT, QUARANTINE, SERVICE, Batch, Layout, Reading
from sharedfuture.records.errors import MeasurementsUnreadable

Heard = list[tuple[str, str]]


def read(data: bytes, *, heard: Heard | None = None, **limits: Any) -> list[Batch]:
    """Read one file; what its machines said is noted in `heard`."""

    def note(kind: str, text: str) -> int | None:
        if heard is not None:
            heard.append((kind, text))
        return 7

    reading = Reading(COUNTRIES, KEY, note, **limits)
    batches = list(reading.batches(io.BytesIO(data), number=3))
    for batch in batches:
        assert batch.read == batch.kept + batch.quarantine.height + batch.duplicate
        assert dict(batch.services.schema) == dict(SERVICE)
        assert dict(batch.products.schema) == dict(PRODUCT)
        assert dict(batch.quarantine.schema) == dict(QUARANTINE)
    return batches


PAGE = {
    "http_header.server": "made-httpd",
    "http_header.wwwauth": 'Basic realm="made"',
    "http_header.cookie": "made=1",
    "html_title": "Made up",
}
V1 = {
    "ip": address(1),
    "ports": [80, 22],
    "80": {
        "http": {
            "get": {
                "headers": {
                    "server": "made-httpd",
                    "www_authenticate": 'Basic realm="made"',
                    "set_cookie": "made=1",
                },
                "title": "Made up",
                "metadata": {"manufacturer": "Made"},
            }
        }
    },
    "22": {"ssh": {"v2": {"banner": {"raw": "SSH-2.0-made_1"}}}},
    "21": {"ftp": {"banner": {"banner": "220 made"}}},
    "location": {"country_code": "KE"},
    "autonomous_system": {"asn": 64496},
}
V2 = {
    "ip": address(1),
    "services": [
        {
            "port": 80,
            "service_name": "HTTP",
            "http": {
                "response": {
                    "headers": {
                        "_encoding": {"Server": "DISPLAY_UTF8"},
                        "Server": ["made-httpd"],
                        "WWW_Authenticate": ['Basic realm="made"'],
                        "Set_Cookie": ["made=1"],
                    },
                    "html_title": "Made up",
                }
            },
            "software": [{"vendor": "Made"}],
        },
        {"port": 22, "service_name": "SSH", "ssh": {"endpoint_id": {"raw": "SSH-2.0-made_1"}}},
        {"port": 21, "service_name": "FTP", "ftp": {"banner": "220 made\r\n"}},
    ],
    "location": {"country_code": "KE"},
    "autonomous_system": {"asn": 64496},
}
PLATFORM = {
    "ip": address(1),
    "service_count": 3,
    "services": [
        {
            "port": 80,
            "protocol": "HTTP",
            "endpoints": [
                {
                    "http": {
                        "headers": {
                            "Server": {"headers": ["made-httpd"]},
                            "WWW-Authenticate": {"headers": ['Basic realm="made"']},
                            "Set-Cookie": {"headers": ["made=1"]},
                        },
                        "html_title": "Made up",
                    }
                }
            ],
            "hardware": [{"vendor": "Made"}],
        },
        {"port": 22, "protocol": "SSH", "ssh": {"endpoint_id": {"raw": "SSH-2.0-made_1"}}},
        {"port": 21, "protocol": "FTP", "banner": "220 made"},
    ],
    "location": {"country_code": "KE"},
    "autonomous_system": {"asn": 64496},
}
SAID = (
    'HTTP/1.1 401 No\r\nServer: made-httpd\r\nWWW-Authenticate: Basic realm="made"\r\n'
    "Set-Cookie: made=1\r\n\r\n"
)
BANNERS = [
    shodan_banner(1, SAID, http={"title": "Made up"}, cpe23=["cpe:2.3:h:Made:box:*:*"]),
    shodan_banner(1, "SSH-2.0-made_1\nKey type: x", port=22, _shodan={"module": "ssh"}),
    shodan_banner(1, "220 made\r\n", port=21, _shodan={"module": "ftp"}),
]
GRAB = {
    "ip": address(1),
    "data": {
        "http": {
            "status": "success",
            "protocol": "http",
            "result": {
                "response": {
                    "headers": {
                        "server": ["made-httpd"],
                        "www_authenticate": ['Basic realm="made"'],
                        "set_cookie": ["made=1"],
                        "unknown": [{"key": "x", "value": ["y"]}],
                    },
                    "body": "<html><TITLE>Made up</TITLE>",
                }
            },
        },
        "ssh": {"protocol": "ssh", "result": {"server_id": {"raw": "SSH-2.0-made_1"}}},
        "ftp": {"protocol": "ftp", "result": {"banner": "220 made\r\n"}},
        "telnet": {"status": "io-timeout", "protocol": "telnet"},
    },
}
SHODAN = {
    "ip_str": address(1),
    "country_code": "KE",
    "asn": "AS64496",
    "data": [{key: value for key, value in item.items() if key != "location"} for item in BANNERS],
}


@pytest.mark.parametrize(
    ("records", "layout", "labels", "country"),
    [
        ([V1], Layout.CENSYS_V1, 1, "KEN"),
        ([V2], Layout.CENSYS, 1, "KEN"),
        ([PLATFORM], Layout.CENSYS, 1, "KEN"),
        ([SHODAN], Layout.SHODAN_HOST, 1, "KEN"),
        (BANNERS, Layout.SHODAN_BANNER, 1, "KEN"),
        ([GRAB], Layout.ZGRAB2, 0, ""),
    ],
    ids=lambda value: str(value) if isinstance(value, Layout) else "",
)
def test_every_layout_gives_the_same_texts(
    records: Sequence[object], layout: Layout, labels: int, country: str
) -> None:
    heard: Heard = []
    (batch,) = read(lines_of(records), heard=heard)
    assert batch.layouts == {layout}
    assert batch.read == batch.kept == len(records)
    texts = {*PAGE.items(), ("ssh.banner", "made_1"), ("ftp.banner", "made")}
    assert {item for item in heard if item[0] != "label.vendor"} == texts
    assert [text for kind, text in heard if kind == "label.vendor"] == ["Made"] * labels
    assert batch.services["host"].n_unique() == 1
    number = sorted(COUNTRIES.values()).index(country) + 1 if country else 0
    assert batch.services["country"].unique().to_list() == [number]
    assert batch.services["asn"].unique().to_list() == [64496 if country else 0]
    assert batch.products["product"].unique().to_list() == [7]


EDGE = {
    "origin": {"country": "nl", "ip": address(9), "type": "service-simple"},
    "target": {"ip": address(1), "port": 80},
    "result": {
        "data": {"service": {"name": "http", "banner": "HTTP/1.1 200\\r\\nServer: made\\r\\n"}}
    },
}


def test_binaryedge_is_read_and_its_scanner_is_not_the_host() -> None:
    heard: Heard = []
    other = EDGE | {"origin": {"type": "webv2"}}
    document = {"query": "x", "events": [EDGE, EDGE, other]}
    (batch,) = read(json.dumps(document).encode(), heard=heard)
    assert (batch.read, batch.kept, batch.duplicate) == (3, 2, 1)
    assert ("http_header.server", "made") in heard
    assert batch.services["country"].to_list() == [0, 0]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda host: host,
        lambda host: [host],
        lambda host: {"code": 200, "status": "OK", "result": host},
        lambda host: {"result": {"resource": host, "extensions": {}}},
        lambda host: {"result": {"hits": [{"host_v1": {"resource": host}}]}},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_documents_lists_and_answers_are_unwrapped(
    wrap: Any, indent: int | None, pack: Any
) -> None:
    data = json.dumps(wrap(censys_host(1)), indent=indent).encode()
    (batch,) = read(pack(b"\xef\xbb\xbf" + data))
    assert (batch.read, batch.kept) == (1, 1)


def reasons(batches: Sequence[Batch]) -> list[tuple[str, int]]:
    return [
        (row["reason"], row["offset"])
        for batch in batches
        for row in batch.quarantine.iter_rows(named=True)
    ]


def test_bad_lines_are_set_aside_with_reason_and_offset() -> None:
    good = lines_of([censys_host(1)])
    bad: Mapping[str, bytes] = {
        "malformed_json": b'{"ip": ',
        "wrong_type": json.dumps(censys_host(2) | {"services": {"a": 1}}).encode(),
        "not_utf8": b'{"ip": "\xff\xfe", "services": []}',
        "unknown_layout": b'{"name": "x"}',
        "no_address": b'{"ip": "nowhere", "services": []}',
        "nested_too_deep": b'{"ip": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        "line_too_long": b'{"ip": "' + b"x" * 30_000 + b'"}',
    }
    for reason, line in bad.items():
        told = reasons(read(good + line + b"\n" + lines_of([censys_host(3)]), longest_line=20_000))
        assert told == [(reason, len(good))]


def test_number_alone_and_text_are_no_record() -> None:
    good = lines_of([censys_host(1)])
    assert reasons(read(good + b"17\n" + b'"text"\n')) == [
        ("unknown_layout", len(good)),
        ("unknown_layout", len(good) + 3),
    ]


def test_damaged_first_line_does_not_swallow_the_file() -> None:
    batches = read(b'{"ip": "broken\n' + lines_of([censys_host(1), censys_host(2)]))
    assert reasons(batches) == [("malformed_json", 0)]
    assert sum(batch.kept for batch in batches) == 2


def test_file_cut_off_gives_all_that_stands_before() -> None:
    packed = gzip.compress(lines_of(censys_host(number) for number in range(400)))
    batches = read(packed[: len(packed) * 2 // 3])
    assert [reason for reason, _ in reasons(batches)] == ["truncated_gzip"]
    assert sum(batch.kept for batch in batches) > 10


def test_document_too_long_is_set_aside() -> None:
    data = json.dumps(censys_host(1), indent=1).encode()
    assert reasons(read(data, longest_document=100)) == [("document_too_long", 0)]


def test_host_counts_once_in_one_file_and_in_two() -> None:
    reading = Reading(COUNTRIES, KEY)
    mapped = censys_host(1) | {"ip": f"::ffff:{address(1)}"}
    first = io.BytesIO(lines_of([censys_host(1), censys_host(2), censys_host(1), mapped]))
    (batch,) = reading.batches(first, number=1)
    assert (batch.read, batch.kept, batch.duplicate) == (4, 2, 2)
    (batch,) = reading.batches(io.BytesIO(lines_of([censys_host(2), censys_host(3)])), number=2)
    assert (batch.kept, batch.duplicate) == (1, 1)


def test_services_of_one_host_are_no_duplicates_of_each_other() -> None:
    lines = [shodan_banner(1, "a"), shodan_banner(1, "a", port=81), shodan_banner(1, "b")]
    (batch,) = read(lines_of(lines))
    assert (batch.kept, batch.duplicate) == (2, 1)
    assert batch.services["host"].n_unique() == 1


@pytest.mark.parametrize("code", [None, "", "XX", "UK", "Kenya", "K\u0000E"])
def test_country_that_is_not_known_is_none(code: str | None) -> None:
    (batch,) = read(lines_of([censys_host(1, [("html_title", "x")], country=code)]))
    assert batch.services["country"].to_list() == [0]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'{"data": [{"value": "ip"}]}', "an object with 1 fields, of them data"),
        (b'{"secret.example": 1, "x": 2}', "an object with 2 fields, none of them known"),
        (b"ip,port\n192.0.2.1,80\n", "text that is no JSON"),
        (b"[1, 2]", "JSON that is no object"),
    ],
)
def test_unknown_layout_is_refused_with_what_was_expected(data: bytes, found: str) -> None:
    with pytest.raises(MeasurementsUnreadable) as caught:
        read(data)
    told = str(caught.value)
    assert told.startswith("file 3: expected records as JSON lines")
    assert told.endswith(f"found {found}")
    assert "Censys v2 or Platform (ip, services)" in told


def test_long_file_in_an_unknown_layout_is_given_up_soon() -> None:
    endless = io.BytesIO(b'{"x": 1}\n' * 2_000)
    with pytest.raises(MeasurementsUnreadable):
        list(Reading(COUNTRIES, KEY).batches(endless, number=1))


def test_empty_file_has_no_records() -> None:
    assert read(b"") == []
