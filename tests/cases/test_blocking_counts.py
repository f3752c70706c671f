"""Verdicts to counts and findings: what is counted once, among what, and under which name."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ibis
import polars as pl
import pytest

from sharedfuture.analyse.blocking.counts import daily_counts, domain_of, measurement_counts
from sharedfuture.analyse.blocking.judging import read_fingerprints
from sharedfuture.analyse.blocking.subjects import NO_SUBJECT, NUMERIC_SUBJECT
from sharedfuture.pipeline.measure.dataset import STANDING
from sharedfuture.pipeline.measure.findings import write_findings
from sharedfuture.pipeline.measure.references import References
from sharedfuture.records.frames import schema_of
from sharedfuture.records.tables import TABLE
from sharedfuture.warehouse.engines import Engine, open_engine

FIRST, SECOND = date(2026, 1, 1), date(2026, 1, 2)
FORM: dict[str, pl.DataType] = dict(STANDING["verdict"])
COUNTRIES = Path(__file__).parents[2] / "evidence" / "countries.csv"


@pytest.fixture
def engine() -> Iterator[Engine]:
    with open_engine(threads=1) as opened:
        yield opened


def judged(measurement: str, verdict: str, **others: Any) -> dict[str, Any]:
    """One row of the dataset of verdicts."""
    return {
        "measurement_id": measurement,
        "country_id": "UGA",
        "asn": 20294,
        "input": "https://example.org/",
        "test_name": "web_connectivity",
        "verdict": verdict,
        "layer": "http",
        "is_deciding": True,
        "day": FIRST,
        **others,
    }


def count(engine: Engine, folder: Path, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as a dataset of one file, counted by the engine."""
    folder.mkdir(exist_ok=True)
    pl.DataFrame(rows, schema=FORM).write_parquet(folder / "verdicts.parquet")
    counts = engine.fetch(daily_counts(engine.read(folder, FORM)))
    return counts.sort("country_id", "asn", "kind", "subject", "day").rows(named=True)


def test_a_measurement_counts_once(engine: Engine, tmp_path: Path) -> None:
    """By its deciding verdict, whatever its layers came to."""
    rows = [
        judged("a", "ok", layer="dns", is_deciding=False),
        judged("a", "blocked"),
        judged("b", "ok", layer="dns", is_deciding=False),
        judged("b", "ok"),
        judged("c", "down"),
        judged("d", "insufficient"),
    ]
    assert count(engine, tmp_path / "v", rows) == [
        {
            "country_id": "UGA",
            "asn": 20294,
            "kind": "website",
            "subject": "example.org",
            "day": FIRST,
            "measured": 4,
            "blocked": 1,
            "down": 1,
            "ok": 1,
            "insufficient": 1,
        }
    ]


def test_days_networks_and_services_stand_apart(engine: Engine, tmp_path: Path) -> None:
    rows = [
        judged("a", "ok"),
        judged("b", "ok", day=SECOND),
        judged("c", "ok", asn=None),
        judged("d", "blocked", test_name="telegram", input=None, layer="service"),
    ]
    found = count(engine, tmp_path / "v", rows)
    keys = [(row["asn"], row["kind"], row["subject"], row["day"]) for row in found]
    assert keys == [
        (0, "website", "example.org", FIRST),
        (20294, "service", "telegram", FIRST),
        (20294, "website", "example.org", FIRST),
        (20294, "website", "example.org", SECOND),
    ]


def test_a_technique_counts_among_the_blocked_of_every_day(engine: Engine, tmp_path: Path) -> None:
    """A day on which something was blocked in another way is part of the denominator."""
    rows = [
        judged("a", "blocked", layer="dns", technique_id="dns.bogon"),
        judged("a", "blocked", layer="tls", technique_id="dns.bogon", is_deciding=False),
        judged("b", "blocked"),
        judged("c", "blocked", day=SECOND),
        judged("d", "ok", day=SECOND),
        judged("e", "blocked", asn=7),
    ]
    found = [row for row in count(engine, tmp_path / "v", rows) if row["kind"] == "technique"]
    shown = [(row["asn"], row["day"], row["measured"], row["blocked"]) for row in found]
    assert shown == [(20294, FIRST, 2, 1), (20294, SECOND, 1, 0)]
    assert {row["ok"] for row in found} == {None}


def test_a_product_counts_among_all_measurements(engine: Engine, tmp_path: Path) -> None:
    rows = [
        judged("a", "blocked", product="Some Filter"),
        judged("b", "ok"),
        judged("c", "ok", day=SECOND),
    ]
    found = [row for row in count(engine, tmp_path / "v", rows) if row["kind"] == "product"]
    shown = [(row["subject"], row["day"], row["measured"], row["blocked"]) for row in found]
    assert shown == [("Some Filter", FIRST, 2, 1), ("Some Filter", SECOND, 1, 0)]


