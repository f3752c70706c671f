"""Probabilities, sequences and what chance gives, in the words of a page.

An inferred country is a candidate with a probability; it is never called more than that.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from sharedfuture.publish.site import words
from sharedfuture.publish.site.sentences import Number, Part, Sentence
from sharedfuture.publish.site.shelf import Row

UNCOMMON: Final = 0.05
DAYS_OF_YEAR: Final = 365.25
DAYS_OF_MONTH: Final = 30.44
ROLES: Final[Mapping[str, str]] = {
    "required": "must be there",
    "optional": "may be there",
    "negative": "must not be there",
}
MODELS: Final[Mapping[str, str]] = {
    "logistic": "logistic",
    "second": "second model",
    "mean": "mean of both",
    "baseline": "count of forums",
}
SPLITS: Final[Mapping[str, str]] = {
    "one_out": "each known country left out in turn",
    "region_out": "each region left out in turn",
    "origin_out": "each publisher left out in turn",
    "all": "nothing left out",
}
MEASURES: Final[Mapping[str, str]] = {
    "recall_at_20": "Known countries found among the first 20",
    "recall_at_total": "Known countries found among as many as the published total",
    "median_rank": "Median rank of a known country",
    "mean_rank": "Mean rank of those disclosed",
    "calibration_error": "Calibration error",
    "rank_stability": "Stability of ranks",
    "lift": "Lift: gain in log score over the count of forums",
    "log_score": "Log score, beside the mean candidate",
    "calibration_floor": "Calibration error of perfect probabilities, so few being known",
}
KINDS: Final[Mapping[str, str]] = {
    "agreement_security": "agreement on security",
    "agreement_police": "agreement on policing",
    "agreement_cybersecurity": "agreement on cybersecurity",
    "agreement_content_control": "agreement on control of content",
    "agreement_digital": "agreement on digital matters",
    "agreement_belt_road": "agreement on the Belt and Road",
    "cert_partnership": "agreement of response teams",
    "election_delay": "delay of an election",
    "finance_telecom": "finance of telecoms",
    "technology_surveillance": "technology for surveillance",
    "training_exchange": "exchange of experts",
    "military_base_considered": "military base considered",
}
SHARES: Final = frozenset({"recall_at_20", "recall_at_total"})
RANKS: Final = frozenset({"median_rank", "mean_rank"})


def chance_text(chance: float | None) -> str:
    """A share of shuffles; none at all is not impossible."""
    if chance is None:
        return "–"
    if chance < 0.001:
        return "under 0.001"
    return words.number_text(chance, 3 if chance < 0.1 else 2)


def probability_text(row: Row, name: str = "probability") -> str:
    """A probability with its interval, in as many decimals as the interval supports."""
    value, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
    if value is None:
        return "none"
    decimals = probability_decimals(row, name)
    between = words.interval_text(low, high, decimals)
    return words.number_text(value, decimals) + (f" ({between})" if between else "")


def probability_decimals(row: Row, name: str = "probability") -> int:
    """One decimal for a wide interval, two for a narrow one or one near 0."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return max(1, words.supported_decimals(low, high, 2))


def candidate_sentence(row: Row) -> Sentence:
    """What is said of an inferred country: candidate, probability, interval, reason."""
    number = Number(row["partner_id"], probability_text(row))
    return ["candidate, probability ", number, f", because {reason_text(row)}"]


def reason_text(row: Row) -> str:
    """Why a country stands where it stands, as part of a sentence.

    The row's own words may say first that it is known, a candidate or neither; here that is said
    around them.
    """
    text = (row["because"] or "no reason is stated").strip().rstrip(".")
    if text.startswith("candidate, "):
        return text.partition(", because ")[2] or text
    return text.removeprefix("known: ").removeprefix("no probability: ")


def title_text(row: Row) -> str:
    """The title of a kind of partnership as a heading."""
    title = str(row["title"])
    return title[:1].upper() + title[1:]


def rank_text(row: Row) -> str:
    """The interval of a rank; empty where there is none."""
    if row["rank_low"] is None or row["rank_high"] is None:
        return ""
    return f"{row['rank_low']} to {row['rank_high']}"


def chance_sentence(row: Row, name: str, *, case: str = "") -> Sentence:
    """How often a sequence is found, how often chance finds it, and what follows from that.

    `case` says whether the country from which the sequence was drawn is among them.
    """
    row_id = row["playbook_chance_id"]

    def number(value: float | None) -> Part:
        return Number(row_id, words.number_text(value, 0))

    low, high = row["found_by_chance_low"], row["found_by_chance_high"]
    between = [number(low), " to ", number(high)] if low != high else [number(high)]
    if not row["found"]:
        nowhere: Sentence = [f"{name}: in none of ", number(row["countries"]), " countries tried"]
        return [*nowhere, *(["; by chance in ", *between] if high else []), "."]
    return [
        f"{name}: by chance ",
        *between,
        " countries would show this sequence; ",
        number(row["found"]),
        " of the ",
        number(row["countries"]),
        f" tried {'does' if row['found'] == 1 else 'do'}{f', {case}' if case else ''}: "
        f"{chance_verdict(row)}.",
    ]


