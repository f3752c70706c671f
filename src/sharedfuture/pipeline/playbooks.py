"""The playbooks of the ledger: what is looked for in histories is evidence like any other."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from sharedfuture.analyse.playbooks import kinds, matches
from sharedfuture.analyse.playbooks.matching.playbook import Playbook, read_playbook
from sharedfuture.analyse.step import read_parameters
from sharedfuture.capture import Capture
from sharedfuture.records.errors import LedgerFaulty, PlaybookRefused
from sharedfuture.records.fault import Fault, Spot
from sharedfuture.records.frames import frame_of
from sharedfuture.records.inner_tables import PLAYBOOK_TEXT
from sharedfuture.records.tables import TABLE
from sharedfuture.sources.ledger import fields

PLAYBOOK_FOLDER = "playbooks"


@dataclass(frozen=True, slots=True)
class WrittenPlaybooks:
    """The files of playbooks, and what they cite."""

    texts: pl.DataFrame
    citations: pl.DataFrame

    def in_frames(self, frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """The aligned tables with the playbooks whose sources they have, and their citations.

        A playbook none of whose sources was published yet could not have been known.
        """
        known = frames["source"].get_column("source_id").implode()
        cited = self.citations.filter(pl.col("source_id").is_in(known))
        ids = cited.get_column("row_id").implode()
        texts = self.texts.filter(pl.col("playbook_id").is_in(ids))
        citations = pl.concat([frames["citation"], cited]).sort(TABLE["citation"].key)
        return {**frames, "citation": citations, "playbook_text": texts}


def is_playbook(name: str) -> bool:
    """Whether a file of the ledger, named with its folder, is a playbook."""
    parts = name.split("/")
    return len(parts) == 3 and parts[1] == PLAYBOOK_FOLDER and parts[2].endswith(".toml")


def read_playbooks(
    captures: Sequence[Capture], frames: Mapping[str, pl.DataFrame]
) -> WrittenPlaybooks:
    """The playbooks of the ledger.

    Raises LedgerFaulty with the faults of all of them: those of the engine, sources and countries
    that `frames` do not have, an id that two files have.
    """
    faults: list[Fault] = []
    texts, citations = [], []
    files: dict[str, str] = {}
    for capture in captures:
        if not is_playbook(capture.name):
            continue
        try:
            text = capture.data.decode("utf-8")
            playbook = _read(text, capture.name)
        except UnicodeDecodeError as error:
            faults.append(Fault(Spot(capture.name, 1), "UTF-8", str(error)))
            continue
        except PlaybookRefused as error:
            faults.extend(error.faults)
            continue
        first = files.setdefault(playbook.playbook_id, capture.name)
        if first != capture.name:
            expected = f"a playbook_id not used before (first in {first})"
            faults.append(Fault(Spot(capture.name, 1), expected, repr(playbook.playbook_id)))
        faults.extend(_faults_beside(playbook, capture.name, frames))
        texts.append(
            {
                "playbook_id": playbook.playbook_id,
                "file": capture.name,
                "text": text,
                "sha256": capture.sha256,
            }
        )
        citations += [
            {
                "row_id": playbook.playbook_id,
                "source_id": cite.source_id,
                "locator": cite.locator,
                "note": cite.note,
            }
            for cite in playbook.cites
        ]
    if faults:
        raise LedgerFaulty(faults)
    return WrittenPlaybooks(frame_of(PLAYBOOK_TEXT, texts), frame_of(TABLE["citation"], citations))


def read_one(text: str, *, file: str) -> Playbook:
    """The playbook of a file, with the vocabulary and the study of this observatory.

    Raises PlaybookRefused.
    """
    parameters = read_parameters(matches.__package__, "matches")
    study = matches.study_of(
        parameters["study_first_day"],
        parameters["study_last_day"],
        parameters["doubt_of_one_origin"],
    )
    return read_playbook(
        text,
        file=file,
        kinds=tuple(kinds.titles()),
        longest_days=study.last_day - study.first_day,
    )


def _read(text: str, file: str) -> Playbook:
    """The same, without anything that a page would run."""
    playbook = read_one(text, file=file)
    shown = [playbook.title, playbook.statement, playbook.reason]
    shown += [step.title for step in playbook.steps]
    shown += [item for cite in playbook.cites for item in (cite.locator, cite.note or ".")]
    faults = []
    for words in shown:
        try:
            fields.prose(words)
        except fields.Unfit as error:
            faults.append(Fault(Spot(file, 1), error.expected, error.found))
    if faults:
        raise PlaybookRefused(faults)
    return playbook


def _faults_beside(
    playbook: Playbook, file: str, frames: Mapping[str, pl.DataFrame]
) -> list[Fault]:
    """What a playbook names that the ledger does not have, or names twice."""

    def lacks(expected: str, named: str, known: Collection[str]) -> list[Fault]:
        return [] if named in known else [Fault(Spot(file, 1), expected, repr(named))]

    sources = set(frames["source"].get_column("source_id"))
    found = [
        fault
        for cite in playbook.cites
        for fault in lacks("a source of sources/*.csv", cite.source_id, sources)
    ]
    if playbook.case_country_id is not None:
        countries = set(frames["country"].get_column("country_id"))
        found += lacks("the code of a country in case_country", playbook.case_country_id, countries)
    cited = [(cite.source_id, cite.locator) for cite in playbook.cites]
    found += [
        Fault(Spot(file, 1), "each citation once", f"{locator!r} again")
        for source, locator in sorted({pair for pair in cited if cited.count(pair) > 1})
    ]
    return found
