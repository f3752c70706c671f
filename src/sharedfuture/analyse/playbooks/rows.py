"""What trials came to as rows of the public tables, with sentences for a reader."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sharedfuture.analyse.playbooks.matching.playbook import Playbook, Role
from sharedfuture.analyse.playbooks.matching.trial import Match, Trial

# One row of a public table: column to value, of the types that the table declares.
Row = dict[str, Any]
# Rows of the table `history` by id.
Told = Mapping[str, Mapping[str, Any]]


def playbook_row(playbook: Playbook) -> Row:
    """The playbook; it rests on the sources that it cites."""
    return {
        "playbook_id": playbook.playbook_id,
        "title": playbook.title,
        "statement": playbook.statement,
        "case_country_id": playbook.case_country_id,
        "steps": len(playbook.steps),
        "required": sum(step.role is Role.REQUIRED for step in playbook.steps),
        "reason": playbook.reason,
        "row_ids": [],
    }


def step_rows(playbook: Playbook) -> list[Row]:
    """The steps, in the order in which they are written."""
    place = {name: position for position, name in enumerate(playbook.written, 1)}
    return [
        {
            "playbook_step_id": step_id(playbook, step.id),
            "playbook_id": playbook.playbook_id,
            "step": step.id,
            "position": place[step.id],
            "title": step.title,
            "kinds": "; ".join(step.kinds),
            "role": step.role.value,
            "after": "; ".join(step.after),
            "at_least_days": step.at_least_days or None,
            "within_days": step.within_days,
            "party": step.party.value,
            "weight": step.weight,
            "row_ids": [playbook.playbook_id],
        }
        for step in playbook.steps
    ]


def step_id(playbook: Playbook, step: str) -> str:
    """Id of a row of the table `playbook_step`."""
    return f"step-{playbook.playbook_id}-{step}"


def match_id(trial: Trial, match: Match) -> str:
    """Id of a row of the table `playbook_match`."""
    return f"match-{trial.playbook.playbook_id}-{trial.sponsor_id}-{match.country_id}"


def match_row(trial: Trial, match: Match, names: Mapping[str, str], told: Told) -> Row:
    """The match; it rests on what fills its steps, and on the playbook."""
    ids = {step: trial.pool.history_ids[unit] for step, unit in match.found.units.items()}
    positive = {
        step: row for step, row in ids.items() if not trial.playbook.steps[step].is_negative
    }
    days = [told[row] for row in positive.values()]
    steps = trial.playbook.steps
    missing = [
        step.id for at, step in enumerate(steps) if at not in positive and not step.is_negative
    ]
    needed = {at for at, step in enumerate(steps) if step.role is Role.REQUIRED}
    row: Row = {
        "playbook_match_id": match_id(trial, match),
        "playbook_id": trial.playbook.playbook_id,
        "country_id": match.country_id,
        "sponsor_id": trial.sponsor_id,
        "start_date": _outer([day["earliest_date"] for day in days], first=True),
        "end_date": _outer([day["latest_date"] for day in days], first=False),
        "fit": match.found.fit,
        "order_probability": match.found.order_probability,
        "is_whole": needed <= set(positive),
        "filled": len(positive),
        "missing": "; ".join(missing),
        "rank": match.rank,
        "chance": match.chance,
        "chance_all": match.chance_all,
        "chance_by_kind": match.chance_by_kind,
        "shuffles": trial.shuffles,
        "row_ids": [trial.playbook.playbook_id, *ids.values()],
    }
    return {**row, "sentence": _match_sentence(trial, row, names)}


def filled_rows(trial: Trial, match: Match) -> list[Row]:
    """A row for each step of a match, filled or not."""
    rows = []
    for at, step in enumerate(trial.playbook.steps):
        unit = match.found.units.get(at)
        history_id = None if unit is None else trial.pool.history_ids[unit]
        step_row = step_id(trial.playbook, step.id)
        rows.append(
            {
                "playbook_filled_id": f"filled-{match_id(trial, match)[6:]}-{step.id}",
                "playbook_match_id": match_id(trial, match),
                "playbook_step_id": step_row,
                "history_id": history_id,
                "weight": match.found.adds.get(at, 0.0),
                "row_ids": [step_row, *([history_id] if history_id else [])],
            }
        )
    return rows


def chance_row(trial: Trial, names: Mapping[str, str]) -> Row:
    """How often the playbook is found, and how often in shuffles; rests on all it was tried on."""
    row: Row = {
        "playbook_chance_id": f"chance-{trial.playbook.playbook_id}-{trial.sponsor_id}",
        "playbook_id": trial.playbook.playbook_id,
        "sponsor_id": trial.sponsor_id,
        "countries": trial.tried,
        "found": trial.found,
        "found_by_chance": trial.by_chance.mean,
        "found_by_chance_low": trial.by_chance.low,
        "found_by_chance_high": trial.by_chance.high,
        "chance": trial.by_chance.chance,
        "found_by_kind": trial.by_kind.mean,
        "found_by_kind_low": trial.by_kind.low,
        "found_by_kind_high": trial.by_kind.high,
        "chance_by_kind": trial.by_kind.chance,
        "shuffles": trial.shuffles,
        "row_ids": [trial.playbook.playbook_id],
        "pool_ids": list(trial.pool.history_ids),
    }
    return {**row, "sentence": _chance_sentence(trial, row, names)}


def _outer(days: list[date | None], *, first: bool) -> date | None:
    """The first or last of all days; None where one of them is open."""
    known = [day for day in days if day is not None]
    if len(known) < len(days) or not known:
        return None
    return min(known) if first else max(known)


def _match_sentence(trial: Trial, row: Row, names: Mapping[str, str]) -> str:
    country = names.get(row["country_id"], row["country_id"])
    sponsor = names.get(trial.sponsor_id, trial.sponsor_id)
    steps = len(trial.playbook.positive)
    order = _probability(row["order_probability"])
    how = "whole" if row["is_whole"] else "in part"
    return (
        f"{country} with {sponsor}: a sequence like that of “{trial.playbook.title}”, {how}: "
        f"{row['filled']} of {steps} steps, fit {row['fit']:.2f}; the order asked holds with "
        f"probability {order}. Of {trial.shuffles:,} histories of the country with its dates "
        f"shuffled, {_percent(row['chance'])} fit as well or better. It is no proof of cause."
    )


def _chance_sentence(trial: Trial, row: Row, names: Mapping[str, str]) -> str:
    sponsor = names.get(trial.sponsor_id, trial.sponsor_id)
    has = "has" if row["found"] == 1 else "have"
    return (
        f"“{trial.playbook.title}” with {sponsor}: {row['found']} of {row['countries']} "
        f"countries {has} a whole match; shuffled histories have {row['found_by_chance']:.1f} "
        f"({row['found_by_chance_low']:.0f} to {row['found_by_chance_high']:.0f}), and "
        f"{row['found_by_kind']:.1f} ({row['found_by_kind_low']:.0f} to "
        f"{row['found_by_kind_high']:.0f}) where each kind keeps its dates."
    )


def _probability(value: float) -> str:
    if value >= 0.995:
        return "1" if value >= 1 - 1e-9 else "over 0.99"
    return f"{value:.2f}" if value >= 0.01 else "under 0.01"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.1f} %"
