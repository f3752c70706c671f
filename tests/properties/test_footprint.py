"""Footprints: what is kept back stays open, counts add up, order and batches change nothing."""

import io
import re
import tracemalloc
from collections.abc import Iterator, Mapping
from itertools import product as every_combination

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scan_records import COUNTRIES, KEY, censys_host, lines_of, shodan_banner

from sharedfuture.analyse.footprint import Product, Scan, footprint, read_filters
from sharedfuture.analyse.footprint.rates import interval
from sharedfuture.analyse.footprint.recognise import Search
from sharedfuture.analyse.footprint.suppress import is_open, kept_back
from sharedfuture.extract.scan_hosts import PRODUCT, SERVICE, Reading
from sharedfuture.extract.scan_hosts import read as reading_module
from sharedfuture.extract.scan_hosts.seen import SeenKeys
from sharedfuture.records.table import Kind
from sharedfuture.records.tables import TABLE

LEAST = 5
CELLS = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 9), min_size=1, max_size=4)


def consistent(
    shown: Mapping[str, int], hidden: tuple[str, ...], rest: int
) -> Iterator[Mapping[str, int]]:
    """Every table that agrees with what is shown, for somebody who knows the method and the sum."""
    for values in every_combination(range(1, rest + 1), repeat=len(hidden) - 1):
        if sum(values) < rest:
            counts = {**shown, **dict(zip(hidden, (*values, rest - sum(values)), strict=True))}
            if kept_back(counts, least=LEAST) == set(hidden):
                yield counts


@settings(max_examples=60, deadline=None)
@given(CELLS)
def test_cell_kept_back_cannot_be_worked_out_from_its_whole(counts: Mapping[str, int]) -> None:
    whole = sum(counts.values())
    hidden = kept_back(counts, least=LEAST)
    assert {name for name, count in counts.items() if count < LEAST} <= hidden
    if not hidden or whole < LEAST:
        return
    shown = {name: count for name, count in counts.items() if name not in hidden}
    names = tuple(sorted(hidden))
    rest = whole - sum(shown.values())
    possible: dict[str, set[int]] = {name: set() for name in names}
    for table in consistent(shown, names, rest):
        for name in names:
            possible[name].add(table[name])
    assert all(counts[name] in possible[name] for name in names)
    assert min(map(len, possible.values())) > 1


@given(CELLS, st.integers(5, 12))
def test_kept_back_is_open_or_all_there_is(counts: Mapping[str, int], least: int) -> None:
    hidden = kept_back(counts, least=least)
    assert is_open([counts[name] for name in hidden], least=least) or hidden == set(counts)


WORDS = st.sampled_from(["huawei", "zte", "router", "login", "a", "v1", " ", "Web"])
EXPRESSIONS = st.sampled_from(
    ["^huawei", "zte|web", "(?i)router", "log.n", "(?:huawei|router) ?v1", "a+", "[Ww]eb", "v1$"]
)


@given(st.lists(EXPRESSIONS, min_size=1, max_size=8), st.lists(WORDS, max_size=8))
def test_search_finds_what_trying_one_by_one_finds(forms: list[str], words: list[str]) -> None:
    compiled = [re.compile(form, re.ASCII | re.MULTILINE) for form in forms]
    text = "".join(words)
    expected = next((n for n, form in enumerate(compiled) if form.search(text)), None)
    assert Search(compiled).first(text) == expected


@given(st.lists(st.lists(st.integers(1, 30), max_size=12), max_size=6))
def test_seen_keys_are_new_once(batches: list[list[int]]) -> None:
    seen, known = SeenKeys(), set[int]()
    for batch in batches:
        expected = []
        for key in batch:
            expected.append(key not in known)
            known.add(key)
        assert seen.new_among(np.array(batch, dtype=np.uint64)).tolist() == expected


KNOWN = (
    Product("Acme", None, "Box"),
    Product("Huawei", "CHN", ""),
    Product("Huawei", "CHN", "AR"),
    Product("ZTE", "CHN", ""),
)
SIGHTINGS = st.lists(
    st.tuples(
        st.integers(1, 120),
        st.integers(0, 3),
        st.integers(0, 4),
        st.integers(80, 84),
        st.sampled_from([None, 0, 1, 2, 3]),
    ),
    max_size=200,
)


