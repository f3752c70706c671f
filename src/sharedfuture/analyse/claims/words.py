"""Sentences with places for values: `{r:.2f}` takes the value of the column r."""

from collections.abc import Mapping
from string import Formatter
from typing import Any

UNKNOWN = "unknown"


class PlainFormatter(Formatter):
    """`str.format` without its reach: a place names a column, never an attribute or an item.

    Templates come from the ledger, so that a place such as `{r.__class__}` must be refused.
    Values are whatever the query selected, hence `Any`.
    """

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[Any, str]:
        """The value of a column; KeyError where there is none of that name."""
        if not field_name.isidentifier():
            raise KeyError(field_name)
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> Any:
        """An absent value becomes a word instead of an error."""
        return UNKNOWN if value is None else super().format_field(value, format_spec)


def fill_sentence(template: str, values: Mapping[str, Any]) -> str:
    """The sentence with its places filled.

    Raises KeyError for a place that no column fills and ValueError for a format that does not fit.
    """
    return PlainFormatter().vformat(template, (), dict(values))
