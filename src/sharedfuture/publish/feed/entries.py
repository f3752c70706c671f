"""Changes of blocking as entries of a feed, the newest first."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, uuid5

import polars as pl

# Names of entries must stay the same for ever, whatever address they are read at.
_NAMES = uuid5(NAMESPACE_URL, "sharedfuture/blocking/changes")
# What XML 1.0 cannot hold at all; names of networks are somebody else's text.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TURNS = {"blocked": "began to be blocked", "unblocked": "ceased to be blocked"}


@dataclass(frozen=True, slots=True)
class About:
    """What the feed says of itself.

    `key` tells feeds apart that are made in different places; `as_of` is the day of the data;
    `address` is that of the folder in which the files will lie, ending in a slash, empty where it
    is not known: links in Atom are then relative, and JSON has none.
    """

    key: str
    title: str
    as_of: date
    address: str = ""

    @property
    def feed_id(self) -> str:
        """Name of the feed as a whole."""
        return f"urn:uuid:{uuid5(_NAMES, f'feed {self.key}')}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One change; `link` is empty where there is no page about it."""

    entry_id: str
    title: str
    says: str
    day: date
    link: str
    tags: tuple[str, ...]


def entries_of(
    changes: pl.DataFrame,
    *,
    names: Mapping[str, str],
    page_of: Callable[[str], str] | None = None,
    newest: int = 500,
) -> list[Entry]:
    """One entry a row of `blocking_change`, of the newest; its day is the first of the new state.

    `names` are those of countries, `page_of` gives the address of a country's page. An entry's id
    is made of the row's id alone.
    """
    ordered = changes.sort(
        "by_date", "blocking_change_id", descending=[True, False], maintain_order=True
    )
    entries = []
    for row in ordered.head(newest).iter_rows(named=True):
        country = row["country_id"]
        network = f"AS{row['asn']}" if row["asn"] is not None else "all networks together"
        where = f"{row['network']} ({network})" if row["network"] else network
        title = f"{row['domain']} {_TURNS[row['change']]}: {names.get(country, country)}, {where}"
        entries.append(
            Entry(
                entry_id=f"urn:uuid:{uuid5(_NAMES, row['blocking_change_id'])}",
                title=_writable(title),
                says=_writable(row["sentence"]),
                day=row["by_date"],
                link=page_of(country) if page_of else "",
                tags=(country, row["change"], row["scope"]),
            )
        )
    return entries


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
