"""Raw measurements written by hand in OONI's layout, as lines and as frames."""

import gzip
import io
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import polars as pl

from sharedfuture.extract.ooni import Batch, Reading

AS_OF = datetime(2026, 11, 1)  # noqa: DTZ001
COUNTRIES = {"ZM": "ZMB", "UG": "UGA", "IT": "ITA"}
SITE, OTHER = "203.1.113.10", "198.1.100.20"


def line(*, test_keys: object = None, **head: object) -> bytes:
    """One measurement; what is not given is plain and in order."""
    told = {
        "test_name": "web_connectivity",
        "measurement_start_time": "2026-01-02 03:04:05",
        "probe_cc": "ZM",
        "probe_asn": "AS64500",
        "report_id": "20260102T030405Z_webconnectivity_ZM_64500_n1_x",
        "input": "https://site.example/",
        "test_runtime": 1.5,
        "test_keys": {} if test_keys is None else test_keys,
        **head,
    }
    return json.dumps(told).encode()


def reading(**choices: Any) -> Reading:
    """A reading at a fixed time with three countries."""
    return Reading(countries=COUNTRIES, as_of=AS_OF, **choices)


def read(data: bytes, **choices: Any) -> list[Batch]:
    """Every batch of a stream."""
    return list(reading(**choices).batches(io.BytesIO(data), name="made.jsonl"))


def read_lines_of(lines: Iterable[bytes], **choices: Any) -> Batch:
    """Lines, packed, as the one batch that they make."""
    (batch,) = read(gzip.compress(b"\n".join(lines)), **choices)
    return batch


def query(*addresses: str, failure: str | None = None, engine: str = "system") -> dict[str, Any]:
    """One query for the site's name."""
    return {
        "hostname": "site.example",
        "query_type": "A",
        "engine": engine,
        "failure": failure,
        "answers": [{"answer_type": "A", "ipv4": item} for item in addresses],
    }


def connect(ip: str = SITE, port: int = 443, failure: str | None = None) -> dict[str, Any]:
    """One connection."""
    return {"ip": ip, "port": port, "status": {"failure": failure, "success": failure is None}}


def handshake(ip: str = SITE, failure: str | None = None) -> dict[str, Any]:
    """One handshake for the site's name."""
    return {"address": f"{ip}:443", "server_name": "site.example", "failure": failure}


def page(
    url: str = "https://site.example/",
    failure: str | None = None,
    code: int = 200,
    body: object = "",
    headers: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """One exchange."""
    response = {"code": code, "body": body, "headers": dict(headers or {})}
    return {"request": {"url": url}, "failure": failure, "response": response}


def control(
    *addresses: str,
    tcp: Mapping[str, str | None] | None = None,
    tls: Mapping[str, str | None] | None = None,
    **http: object,
) -> dict[str, Any]:
    """What the control saw; a page of 1,000 bytes where nothing else is said."""
    fetched = {"failure": None, "status_code": 200, "body_length": 1000, "title": "Site", **http}
    return {
        "dns": {"addrs": list(addresses), "failure": None if addresses else "dns_name_error"},
        "tcp_connect": {at: {"status": not end, "failure": end} for at, end in (tcp or {}).items()},
        "tls_handshake": {
            at: {"status": not end, "failure": end} for at, end in (tls or {}).items()
        },
        "http_request": {"headers": {"X-Made-By": "site"}, **fetched},
    }


def frames(lines: Iterable[bytes], **choices: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Measurements and observations of lines, none of which may be set aside."""
    batch = read_lines_of(lines, **choices)
    assert batch.quarantine["detail"].to_list() == []
    return batch.measurements, batch.observations
