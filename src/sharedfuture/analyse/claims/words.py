"""Sentences with places for values: `{r:.2f}` takes the value of the column r."""

import re
from collections.abc import Mapping
from string import Formatter
from typing import Any

UNKNOWN = "unknown"

# Thousands, at most two digits of precision, and how: a width could fill the memory.
_PLAIN_FORMAT = re.compile(r",?(?:\.[0-9]{1,2})?[defg%]?")


class PlainFormatter(Formatter):
    """`str.format` without its reach: a place names a column, never an attribute or an item.

    Templates come from the ledger, so that a place such as `{r.__class__}` must be refused.
    Values are whatever the query selected, hence `Any`.
    """

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[Any, str]:
        """The value of a column; KeyError where there is none of that name."""
        if not field_name.isidentifier():
            raise KeyError(field_name)
        if isinstance(kwargs, _Unanswered):
            return None, field_name
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> Any:
        """An absent value becomes a word; formats are those of one plain number."""
        if not _PLAIN_FORMAT.fullmatch(format_spec):
            raise ValueError(f"format {format_spec!r}")
        return UNKNOWN if value is None else super().format_field(value, format_spec)


def check_sentence(template: str) -> None:
    """Raise ValueError unless every place of the sentence names a column, plainly formatted."""
    for _, field, spec, conversion in Formatter().parse(template):
        if field is None:
            continue
        if not field.isidentifier() or conversion or not _PLAIN_FORMAT.fullmatch(spec or ""):
            shown = field + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
            raise ValueError(f"place {{{shown}}}")


class _Unanswered(dict[str, Any]):
    """Stands for the columns of a query that gave no row."""


def fill_sentence(template: str, values: Mapping[str, Any] | None) -> str:
    """The sentence with its places filled; each is `unknown` where there are no values at all.

    Raises KeyError for a place that no column fills, ValueError or TypeError for a format that does
    not fit its value.
    """
    given = _Unanswered() if values is None else dict(values)
    return PlainFormatter().vformat(template, (), given)
