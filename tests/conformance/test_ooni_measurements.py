"""OONI's raw measurements: those of the field are all accounted for, simulated ones judged right.

The simulated ones come from OONI's own quality suite, which runs the true probe in a network with
a known fault. What is true of each case was written down from its name alone, before any rule.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.analyse.blocking.judging import (
    Fingerprints,
    deciding,
    read_fingerprints,
    verdicts,
)
from sharedfuture.extract.ooni import Batch, Reading
from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

Say = Callable[[str, int, int], None]
AS_OF = datetime(2026, 11, 1)  # noqa: DTZ001
OONI = "measurement/ooni"
RAW = f"{OONI}/raw-measurements"
COUNTRIES = Path(__file__).parents[2] / "evidence" / "countries.csv"

# Beginnings of names of cases; the longest that fits counts.
TRUTH: Mapping[str, str] = {
    "badSSL": "down",
    "badSSLWithUnknownAuthorityWithInconsistentDNS": "blocked",
    "cloudflareCAPTCHA": "reached",
    "controlFailureWithSuccessful": "reached",
    "dnsBlocking": "blocked",
    "dnsHijackingToLocalhost": "blocked",
    # Led through a proxy that hands the true site on, certificate and all: nothing is withheld.
    "dnsHijackingToProxy": "reached",
    "ghostDNSBlocking": "blocked",
    "httpDiff": "blocked",
    "idnaWithoutCensorship": "reached",
    "largeFile": "reached",
    "localhost": "down",
    "redirectWithBrokenLocation": "down",
    "redirectWithConsistentDNSAndThen": "blocked",
    "redirectWithMoreThanTenRedirects": "down",
    "success": "reached",
    "tcpBlocking": "blocked",
    "throttling": "blocked",
    "tlsBlocking": "blocked",
    "websiteDown": "down",
}


def truth_of(case: str) -> str:
    return TRUTH[max((name for name in TRUTH if case.startswith(name)), key=len)]


@pytest.fixture(scope="module")
def countries() -> Mapping[str, str]:
    with COUNTRIES.open(encoding="utf-8") as file:
        return {row["iso2"]: row["country_id"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def known(originals: Originals, countries: Mapping[str, str]) -> Fingerprints:
    texts = [
        originals.data(f"{OONI}/blocking-fingerprints/fingerprints_{kind}.csv").decode()
        for kind in ("http", "dns")
    ]
    return read_fingerprints(*texts, countries=countries)


def read(data: bytes, countries: Mapping[str, str], known: Fingerprints | None) -> Batch:
    reading = Reading(countries=countries, as_of=AS_OF)
    reading.match = known.match if known else reading.match
    (batch,) = reading.batches(BytesIO(data), name="measurements.jsonl")
    assert batch.read == batch.kept + batch.quarantined + batch.duplicate
    return batch


def judge(batch: Batch, known: Fingerprints | None) -> pl.DataFrame:
    frame = known.frame() if known else None
    return deciding(verdicts(batch.measurements, batch.observations, fingerprints=frame))


@pytest.mark.parametrize("has_fingerprints", [True, False], ids=["fingerprints", "none"])
def test_simulated_measurements_are_judged_right(
    originals: Originals,
    countries: Mapping[str, str],
    known: Fingerprints,
    capsys: pytest.CaptureFixture[str],
    has_fingerprints: bool,
) -> None:
    used = known if has_fingerprints else None
    batch = read(
        originals.data(f"{RAW}/qa-simulated/webconnectivity_qa_labelled.jsonl.gz"), countries, used
    )
    index = originals.data(f"{RAW}/qa-simulated/webconnectivity_qa_labelled.index.tsv")
    rows = csv.DictReader(StringIO(index.decode()), delimiter="\t")
    cases = [row["qa_case"] for row in rows]
    assert batch.kept == batch.read == len(cases) == 624
    by_id = dict(judge(batch, used).select("measurement_id", "verdict").rows())
    matrix = Counter(
        (truth_of(case), by_id[name])
        for case, name in zip(cases, batch.measurements["measurement_id"], strict=True)
    )
    show(matrix, capsys, "with fingerprints" if has_fingerprints else "without fingerprints")
    hits = matrix["blocked", "blocked"]
    called = sum(count for (_, told), count in matrix.items() if told == "blocked")
    true = sum(count for (truth, _), count in matrix.items() if truth == "blocked")
    assert hits / called >= 0.95
    assert hits / true >= 0.90
    assert matrix["down", "blocked"] == matrix["blocked", "down"] == 0
    # The one case that can be argued about, counted the other way.
    proxied = sum(case.startswith("dnsHijackingToProxy") for case in cases)
    assert hits / (true + proxied) >= 0.90


def show(matrix: Counter[tuple[str, str]], capsys: pytest.CaptureFixture[str], way: str) -> None:
    with capsys.disabled():
        print(f"\nsimulated measurements, {way}: true state by verdict")
        for truth in ("blocked", "down", "reached"):
            told = {
                verdict: matrix[truth, verdict]
                for verdict in ("blocked", "down", "ok", "insufficient")
            }
            print(f"  {truth}: {told}")


def test_field_measurements_are_kept_or_set_aside_with_a_reason(
    originals: Originals, countries: Mapping[str, str], known: Fingerprints, say: Say
) -> None:
    data = originals.data(f"{RAW}/real_field_measurements.jsonl.gz")
    batch = read(data, countries, known)
    assert (batch.read, batch.kept, batch.quarantined, batch.duplicate) == (92, 86, 5, 1)
    assert Counter(batch.quarantine["reason"]) == {
        "unknown_country": 2,  # null, and UK
        "no_test_keys": 1,
        "wrong_type": 1,  # targets of an early Tor test, as a list
        "bad_base64": 1,
    }
    # Every offset leads back to its line.
    for offset, size in batch.quarantine.select("byte_offset", "byte_count").rows():
        assert isinstance(json.loads(data[offset : offset + size]), dict)
    say("OONI raw measurements of the field", batch.read, batch.observations.height)


def test_field_verdicts_beside_the_probes_own(
    originals: Originals, countries: Mapping[str, str], known: Fingerprints, say: Say
) -> None:
    """Where the two differ, the raw measurement was looked at; each difference has its reason."""
    batch = read(originals.data(f"{RAW}/real_field_measurements.jsonl.gz"), countries, known)
    told = batch.measurements.filter(test_name="web_connectivity").join(
        judge(batch, known).select("measurement_id", "verdict", "rule_id"), on="measurement_id"
    )
    given = told.filter(pl.col("ooni_blocking").is_not_null())
    theirs = given.select(
        "country_id",
        "input",
        "rule_id",
        theirs=pl.col("ooni_blocking") != "false",
        ours=pl.col("verdict") == "blocked",
    )
    differ = theirs.filter(pl.col("theirs") != pl.col("ours"))
    assert set(differ.select("country_id", "input", "rule_id").rows()) == {
        # Its redirect led to the ministry's block page; the probe compared the redirect's title.
        ("IDN", "http://archive.org", "http.state_page"),
        # No exchange is recorded that could have failed.
        ("NLD", "https://fa.wikipedia.org/", "http.not_tried"),
        # The control got an alias without address: the site is gone.
        ("SVK", "http://www.wikispaces.com/", "dns.no_name_anywhere"),
        # The name no longer exists; the network answers names that do not with its search page.
        ("CHN", "http://www.efindlove.com", "http.bad_redirect"),
        # The probe had no IPv6; over IPv4 the site proved itself.
        ("ITA", "https://www.youtube.com/", "http.authentic"),
    }
    say("OONI's own conclusion", given.height, given.height - differ.height)


def test_field_measurement_names_a_product(
    originals: Originals, countries: Mapping[str, str], known: Fingerprints
) -> None:
    batch = read(originals.data(f"{RAW}/real_field_measurements.jsonl.gz"), countries, known)
    named = judge(batch, known).filter(pl.col("vendor").is_not_null())
    assert named.select("country_id", "asn", "product", "vendor").rows() == [
        ("AUS", 9443, "checkpoint", "Check Point")
    ]


def test_examples_of_the_specifications_are_accounted_for(
    originals: Originals, countries: Mapping[str, str], known: Fingerprints, say: Say
) -> None:
    batch = read(originals.data(f"{RAW}/spec_examples.jsonl.gz"), countries, known)
    assert (batch.read, batch.kept, batch.quarantined) == (88, 79, 9)
    judge(batch, known)
    say("examples of OONI's specifications", batch.read, batch.observations.height)


def test_large_field_measurements_are_read(
    originals: Originals, countries: Mapping[str, str], known: Fingerprints
) -> None:
    for name in ("8844", "dnsgoogle80", "firefoxcom", "issue-2456", "noipv6", "youtube"):
        told = json.loads(originals.data(f"{RAW}/probe-cli-field/{name}.measurement.json.gz"))
        batch = read(json.dumps(told).encode(), countries, known)
        assert (batch.kept, batch.observations.height > 0) == (1, True)


def test_published_fingerprints_are_all_taken(known: Fingerprints, say: Say) -> None:
    assert len(known.all) == 1_955
    huawei = {item.fingerprint_id for item in known.all if item.vendor == "Huawei"}
    assert huawei == {"ooni.es_1", "cp.a_prod_huawei_esight"}
    assert known.match("", {"server": "V2R2C00-IAE/1.0"}) == ("ooni.es_1",)
    say("fingerprints", len(known.all), sum(item.vendor is not None for item in known.all))


def test_one_pass_finds_what_one_by_one_finds(originals: Originals, known: Fingerprints) -> None:
    data = originals.data(f"{RAW}/real_field_measurements.jsonl.gz")
    for line in data.splitlines():
        for exchange in (json.loads(line)["test_keys"] or {}).get("requests") or ():
            body = (exchange.get("response") or {}).get("body")
            if isinstance(body, str) and body:
                plainly = {
                    item.fingerprint_id
                    for item in known.all
                    if item.found_in == "body"
                    and {
                        "full": body == item.pattern,
                        "prefix": body.startswith(item.pattern),
                        "contains": item.pattern in body,
                        "regexp": item.pattern_type == "regexp"
                        and re.search(item.pattern, body) is not None,
                    }[item.pattern_type]
                }
                assert set(known.match(body, {})) == plainly
