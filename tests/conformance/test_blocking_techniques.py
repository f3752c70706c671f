"""Techniques beside the names of OONI's simulated cases, and beside the injectors' own pools.

What each name says of the way of blocking was written down from the name alone.
"""

import csv
from collections import Counter
from collections.abc import Callable, Mapping
from io import BytesIO, StringIO
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.analyse.blocking.judging import read_fingerprints, verdicts
from sharedfuture.extract.ooni import Batch, Reading
from tests.conformance.originals import Originals
from tests.ooni_lines import AS_OF

pytestmark = pytest.mark.conformance

Say = Callable[[str, int, int], None]
OONI = "measurement/ooni"
RAW = f"{OONI}/raw-measurements"
POOLS = "measurement/gfw-report/ndss25-wallbleed/ordered-ip-pool-injector-3"
COUNTRIES = Path(__file__).parents[2] / "evidence" / "countries.csv"

# Of each case the layer that its name speaks of, and the techniques that would be right.
NAMED: Mapping[str, tuple[str, ...]] = {
    "dnsBlockingAndroidDNSCacheNoData": ("dns.refused", "dns.nxdomain"),
    "dnsBlockingNXDOMAIN": ("dns.nxdomain",),
    "dnsBlockingBOGON": ("dns.bogon",),
    "dnsHijackingToLocalhost": ("dns.bogon",),
    "ghostDNSBlockingWithHTTP": ("dns.other_address", "dns.several_answers", "dns.several_forged"),
    "httpBlockingConnectionReset": ("http.reset",),
    "httpDiffWithConsistentDNS": ("http.other_page", "http.block_page_product"),
    "httpDiffWithInconsistentDNS": ("http.other_page", "http.block_page_product"),
    "redirectWithConsistentDNSAndThenConnectionRefused": ("tcp.refused",),
    "redirectWithConsistentDNSAndThenConnectionReset": ("tls.reset_after_hello", "http.reset"),
    "redirectWithConsistentDNSAndThenEOF": ("tls.closed_after_hello", "http.timeout"),
    "redirectWithConsistentDNSAndThenTimeout": ("tls.timeout_after_hello", "http.timeout"),
    "tcpBlockingConnectTimeout": ("tcp.timeout",),
    "tcpBlockingConnectionRefused": ("tcp.refused",),
    "throttling": ("http.stalled",),
    "tlsBlockingConnectionReset": ("tls.reset_after_hello",),
}


def named_by(case: str) -> tuple[str, ...]:
    fitting = [name for name in NAMED if case.startswith(name)]
    return NAMED[max(fitting, key=len)] if fitting else ()


def read(data: bytes) -> Batch:
    with COUNTRIES.open(encoding="utf-8") as file:
        countries = {row["iso2"]: row["country_id"] for row in csv.DictReader(file)}
    (batch,) = Reading(countries=countries, as_of=AS_OF).batches(BytesIO(data), name="made.jsonl")
    return batch


def forged(originals: Originals) -> frozenset[str]:
    return frozenset(
        line
        for kind in ("a", "aaaa")
        for line in originals.data(f"{POOLS}-{kind}.txt").decode().split()
    )


def test_technique_is_the_one_that_the_case_is_named_after(
    originals: Originals, say: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    """Any layer may show it: a case often has two faults, and the name tells of one."""
    batch = read(originals.data(f"{RAW}/qa-simulated/webconnectivity_qa_labelled.jsonl.gz"))
    index = originals.data(f"{RAW}/qa-simulated/webconnectivity_qa_labelled.index.tsv").decode()
    cases = [row["qa_case"] for row in csv.DictReader(StringIO(index), delimiter="\t")]
    found = verdicts(batch.measurements, batch.observations, forged=forged(originals))
    shown = dict(
        found.group_by("measurement_id").agg(pl.col("technique_id").drop_nulls().sort()).iter_rows()
    )
    table: Counter[tuple[str, str]] = Counter()
    agree, spoken = 0, 0
    for case, name in zip(cases, batch.measurements["measurement_id"], strict=True):
        right, told = named_by(case), shown.get(name, [])
        if told or right:
            table[case, " + ".join(told) or "nothing"] += 1
        if right:
            spoken += 1
            agree += bool(set(right) & set(told))
    with capsys.disabled():
        print("\ntechniques shown by simulated cases")
        for (case, told), number in sorted(table.items()):
            mark = (
                ""
                if not named_by(case)
                else " ="
                if set(named_by(case)) & set(told.split(" + "))
                else " DIFFERS"
            )
            print(f"  {number:3} {case}: {told}{mark}")
    say("techniques by name of case", spoken, agree)
    assert agree / spoken >= 0.9


def test_pools_of_the_injectors_are_read_and_taken_for_nobody_elses(
    originals: Originals, say: Say
) -> None:
    """No measurement of the field or of the suite shows a forged address by chance."""
    pool = forged(originals)
    assert len(pool) == 592 + 30
    seen = 0
    for name in ("real_field_measurements", "qa-simulated/webconnectivity_qa_labelled"):
        batch = read(originals.data(f"{RAW}/{name}.jsonl.gz"))
        told = verdicts(batch.measurements, batch.observations, forged=pool)
        seen += told.filter(pl.col("technique_id").str.starts_with("dns.forged")).height
    known = read_fingerprints(
        originals.data(f"{OONI}/blocking-fingerprints/fingerprints_dns.csv").decode()
    )
    listed = {item.pattern for item in known.all if item.pattern in pool}
    assert seen == 0
    say("addresses of injector 3, of these in the list of fingerprints", len(pool), len(listed))
