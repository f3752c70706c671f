"""Rows of `partner` and `partner_reason`: each country of a target, and why it stands there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sharedfuture.analyse.partners.inputs.named import Named
from sharedfuture.analyse.partners.problem import FloatArray
from sharedfuture.analyse.partners.solved import Solved
from sharedfuture.analyse.partners.telling.reasons import Speaking, Told, reasons_of, unproven
from sharedfuture.analyse.ranks import competition_ranks, rank_bounds

Row = dict[str, Any]

_LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Rules:
    """When a name counts as known, and how much of the reasons is told."""

    least_trust: float
    shown: int
    least_contribution: float


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows of both tables; lineage columns included."""

    partners: list[Row]
    reasons: list[Row]


def tell_candidates(solved: Solved, speaking: Speaking, rules: Rules) -> Candidates:
    """Every country that could be a partner, known, inferred or abstained."""
    posed = solved.posed
    places = np.flatnonzero(posed.problem.eligible)
    ranks = _ranks(solved, rules)
    partners, reasons = [], []
    for place in places:
        country = posed.panel.countries[place]
        partner_id = f"partner-{posed.target.id}-{country}"
        own = _reasons(solved, int(place), partner_id, speaking, rules)
        partners.append(_partner(solved, int(place), partner_id, own, ranks, rules))
        reasons += own
    return Candidates(partners, reasons)


def _partner(
    solved: Solved,
    place: int,
    partner_id: str,
    reasons: list[Row],
    ranks: Mapping[int, tuple[int, int, int]],
    rules: Rules,
) -> Row:
    posed = solved.posed
    country = posed.panel.countries[place]
    named = posed.named.get(country)
    is_known = named is not None and named.is_known(least_trust=rules.least_trust)
    has_number = bool(solved.fits) and not np.isnan(solved.fit.probability[place])
    status = "known" if is_known else "inferred" if has_number else "abstained"
    rank, rank_low, rank_high = ranks.get(place, (None, None, None))
    row = {
        "partner_id": partner_id,
        "country_id": country,
        "target": posed.target.id,
        "status": status,
        "probability": _at(solved, solved.best, place),
        "probability_low": _number(solved.fit.low[place]) if has_number else None,
        "probability_high": _number(solved.fit.high[place]) if has_number else None,
        "rank": rank,
        "rank_low": rank_low,
        "rank_high": rank_high,
        "probability_logistic": _at(solved, "logistic", place),
        "probability_second": _at(solved, "second", place),
        "baseline": _at(solved, "baseline", place),
        "coverage": _number(np.mean(~np.isnan(posed.panel.values[place]))),
        "row_ids": sorted(
            {
                posed.target.id,
                *(named.row_ids + named.denied if named else ()),
                *(reason["partner_reason_id"] for reason in reasons),
                *([f"partner-{solved.within}-{country}"] if solved.within else []),
            }
        ),
    }
    return row | {"because": _because(row, solved, named, reasons)}


def _because(row: Row, solved: Solved, named: Named | None, reasons: list[Row]) -> str:
    """The row in a sentence: what is known, or how likely it is and why."""
    told = _named_words(named)
    if row["status"] == "known":
        return f"known: {told}"
    if row["probability"] is None:
        why = solved.why_not or _why_abstained(row, solved)
        return f"no probability: {why}" + (f"; {told}" if told else "")
    chance = (
        f"candidate, probability {row['probability']:.2f} "
        f"({row['probability_low']:.2f} to {row['probability_high']:.2f})"
    )
    own = [reason for reason in reasons if not reason["lead"]]
    speaking = [_within(reason["says"]) for reason in own if reason["direction"] == "for"][:2]
    against = [_within(reason["says"]) for reason in own if reason["direction"] == "against"][:1]
    because = [*([told] if told else []), *speaking]
    if solved.within is not None:
        because.append(f"that is its share of the total among candidates of {solved.within}")
    if against and not because:
        return f"{chance}, because {against[0]}"
    though = f"; against it, {against[0]}" if against else ""
    return f"{chance}, because {' and '.join(because) or 'nothing sets it apart'}{though}"


def _named_words(named: Named | None) -> str:
    if named is None or not named.is_label:
        return "one who should know denies it" if named and named.level == "denied" else ""
    publishers = "one publisher" if len(named.origins) == 1 else f"{len(named.origins)} publishers"
    verb = "says" if len(named.origins) == 1 else "say"
    if named.denied:
        return f"{publishers} {verb} so and it is denied"
    if named.level == "documented":
        return f"{publishers} {'documents' if verb == 'says' else 'document'} it"
    return f"{publishers} {verb} so without a document"


def _why_abstained(row: Row, solved: Solved) -> str:
    least = solved.posed.settings.least_coverage
    if row["coverage"] < least:
        return f"only {row['coverage']:.0%} of what may tell a partner is known of it"
    return "the interval is too wide to say anything"


def _within(sentence: str) -> str:
    """A sentence as part of another."""
    return sentence[0].lower() + sentence[1:]


def _reasons(
    solved: Solved, place: int, partner_id: str, speaking: Speaking, rules: Rules
) -> list[Row]:
    """Reasons of the model that stands; where that is the count, of the logistic one besides.

    A target within another has those of the other.
    """
    if not solved.fits or solved.within is not None:
        return []
    told = [Told(solved.fit.contributions)]
    if solved.best == "baseline":
        told.append(unproven(solved.fits["logistic"].contributions))
    found = reasons_of(
        place,
        solved.posed.panel,
        told,
        speaking,
        shown=rules.shown,
        least=rules.least_contribution,
    )
    return [
        reason
        | {
            "partner_reason_id": f"{partner_id}-{reason['position']}",
            "partner_id": partner_id,
            "sentence": f"{reason['lead']}{reason['says']}: {_effect(reason)}.",
        }
        for reason in found
    ]


def _effect(reason: Row) -> str:
    return "raises the odds" if reason["direction"] == "for" else "lowers the odds"


def _ranks(solved: Solved, rules: Rules) -> dict[int, tuple[int, int, int]]:
    """Rank and its interval of every country that is not known and has a probability."""
    if not solved.fits:
        return {}
    posed, fitted = solved.posed, solved.fit
    known = {
        country
        for country, named in posed.named.items()
        if named.is_known(least_trust=rules.least_trust)
    }
    places = [
        place
        for place in np.flatnonzero(posed.problem.eligible)
        if posed.panel.countries[place] not in known and not np.isnan(fitted.probability[place])
    ]
    if not places:
        return {}
    ranks = competition_ranks(-fitted.probability[places])
    low, high = rank_bounds(competition_ranks(-fitted.draws[:, places]), level=_LEVEL)
    return {
        int(place): (int(rank), min(int(least), int(rank)), max(int(most), int(rank)))
        for place, rank, least, most in zip(places, ranks, low, high, strict=True)
    }


def _at(solved: Solved, model: str, place: int) -> float | None:
    return _number(solved.fits[model].probability[place]) if solved.fits else None


def _number(value: FloatArray | float) -> float | None:
    number = float(value)
    return None if np.isnan(number) else number
