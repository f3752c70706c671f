"""How each source stands: who it is, what is held of it, how old that is, what went wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from sharedfuture.align.names import Names
from sharedfuture.capture import Capture, Fetch, Store
from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.pipeline.live.listen import Live, State, listen_here
from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.cadence import DUE_AFTER_DAYS
from sharedfuture.records.errors import DeclarationFaulty
from sharedfuture.sources import ledger

_ENDS = ("/countries.csv", "/spellings.csv")


@dataclass(frozen=True, slots=True)
class Standing:
    """One source on one day. `age_days` counts from its last good fetch, and is None without one.

    `rows_out` are the rows whose country has a key, or that speak of none. `faults` are why files
    that are held are not in use, and what the last fetch of a file met where that was not good.
    """

    live: Live
    last_asked: date | None
    last_good: date | None
    age_days: int | None
    is_due: bool
    rows_out: int
    faults: tuple[str, ...]

    @property
    def says(self) -> str:
        """How it stands, in a word or two."""
        match self.live.state:
            case State.NEVER_CAPTURED:
                return "never captured"
            case State.UNREADABLE:
                return "unreadable"
            case State.STALE:
                return "stale"
            case State.IN_USE:
                return "due" if self.is_due else "fresh"


def standings(settings: Settings, names: Sequence[str], *, today: date) -> tuple[Standing, ...]:
    """The sources of these names, or all of them. Raises DeclarationFaulty for an unknown name."""
    live = listen_here(settings, names_of(capture_ledger(settings)))
    known = [item.name for item in live]
    if unknown := [name for name in names if name not in known]:
        raise DeclarationFaulty(
            f"expected sources among {', '.join(known)}, found {', '.join(unknown)}"
        )
    fetches = Store(settings.captures).fetches()
    return tuple(
        _standing(item, [fetch for fetch in fetches if fetch.source == item.name], today)
        for item in live
        if not names or item.name in names
    )


def names_of(captures: Sequence[Capture]) -> Names:
    """The names of countries that all sources share, from the files of the ledger."""
    files = [capture for capture in captures if capture.name.endswith(_ENDS)]
    return Names(ledger.read(files, bands=False).rows)


def _standing(live: Live, fetches: Sequence[Fetch], today: date) -> Standing:
    good = [fetch for fetch in fetches if fetch.is_good]
    last_good = good[-1].at.date() if good else None
    age = (today - last_good).days if last_good else None
    most = DUE_AFTER_DAYS.get(live.declared.cadence)
    return Standing(
        live=live,
        last_asked=fetches[-1].at.date() if fetches else None,
        last_good=last_good,
        age_days=age,
        is_due=age is not None and most is not None and age > most,
        rows_out=sum(_rows_out(frame) for heard in live.heard for frame in heard.frames.values()),
        faults=(*live.faults, *_problems(fetches)),
    )


def _problems(fetches: Sequence[Fetch]) -> Iterator[str]:
    """What the last fetch of each file met, where that was not good; pages are one file."""
    last = {(fetch.edition, fetch.part.partition(".")[0]): fetch for fetch in fetches}
    for (edition, part), fetch in last.items():
        if not fetch.is_good:
            yield f"{edition}/{part}, fetched on {fetch.at.date()}: {fetch.problem or 'no bytes'}"


def _rows_out(frame: pl.DataFrame) -> int:
    if "country_id" not in frame.columns:
        return frame.height
    return frame.get_column("country_id").count()
