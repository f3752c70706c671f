"""Where things lie: the only place, besides the command line, that reads the environment."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Folders and limits of one run.

    `evidence` is the ledger; `out` takes releases and sites; `var` keeps captures and the lock.
    `as_of` leaves out all that was not published by that day.
    """

    evidence: Path
    out: Path
    var: Path
    as_of: date | None = None
    query_limit_seconds: float = 20.0
    builds_kept: int = 3

    @property
    def release(self) -> Path:
        """The release in place."""
        return self.out / "release"

    @property
    def site(self) -> Path:
        """The site in place."""
        return self.out / "site"


def settings_here() -> Settings:
    """Settings for the project in this folder.

    SHAREDFUTURE_EVIDENCE, SHAREDFUTURE_OUT and SHAREDFUTURE_VAR name other folders.
    """
    return Settings(
        evidence=Path(os.environ.get("SHAREDFUTURE_EVIDENCE", "evidence")),
        out=Path(os.environ.get("SHAREDFUTURE_OUT", "out")),
        var=Path(os.environ.get("SHAREDFUTURE_VAR", "var")),
    )
