"""One page before it is written: where it goes, what it says it is, what its template needs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from sharedfuture.publish.site.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the site; rows in `here` have their anchored evidence on it."""

    path: str
    template: str
    title: str
    description: str
    section: str
    context: Mapping[str, object] = field(default_factory=dict)
    here: frozenset[str] = frozenset()


def row_ids_of(entries: list[Evidence]) -> frozenset[str]:
    """The rows that a list of evidence explains."""
    return frozenset(entry.row_id for entry in entries)


def json_text(value: object) -> Markup:
    """JSON that may stand inside a script element: no character that could close it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    escaped = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup(escaped)
