"""Playbooks matched with the history of every country, with China and the comparators as sponsors.

A match is a sequence like the one that the playbook describes. It is no proof that one thing led to
the other, and the chance beside it says how easily such a sequence comes about.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from sharedfuture.analyse.playbooks import kinds
from sharedfuture.analyse.playbooks.matching.playbook import Playbook, read_playbook
from sharedfuture.analyse.playbooks.matching.pool import Study, units_of
from sharedfuture.analyse.playbooks.matching.trial import Trial, try_playbook
from sharedfuture.analyse.playbooks.rows import (
    Row,
    chance_row,
    filled_rows,
    match_row,
    playbook_row,
    step_rows,
)
from sharedfuture.analyse.step import Step
from sharedfuture.records.frames import schema_with_rows
from sharedfuture.records.tables import TABLE

STEP = Step(
    id="playbooks.matches",
    reads={
        "texts": "aligned.playbook_text",
        "history": "derived.history",
        "countries": "aligned.country",
    },
    writes=(
        "derived.playbook",
        "derived.playbook_step",
        "derived.playbook_match",
        "derived.playbook_filled",
        "derived.playbook_chance",
    ),
    version=1,
)


def run(
    texts: pl.DataFrame,
    history: pl.DataFrame,
    countries: pl.DataFrame,
    *,
    sponsors: Sequence[str],
    study_first_day: str,
    study_last_day: str,
    doubt_of_one_origin: float,
    shuffles: int,
    draws: int,
    seed: int,
) -> Mapping[str, pl.DataFrame]:
    """All playbooks with all sponsors; only occurrences with a fit above 0 have a row.

    `texts` are playbooks that were read and held to sense before.
    """
    study = study_of(study_first_day, study_last_day, doubt_of_one_origin)
    units = units_of(history, study)
    trials = [
        try_playbook(units, playbook, sponsor_id, shuffles=shuffles, draws=draws, seed=seed)
        for playbook in playbooks_of(texts, study)
        for sponsor_id in sponsors
    ]
    return frames_of(playbooks_of(texts, study), trials, history, countries)


def study_of(first_day: str, last_day: str, doubt_of_one_origin: float) -> Study:
    """The study from its parameters; days are ISO 8601."""
    return Study(
        date.fromisoformat(first_day).toordinal(),
        date.fromisoformat(last_day).toordinal(),
        doubt_of_one_origin,
    )


def playbooks_of(texts: pl.DataFrame, study: Study) -> list[Playbook]:
    """The playbooks of files, by id."""
    return sorted(
        (
            read_playbook(
                text,
                file=file,
                kinds=tuple(kinds.titles()),
                longest_days=study.last_day - study.first_day,
            )
            for file, text in texts.select("file", "text").iter_rows()
        ),
        key=lambda playbook: playbook.playbook_id,
    )


def frames_of(
    playbooks: Iterable[Playbook],
    trials: Sequence[Trial],
    history: pl.DataFrame,
    countries: pl.DataFrame,
) -> Mapping[str, pl.DataFrame]:
    """The five tables."""
    names = dict(countries.select("country_id", "name").iter_rows())
    told = {row["history_id"]: row for row in history.iter_rows(named=True)}
    rows: dict[str, list[Row]] = {name: [] for name in STEP.tables}
    for playbook in playbooks:
        rows["derived.playbook"].append(playbook_row(playbook))
        rows["derived.playbook_step"] += step_rows(playbook)
    for trial in trials:
        rows["derived.playbook_chance"].append(chance_row(trial, names))
        for match in trial.matches:
            rows["derived.playbook_match"].append(match_row(trial, match, names, told))
            rows["derived.playbook_filled"] += filled_rows(trial, match)
    return {name: _frame(name, found) for name, found in rows.items()}


def _frame(stage: str, rows: Sequence[Row]) -> pl.DataFrame:
    table = TABLE[stage.removeprefix("derived.")]
    schema: dict[str, Any] = dict(schema_with_rows(table))
    if any("pool_ids" in row for row in rows):
        schema["pool_ids"] = pl.List(pl.String)
    return pl.DataFrame(rows, schema=schema).sort(table.key)
