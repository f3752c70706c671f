"""Made-up inferences as public tables: two playbooks, three sponsors, one kind of partnership.

Numbers are set by rule, so that texts made of them stay as they are whatever the analyses do.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLES
from tests.index_sample import NAMES, no_index_tables

Row = dict[str, Any]
SOURCE = "src-made-up"
SPONSORS = {"CHN": "China", "RUS": "Russia", "USA": "United States"}


def inference_tables() -> dict[str, pl.DataFrame]:
    """All public tables; those that the pages do not need are empty."""
    rows = {
        "source": [_source()],
        "tie": list(_ties()),
        "tally": [_tally()],
        "playbook": list(_playbooks()),
        "playbook_step": list(_steps()),
        "playbook_chance": list(_chances()),
        "playbook_match": list(_matches()),
        "playbook_filled": list(_filled()),
        "history": list(_history()),
        "partner_target": list(_targets()),
        "partner": list(_partners()),
        "partner_reason": list(_reasons()),
        "partner_check": list(_checks()),
        **_forecasts(),
        **_network(),
    }
    stated = [*(row["tie_id"] for row in rows["tie"]), "tally-made-up"]
    stated += [row["playbook_id"] for row in rows["playbook"]]
    rows["citation"] = [
        {"row_id": row_id, "source_id": SOURCE, "locator": "page 1"} for row_id in stated
    ]
    rows["lineage"] = list(_lineage(rows))
    made = {table.name: frame_of(table, rows.get(table.name, [])) for table in TABLES}
    countries = no_index_tables()["country"]
    sponsors = [
        {**countries.row(0, named=True), "country_id": key, "name": name, "tile_column": None}
        for key, name in SPONSORS.items()
    ]
    table = next(table for table in TABLES if table.name == "country")
    return {**made, "country": pl.concat([countries, frame_of(table, sponsors)])}


def _source() -> Row:
    return {
        "source_id": SOURCE,
        "title": "A made-up source",
        "publisher": "Made-up Institute",
        "published": "2024",
        "licence": "CC-BY-4.0",
        "redistribution": "open",
        "reliability": "B",
    }


def _ties() -> Iterator[Row]:
    for country_id in NAMES:
        yield {
            "tie_id": f"tie-{country_id}",
            "kind": "agreement_with",
            "from_id": country_id,
            "to_id": "CHN",
            "from_as_written": NAMES[country_id],
            "to_as_written": "China",
            "since_edtf": "2019",
            "earliest_date": date(2019, 1, 1),
            "latest_date": date(2019, 12, 31),
            "status": "signed",
            "disclosed_by": "partner",
        }


def _tally() -> Row:
    return {
        "tally_id": "tally-made-up",
        "kind": "partners",
        "as_of_edtf": "2024",
        "value": 3.0,
        "unit": "countries",
        "statement": "Made-up teams of 3 countries take part.",
    }


def _playbooks() -> Iterator[Row]:
    for playbook_id, case in (("made-up", "AAA"), ("second", None)):
        yield {
            "playbook_id": playbook_id,
            "title": f"Playbook {playbook_id}",
            "statement": "First this happens, and then that.",
            "case_country_id": case,
            "steps": 4,
            "required": 2,
            "reason": "It was made up.",
        }


def _steps() -> Iterator[Row]:
    for playbook_id in ("made-up", "second"):
        for position, (step, role, after) in enumerate(
            [
                ("pact", "required", ""),
                ("visit", "optional", "pact"),
                ("deal", "required", "pact"),
                ("undone", "negative", "visit; deal"),
            ],
            start=1,
        ):
            yield {
                "playbook_step_id": f"step-{playbook_id}-{step}",
                "playbook_id": playbook_id,
                "step": step,
                "position": position,
                "title": f"A {step} is made",
                "kinds": "leak; agreement_security",
                "role": role,
                "after": after,
                "within_days": 365 if step == "deal" else None,
            }


def _chances() -> Iterator[Row]:
    for sponsor, found in (("RUS", 0), ("CHN", 2), ("USA", 5)):
        yield {
            "playbook_chance_id": f"chance-made-up-{sponsor}",
            "playbook_id": "made-up",
            "sponsor_id": sponsor,
            "countries": 6,
            "found": found,
            "found_by_chance": 1.4,
            "found_by_chance_low": 0.0,
            "found_by_chance_high": 3.0,
            "chance": 0.4 if found < 4 else 0.01,
            "found_by_kind": 2.2,
            "found_by_kind_low": 1.0,
            "found_by_kind_high": 4.0,
            "chance_by_kind": 0.5 if found < 4 else 0.02,
            "shuffles": 1000,
            "sentence": f"A made-up sentence on {sponsor}.",
        }


def _matches() -> Iterator[Row]:
    for rank, (country_id, fit, chance) in enumerate(
        [("AAA", 1.0, 0.0005), ("BBB", 0.75, 0.2), ("CCC", 0.4, None)], start=1
    ):
        yield {
            "playbook_match_id": f"match-made-up-CHN-{country_id}",
            "playbook_id": "made-up",
            "country_id": country_id,
            "sponsor_id": "CHN",
            "start_date": date(2020, 1, 1),
            "end_date": date(2021, 12, 31),
            "fit": fit,
            "order_probability": 0.9,
            "is_whole": rank < 3,
            "filled": 4 - rank,
            "missing": "" if rank == 1 else "visit",
            "rank": rank,
            "chance": chance,
            "chance_all": chance,
            "shuffles": 1000,
            "sentence": f"{country_id}: a made-up match.",
        }
    yield {
        "playbook_match_id": "match-made-up-CHN-DDD",
        "playbook_id": "made-up",
        "country_id": "DDD",
        "sponsor_id": "CHN",
        "fit": 0.0,
        "filled": 0,
        "is_whole": False,
        "missing": "pact; visit; deal",
        "rank": 4,
    }


# By country and step: the days between which it happened, as far as they are known.
DATES: dict[tuple[str, str], tuple[str, date | None, date | None, str]] = {
    ("AAA", "pact"): ("2020-01-01", date(2020, 1, 1), date(2020, 1, 1), "documented"),
    ("AAA", "visit"): ("2020", date(2020, 1, 1), date(2020, 12, 31), "reported"),
    ("AAA", "deal"): ("2020-06", date(2020, 6, 1), date(2020, 6, 30), "alleged"),
    ("BBB", "pact"): ("../2018", None, date(2018, 12, 31), "documented"),
    ("BBB", "deal"): ("2019-05-05", date(2019, 5, 5), date(2019, 5, 5), "documented"),
    ("CCC", "pact"): ("2021", date(2021, 1, 1), date(2021, 12, 31), "disputed"),
}


def _filled() -> Iterator[Row]:
    for country_id in ("AAA", "BBB", "CCC"):
        for step in ("pact", "visit", "deal", "undone"):
            is_there = (country_id, step) in DATES
            yield {
                "playbook_filled_id": f"filled-made-up-CHN-{country_id}-{step}",
                "playbook_match_id": f"match-made-up-CHN-{country_id}",
                "playbook_step_id": f"step-made-up-{step}",
                "history_id": f"his-{country_id}-{step}" if is_there else None,
                "weight": 1.0 if is_there else 0.0,
            }


def _history() -> Iterator[Row]:
    for (country_id, step), (edtf, earliest, latest, certainty) in DATES.items():
        yield {
            "history_id": f"his-{country_id}-{step}",
            "country_id": country_id,
            "sponsor_id": "CHN",
            "kind": "agreement_security",
            "date_edtf": edtf,
            "earliest_date": earliest,
            "latest_date": latest,
            "certainty": certainty,
            "origins": 2,
            "row_id": f"tie-{country_id}",
            "title": f"The {step} of {NAMES[country_id]}",
        }


def _targets() -> Iterator[Row]:
    for target, sponsor, title in (
        ("usa-forum", "USA", "A made-up coalition"),
        ("team", "CHN", "A partnership with a made-up team"),
    ):
        is_own = sponsor == "CHN"
        yield {
            "partner_target_id": target,
            "sponsor_id": sponsor,
            "title": title,
            "tally_id": "tally-made-up" if is_own else None,
            "total": 3.0,
            "total_low": 2.0,
            "total_high": 4.0,
            "known": 1,
            "expected": 3.0,
            "abstained": 1,
            "best": "mean" if is_own else "baseline",
            "sentence": f"{title}: a made-up sentence.",
        }


def _partners() -> Iterator[Row]:
    yield {
        "partner_id": "partner-team-AAA",
        "country_id": "AAA",
        "target": "team",
        "status": "known",
        "probability": 1.0,
        "because": "known: one publisher documents it",
    }
    for rank, (country_id, value) in enumerate([("BBB", 0.4), ("CCC", 0.03)], start=1):
        yield {
            "partner_id": f"partner-team-{country_id}",
            "country_id": country_id,
            "target": "team",
            "status": "inferred",
            "probability": value,
            "probability_low": value / 2,
            "probability_high": value * 1.5,
            "rank": rank,
            "rank_low": 1,
            "rank_high": 3,
            "probability_logistic": value,
            "probability_second": value,
            "baseline": value,
            "coverage": 0.9,
            "because": (
                f"candidate, probability {value:.2f} ({value / 2:.2f} to {value * 1.5:.2f}), "
                "because it sits in three forums and lies far away"
            ),
        }
    yield {
        "partner_id": "partner-team-DDD",
        "country_id": "DDD",
        "target": "team",
        "status": "abstained",
        "coverage": 0.1,
        "because": "no probability: only one of ten signs is known",
    }


def _reasons() -> Iterator[Row]:
    for country_id in ("BBB", "CCC"):
        for position, (direction, worth) in enumerate([("for", 1.2), ("against", -0.4)], start=1):
            yield {
                "partner_reason_id": f"reason-team-{country_id}-{position}",
                "partner_id": f"partner-team-{country_id}",
                "position": position,
                "direction": direction,
                "covariate": "forums",
                "contribution": worth,
                "sentence": f"{NAMES[country_id]}: a made-up reason {direction}.",
            }


def _checks() -> Iterator[Row]:
    for model, value in (("mean", 0.5), ("baseline", 0.4)):
        for measure, low, high in (("recall_at_20", 0.2, 0.8), ("lift", -0.3, 0.7)):
            if (model, measure) != ("baseline", "lift"):
                yield {
                    "partner_check_id": f"check-team-{model}-{measure}",
                    "target": "team",
                    "model": model,
                    "split": "one_out",
                    "measure": measure,
                    "value": value if measure != "lift" else 0.2,
                    "value_low": low,
                    "value_high": high,
                    "n": 1,
                    "sentence": "A made-up check.",
                }


def _forecasts() -> dict[str, list[Row]]:
    return {
        "forecast": [
            {
                "forecast_id": "forecast-team-2026-01-01",
                "target": "team",
                "frozen_date": date(2026, 1, 1),
                "data_sha256": "a" * 64,
                "code_version": "0.0.0",
                "rows_sha256": "b" * 64,
                "previous_sha256": "c" * 64,
                "entry_sha256": "d" * 64,
                "countries": 2,
                "expected": 2.4,
            }
        ],
        "forecast_score": [
            {
                "forecast_score_id": "score-team-2026-01-01",
                "forecast_id": "forecast-team-2026-01-01",
                "scored_date": date(2026, 6, 1),
                "disclosed": 0,
                "measure": "mean_rank",
                "sentence": "Nothing was disclosed since.",
            }
        ],
    }


def _network() -> dict[str, list[Row]]:
    return {
        "network_edge": [
            {
                "edge_id": "edge-tie-BBB",
                "row_id": "tie-BBB",
                "from_id": "BBB",
                "to_id": "CHN",
                "layer": "agreement",
                "kind": "agreement_with",
                "certainty": "documented",
                "is_inferred": False,
                "origins": 1,
                "strength": 0.85,
                "sentence": "A made-up edge.",
            },
            {
                "edge_id": "edge-partner-CCC",
                "row_id": "partner-team-CCC",
                "from_id": "CCC",
                "to_id": "CHN",
                "layer": "agreement",
                "kind": "partner",
                "certainty": "assessed",
                "is_inferred": True,
                "origins": 0,
                "strength": 0.03,
                "sentence": "An inferred edge.",
            },
        ]
    }


def _lineage(rows: dict[str, list[Row]]) -> Iterator[Row]:
    """Results lead through reasons and happenings to ties, which end in the source."""
    for row in rows["history"]:
        yield {"result_id": row["history_id"], "row_id": row["row_id"]}
    for row in rows["playbook_filled"]:
        if row["history_id"]:
            yield {"result_id": row["playbook_match_id"], "row_id": row["history_id"]}
    for row in rows["partner_reason"]:
        yield {"result_id": row["partner_id"], "row_id": row["partner_reason_id"]}
        country_id = row["partner_id"].rpartition("-")[2]
        yield {"result_id": row["partner_reason_id"], "row_id": f"tie-{country_id}"}
    for row in rows["partner"]:
        if row["status"] != "inferred":
            yield {"result_id": row["partner_id"], "row_id": f"tie-{row['country_id']}"}
    for table, column in (
        ("playbook_step", "playbook_step_id"),
        ("playbook_chance", "playbook_chance_id"),
    ):
        for row in rows[table]:
            yield {"result_id": row[column], "row_id": row["playbook_id"]}
    for table, column in (
        ("partner_target", "partner_target_id"),
        ("partner_check", "partner_check_id"),
        ("forecast", "forecast_id"),
        ("forecast_score", "forecast_score_id"),
    ):
        for row in rows[table]:
            yield {"result_id": row[column], "row_id": "tally-made-up"}
    for row in rows["network_edge"]:
        yield {"result_id": row["edge_id"], "row_id": row["row_id"]}
