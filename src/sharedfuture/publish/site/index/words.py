"""Inputs, states and shares of the index in the words of a page."""

import re
from typing import Final

from sharedfuture.publish.site import words
from sharedfuture.publish.site.shelf import Row

SCORE_BOUNDS: Final = (10.0, 20.0, 30.0, 45.0, 60.0, 100.0)  # classes of the map and the profile
SCORE_RANGE: Final = (1.0, 100.0)
STATES: Final = {
    "measured": "stated",
    "true_zero": "zero: not on a complete list",
    "none_recorded": "none recorded",
    "not_covered": "not covered",
}
STATE_SAYS: Final = {
    "measured": "a source states a value for the country, which may be zero",
    "true_zero": "the country is not on a list that is complete",
    "none_recorded": "a register that looks at the country has no entry for it; it may have missed "
    "something",
    "not_covered": "no source looks at the country: there is no value, and none is filled in",
}
ERRORS: Final = {
    "published": "published",
    "derived": "derived",
    "assumed": "assumed",
    "exact": "exact",
    "not_estimated": "not estimated",
}
ERROR_SAYS: Final = {
    "published": "the publisher’s own standard error",
    "derived": "worked out from how the value was made",
    "assumed": "a judgement whose publisher gives no error; something stands in for it",
    "exact": "a matter of record, such as a vote or a membership: no error",
    "not_estimated": "a register’s entry; what it missed is unknown, and the zero error does not "
    "speak of that",
}
_CODED: Final = re.compile(r"(-?\d+(?:\.\d+)?) = ([^,]+)")
_BILLION: Final = 1_000_000_000


def score_class(score: float | None) -> int | None:
    """The class of a score, 0 to 5; None without one."""
    if score is None:
        return None
    return next(
        (place for place, bound in enumerate(SCORE_BOUNDS) if score <= bound),
        len(SCORE_BOUNDS) - 1,
    )


def score_labels() -> tuple[str, ...]:
    """The classes in words."""
    return tuple(
        f"{'up to' if place == 0 else 'to'} {bound:.0f}" for place, bound in enumerate(SCORE_BOUNDS)
    )


def score_text(row: Row) -> str:
    """A score with as many decimals as its interval supports, one at most."""
    return words.number_text(row["value"], words.supported_decimals(row["low"], row["high"], 1))


def range_text(row: Row) -> str:
    """The interval of a score; empty where it has none."""
    decimals = words.supported_decimals(row["low"], row["high"], 1)
    return words.interval_text(row["low"], row["high"], decimals)


def with_range(shown: str, interval: str) -> str:
    """A number with its interval behind it, where it has one."""
    return f"{shown} ({interval})" if interval else shown


def rank_range(row: Row) -> str:
    """The interval of a rank; empty where it has none."""
    if row["rank_low"] is None or row["rank_high"] is None:
        return ""
    return f"{row['rank_low']} to {row['rank_high']}"


def input_text(row: Row, unit: str | None) -> str:
    """A value of an indicator for a reader: what a code means, billions, or a plain number."""
    value = row["value"]
    if value is None:
        return "–"
    coded = meanings(unit)
    if value in coded:
        return f"{words.number_text(value, 0)} ({coded[value]})"
    if abs(value) >= _BILLION:
        return f"{words.number_text(value / _BILLION, 1)} billion"
    if abs(value) >= words.MILLION:
        return f"{words.number_text(value / words.MILLION, 0)} million"
    decimals = words.supported_decimals(row["low"], row["high"], 2)
    if value == round(value):
        return words.number_text(value, 0)
    return words.number_text(value, max(decimals, 1))


def brief_text(value: float | None) -> str:
    """A number of any size in a few characters: three figures that count, large ones in words."""
    if value is None:
        return "–"
    if abs(value) >= _BILLION:
        return f"{words.number_text(value / _BILLION, 1)} billion"
    if abs(value) >= words.MILLION:
        return f"{words.number_text(value / words.MILLION, 1)} million"
    if value == round(value):
        return words.number_text(value, 0)
    return words.number_text(value, 0 if abs(value) >= 100 else 2 if abs(value) >= 0.1 else 3)


def meanings(unit: str | None) -> dict[float, str]:
    """What the codes of a unit mean: "1 = documented, 0 = not" says it of 1 and 0."""
    return {float(code): says.strip() for code, says in _CODED.findall(unit or "")}


def unit_text(unit: str | None) -> str:
    """A unit beside values whose codes are already put in words: then there is nothing to say."""
    return "" if meanings(unit) else (unit or "")


def span_text(period: str | None) -> str:
    """A year or a span of years; a span of one year is that year."""
    if not period:
        return "undated"
    first, _, last = period.partition("/")
    return first if last in ("", first) else f"{first}–{last}"


def absence_text(why: str | None) -> str:
    """Why there is no score, as a sentence of its own."""
    says = (why or "not stated").strip().rstrip(".")
    said = says.removeprefix("left out by screening: ")
    if said != says and said.endswith("% of the indicators available"):
        share = said.removesuffix("% of the indicators available")
        return (
            f"Only {share}{words.NARROW}% of the indicators are known, fewer than the recipe asks "
            "for."
        )
    if said == "too few elements with enough of their indicators":
        return "Too few pillars have enough of their indicators."
    return f"{said[:1].upper()}{said[1:]}."
