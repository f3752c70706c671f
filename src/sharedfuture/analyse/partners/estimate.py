"""Probabilities of partnership: each target is posed, solved, checked and told."""

from typing import Any

import polars as pl
from threadpoolctl import threadpool_limits

from sharedfuture.analyse.partners.inputs.covariates import Tables
from sharedfuture.analyse.partners.inputs.named import Naming
from sharedfuture.analyse.partners.inputs.posing import Posed, body_names, pose
from sharedfuture.analyse.partners.inputs.targets import read_targets
from sharedfuture.analyse.partners.problem import Settings
from sharedfuture.analyse.partners.solved import Solved, solve, solve_within
from sharedfuture.analyse.partners.telling.candidates import Rules, tell_candidates
from sharedfuture.analyse.partners.telling.reasons import Speaking, compared_values
from sharedfuture.analyse.partners.telling.targets import tell_checks, tell_target
from sharedfuture.analyse.step import Step
from sharedfuture.records.frames import schema_of
from sharedfuture.records.tables import TABLE

Row = dict[str, Any]

_WRITES = ("partner", "partner_target", "partner_reason", "partner_check")

STEP = Step(
    id="partners.estimate",
    reads={
        "ties": "aligned.tie",
        "events": "aligned.event",
        "parties": "aligned.event_party",
        "actors": "aligned.actor",
        "citations": "aligned.citation",
        "sources": "aligned.source",
        "figures": "aligned.figure",
        "countries": "aligned.country",
        "tallies": "aligned.tally",
        "agreement": "derived.un_agreement",
    },
    writes=tuple(f"derived.{name}" for name in _WRITES),
    version=1,
)


def run(
    ties: pl.DataFrame,
    events: pl.DataFrame,
    parties: pl.DataFrame,
    actors: pl.DataFrame,
    citations: pl.DataFrame,
    sources: pl.DataFrame,
    figures: pl.DataFrame,
    countries: pl.DataFrame,
    tallies: pl.DataFrame,
    agreement: pl.DataFrame,
    *,
    seed: int,
    draws: int,
    imputations: int,
    least_coverage: float,
    widest: float,
    least_names: int,
    least_trust: float,
    most_left_out: int,
    reasons_shown: int,
    least_contribution: float,
) -> dict[str, pl.DataFrame]:
    """Candidates, targets, reasons and checks, of every target."""
    posed = pose(
        Tables(ties, figures, agreement, countries),
        Naming(ties, events, parties, actors, citations, sources),
        read_targets(),
        settings=Settings(
            draws=draws,
            imputations=imputations,
            least_coverage=least_coverage,
            widest=widest,
        ),
    )
    with threadpool_limits(limits=1, user_api="blas"):  # small matrices: threads only wait
        solved = solve_all(
            posed,
            frozenset(tallies.get_column("tally_id")),
            seed=seed,
            least_names=least_names,
            most_left_out=most_left_out,
        )
    rules = Rules(least_trust, reasons_shown, least_contribution)
    names = dict(countries.select("country_id", "name").iter_rows())
    rows = _told(solved, names, body_names(actors), tallies, rules)
    return {f"derived.{name}": _frame(name, rows[name]) for name in _WRITES}


def solve_all(
    posed: list[Posed],
    tallies: frozenset[str],
    *,
    seed: int,
    least_names: int,
    most_left_out: int,
) -> list[Solved]:
    """Every target solved; one within another after that. `tallies` are the totals published."""
    solved: dict[str, Solved] = {}
    for item in posed:
        target = item.target
        parent = solved.get(target.within) if target.within else None
        if target.tally_id is not None and target.tally_id not in tallies:
            solved[target.id] = Solved(item, {}, (), "", "the total was not published")
        elif parent is not None:
            solved[target.id] = solve_within(item, parent, seed=seed)
        else:
            solved[target.id] = solve(
                item, seed=seed, least_names=least_names, most_left_out=most_left_out
            )
    return list(solved.values())


def _told(
    solved: list[Solved],
    names: dict[str, str],
    bodies: dict[str, str],
    tallies: pl.DataFrame,
    rules: Rules,
) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {name: [] for name in _WRITES}
    known_tallies = frozenset(tallies.get_column("tally_id"))
    for item in solved:
        sponsor = names.get(item.posed.target.sponsor, item.posed.target.sponsor)
        compared = compared_values(item.posed.panel, item.posed.problem.eligible)
        told = tell_candidates(item, Speaking(bodies, sponsor, compared), rules)
        known = sum(row["status"] == "known" for row in told.partners)
        rows["partner"] += told.partners
        rows["partner_reason"] += told.reasons
        rows["partner_target"].append(tell_target(item, known=known, tallies=known_tallies))
        rows["partner_check"] += tell_checks(item)
    return rows


def _frame(name: str, rows: list[Row]) -> pl.DataFrame:
    """Rows with the table's columns and their lineage; a list that is lacking is empty."""
    lists = {"row_ids": pl.List(pl.String), "pool_ids": pl.List(pl.String)}
    schema = {**schema_of(TABLE[name]), **lists}
    columns = {
        column: [row.get(column, [] if column in lists else None) for row in rows]
        for column in schema
    }
    return pl.DataFrame(columns, schema=schema).sort(TABLE[name].key)
