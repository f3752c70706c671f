"""One cell of the ledger: from text to a typed value, or what is wrong with it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html.entities import html5
from typing import Any
from urllib.parse import urlsplit

from sharedfuture.records.numbers import is_number
from sharedfuture.records.stated import Cell

ID = re.compile(r"[a-z0-9][a-z0-9_.-]*")
# A tag, a comment or declaration, a numeric character reference, an address that runs.
_HTML = re.compile(r"<\s*[a-zA-Z/!?]|&#[a-zA-Z0-9]+;?|javascript:", re.IGNORECASE)
_REFERENCE = re.compile(r"&[a-zA-Z0-9]+;")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Control characters, and those that turn, join or hide text.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]"
)
_QUOTE_WORDS = 40


class Unfit(Exception):
    """A cell is not what was expected; carries what was expected and what was found."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = found


@dataclass(frozen=True, slots=True)
class Field:
    """One column or key of a ledger file."""

    parse: Callable[[Any], Cell]
    is_required: bool = False


def text(value: Any) -> str:
    """Plain text: no HTML, nothing a spreadsheet would run, no control characters."""
    if not isinstance(value, str):
        raise Unfit("text", _shown(value))
    stripped = value.strip()
    references = (match[0][1:] for match in _REFERENCE.finditer(stripped))
    if _HTML.search(stripped) or any(name in html5 for name in references):
        raise Unfit("plain text", f"HTML in {_shown(stripped)}")
    if stripped.startswith(_FORMULA):
        raise Unfit("text that no spreadsheet runs", _shown(stripped))
    if _CONTROL.search(stripped):
        raise Unfit("text without control characters", _shown(stripped))
    return stripped


def prose(value: Any) -> str:
    """Text that may stand on several lines; line breaks become spaces."""
    return text(" ".join(value.split()) if isinstance(value, str) else value)


def query(value: Any) -> str:
    """SQL, kept as it is; the warehouse decides whether it may run."""
    if not isinstance(value, str) or not value.strip():
        raise Unfit("a query", _shown(value))
    return value.strip()


def quote(value: Any) -> str:
    """A quotation of at most 40 words."""
    quoted = prose(value)
    words = len(quoted.split())
    if words > _QUOTE_WORDS:
        raise Unfit(f"a quotation of at most {_QUOTE_WORDS} words", f"{words} words")
    return quoted


def identifier(prefix: str) -> Callable[[Any], str]:
    """An id that begins with `prefix`."""

    def parse(value: Any) -> str:
        if not isinstance(value, str) or not ID.fullmatch(value) or not value.startswith(prefix):
            kind = f"an id that begins with {prefix!r}" if prefix else "an id"
            raise Unfit(f"{kind} (a-z, 0-9, -, _ and .)", _shown(value))
        return value

    return parse


def choice(*values: str) -> Callable[[Any], str]:
    """One of a few words."""

    def parse(value: Any) -> str:
        if value not in values:
            raise Unfit(f"one of {', '.join(values)}", _shown(value))
        return str(value)

    return parse


def number(value: Any) -> float:
    """A finite number with `.` as decimal point."""
    is_toml_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number(str(value)) or not (is_toml_number or isinstance(value, str)):
        raise Unfit("a finite number", _shown(value))
    return float(value)


def not_negative(value: Any) -> float:
    """A number of at least zero."""
    parsed = number(value)
    if parsed < 0:
        raise Unfit("a number of at least 0", _shown(value))
    return parsed


def integer(value: Any) -> int:
    """A whole number that a double holds exactly."""
    parsed = number(value)
    if parsed != int(parsed) or abs(parsed) >= 2**53:
        raise Unfit("a whole number", _shown(value))
    return int(parsed)


def count(value: Any) -> int:
    """A whole number of at least zero."""
    if (parsed := integer(value)) < 0:
        raise Unfit("a whole number of at least 0", _shown(value))
    return parsed


def boolean(value: Any) -> bool:
    """`true` or `false`."""
    if value in (True, "true"):
        return True
    if value in (False, "false"):
        return False
    raise Unfit("true or false", _shown(value))


def as_written(value: Any) -> str:
    """What a publisher wrote: a number, or plain text."""
    written = str(value).strip()
    return written if is_number(written) else text(value)


def url(value: Any) -> str:
    """An address that begins with http:// or https:// and has no spaces, quotes or brackets."""
    try:
        parts = urlsplit(text(value))
    except ValueError:
        raise Unfit("an http or https address", _shown(value)) from None
    if parts.scheme not in ("http", "https") or not parts.netloc or re.search(r"[\s<>\"']", value):
        raise Unfit("an http or https address", _shown(value))
    return str(value)


def pattern(expression: str, *, says: str) -> Callable[[Any], str]:
    """Text of a fixed form."""
    compiled = re.compile(expression)

    def parse(value: Any) -> str:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise Unfit(says, _shown(value))
        return value

    return parse


def parties(value: Any) -> tuple[Cell, ...]:
    """`role=party; role=party` as pairs of role and party as written."""
    pairs: list[Cell] = []
    for part in text(value).split(";"):
        role, separator, party = part.partition("=")
        if not separator or role.strip() not in ROLES or not party.strip():
            raise Unfit(f"role=party with a role of {', '.join(ROLES)}", _shown(part.strip()))
        pairs.append((role.strip(), party.strip()))
    return tuple(pairs)


def names(value: Any) -> tuple[Cell, ...]:
    """A list of party names or ids."""
    if not isinstance(value, list):
        raise Unfit("a list of countries and actors", _shown(value))
    return tuple(text(item) for item in value)


def mapping(**fields: Field) -> Callable[[Any], Cell]:
    """A table with known keys."""

    def parse(value: Any) -> Cell:
        if not isinstance(value, Mapping):
            raise Unfit("a table", _shown(value))
        for key in value:
            if key not in fields:
                raise Unfit(f"one of the keys {', '.join(fields)}", f"unknown key {key!r}")
        for key, field in fields.items():
            if field.is_required and key not in value:
                raise Unfit(f"the key {key!r}", ", ".join(value) or "an empty table")
        return {key: fields[key].parse(item) for key, item in value.items()}

    return parse


def array(item: Callable[[Any], Cell], *, least: int) -> Callable[[Any], Cell]:
    """A list of at least so many values of one form."""

    def parse(value: Any) -> Cell:
        if not isinstance(value, list) or len(value) < least:
            raise Unfit(f"a list of at least {least} entries", _shown(value))
        return tuple(item(entry) for entry in value)

    return parse


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


ROLES = (
    "country",
    "counterpart",
    "host",
    "organiser",
    "issuer",
    "speaker",
    "financier",
    "vendor",
    "target",
    "attributed_to",
    "signatory",
    "participant",
    "trainee",
    "trainer",
    "founder",
    "named",
)
