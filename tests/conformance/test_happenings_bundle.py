"""Every dated happening that the ledger carries over, against the publishers' files."""

import ast
import csv
import gzip
import io
from collections import Counter
from collections.abc import Callable

import pytest

from tests.conformance import happenings_bundle as bundle
from tests.conformance.happenings_bundle import DATA, FILES, LEDGER
from tests.conformance.measurement_bundle import written

pytestmark = pytest.mark.conformance

Say = Callable[[str, int, int], None]


@pytest.fixture(scope="module", autouse=True)
def _files_are_there() -> None:
    if not DATA.is_dir():
        pytest.skip("the publishers' files do not stand beside this checkout (../shared/data)")


@pytest.mark.parametrize("name", FILES)
def test_carried_rows_are_those_of_the_files(name: str, say: Say) -> None:
    rows = FILES[name]()
    assert written(rows) == (LEDGER / name).read_text(encoding="utf-8")
    say(f"evidence/{name}", len(rows), len(rows))


def test_projects_by_kind() -> None:
    """Of 9,404 records, 273 are certain by sector and title."""
    kinds = Counter(row["kind"] for row in bundle.aiddata())
    assert dict(kinds) == {
        "finance_surveillance": 24,
        "finance_telecom": 100,
        "mining": 96,
        "police_equipment": 45,
        "training": 8,
    }


@pytest.mark.parametrize(
    ("written_day", "edtf"),
    [("2003-01-01", "2003"), ("2008-09-01", "2008-09"), ("2008-01-28", "2008-01-28")],
)
def test_a_day_is_no_more_precise_than_the_publisher_knows(written_day: str, edtf: str) -> None:
    assert bundle.day_of(written_day) == edtf


def test_incidents_are_counted_once_for_each_initiator_and_receiver() -> None:
    counts, left_out = bundle.eurepoc_counts()
    by = Counter[str]()
    for (_, indicator, _), number in counts.items():
        by[indicator.rpartition("_by_")[2]] += number
    assert by == {"china": 409, "russia": 201, "united_states": 55}
    assert left_out == {"a region, organisation or territory": 99, "no receiver": 4}
    assert by.total() + left_out["a region, organisation or territory"] == len(_pairs())


def _pairs() -> set[tuple[str, str, str]]:
    """Incident, initiator and receiver, read from the same files in another way."""
    incidents = gzip.decompress((DATA / bundle.EUREPOC["incidents"]).read_bytes()).decode(
        "utf-8-sig"
    )
    receivers = (DATA / bundle.EUREPOC["receivers"]).read_text(encoding="utf-8-sig")
    received = {
        (row["ID"], row["receiver_country"])
        for row in csv.DictReader(io.StringIO(receivers))
        if row["receiver_country"] not in ("", "Not available", "None")
    }
    began = {
        (row["ID"], initiator)
        for row in csv.DictReader(io.StringIO(incidents))
        for initiator in ast.literal_eval(row["initiator_country"] or "[]")
        if initiator in bundle.INITIATORS
    }
    return {(one, who, whom) for one, who in began for other, whom in received if one == other}
