"""Layers, certainties and dates of ties in the words of a page."""

from collections.abc import Mapping
from typing import Final

from sharedfuture.publish.site import words
from sharedfuture.publish.site.shelf import Row

# Surest first; the numbers by which the page's script knows them.
CERTAINTIES: Final = (
    *("documented", "announced", "reported", "assessed", "alleged", "disputed", "denied"),
)
LAYERS: Final[Mapping[str, str]] = {
    "any": "anything",
    "governance": "governance",
    "agreement": "agreements",
    "membership": "memberships",
    "vulnerability_reports": "reports of vulnerabilities",
    "incident_reports": "reports of incidents",
    "telemetry": "telemetry",
    "training": "training",
    "finance": "finance",
    "equipment": "equipment",
    "operation": "operations",
    "meeting": "meetings",
    "study": "studies",
}
# Which way information can go along a tie; the numbers by which the page's script knows them, as
# bits: 1 from the first party to the second, 2 back.
FLOWS: Final = ("none", "forward", "backward", "both")


def layer_text(layer: str | None) -> str:
    """What a tie carries, as words."""
    return LAYERS.get(layer or "", words.plain(layer))


def kind_text(kind: str | None) -> str:
    """A kind of tie or event as words: `agreement_police` is "police agreement"."""
    first, _, rest = (kind or "").partition("_")
    if first in ("agreement", "finance") and rest and rest != "with":
        return words.plain(f"{rest}_{first}")
    return words.plain(kind)


def origins_text(row: Row) -> str:
    """How many independent publishers say so."""
    if not row["origins"]:
        return "no publisher counted"
    return words.counted(row["origins"], "publisher")