def made(rows: list[tuple[int, int, int, int, int | None]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    services = pl.DataFrame(
        [(host, country, asn, port, host) for host, country, asn, port, _ in rows],
        schema=dict(SERVICE),
        orient="row",
    )
    products = pl.DataFrame(
        [(host, number) for host, *_, number in rows if number is not None],
        schema=dict(PRODUCT),
        orient="row",
    )
    return services, products


@settings(max_examples=60, deadline=None)
@given(SIGHTINGS)
def test_hosts_and_products_add_up(rows: list[tuple[int, int, int, int, int | None]]) -> None:
    services, products = made(rows)
    found = footprint(
        services,
        products,
        known=KNOWN,
        country_ids=("KEN", "NGA", "ZMB"),
        scan=Scan("made up", "2026", LEAST),
        filters=read_filters(),
    )
    shown = dict(found.table.select("country_id", "hosts").unique().iter_rows())
    assert found.hosts == len({row[0] for row in rows})
    bare = found.hosts - sum(found.set_aside.values()) - found.without_country
    assert bare >= sum(shown.values()) + found.hosts_not_shown
    for row in found.table.iter_rows(named=True):
        assert row["hosts"] >= LEAST
        if row["is_suppressed"]:
            assert row["seen"] is row["rate"] is row["rate_low"] is row["rate_high"] is None
        else:
            assert LEAST <= row["seen"] <= row["hosts"]
            assert 0 <= row["rate_low"] <= row["rate"] <= row["rate_high"] <= 1
    whole = found.table.filter(pl.col("vendor").is_not_null() & pl.col("product").is_null())
    parts = found.table.filter(pl.col("product").is_not_null())
    for row in whole.filter(~pl.col("is_suppressed")).iter_rows(named=True):
        of = parts.filter(
            (pl.col("vendor") == row["vendor"]) & (pl.col("country_id") == row["country_id"])
        )
        if not of["is_suppressed"].any():
            assert of["seen"].sum() == row["seen"]
        else:
            assert row["seen"] - of["seen"].sum() >= LEAST
            assert of["is_suppressed"].sum() >= 2
    assert found.table["footprint_id"].is_unique().all()
    kinds = {column.name: column.kind for column in TABLE["footprint"].columns}
    assert {name for name, kind in kinds.items() if kind is Kind.TEXT} == {
        *("footprint_id", "scan", "country_id", "vendor", "vendor_country_id", "product"),
        *("as_of_edtf", "note"),
    }
    texts = {text for name in ("vendor", "product") for text in found.table[name].drop_nulls()}
    assert texts <= {"Acme", "Box", "Huawei", "AR", "ZTE", "(several)", "(not named)"}


@settings(max_examples=30, deadline=None)
@given(SIGHTINGS, st.randoms(use_true_random=False))
def test_order_of_products_changes_nothing(
    rows: list[tuple[int, int, int, int, int | None]], random: "np.random.Generator"
) -> None:
    services, products = made(rows)

    def table(of: pl.DataFrame) -> pl.DataFrame:
        return footprint(
            services,
            of,
            known=KNOWN,
            country_ids=("KEN", "NGA", "ZMB"),
            scan=Scan("made up", "2026", LEAST),
            filters=read_filters(),
        ).table

    order = list(range(products.height))
    random.shuffle(order)
    assert table(products).equals(table(products[order] if order else products))


@given(
    st.lists(st.tuples(st.integers(1, 40), st.floats(0, 1)), min_size=1, max_size=12),
)
def test_interval_holds_the_rate_and_networks_only_widen_it(
    networks: list[tuple[int, float]],
) -> None:
    sizes = np.array([size for size, _ in networks], dtype=float)
    seen = np.array([round(size * share) for size, share in networks], dtype=float)
    if not seen.sum():
        return
    found = interval(
        int(seen.sum()),
        int(sizes.sum()),
        networks=len(networks),
        seen_squared=float((seen**2).sum()),
        seen_by_size=float((seen * sizes).sum()),
        size_squared=float((sizes**2).sum()),
        level=0.95,
    )
    assert 0 <= found.low <= seen.sum() / sizes.sum() <= found.high <= 1
    assert (found.design_effect is None) == (len(networks) == 1)
    assert found.design_effect is None or found.design_effect >= 1


@pytest.mark.parametrize("size", [1, 3, 1_000])
def test_size_of_batches_changes_nothing(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [
        *(censys_host(number % 7, [("html_title", "x")]) for number in range(20)),
        *(shodan_banner(30 + number % 3, "y", port=80 + number % 4) for number in range(20)),
        {"ip": 1},
    ]

    def read(at_once: int) -> tuple[pl.DataFrame, pl.DataFrame, tuple[int, ...]]:
        monkeypatch.setattr(reading_module, "_RECORDS_IN_BATCH", at_once)
        reading = Reading(COUNTRIES, KEY, lambda kind, text: 1)
        batches = list(reading.batches(io.BytesIO(lines_of(records)), number=1))
        counts = [
            (item.read, item.kept, item.quarantine.height, item.duplicate) for item in batches
        ]
        return (
            pl.concat([item.services for item in batches]),
            pl.concat([item.products for item in batches]).unique(maintain_order=True),
            tuple(map(sum, zip(*counts, strict=True))),
        )

    one, other = read(size), read(10_000)
    assert one[0].equals(other[0])
    assert one[1].equals(other[1])
    assert one[2] == other[2] == (41, 19, 1, 21)


class Repeated(io.BytesIO):
    """Some lines over and over, never held together."""

    def __init__(self, data: bytes, times: int) -> None:
        super().__init__()
        self._data, self._left = data, times

    def read(self, size: int | None = -1) -> bytes:
        self._left -= 1
        return self._data if self._left >= 0 else b""


def most_memory(data: bytes, times: int) -> int:
    """Most memory that Python held while it read 150 lines so many times over."""
    reading = Reading(COUNTRIES, KEY, lambda kind, text: None)
    tracemalloc.start()
    read = sum(batch.read for batch in reading.batches(Repeated(data, times), number=1))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert read == 150 * times
    return most


def test_memory_does_not_grow_with_the_length_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_module, "_RECORDS_IN_BATCH", 500)
    data = lines_of(censys_host(number, [("html_title", "x" * 400)]) for number in range(150))
    grown = most_memory(data, 80) - most_memory(data, 20)
    assert grown < 0.02 * 60 * len(data)
