"""Where products, telling techniques and vendors were seen: rows, shares, dates, limits."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest

from sharedfuture.analyse.blocking.sightings import run
from sharedfuture.analyse.step import read_parameters
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE

PARAMETERS = read_parameters("sharedfuture.analyse.blocking", "sightings")
COUNTRIES = frame_of(
    TABLE["country"],
    [{"country_id": "ESP", "name": "Spain"}, {"country_id": "ZMB", "name": "Zambia"}],
)


def count(
    subject: str, *, seen: int | None, measured: int | None, day: int = 1, **other: Any
) -> dict[str, Any]:
    told = {"country_id": "ZMB", "asn": 36962, "network": "Net", "kind": "product", **other}
    return {
        **told,
        "measurement_count_id": f"mc-{told['country_id']}-{told['asn']}-{subject}-{day}",
        "subject": subject,
        "earliest_date": date(2026, 1, day),
        "latest_date": date(2026, 1, day),
        "measured": measured,
        "blocked": seen,
    }


def sightings(
    *counts: Mapping[str, Any], footprint: tuple[Mapping[str, Any], ...] = ()
) -> pl.DataFrame:
    return run(
        frame_of(TABLE["measurement_count"], counts),
        frame_of(TABLE["footprint"], footprint),
        COUNTRIES,
        **PARAMETERS,
    )


def test_product_has_a_row_for_its_network_and_its_country() -> None:
    found = sightings(
        count("huawei_iae", seen=0, measured=50, day=1),
        count("huawei_iae", seen=2, measured=40, day=4),
        count("huawei_iae", seen=1, measured=10, day=9),
        count("huawei_iae", seen=0, measured=300, day=4, asn=0, network=None),
    )
    assert found.select("asn", "seen", "measured", "known_by_date", "last_date").rows() == [
        (36962, 3, 100, date(2026, 1, 4), date(2026, 1, 9)),
        (None, 3, 400, date(2026, 1, 4), date(2026, 1, 9)),
    ]
    network = found.row(0, named=True)
    assert (network["vendor"], network["vendor_country_id"]) == ("Huawei", "CHN")
    assert network["rate"] == 0.03
    assert 0 < network["rate_low"] < 0.03 < network["rate_high"] < 0.2
    assert network["sentence"].startswith(
        "eSight / IAE web filter (Huawei) was seen in 3 of 100 measurements of sites in Net in "
    )
    assert network["sentence"].endswith("That it answered does not say who runs it.")
    # What was measured without a hit is part of the denominator, and of the lineage.
    assert len(network["row_ids"]) == 3


def test_product_is_known_by_its_name_as_by_its_id() -> None:
    found = sightings(count("huawei_iae", seen=1, measured=2))
    assert found["subject"].unique().to_list() == ["huawei_iae"]


def test_product_of_no_table_keeps_its_word_and_has_no_vendor() -> None:
    found = sightings(count("some_box", seen=1, measured=2, asn=None))
    assert found.select("title", "vendor").rows() == [("some_box", None)]


def test_rows_for_the_whole_country_stand_for_its_networks() -> None:
    found = sightings(
        count("netentsec", seen=5, measured=90, asn=None, network=None),
        count("netentsec", seen=1, measured=10),
    )
    assert found.select("asn", "seen", "measured").rows() == [(36962, 1, 10), (None, 5, 90)]


def test_nothing_seen_is_no_row() -> None:
    assert sightings().height == 0
    assert sightings(count("huawei_iae", seen=0, measured=10)).height == 0


def test_published_without_a_number_has_no_share() -> None:
    told = count("huawei_iae", seen=None, measured=None, country_id="ESP", asn=None)
    (row,) = sightings({**told, "earliest_date": None}).to_dicts()
    assert (row["basis"], row["rate"], row["first_date"]) == ("publication", None, None)
    assert row["sentence"] == (
        "eSight / IAE web filter (Huawei) is published as in use in Spain, known by 2026-01-01; "
        "how often is not said. Who runs it is not said."
    )


def test_only_techniques_that_hardly_others_use_are_sightings() -> None:
    found = sightings(
        count("tls.reset_after_hello", seen=90, measured=100, kind="technique"),
        count("dns.bogon", seen=90, measured=100, kind="technique"),
        count("dns.forged_pool", seen=7, measured=100, kind="technique"),
    )
    assert found["subject"].unique().to_list() == ["dns.forged_pool"]
    assert "7 of 100 blocked measurements" in found.item(0, "sentence")


def test_vendors_come_from_scans_unless_suppressed() -> None:
    cell = {
        "footprint_id": "foot-mine-ZMB-huawei",
        "scan": "mine",
        "country_id": "ZMB",
        "vendor": "Huawei",
        "vendor_country_id": "CHN",
        "as_of_edtf": "2026-02",
        "hosts": 1_000,
        "seen": 120,
        "is_suppressed": False,
        "rate": 0.12,
        "rate_low": 0.1,
        "rate_high": 0.14,
        "level": 0.95,
    }
    hidden = {"footprint_id": "b", "is_suppressed": True, "seen": None, "rate": None}
    found = sightings(
        footprint=(
            cell,
            cell | hidden,
            cell | {"footprint_id": "c", "vendor_country_id": "USA"},
            cell | {"footprint_id": "d", "product": "of all of the vendor's"},
        )
    )
    assert found.select("equipment_sighting_id", "known_by_date", "seen").rows() == [
        ("sig-foot-mine-ZMB-huawei", date(2026, 2, 28), 120)
    ]
    assert found.item(0, "row_ids").to_list() == ["foot-mine-ZMB-huawei"]


@pytest.mark.parametrize("edtf", ["2026-02-03/2026-02-05", "", None, "soon"])
def test_scan_of_a_day_that_is_not_plain_has_none(edtf: str | None) -> None:
    cell = {
        "footprint_id": "a",
        "country_id": "ZMB",
        "vendor": "ZTE",
        "vendor_country_id": "CHN",
        "as_of_edtf": edtf,
        "hosts": 10,
        "seen": 5,
        "is_suppressed": False,
        "rate": 0.5,
        "rate_low": 0.2,
        "rate_high": 0.8,
        "level": 0.95,
    }
    assert sightings(footprint=(cell,))["known_by_date"].to_list() == [None]