def test_no_verdicts_give_no_counts(engine: Engine, tmp_path: Path) -> None:
    assert count(engine, tmp_path / "v", []) == []


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.Example.org/page?x=http://other.net/", "example.org"),
        ("http://example.org:8080", "example.org"),
        ("http://en.wikipedia.org/wiki/X", "en.wikipedia.org"),
        ("http://user:word@example.org/", "example.org"),
        ("http://example.org./", "example.org"),
        ("https://пример.рф/", "пример.рф"),
        ("http://www.com/", "com"),
        ("http://192.0.2.7/login", NUMERIC_SUBJECT),
        ("http://[2001:db8::1]:80/", NUMERIC_SUBJECT),
        ("not an address", NO_SUBJECT),
        ("", NO_SUBJECT),
        (None, NO_SUBJECT),
    ],
)
def test_domain_of_an_address(engine: Engine, address: str | None, domain: str) -> None:
    """No address of a machine gets through; `www.` is the same site."""
    table = ibis.memtable(pl.DataFrame({"input": [address]}, schema={"input": pl.String}))
    found = engine.fetch(table.select(domain=domain_of(table.input)))
    assert found.get_column("domain").to_list() == [domain]


def test_names_are_joined_and_every_row_has_its_id(engine: Engine, tmp_path: Path) -> None:
    rows = [judged("a", "ok"), judged("b", "ok", asn=7, input="https://www.other.net/")]
    folder = tmp_path / "v"
    folder.mkdir()
    pl.DataFrame(rows, schema=FORM).write_parquet(folder / "verdicts.parquet")
    counted = engine.fetch(daily_counts(engine.read(folder, FORM)))
    table = measurement_counts(
        counted, networks={20294: "MTN Uganda"}, categories={"www.other.net": "NEWS"}
    )
    assert table.columns == list(TABLE["measurement_count"].column_names)
    assert table.select("measurement_count_id", "network", "category").rows() == [
        ("mc-UGA-20294-website-example.org-2026-01-01", "MTN Uganda", None),
        ("mc-UGA-7-website-other.net-2026-01-01", None, "NEWS"),
    ]


def put_verdicts(dataset: Path) -> None:
    """A dataset as reading leaves it: 20 days open and 20 shut on one network."""
    for number in range(40):
        day = FIRST + timedelta(days=number)
        verdict = "ok" if number < 20 else "blocked"
        folder = dataset / "verdict" / f"day={day}" / "country_id=UGA"
        folder.mkdir(parents=True)
        rows = [judged(f"{number}-{turn}", verdict, day=day) for turn in range(2)]
        frame = pl.DataFrame(rows, schema=FORM).drop("day", "country_id")
        frame.write_parquet(folder / "data_0.parquet")


def references() -> References:
    return References(
        {"UG": "UGA"}, read_fingerprints(), frozenset(), {20294: "MTN Uganda"}, {}, ()
    )


def test_findings_of_a_dataset(engine: Engine, tmp_path: Path) -> None:
    """Everything is written whole, in the columns of the public tables; a second time the same."""
    put_verdicts(tmp_path)
    (tmp_path / ".findings").mkdir()
    (tmp_path / ".findings" / "half-written").write_text("of a run that was stopped")
    told: list[str] = []
    for _ in range(2):
        write_findings(tmp_path, engine, references(), told.append, countries=COUNTRIES)
        written = {path.name: path.read_bytes() for path in (tmp_path / "findings").iterdir()}
        assert set(written) == {
            *("measurement_count.parquet", "blocking_rate.parquet", "blocking_change.parquet"),
            *("changes.atom", "changes.json"),
        }
        for name in ("measurement_count", "blocking_rate", "blocking_change"):
            frame = pl.read_parquet(tmp_path / "findings" / f"{name}.parquet")
            assert frame.schema == schema_of(TABLE[name])
            assert frame.height
        assert b"began to be blocked: Uganda, MTN Uganda (AS20294)" in written["changes.atom"]
        assert {path.name for path in tmp_path.iterdir()} == {"verdict", "findings"}
    assert any("changes found: 1;" in text for text in told)


def test_findings_of_nothing(engine: Engine, tmp_path: Path) -> None:
    found = write_findings(tmp_path, engine, references(), lambda _: None)
    assert {name: frame.height for name, frame in found.items()} == {
        "measurement_count": 0,
        "blocking_rate": 0,
        "blocking_change": 0,
    }
    assert (tmp_path / "findings" / "changes.atom").exists()
