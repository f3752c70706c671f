"""Rates and changes as sentences: with numbers, denominators, and how sure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

Row = Mapping[str, Any]

# What a word promises, by the model's probability; the same scale stands on the method page.
_SURENESS = ((0.99, "near certain"), (0.95, "very likely"), (0.0, "likely"))
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_TURNS = {"blocked": "began to be blocked", "unblocked": "ceased to be blocked"}


def say_sureness(probability: float) -> str:
    """The word for a probability of at least 0.8."""
    return next(word for least, word in _SURENESS if probability >= least)


def say_day(day: date) -> str:
    """A day as `3 January 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def say_days(first: date, last: date) -> str:
    """Two days as `3 to 5 January 2026`, without what they have in common."""
    if first == last:
        return say_day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {say_day(last)}"
    if first.year == last.year:
        return f"{first.day} {_MONTHS[first.month - 1]} to {say_day(last)}"
    return f"{say_day(first)} to {say_day(last)}"


def say_share(share: float) -> str:
    """A share in per cent; what is not nought is not written as nought, nor what is not all."""
    if 0 < share < 0.01:
        return "under 1 %"
    if 0.99 < share < 1:
        return "over 99 %"
    return f"{share:.0%}".replace("%", " %")


def say_network(network: str | None, asn: int | None) -> str:
    """A network by name and number."""
    if asn is None:
        return "all networks together"
    return f"{network} (AS{asn})" if network else f"AS{asn}"


def say_rate(row: Row) -> str:
    """A rate: what was blocked of what was decided, the interval, on how much, since when."""
    what = row["place"] if row["breakdown"] == "country" else f"{row['place']}, {row['title']}"
    base = f"{_say_base(row)}, {say_days(row['since_date'], row['until_date'])}"
    decided = _many(row["decided"], "decided measurement")
    undecided, notes = _say_undecided(row), _say_notes(row)
    if row["rate"] is None:
        unseen = "" if row["unseen"] is None else f"; up to {say_share(row['unseen'])} could be"
        return (
            f"{what}: not enough measured. {row['blocked']:,} of {decided} blocked {base}{unseen}"
            f"{undecided}.{notes}"
        )
    interval = f"{say_share(row['rate_low'])} to {say_share(row['rate_high'])}"
    return (
        f"{what}: {say_share(row['rate'])} blocked ({say_share(row['level'])} interval {interval}),"
        f" {row['blocked']:,} of {decided} {base}{undecided}. {_say_trend(row)}{notes}"
    )


def _say_undecided(row: Row) -> str:
    """What is undecided, and what the share would be if all of that were blocked."""
    left = row["measured"] - row["decided"]
    if not left:
        return ""
    most = (row["blocked"] + left) / row["measured"]
    return f"; {left:,} more undecided, with all of which it would be {say_share(most)}"


def _say_notes(row: Row) -> str:
    return f" Of the counts: {row['notes'].rstrip('.')}." if row["notes"] else ""


def _say_base(row: Row) -> str:
    days = _many(row["days"], "day" if row["is_daily"] else "period")
    if row["networks"] is None:
        return f"over all networks together and {days}"
    return f"on {_many(row['networks'], 'network')} and {days}"


def _say_trend(row: Row) -> str:
    if row["trend"] == "unknown":
        return "Whether it gets worse or better cannot be told."
    days = row["recent_days"]
    if row["trend"] == "steady":
        return f"Steady: no more than small differences in the last {days} days."
    way, sign = ("worse", "up") if row["trend"] == "worse" else ("better", "down")
    points = f"{abs(row['difference']) * 100:.0f}"
    return (
        f"Getting {way}: {sign} {points} percentage points in the last {days} days on what was "
        f"measured before too ({say_sureness(row['sureness_of_trend'])})."
    )


def say_change(row: Row) -> str:
    """A change: where, what, between which days, on how much, how sure, how far it was seen."""
    return (
        f"{row['place']}, {say_network(row['network'], row['asn'])}: {row['domain']} "
        f"{_TURNS[row['change']]} {_between(row['after_date'], row['by_date'])}. Before, "
        f"{say_share(row['rate_before'])} of {_many(row['measured_before'], 'measurement')} were "
        f"blocked; after, {say_share(row['rate_after'])} of {row['measured_after']}. "
        f"{row['sureness'].capitalize()} (log Bayes factor {row['log_odds']:.1f}). "
        f"{_say_reach(row)}"
    )


def _between(after: date, by: date) -> str:
    if (by - after).days <= 1:
        return f"on {say_day(by)} or the night before"
    return f"after {say_day(after)} and by {say_day(by)}"


def _say_reach(row: Row) -> str:
    if row["scope"] == "undivided":
        return "How many networks saw it is not known."
    seen, could = row["networks"], row["networks_measured"]
    if could == 1:
        return "No other network operator measured it before and after."
    if row["scope"] == "one_network":
        return (
            f"Seen on this one only, of {could} network operators that measured before and after."
        )
    nation = ", so we call it national" if row["scope"] == "national" else ""
    return f"Seen on {seen} of {could} network operators that measured before and after{nation}."


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
