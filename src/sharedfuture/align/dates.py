"""EDTF dates to the first and last day they allow.

EDTF is the Library of Congress standard of 2019 (ISO 8601-2); the parser is the package `edtf`.
"""

import re
from calendar import monthrange
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from io import StringIO
from time import struct_time

from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day, both included; None where the date is open or unknown on that side."""

    earliest: date | None
    latest: date | None


_PLAIN = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_NO_YEAR = "XXXX"  # EDTF, but of no use: it may be any day at all
_OPEN = ("/", "..")  # an interval that begins or ends so is unknown, or open, on that side


@lru_cache(maxsize=4096)
def span_of(edtf: str) -> Span:
    """The days that an EDTF date allows.

    A date marked as approximate (`~`) or uncertain (`?`) keeps the span of its digits: how far it
    may be off is not known. Raises ValueError for text that is not EDTF.
    """
    if _NO_YEAR in edtf:
        raise ValueError(f"{edtf!r} names no year")
    try:
        if (plain := _PLAIN.fullmatch(edtf)) and int(plain[2] or 1) <= 12:
            return _plain_span(plain)
        with redirect_stdout(StringIO()):  # the parser speaks to the screen on some dates
            parsed = parse_edtf(edtf)
        return Span(
            None if edtf.startswith(_OPEN) else _day(parsed.lower_strict()),
            None if edtf.endswith(_OPEN) else _day(parsed.upper_strict()),
        )
    except (EDTFParseException, ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"{edtf!r} is not an EDTF date") from error


def _plain_span(plain: re.Match[str]) -> Span:
    """A year, month or day: nearly every date is one, and the parser takes 10 ms for each."""
    year, month, day = int(plain[1]), plain[2], plain[3]
    first = date(year, int(month or 1), int(day or 1))
    if day is not None:
        return Span(first, first)
    last_month = int(month or 12)
    return Span(first, date(year, last_month, monthrange(year, last_month)[1]))


def _day(moment: object) -> date | None:
    if not isinstance(moment, struct_time) or not 1 <= moment.tm_year <= 9999:
        return None
    return date(moment.tm_year, moment.tm_mon, moment.tm_mday)
