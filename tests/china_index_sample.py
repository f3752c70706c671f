"""A made-up China Index as public tables: two editions, a domain, three countries, no answers.

Numbers are set by rule, so that texts made of them stay as they are whatever the analysis does.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLES
from tests.index_sample import no_index_tables

Row = dict[str, Any]
EDITIONS = ("2022", "2024")
DOMAINS = ("overall", "Law Enforcement", "Technology")
COUNTRIES = ("AAA", "BBB", "CCC")
KEPT_BACK = "kept back: made up"


def china_index_tables() -> dict[str, pl.DataFrame]:
    """All public tables; those that the page does not need are empty."""
    scores, changes = list(_scores()), list(_changes())
    rows: Mapping[str, list[Row]] = {
        "source": [_source(edition) for edition in EDITIONS],
        "connector": [_connector()],
        "capture": [_capture(edition) for edition in EDITIONS],
        "citation": [
            {"row_id": f"cap-{edition}", "source_id": f"src-{edition}", "locator": "part answers"}
            for edition in EDITIONS
        ],
        "china_index_score": scores,
        "china_index_change": changes,
        "lineage": [
            *(
                {"result_id": row["china_index_score_id"], "row_id": f"cap-{row['edition']}"}
                for row in scores
            ),
            *(
                {"result_id": row["china_index_change_id"], "row_id": f"cap-{edition}"}
                for row in changes
                for edition in EDITIONS
            ),
        ],
    }
    countries = no_index_tables()["country"]
    made = {table.name: frame_of(table, rows.get(table.name, [])) for table in TABLES}
    return {**made, "country": countries}


def _scores() -> Iterator[Row]:
    for edition in EDITIONS:
        for domain in DOMAINS:
            for place, country_id in enumerate(COUNTRIES, start=1):
                row = {
                    "china_index_score_id": f"cis-{edition}-{country_id}-{_slug(domain)}",
                    "edition": edition,
                    "country_id": country_id,
                    "domain": domain,
                    "answered": 11,
                    "is_carried": edition == "2024" and country_id == "BBB",
                }
                if (domain, country_id) == ("Law Enforcement", "CCC"):
                    yield {**row, "answered": 1, "why_absent": KEPT_BACK}
                    continue
                yield {
                    **row,
                    "points": 44 - 11 * place,
                    "maximum": 44,
                    "share": 1 - 0.25 * place,
                    "rank": place,
                    "rank_low": max(place - 1, 1),
                    "rank_high": min(place + 1, 3),
                    "level": 0.95,
                    "countries": 3,
                }


def _changes() -> Iterator[Row]:
    of = {"first_edition": "2022", "second_edition": "2024"}
    for country_id, change, reason in (
        ("AAA", 12.5, None),
        ("BBB", None, "Carried over: made up."),
        ("CCC", 0.0, None),
    ):
        yield {
            **of,
            "china_index_change_id": f"cic-{country_id}",
            "country_id": country_id,
            "domain": "Technology",
            "items": 5,
            "change": change,
            "low": change and change - 10,
            "high": change and change + 10,
            "is_comparable": reason is None,
            "reason": reason,
        }
    for domain in ("overall", "Law Enforcement"):
        yield {
            **of,
            "china_index_change_id": f"cic-{_slug(domain)}",
            "domain": domain,
            "is_comparable": False,
            "reason": "Not comparable: made up.",
        }


def _slug(domain: str) -> str:
    return domain.lower().replace(" ", "-")


def _source(edition: str) -> Row:
    return {
        "source_id": f"src-{edition}",
        "title": f"Made-up index, edition {edition}",
        "publisher": "Sample Institute",
        "published": edition,
        "licence": "none is stated",
        "redistribution": "derived_only",
        "reliability": "B",
    }


def _connector() -> Row:
    return {
        "connector_id": "china_index",
        "title": "Made-up index",
        "publisher": "Sample Institute",
        "redistribution": "derived_only",
        "cadence": "irregular",
        "state": "in_use",
        "edition": "2024",
    }


def _capture(edition: str) -> Row:
    return {
        "capture_id": f"cap-{edition}",
        "connector_id": "china_index",
        "source_id": f"src-{edition}",
        "edition": edition,
        "part": "answers",
        "sha256": "0" * 64,
        "captured_date": date(2026, 1, 1),
    }
