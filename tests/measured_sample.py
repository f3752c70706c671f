"""Made-up measurements as public tables: three countries, one of them measured too little.

Numbers are set by rule, so that texts made of them stay as they are whatever the analyses do.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl

from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLES
from tests.index_sample import no_index_tables

Row = dict[str, Any]
SOURCE = "src-counts"
SINCE, UNTIL = date(2025, 1, 1), date(2025, 3, 31)


def measured_tables() -> dict[str, pl.DataFrame]:
    """All public tables; those that the pages do not need are empty."""
    rows = {
        **_blocking(),
        **_equipment(),
        **_shutdowns(),
        "source": [_source()],
        "measurement_count": list(_counts()),
    }
    ids = {table.name: table.id_column for table in TABLES}
    derived = [
        row[str(ids[name])]
        for name, held in rows.items()
        for row in held
        if name not in ("source", "measurement_count", "blocklist_day")
    ]
    counts = [row["measurement_count_id"] for row in rows["measurement_count"]]
    stated = [*counts, *(row["blocklist_day_id"] for row in rows["blocklist_day"])]
    rows["lineage"] = [{"result_id": row_id, "row_id": counts[0]} for row_id in derived]
    rows["citation"] = [
        {"row_id": row_id, "source_id": SOURCE, "locator": "table 1"} for row_id in stated
    ]
    made = {table.name: frame_of(table, rows.get(table.name, [])) for table in TABLES}
    return {**made, "country": no_index_tables()["country"]}


def _counts() -> Iterator[Row]:
    for country_id, note in (("AAA", "made up"), ("BBB", None), ("CCC", None)):
        yield {
            "measurement_count_id": f"mc-{country_id}",
            "country_id": country_id,
            "asn": 64500,
            "network": "Made-up Telecom",
            "kind": "website",
            "subject": "example.org",
            "category": "NEWS",
            "period_edtf": "2025-01-01/2025-03-31",
            "earliest_date": SINCE,
            "latest_date": UNTIL,
            "measured": 120,
            "blocked": 60,
            "down": 5,
            "ok": 45,
            "insufficient": 10,
            "note": note,
        }


def _rate(country_id: str, breakdown: str, subject: str | None, **given: object) -> Row:
    base = {
        "blocking_rate_id": "-".join(filter(None, ("rate", country_id, breakdown, subject))),
        "country_id": country_id,
        "breakdown": breakdown,
        "subject": subject,
        "title": subject,
        "since_date": SINCE,
        "until_date": UNTIL,
        "measured": 120,
        "decided": 110,
        "blocked": 60,
        "down": 5,
        "rate": 0.545,
        "rate_low": 0.4,
        "rate_high": 0.68,
        "level": 0.95,
        "networks": 3,
        "days": 40,
        "trend": "worse",
        "sentence": f"{country_id}: made-up sentence of a rate.",
    }
    return {**base, **given}


def _change(country_id: str, change: str, scope: str, *, networks: int) -> Row:
    return {
        "blocking_change_id": f"change-{country_id}-{change}",
        "country_id": country_id,
        "asn": 64500,
        "network": "Made-up Telecom",
        "domain": "example.org",
        "change": change,
        "scope": scope,
        "networks": networks,
        "networks_measured": 4,
        "after_date": date(2025, 2, 3),
        "by_date": date(2025, 2, 5),
        "measured_before": 20,
        "measured_after": 30,
        "rate_before": 0.05 if change == "blocked" else 0.9,
        "rate_after": 0.9 if change == "blocked" else 0.05,
        "log_odds": 7.5,
        "sureness": "near certain",
        "sentence": "A made-up change.",
    }


def _blocking() -> dict[str, list[Row]]:
    nothing = {"rate": None, "rate_low": None, "rate_high": None, "trend": "unknown"}
    return {
        "blocking_rate": [
            _rate("AAA", "country", None),
            _rate("AAA", "network", "64500", title="Made-up Telecom (AS64500)"),
            _rate("AAA", "domain", "example.org"),
            _rate("AAA", "category", "NEWS", title="News media"),
            _rate("AAA", "service", "signal", blocked=0, rate=0.0, rate_low=0.0, rate_high=0.03),
            _rate("BBB", "country", None, rate=0.004, rate_low=0.001, rate_high=0.012, blocked=1),
            _rate("CCC", "country", None, blocked=0, decided=3, measured=4, networks=1, **nothing),
        ],
        "blocking_change": [
            _change("AAA", "blocked", "national", networks=3),
            _change("BBB", "unblocked", "one_network", networks=1),
        ],
        "blocking_technique": [
            {
                "technique_id": "dns.made_up",
                "layer": "dns",
                "title": "Answers made up",
                "says": "The answer is made up.",
                "is_recorded_for_china": True,
                "distinctiveness": 0.9,
                "because": "Hardly anybody else makes them up.",
            }
        ],
        "technique_likeness": [
            {
                "technique_likeness_id": "likeness-AAA",
                "country_id": "AAA",
                "since_date": SINCE,
                "until_date": UNTIL,
                "blocked": 60,
                "techniques": 1,
                "likeness": 0.7,
                "likeness_low": 0.5,
                "likeness_high": 0.85,
                "level": 0.95,
                "shared": 0.8,
                "distinctive": 0.6,
                "sentence": "A made-up likeness.",
            }
        ],
        "blocklist_day": [
            {
                "blocklist_day_id": f"bld-gfw-{place:03}",
                "series": "gfw",
                "day": date(2024, 1, 1) + timedelta(days=place),
                "position": place,
                "domains": 9000,
                "blocked": None if place == 3 else 4000 + 100 * place,
                "newly_blocked": None if place in (1, 3) else 150,
                "unblocked": None if place in (1, 3) else 50,
            }
            for place in range(1, 8)
        ],
    }


def _sighting(country_id: str, kind: str, subject: str, **given: object) -> Row:
    return {
        "equipment_sighting_id": f"sight-{country_id}-{subject}",
        "country_id": country_id,
        "asn": 64500,
        "network": "Made-up Telecom",
        "kind": kind,
        "subject": subject,
        "title": f"Made-up {subject}",
        "basis": "measurement",
        "measured": 120,
        "seen": 30,
        "rate": 0.25,
        "rate_low": 0.18,
        "rate_high": 0.33,
        "level": 0.95,
        "first_date": SINCE,
        "known_by_date": date(2025, 1, 31),
        "last_date": UNTIL,
        "sentence": f"A made-up sighting of {subject}.",
        **given,
    }


def _equipment() -> dict[str, list[Row]]:
    chinese = {"vendor": "Made-up Vendor", "vendor_country_id": "CHN"}
    publication = {
        "basis": "publication",
        "measured": None,
        "seen": None,
        "rate": None,
        "asn": None,
        "network": None,
        "first_date": None,
        "known_by_date": UNTIL,
    }
    cell = {
        "scan": "made-up scan",
        "vendor": "Made-up Vendor",
        "vendor_country_id": "CHN",
        "as_of_edtf": "2025-06",
        "hosts": 1000,
    }
    return {
        "equipment_sighting": [
            _sighting("AAA", "product", "box", **chinese),
            _sighting("BBB", "product", "box", **chinese, **publication),
            _sighting("AAA", "technique", "dns.made_up"),
            _sighting("CCC", "product", "other", vendor="Another", vendor_country_id="AAA"),
            _sighting("DDD", "product", "other", seen=0, rate=0.0),
        ],
        "footprint": [
            {
                **cell,
                "footprint_id": "fp-AAA",
                "country_id": "AAA",
                "seen": 120,
                "is_suppressed": False,
                "rate": 0.12,
                "rate_low": 0.1,
                "rate_high": 0.14,
                "level": 0.95,
            },
            {**cell, "footprint_id": "fp-BBB", "country_id": "BBB", "is_suppressed": True},
        ],
        "precedence": [
            {
                "precedence_id": "pre-AAA-box",
                "country_id": "AAA",
                "agreement_id": "tie-made-up",
                "agreement": "Memorandum on made-up matters",
                "agreement_earliest": date(2018, 1, 1),
                "agreement_latest": date(2018, 12, 31),
                "measured_kind": "product",
                "measured_id": "sight-AAA-box",
                "measured": "Made-up box answers in Made-up Telecom",
                "measured_earliest": date(2021, 5, 1),
                "measured_latest": SINCE,
                "sequence": "agreement_first",
                "days_between": 851,
                "sentence": "The made-up memorandum came 851 days before the box or more.",
            },
            {
                "precedence_id": "pre-AAA-technique",
                "country_id": "AAA",
                "agreement_id": "tie-made-up",
                "agreement": "Memorandum on made-up matters",
                "agreement_earliest": date(2018, 1, 1),
                "agreement_latest": date(2018, 12, 31),
                "measured_kind": "technique",
                "measured_id": "sight-AAA-dns.made_up",
                "measured": "Answers made up",
                "measured_latest": SINCE,
                "sequence": "unclear",
                "sentence": "The dates do not say which came first.",
            },
        ],
    }


def _shutdowns() -> dict[str, list[Row]]:
    return {
        "shutdown_count": [
            {
                "shutdown_count_id": f"sc-{register}-{year}",
                "register": register,
                "country_id": "AAA",
                "year": year,
                "width": "all",
                "events": events,
            }
            for register, year, events in (("one", 2023, 4), ("one", 2025, 1), ("other", 2023, 2))
        ],
        "shutdown_event": [
            {
                "shutdown_event_id": "se-AAA-1",
                "country_id": "AAA",
                "width": "national",
                "cause": "shutdown",
                "start_earliest": date(2023, 6, 1),
                "start_latest": date(2023, 6, 2),
                "registers": 2,
                "registers_names": "one; other",
                "sentence": "A made-up shutdown.",
            }
        ],
        "shutdown_agreement": [
            {
                "shutdown_agreement_id": "sa-one-other",
                "register": "one",
                "other_register": "other",
                "width": "all",
                "since_date": date(2023, 1, 1),
                "until_date": date(2023, 12, 31),
                "events": 4,
                "matched": 2,
                "share": 0.5,
                "share_low": 0.15,
                "share_high": 0.85,
                "level": 0.95,
                "sentence": "Half of them.",
            }
        ],
        "shutdown_model": [
            {
                "shutdown_model_id": f"sm-{model}-{split}-{measure}",
                "task": "cause",
                "model": model,
                "split": split,
                "tested": 200,
                "positive": 20,
                "measure": measure,
                "value": value,
                "value_low": value - 0.05,
                "value_high": value + 0.05,
                "level": 0.95,
            }
            for model in ("share", "logistic")
            for split in ("random", "country")
            for measure, value in (("auc", 0.9), ("brier", 0.1))
        ],
        "shutdown_measure": [
            {
                "shutdown_measure_id": "sme-on-the-hour",
                "title": "Begins on the hour",
                "of": "shutdowns",
                "unit": "share",
                "published": 0.706,
                "here": 0.711,
                "n": 194,
                "because": "Another edition of the register.",
            }
        ],
    }


def _source() -> Row:
    return {
        "source_id": SOURCE,
        "title": "Made-up counts",
        "publisher": "Sample Institute",
        "published": "2025",
        "licence": "CC0",
        "redistribution": "open",
        "reliability": "B",
    }
