"""Whatever stands in a file: every line is accounted for, and how it is cut does not matter."""

import gzip
import io
import json
from collections.abc import Sequence

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ooni_lines import (
    OTHER,
    SITE,
    connect,
    control,
    handshake,
    line,
    page,
    query,
    read,
    reading,
)

from sharedfuture.analyse.blocking.judging import VERDICTS, deciding, verdicts
from sharedfuture.extract.ooni import Batch

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
NAMES = ("queries", "tcp_connect", "tls_handshakes", "requests", "control", "blocking", "targets")
TESTS = ("web_connectivity", "tor", "signal", "psiphon", "http_invalid_request_line", "ndt")
ODD = st.builds(
    lambda test, keys: line(test_name=test, test_keys=keys, report_id=""),
    st.sampled_from(TESTS),
    st.dictionaries(st.sampled_from(NAMES), JSON, max_size=4),
)
FAILURE = st.sampled_from(
    [None, "connection_reset", "generic_timeout_error", "ssl_invalid_hostname", "eof_error"]
)
ADDRESS = st.sampled_from([SITE, OTHER, "10.10.34.36", "2a00::1"])
AT = st.dictionaries(st.sampled_from([f"{SITE}:443", f"{OTHER}:443"]), FAILURE)
SOUND = st.fixed_dictionaries(
    {
        "queries": st.lists(
            st.builds(lambda a, f: query(a, failure=f), ADDRESS, FAILURE), max_size=3
        ),
        "tcp_connect": st.lists(
            st.builds(lambda a, f: connect(a, 443, f), ADDRESS, FAILURE), max_size=3
        ),
        "tls_handshakes": st.lists(st.builds(handshake, ADDRESS, FAILURE), max_size=3),
        "requests": st.lists(
            st.builds(
                lambda f, code, body: page(failure=f, code=code, body=body),
                FAILURE,
                st.sampled_from([0, 200, 302, 451, 503]),
                st.text(max_size=5),
            ),
            max_size=2,
        ),
        "control": st.none()
        | st.builds(lambda a, tcp, tls: control(a, tcp=tcp, tls=tls), ADDRESS, AT, AT),
        "x_blocking_flags": st.none() | st.integers(0, 63),
    }
)
slow = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def adds_up(batches: Sequence[Batch]) -> int:
    for batch in batches:
        assert batch.read == batch.kept + batch.quarantined + batch.duplicate
    return sum(batch.read for batch in batches)


@slow
@given(st.lists(st.binary(max_size=60) | ODD, max_size=12))
def test_every_line_is_accounted_for(lines: list[bytes]) -> None:
    data = b"\n".join(lines)
    count = sum(bool(item.strip()) for item in data.split(b"\n"))
    packed = gzip.compress(data)
    assert adds_up(read(packed)) == count
    if not data.startswith(b"\x1f\x8b"):
        assert adds_up(read(data)) == count


@slow
@given(st.lists(ODD, min_size=1, max_size=8), st.data())
def test_break_anywhere_loses_no_whole_line(lines: list[bytes], data: st.DataObject) -> None:
    packed = gzip.compress(b"\n".join(lines))
    cut = data.draw(st.integers(20, len(packed) - 1))
    whole = read(packed)
    batches = read(packed[:cut])
    assert adds_up(batches) <= adds_up(whole) + 1
    kept = [row for batch in batches for row in batch.measurements["measurement_id"]]
    all_kept = [row for batch in whole for row in batch.measurements["measurement_id"]]
    assert kept == all_kept[: len(kept)]
    assert batches[-1].quarantine["reason"].to_list()[-1] == "truncated_gzip"


@slow
@given(st.binary(min_size=1, max_size=400), st.integers(0, 300))
def test_damage_never_stops_the_reading(noise: bytes, place: int) -> None:
    packed = bytearray(gzip.compress(b"\n".join([line(), line(test_runtime=2.0)])))
    packed[place : place + len(noise)] = noise
    adds_up(read(bytes(packed)))


@slow
@given(st.lists(SOUND, min_size=1, max_size=4))
def test_verdicts_do_not_depend_on_order_or_company(keys: list[dict[str, object]]) -> None:
    lines = [line(test_keys=item, measurement_uid=f"m{number}") for number, item in enumerate(keys)]

    def told(chosen: Sequence[bytes]) -> pl.DataFrame:
        (batch,) = reading().batches(io.BytesIO(b"\n".join(chosen)), name="made")
        assert batch.quarantined == 0
        return verdicts(batch.measurements, batch.observations)

    together = told(lines)
    assert together.equals(told(lines[::-1]))
    assert together.equals(pl.concat([told([item]) for item in lines]))
    assert set(together["verdict"]) <= set(VERDICTS)
    assert together.select("measurement_id", "layer").is_unique().all()
    assert deciding(together)["measurement_id"].is_unique().all()


@slow
@given(SOUND)
def test_without_control_nothing_but_the_sites_own_proof_counts(keys: dict[str, object]) -> None:
    data = line(test_keys={**keys, "control": None, "x_blocking_flags": None})
    (batch,) = read(data)
    told = deciding(verdicts(batch.measurements, batch.observations))
    assert set(told["verdict"]) <= {"ok", "insufficient"}
    assert json.loads(data)["test_keys"]["control"] is None
