"""Columns of the frames, in order.

Outcomes are "ok", OONI's word for the failure, or null where the layer was not tried. Times are
UTC. Country codes are ISO 3166-1 alpha-3. Counts are null where nothing was counted.
"""

from collections.abc import Mapping

import polars as pl
import pyarrow as pa

_TEXT, _YES, _SHARE = pl.String(), pl.Boolean(), pl.Float64()
_PLACE, _NUMBER, _BIG = pl.UInt32(), pl.Int32(), pl.Int64()

IDENTITY: Mapping[str, pl.DataType] = {
    "measurement_id": _TEXT,
    "measured_at": pl.Datetime("us"),
    "country_id": _TEXT,
    "asn": _BIG,
    "resolver_asn": _BIG,
    "input": _TEXT,
    "test_name": _TEXT,
}

# What a measurement has once: its target, its control, what the probe itself concluded (`ooni_…`),
# and for tests of services the parts tried with their outcomes ("" where the test gave none).
CONTEXT: Mapping[str, pl.DataType] = {
    "test_version": _TEXT,
    "target_host": _TEXT,
    "target_port": _NUMBER,
    "control_outcome": _TEXT,
    "control_dns_outcome": _TEXT,
    "control_addresses": pl.List(_TEXT),
    "control_networks": pl.List(_BIG),
    "control_http_outcome": _TEXT,
    "control_status_code": _NUMBER,
    "control_body_length": _BIG,
    "control_has_title": _YES,
    "ooni_blocking": _TEXT,
    "ooni_accessible": _YES,
    "ooni_dns_consistency": _TEXT,
    "ooni_blocking_flags": _BIG,
    "service_parts": pl.List(_TEXT),
    "service_outcomes": pl.List(_TEXT),
}

# `file` is the name of the file that the line was read from.
MEASUREMENT: Mapping[str, pl.DataType] = {**IDENTITY, **CONTEXT, "file": _TEXT}

QUERY: Mapping[str, pl.DataType] = {
    "place": _PLACE,
    "hostname": _TEXT,
    "dns_engine": _TEXT,
    "dns_query_type": _TEXT,
    "dns_is_second_answer": _YES,
    "dns_outcome": _TEXT,
}

ANSWERED: Mapping[str, pl.DataType] = {
    "ip": _TEXT,
    "dns_answer_asn": _BIG,
}

# An endpoint: how the connection, the handshake and the page ended, here and at the control.
END: Mapping[str, pl.DataType] = {
    "place": _PLACE,
    "address": _TEXT,
    "tcp_outcome": _TEXT,
    "tls_server_name": _TEXT,
    "tls_outcome": _TEXT,
    "tls_is_verified": _YES,
    "http_host": _TEXT,
    "http_port": _NUMBER,
    "http_is_tls": _YES,
    "http_outcome": _TEXT,
    "http_status_code": _NUMBER,
    "http_body_length": _BIG,
    "http_body_is_truncated": _YES,
    "http_redirects_to": _TEXT,
    "http_title_agrees": _YES,
    "http_header_share": _SHARE,
    "http_fingerprint_ids": pl.List(_TEXT),
    "control_tcp_outcome": _TEXT,
    "control_tls_outcome": _TEXT,
}

_INNER = {"place", "address", "http_port", "hostname", "ip"}

# One row for each measurement and endpoint: an address that a resolver answered (or a query
# without answer), or an address and port with the connection, handshake and page it gave;
# `number` counts the rows of a measurement from zero.
OBSERVATION: Mapping[str, pl.DataType] = {
    **IDENTITY,
    "hostname": _TEXT,
    "ip": _TEXT,
    "port": _NUMBER,
    **{
        name: kind
        for form in (QUERY, ANSWERED, END)
        for name, kind in form.items()
        if name not in _INNER
    },
    "number": _NUMBER,
    "file": _TEXT,
}

QUARANTINE: Mapping[str, pl.DataType] = {
    "file": _TEXT,
    "byte_offset": _BIG,
    "byte_count": _BIG,
    "reason": _TEXT,
    "detail": _TEXT,
}


def arrow_types(form: Mapping[str, pl.DataType]) -> list[pa.DataType]:
    """The types of the columns as Arrow has them."""
    return [_ARROW[kind] for kind in form.values()]


_ARROW: Mapping[pl.DataType, pa.DataType] = {
    _TEXT: pa.large_string(),
    _YES: pa.bool_(),
    _SHARE: pa.float64(),
    _PLACE: pa.uint32(),
    _NUMBER: pa.int32(),
    _BIG: pa.int64(),
    pl.Datetime("us"): pa.timestamp("us"),
    pl.List(_TEXT): pa.large_list(pa.large_string()),
    pl.List(_BIG): pa.large_list(pa.int64()),
}