def chance_verdict(row: Row) -> str:
    """Whether a sequence is found more often than both kinds of shuffling find it."""
    chances = [row[name] for name in ("chance", "chance_by_kind") if row[name] is not None]
    if not row["found"]:
        return "it is not found"
    if not chances:
        return "what chance gives was not worked out"
    beyond = sum(chance < UNCOMMON for chance in chances)
    if beyond == len(chances):
        return "more than chance gives"
    return "more than chance by one way of shuffling only" if beyond else "no more than chance"


def is_beyond_chance(row: Row) -> bool:
    """Whether a match is rare by both ways of shuffling, the countries tried allowed for."""
    return row["chance_all"] is not None and row["chance_all"] < UNCOMMON


def match_verdict(row: Row) -> str:
    """A match beside chance, in a few words."""
    if row["chance_all"] is None:
        return "not compared with chance"
    if is_beyond_chance(row):
        return "stands out from chance"
    if (row["chance"] or 0.0) < UNCOMMON:
        return "uncommon for the country, but not among so many countries tried"
    return "no more than chance"


def missing_text(row: Row, steps: Sequence[Row]) -> str:
    """The steps that nothing fills, by their numbers; "none" where all are there."""
    names = split(row["missing"])
    numbers = [str(step["position"]) for step in steps if step["step"] in names]
    return ", ".join(numbers or names) or "none"


def split(text: str | None) -> list[str]:
    """The parts of a cell that holds several."""
    return [part for part in (text or "").split("; ") if part]


def kinds_text(text: str | None) -> str:
    """Kinds of happening as words: "leak or agreement on security"."""
    kinds = [KINDS.get(kind, words.plain(kind)) for kind in split(text)]
    if len(kinds) < 2:
        return "".join(kinds)
    return f"{', '.join(kinds[:-1])} or {kinds[-1]}"


def within_text(days: int | None) -> str:
    """A longest time in the unit that reads best."""
    if days is None:
        return ""
    if days >= 2 * DAYS_OF_YEAR or days % 365 == 0:
        return words.counted(round(days / DAYS_OF_YEAR), "year")
    if days >= 2 * DAYS_OF_MONTH:
        return words.counted(round(days / DAYS_OF_MONTH), "month")
    return words.counted(days, "day")


def when_text(row: Row) -> str:
    """The date of a happening as known."""
    return words.date_text(row["date_edtf"]) if row["date_edtf"] else "date not known"


def day_text(day: date | None) -> str:
    """A day for a reader."""
    return words.date_text(str(day)) if day else "not known"


def check_text(row: Row) -> str:
    """A measure of how a model does, with its interval."""
    value, low, high = row["value"], row["value_low"], row["value_high"]
    if value is None:
        return "–"
    if row["measure"] in SHARES:
        between = "" if low is None else f" ({low:.0%} to {high:.0%})".replace("%", " %")
        return words.percent_text(value) + between
    decimals = 0 if row["measure"] in RANKS else 2
    between = words.interval_text(low, high, decimals)
    return words.number_text(value, decimals) + (f" ({between})" if between else "")


def measure_title(measure: str) -> str:
    """The name of a measure."""
    return MEASURES.get(measure, words.plain(measure))


def check_title(row: Row) -> str:
    """Which measure, of which model, on what."""
    model = MODELS.get(row["model"], words.plain(row["model"]))
    split = SPLITS.get(row["split"], words.plain(row["split"]))
    return f"{measure_title(row['measure'])}, {model}, {split}"


def model_sentence(target: Row, checks: Sequence[Row]) -> Sentence:
    """Whether the model that stands does better than the count of forums on what is known.

    The lift is the mean gain in log score over the baseline, known countries left out one at a
    time; a model is better where the whole interval of its lift is above 0.
    """
    lifts = [
        row
        for row in checks
        if (row["measure"], row["split"]) == ("lift", "one_out") and row["value"] is not None
    ]
    if not lifts:
        return ["Too few countries are known to compare the models with the baseline."]
    best = max(lifts, key=lambda row: (row["model"] == target["best"], row["value"]))
    lift = Number(best["partner_check_id"], check_text(best))
    model = MODELS.get(best["model"], words.plain(best["model"]))
    if best["value_low"] is not None and best["value_low"] > 0:
        return [f"Better than the baseline, the count of shared forums: {model}, lift ", lift, "."]
    return [
        "No better than the baseline, the count of shared forums: the best lift is ",
        lift,
        f" ({model}), and its interval is not above 0.",
    ]


def contribution_text(contribution: float | None) -> str:
    """What a reason adds to the log-odds, with its sign."""
    if contribution is None:
        return ""
    sign = "+" if contribution >= 0 else ""
    return f"{sign}{words.number_text(contribution, 2)} in log-odds"


def numbers_of(after: str | None, steps: Sequence[Row]) -> str:
    """The numbers of the steps of these names: "1 and 2"."""
    position = {step["step"]: str(step["position"]) for step in steps}
    return words.joined([position.get(name, name) for name in split(after)])


def legend_text(steps: Sequence[Row]) -> str:
    """What the numbers of the marks mean, for a drawing that is taken away."""
    named = "; ".join(f"{step['position']} {step['title']}" for step in steps)
    return f"Steps: {named}." if named else ""


def widest(chances: Sequence[Row]) -> float:
    """The end of the scale for what was found and what chance gives."""
    columns = ("found", "found_by_chance_high", "found_by_kind_high")
    ends = [row[name] or 0.0 for row in chances for name in columns]
    return max([1.0, *ends])
