"""Playbooks tried on the history of the release in place: one's own, or those of the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sharedfuture.analyse.playbooks import matches
from sharedfuture.analyse.playbooks.matching.occurrence import (
    DRAWS,
    Occurrence,
    all_occurrences,
)
from sharedfuture.analyse.playbooks.matching.playbook import (
    Party,
    Playbook,
    PlaybookStep,
    Role,
)
from sharedfuture.analyse.playbooks.matching.pool import Pool, pool_of, units_of
from sharedfuture.analyse.playbooks.matching.task import task_of
from sharedfuture.analyse.playbooks.matching.trial import Tell, Trial, try_playbook
from sharedfuture.analyse.step import read_parameters
from sharedfuture.pipeline.playbooks import read_one
from sharedfuture.records.errors import UnknownRow
from sharedfuture.warehouse import read_tables


@dataclass(frozen=True, slots=True)
class Release:
    """What a release has to try playbooks on: its tables and happenings."""

    tables: Mapping[str, pl.DataFrame]
    units: pl.DataFrame
    parameters: Mapping[str, Any]

    @property
    def sponsors(self) -> tuple[str, ...]:
        """The sponsors that a build tries."""
        return tuple(self.parameters["sponsors"])

    def names(self) -> dict[str, str]:
        """Countries' names by code."""
        return dict(self.tables["country"].select("country_id", "name").iter_rows())

    def told(self) -> dict[str, dict[str, Any]]:
        """Rows of the history by id."""
        rows = self.tables["history"].iter_rows(named=True)
        return {row["history_id"]: row for row in rows}


def open_release(folder: Path) -> Release:
    """The release of a folder; raises NoRelease."""
    tables = read_tables(folder)
    parameters = read_parameters(matches.__package__, "matches")
    study = matches.study_of(
        parameters["study_first_day"],
        parameters["study_last_day"],
        parameters["doubt_of_one_origin"],
    )
    return Release(tables, units_of(tables["history"], study), parameters)


def find_playbook(release: Release, named: str) -> Playbook:
    """A playbook by its file, or by its id in the release.

    Raises PlaybookRefused for a file with faults, UnknownRow where there is neither.
    """
    known = release.tables["playbook"]
    row = known.filter(pl.col("playbook_id") == named)
    if row.height:
        return _of_release(row.row(0, named=True), release.tables["playbook_step"])
    path = Path(named)
    if path.is_file():
        return read_one(path.read_text(encoding="utf-8"), file=named)
    listed = ", ".join(known.get_column("playbook_id"))
    raise UnknownRow(f"expected a file or one of the playbooks {listed}, found {named!r}")


def _of_release(row: Mapping[str, Any], steps: pl.DataFrame) -> Playbook:
    """A playbook as the tables of a release have it; what it cites stays there."""
    own = steps.filter(pl.col("playbook_id") == row["playbook_id"]).sort("position")
    written = [
        PlaybookStep(
            step["step"],
            step["title"],
            tuple(step["kinds"].split("; ")),
            Party(step["party"]),
            Role(step["role"]),
            step["weight"],
            tuple(step["after"].split("; ")) if step["after"] else (),
            step["at_least_days"] or 0,
            step["within_days"],
        )
        for step in own.iter_rows(named=True)
    ]
    return Playbook.of(
        row["playbook_id"],
        row["title"],
        statement=row["statement"],
        case_country_id=row["case_country_id"],
        reason=row["reason"],
        cites=(),
        steps=written,
    )


def require_countries(release: Release, named: Sequence[str]) -> None:
    """Raise UnknownRow for a code that is no country's."""
    names = release.names()
    for code in named:
        if code not in names:
            near = [known for known, name in names.items() if name.lower() == code.lower()]
            hint = f" (that is {near[0]})" if near else ""
            raise UnknownRow(f"expected the code of a country, such as SLB{hint}, found {code!r}")


def run_trial(
    release: Release, playbook: Playbook, sponsor_id: str, *, shuffles: int, tell: Tell
) -> Trial:
    """The playbook in all countries, with so many shuffles."""
    return try_playbook(
        release.units,
        playbook,
        sponsor_id,
        shuffles=shuffles,
        draws=release.parameters["draws"],
        seed=release.parameters["seed"],
        tell=tell,
    )


def every_occurrence(
    release: Release, playbook: Playbook, sponsor_id: str, *, country_id: str, most: int
) -> tuple[Pool, list[Occurrence]]:
    """All occurrences in one country, best first, `most` at the most."""
    pool = pool_of(release.units, playbook, sponsor_id)
    if country_id not in pool.countries:
        return pool, []
    task = task_of(playbook, pool, draws=DRAWS)
    return pool, all_occurrences(task, pool.countries.index(country_id), most=most)
