"""A release as its readers see it: which one it is, and the pages made from it."""

from dataclasses import dataclass

# Classes of sources of which single values may be passed on; of the others only what is computed.
MAY_LEAVE = ("open", "cite")


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """What every page says about the release it was made from.

    `as_of` is the day up to which the ledger was read, `latest_source_date` the youngest
    publication in it, both ISO 8601; None where the release does not say. `licences_held` names
    sources whose values are in it because its maker has their licence: it must not be passed on.
    """

    release_id: str
    version: str
    as_of: str | None
    latest_source_date: str | None
    ledger_sha256: str
    licences_held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageFact:
    """One file of the site: its path from the site's root, its title, its size and its hash."""

    path: str
    title: str
    byte_count: int
    sha256: str
