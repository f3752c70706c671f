"""Numbers, intervals, dates and kinds in the words of a page."""

import math
from datetime import date
from typing import Final

from sharedfuture.publish.site.shelf import Row

MINUS: Final = "−"
NARROW: Final = "\u202f"
MILLION: Final = 1_000_000
VERDICT_SIGN: Final = {
    "supported": "●",
    "weaker": "◐",
    "contradicted": "✕",
    "insufficient": "○",
    "untestable": "–",
}
VERDICT_SAYS: Final = {
    "supported": "the evidence in this release agrees with the claim",
    "weaker": "the evidence agrees in part, or less strongly than the report says",
    "contradicted": "the evidence disagrees with the claim",
    "insufficient": "too little independent evidence was found to decide",
    "untestable": "no evidence could decide it: a forecast or a judgement of value",
}
RELIABILITY: Final = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "cannot be judged",
}
REDISTRIBUTION: Final = {
    "open": "may be passed on under its licence",
    "cite": "single figures may be cited, the whole may not be passed on",
    "derived_only": "only results computed from it are passed on",
    "link_only": "linked, not passed on",
}
NOT_PASSED_ON: Final = "may not be passed on (licence)"
ABSENCE: Final = {
    "not_covered": "not covered by the publisher",
    "none_recorded": "none recorded; the publisher covers the country",
    "licence": NOT_PASSED_ON,
}
MEASURES: Final = {
    "eiu": "Economist Intelligence Unit (the report)",
    "vdem": "V-Dem, electoral democracy",
    "wgi": "World Bank, voice and accountability",
    "mean": "Mean of the three",
}
_ABBREVIATIONS: Final = {"un": "UN", "cert": "CERT", "zh": "Chinese"}


def plain(kind: str | None) -> str:
    """An identifier of a kind as words: `agreement_with` is "agreement with"."""
    words = (kind or "").replace("_", " ").replace("-", " ").split()
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words)


def relation(tie: Row) -> str:
    """A tie's kind as words; a source may say that a party is *not* in it, and that must show."""
    kind = plain(tie["kind"])
    said = {"not_party": f"not {kind}", "denied": f"{kind}, denied"}
    return said.get(tie["status"], kind)


def number_text(value: float | None, decimals: int = 2) -> str:
    """A number with a true minus sign and thousands set apart; a dash for an absence."""
    if value is None:
        return "–"
    text = f"{abs(value):,.{decimals}f}".replace(",", NARROW)
    is_negative = value < 0 and float(f"{abs(value):.{decimals}f}") != 0
    return MINUS + text if is_negative else text


def figure_text(row: Row, indicator: Row) -> str:
    """A figure for a reader: yes or no for flags, millions for large amounts, else its number."""
    value, decimals = row["value"], row_decimals(row, indicator)
    if value is not None and is_flag(indicator) and value in (0, 1):
        return "yes" if value else "no"
    if value is not None and abs(value) >= MILLION:
        return f"{number_text(value / MILLION, 0 if abs(value) >= 100 * MILLION else 1)} million"
    return number_text(value, decimals)


def is_flag(indicator: Row) -> bool:
    """Whether an indicator only says yes or no."""
    return bool(
        indicator["minimum"] == 0 and indicator["maximum"] == 1 and indicator["decimals"] == 0
    )


def probability_text(share: float | None) -> str:
    """A probability from draws: no draw at all is not impossibility, every draw not certainty."""
    if share is None:
        return "–"
    return percent_text(min(max(share, 0.001), 0.999))


def percent_text(share: float | None) -> str:
    """A share as whole per cent; the ends are not rounded to certainty."""
    if share is None:
        return "–"
    if 0 < share < 0.005:
        return f"under 1{NARROW}%"
    if 0.995 < share < 1:
        return f"over 99{NARROW}%"
    return f"{number_text(share * 100, 0)}{NARROW}%"


def interval_text(low: float | None, high: float | None, decimals: int = 2) -> str:
    """An interval as "a to b"; empty where the publisher gives none."""
    if low is None or high is None:
        return ""
    return f"{number_text(low, decimals)} to {number_text(high, decimals)}"


def supported_decimals(low: float | None, high: float | None, most: int) -> int:
    """Decimals that an interval supports: one digit of its half width, two if it begins with 1, 2.

    Where there is no interval, the indicator's own number of decimals stands.
    """
    if low is None or high is None or high <= low:
        return most
    half = (high - low) / 2
    exponent = math.floor(math.log10(half))
    leading = half / 10**exponent
    return max(0, min(most, -exponent + (1 if leading < 3 else 0)))


def row_decimals(row: Row, indicator: Row) -> int:
    """Decimals for a figure: those of the indicator, fewer where its interval is wide."""
    most = 2 if indicator["decimals"] is None else int(indicator["decimals"])
    return supported_decimals(row["low"], row["high"], most)


def date_text(edtf: str | None) -> str:
    """An EDTF date as a reader says it: "about 2018", "between 2015-12 and 2016", "since 2016"."""
    if not edtf:
        return "date not known"
    if "/" not in edtf:
        return _one_date(edtf)
    start, end = edtf.split("/", 1)
    if start in ("", ".."):
        return f"not later than {_one_date(end)}"
    if end == "..":
        return f"since {_one_date(start)}"
    if end == "":
        return f"from {_one_date(start)}, end not known"
    if len(start) == len(end) == len("2014-11-19") and start[:7] == end[:7]:
        return f"between {int(start[8:])} and {_one_date(end)}"
    return f"between {_one_date(start)} and {_one_date(end)}"


def period_text(period: str) -> str:
    """A year, or first and last year with an en dash."""
    return period.replace("/", "–")


def joined(parts: list[str]) -> str:
    """A list in a sentence: "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """A count with its noun."""
    noun = singular if count == 1 else (plural or singular + "s")
    return f"{number_text(count, 0)} {noun}"


_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def _one_date(text: str) -> str:
    mark = text[-1] if text[-1] in "~?%" else ""
    parts = text.rstrip("~?%").split("-")
    prefix = {"~": "about ", "?": "perhaps ", "%": "perhaps about "}.get(mark, "")
    if any(not part.isdigit() for part in parts) or len(parts) > 3:
        return text
    if len(parts) == 1:
        return prefix + parts[0]
    if not 1 <= int(parts[1]) <= 12:
        return text
    month = f"{_MONTHS[int(parts[1]) - 1]} {parts[0]}"
    return prefix + (month if len(parts) == 2 else f"{int(parts[2])} {month}")


def sort_date(earliest: date | None, latest: date | None) -> str:
    """A key that orders uncertain dates; what has no date at all comes last."""
    day = earliest or latest
    return day.isoformat() if day else "9999"
