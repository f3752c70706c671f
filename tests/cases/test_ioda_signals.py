"""Answers in the layout of IODA's interface, and what is refused."""

import json
from hashlib import sha256

import pytest

from sharedfuture.capture import Capture
from sharedfuture.extract.ioda_signals import SIGNAL_SCHEMA, ioda_signals
from sharedfuture.records.errors import SourceChanged

SERIES = {
    "entityType": "country",
    "entityCode": "TG",
    "entityName": "Togo",
    "entityFqid": "geo.example.AF.TG",
    "datasource": "bgp",
    "subtype": "",
    "from": 1600000000,
    "until": 1600000900,
    "step": 300,
    "nativeStep": 300,
    "values": [10, None, 12.5],
}


def capture(*series: dict[str, object], **envelope: object) -> Capture:
    answer = {"type": "signals", "error": None, "data": [list(series)], **envelope}
    data = json.dumps(answer).encode()
    return Capture(name="ioda/now/signals", data=data, sha256=sha256(data).hexdigest())


def test_plain_series() -> None:
    frame = ioda_signals(capture(SERIES, {**SERIES, "datasource": "merit-nt", "values": []}))
    assert dict(frame.schema) == SIGNAL_SCHEMA
    assert frame.get_column("value").to_list() == [10.0, None, 12.5]
    assert frame.get_column("at").dt.epoch("s").to_list() == [1600000000, 1600000300, 1600000600]
    assert frame.select("entity_code", "datasource", "step_s").unique().rows() == [
        ("TG", "bgp", 300)
    ]


def test_nested_values_become_measures_of_members() -> None:
    values = [
        [{"target_as": "64496", "agg_values": {"median": 5.0, "p90": None}}],
        None,
        [{"target_as": "64496", "agg_values": {"median": 6.0, "p90": 9}}],
    ]
    frame = ioda_signals(capture({**SERIES, "values": values}))
    assert frame.select("measure", "member", "value").rows() == [
        ("median", "64496", 5.0),
        ("median", "64496", None),
        ("median", "64496", 6.0),
        ("p90", "64496", None),
        ("p90", "64496", None),
        ("p90", "64496", 9.0),
    ]


def test_empty_window() -> None:
    assert ioda_signals(capture()).height == 0


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"values": [1, 2, 3, 4, 5]}, "no more than 4 values, found 5"),
        ({"step": 0}, "step 0"),
        ({"until": 1}, "until 1"),
        ({"values": ["many"]}, "expected a number, found 'many'"),
        ({"values": [True]}, "expected a number, found 'True'"),
        ({"values": [[1, 2]]}, "found two"),
        ({"values": [[[[[[1]]]]]]}, "expected a number"),
        ({"values": {"0": 1}}, "JSON of the known form"),
        ({"from": "yesterday"}, "JSON of the known form"),
    ],
)
def test_refused_series(change: dict[str, object], found: str) -> None:
    with pytest.raises(SourceChanged, match="expected") as raised:
        ioda_signals(capture({**SERIES, **change}))
    assert found in str(raised.value)


def test_refused_answer() -> None:
    with pytest.raises(SourceChanged, match="Invalid time"):
        ioda_signals(capture(error="Invalid time"))
    with pytest.raises(SourceChanged, match="known form"):
        ioda_signals(Capture(name="x/y/z", data=b'{"data": [[', sha256=""))
