"""Where things lie: the only place, besides the command line, that reads the environment."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sharedfuture.records.errors import SettingRefused


@dataclass(frozen=True, slots=True)
class Settings:
    """Folders and limits of one run.

    `evidence` is the ledger; `out` takes releases and sites; `var` keeps captures and the lock.
    `as_of` leaves out all that was not published by that day. `local_hosts` are `(host, port)`
    pairs of one's own network that `fetch` may ask; no other address that is not public ever is.
    `licences_held` names sources whose licence the user has: nothing of theirs is withheld.
    `own_sources` is a folder of sources beside those of the package. A build takes up to two
    `processes`.
    """

    evidence: Path
    out: Path
    var: Path
    as_of: date | None = None
    query_limit_seconds: float = 20.0
    builds_kept: int = 3
    local_hosts: frozenset[tuple[str, int]] = frozenset()
    licences_held: frozenset[str] = frozenset()
    own_sources: Path | None = None
    processes: int = 1

    @property
    def release(self) -> Path:
        """The release in place."""
        return self.out / "release"

    @property
    def site(self) -> Path:
        """The site in place."""
        return self.out / "site"

    @property
    def captures(self) -> Path:
        """The store of what was fetched."""
        return self.var / "captures"

    @property
    def readings(self) -> Path:
        """What was read of it."""
        return self.var / "readings"

    @property
    def measurements(self) -> Path:
        """Datasets of measurements that the user has read in, a folder each."""
        return self.var / "measurements"

    @property
    def own_counts(self) -> tuple[Path, ...]:
        """What each dataset of measurements comes to, as a build takes it in."""
        return tuple(sorted(self.measurements.glob("*/findings/measurement_count.parquet")))


def settings_here() -> Settings:
    """Settings for the project in this folder.

    SHAREDFUTURE_EVIDENCE, SHAREDFUTURE_OUT and SHAREDFUTURE_VAR name other folders;
    SHAREDFUTURE_LOCAL_HOSTS lists hosts of one's own network, as `127.0.0.1:8000,mirror.lan:443`;
    SHAREDFUTURE_LICENCES lists sources whose licence the user has, as `eiu_democracy,rsf`;
    SHAREDFUTURE_SOURCES is a folder of sources of one's own, one folder each;
    SHAREDFUTURE_PROCESSES is 1 or 2, by default 2 where there are two cores.
    Raises SettingRefused where it cannot be read.
    """
    return Settings(
        evidence=Path(os.environ.get("SHAREDFUTURE_EVIDENCE", "evidence")),
        out=Path(os.environ.get("SHAREDFUTURE_OUT", "out")),
        var=Path(os.environ.get("SHAREDFUTURE_VAR", "var")),
        licences_held=_names(os.environ.get("SHAREDFUTURE_LICENCES", "")),
        own_sources=Path(own) if (own := os.environ.get("SHAREDFUTURE_SOURCES")) else None,
        local_hosts=_hosts(os.environ.get("SHAREDFUTURE_LOCAL_HOSTS", "")),
        processes=_processes(os.environ.get("SHAREDFUTURE_PROCESSES", "")),
    )


def _processes(text: str) -> int:
    if not text.strip():
        return min(2, len(os.sched_getaffinity(0)))
    if text.strip() not in ("1", "2"):
        raise SettingRefused(f"SHAREDFUTURE_PROCESSES: expected 1 or 2, found {text!r}")
    return int(text)


def _names(text: str) -> frozenset[str]:
    return frozenset(filter(None, map(str.strip, text.split(","))))


def _hosts(text: str) -> frozenset[tuple[str, int]]:
    found = set()
    for entry in filter(None, map(str.strip, text.split(","))):
        host, _, port = entry.rpartition(":")
        host = host.removeprefix("[").removesuffix("]").lower()
        if not (host and port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
            raise SettingRefused(
                f"SHAREDFUTURE_LOCAL_HOSTS: expected host:port such as 127.0.0.1:8000, "
                f"found {entry!r}"
            )
        found.add((host, int(port)))
    return frozenset(found)
