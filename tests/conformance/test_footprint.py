"""Recog's own self-tests, real records of scans, and vendors recognised from end to end.

No real record of a device of a PRC vendor is at hand. Recog's examples are the only real banners
of such devices: hosts are built around them, in Censys' layout, and recognised by the whole way.
"""

import io
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.analyse.footprint import Recogniser, Scan, footprint, read_filters, vendors
from sharedfuture.analyse.footprint.expressions import Untranslatable, compile_expression
from sharedfuture.analyse.footprint.vendors import fold
from sharedfuture.extract.recog import read_recog
from sharedfuture.extract.scan_hosts import Layout, Reading
from sharedfuture.records.banners import BannerFingerprint, Example
from sharedfuture.records.errors import MeasurementsUnreadable
from tests.conformance.conftest import DATA
from tests.conformance.originals import Originals
from tests.scan_records import COUNTRIES, KEY, KINDS, censys_host, lines_of

pytestmark = pytest.mark.conformance

Say = Callable[[str, int, int], None]
RECOG = "measurement/recog"
HOSTS = "measurement/scan-hosts"


@pytest.fixture(scope="module")
def fingerprints(originals: Originals) -> tuple[BannerFingerprint, ...]:
    names = sorted(path.name for path in (DATA / RECOG).glob("*.xml.gz"))
    assert len(names) == 20
    return tuple(
        item
        for name in names
        for item in read_recog(originals.data(f"{RECOG}/{name}"), name=name.removesuffix(".xml.gz"))
    )


def value_of(item: BannerFingerprint, found: re.Match[str], name: str) -> str:
    """A parameter as recog gives it: fixed, from a group, or made of others."""
    if name in item.captured:
        return found.group(item.captured[name]) or ""
    if name in item.composed:
        return re.sub(
            r"\{([^{}]+)\}", lambda part: value_of(item, found, part.group(1)), item.composed[name]
        )
    return item.fixed.get(name, "")


def fault_of(item: BannerFingerprint, example: Example) -> str | None:
    found = compile_expression(item.pattern, item.flags).search(example.text)
    if found is None:
        return "not found"
    differs = [
        name for name, value in example.expects.items() if value_of(item, found, name) != value
    ]
    return f"other value: {', '.join(differs)}" if differs else None


def test_recogs_own_examples_are_found_with_their_values(
    fingerprints: tuple[BannerFingerprint, ...], say: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    """All 3,476 fingerprints can be used, and all 5,896 examples come out as recog says."""
    usable, faults, examples = 0, Counter[str](), 0
    for item in fingerprints:
        try:
            compile_expression(item.pattern, item.flags)
        except Untranslatable as error:
            faults[f"cannot be used: {error}"] += 1
            continue
        usable += 1
        for example in item.examples:
            examples += 1
            if fault := fault_of(item, example):
                faults[fault] += 1
    say("recog examples", examples, examples - sum(faults.values()))
    with capsys.disabled():
        print(f"recog fingerprints: {len(fingerprints):,}, of these usable: {usable:,}")
        for fault, count in faults.most_common():
            print(f"  {count:,} {fault}")
    assert (len(fingerprints), usable, examples) == (3_476, 3_476, 5_896)
    assert faults == {}


def test_search_agrees_with_trying_one_by_one_on_every_example(
    fingerprints: tuple[BannerFingerprint, ...],
) -> None:
    known = Recogniser(fingerprints)
    forms: dict[str, list[re.Pattern[str]]] = {}
    for item in fingerprints:
        forms.setdefault(item.kind, []).append(compile_expression(item.pattern, item.flags))
    for item in fingerprints[::3]:
        for example in item.examples:
            search, _ = known._theirs[item.kind]
            first = next(
                place for place, form in enumerate(forms[item.kind]) if form.search(example.text)
            )
            assert search.first(example.text) == first


def test_real_records_are_read_whole(
    originals: Originals, fingerprints: tuple[BannerFingerprint, ...], say: Say
) -> None:
    """Records of three well-known servers; none is a device, so nothing may be recognised."""
    known = Recogniser(fingerprints)
    layouts: Counter[Layout] = Counter()
    names = sorted(path.name for path in (DATA / HOSTS).glob("[0-9]*.json.gz"))
    assert len(names) == 9
    read = 0
    for number, name in enumerate(names, start=1):
        reading = Reading({"US": "USA", "DE": "DEU", "FR": "FRA"}, KEY, known.recognise)
        data = (DATA / HOSTS / name).read_bytes()
        (batch,) = reading.batches(io.BytesIO(data), number=number)
        assert batch.quarantine.is_empty()
        assert batch.read == batch.kept + batch.duplicate
        assert batch.services["host"].n_unique() == 1
        assert batch.products.is_empty()
        layouts.update(batch.layouts)
        read += batch.read
        has_country = (batch.services["country"] != 0).all()
        assert has_country == (Layout.BINARYEDGE not in batch.layouts)
    say("real records of scans", read, read)
    assert layouts == {
        Layout.CENSYS_V1: 1,
        Layout.CENSYS: 3,
        Layout.SHODAN_HOST: 2,
        Layout.SHODAN_BANNER: 2,
        Layout.BINARYEDGE: 1,
    }


def test_three_servers_in_nine_files_are_counted_once_and_not_shown(
    fingerprints: tuple[BannerFingerprint, ...],
) -> None:
    known = Recogniser(fingerprints)
    reading = Reading({"US": "USA", "DE": "DEU", "FR": "FRA"}, KEY, known.recognise)
    batches = [
        batch
        for number, path in enumerate(sorted((DATA / HOSTS).glob("[0-9]*.json.gz")), start=1)
        for batch in reading.batches(io.BytesIO(path.read_bytes()), number=number)
    ]
    found = footprint(
        pl.concat([batch.services for batch in batches]),
        pl.concat([batch.products for batch in batches]),
        known=known.products,
        country_ids=reading.country_ids,
        scan=Scan("real", "2021/2023", 10),
        filters=read_filters(),
    )
    assert found.hosts == 4
    assert found.table.is_empty()


def test_dictionary_of_fields_is_no_export(originals: Originals) -> None:
    data = originals.data(f"{HOSTS}/censys_hosts_fields_autocomplete.json.gz")
    with pytest.raises(MeasurementsUnreadable, match="an object with 1 fields, of them data"):
        list(Reading(COUNTRIES, KEY).batches(io.BytesIO(data), number=1))


def examples_of(fingerprints: tuple[BannerFingerprint, ...]) -> list[tuple[str, str, str]]:
    """Vendor of our table, kind and text, for every example whose fingerprint names the vendor."""
    names = {fold(alias): item.name for item in vendors() for alias in (item.name, *item.aliases)}
    found = []
    for item in fingerprints:
        maker = item.fixed.get("hw.vendor") or item.fixed.get("os.vendor", "")
        if item.kind in KINDS and fold(maker) in names:
            found += [(names[fold(maker)], item.kind, example.text) for example in item.examples]
    return found


def test_devices_of_prc_vendors_are_recognised_from_end_to_end(
    fingerprints: tuple[BannerFingerprint, ...], say: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    """Twelve hosts for each real banner, among as many hosts that say nothing."""
    known = Recogniser(fingerprints)
    truth = examples_of(fingerprints)
    records = [
        censys_host(place * 12 + copy, [(kind, text)], asn=64496 + copy)
        for place, (_, kind, text) in enumerate(truth)
        for copy in range(12)
    ]
    silent = [
        censys_host(100_000 + number, [("html_title", "nothing")], asn=64496 + number % 12)
        for number in range(len(records))
    ]
    reading = Reading(COUNTRIES, KEY, known.recognise)
    batches = list(reading.batches(io.BytesIO(lines_of([*records, *silent])), number=1))
    found = footprint(
        pl.concat([batch.services for batch in batches]),
        pl.concat([batch.products for batch in batches]),
        known=known.products,
        country_ids=reading.country_ids,
        scan=Scan("examples", "2026", 10),
        filters=read_filters(),
    )
    whole = found.table.filter(pl.col("product").is_null())
    seen = dict(whole.filter(pl.col("vendor").is_not_null()).select("vendor", "seen").iter_rows())
    expected = Counter(vendor for vendor, _, _ in truth)
    say("banners of PRC vendors", len(truth), sum(seen.values()) // 12)
    with capsys.disabled():
        print(f"  by vendor: {dict(expected.most_common())}")
    assert seen == {vendor: 12 * count for vendor, count in expected.items()}
    total = whole.filter(pl.col("vendor").is_null()).row(0, named=True)
    assert total["seen"] == 12 * len(truth)
    assert total["rate"] == pytest.approx(0.5)
    assert set(expected) >= {"Huawei", "ZTE", "H3C", "Hikvision", "Dahua", "TP-Link", "Ruijie"}


def test_every_name_that_can_be_shown_is_of_a_closed_list(
    fingerprints: tuple[BannerFingerprint, ...],
) -> None:
    """Names are parameters that recog gives a fixed value, or stand in our own table."""
    theirs = {
        value
        for item in fingerprints
        for name, value in item.fixed.items()
        if name.endswith((".vendor", ".product"))
    }
    ours = (
        Path(__file__).parents[2] / "src/sharedfuture/analyse/footprint/vendors.toml"
    ).read_text()
    for product in Recogniser(fingerprints).products:
        assert product.vendor in theirs or f'"{product.vendor}"' in ours
        name = product.product.removesuffix(" (brand)")
        assert not name or name in theirs or f'"{name}"' in ours
