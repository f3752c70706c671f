"""Indicators read from lists of parties and from dated events.

Who is missing from a complete list is not on it: a true zero. Events are what was read, not all
that happened: without one, the zero says none recorded. Where the ledger, or an earlier state of
it, holds less of a list than its length, nothing is said about who is missing.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from sharedfuture.analyse.index.evidence import Evidence, is_country, span_of, year_of
from sharedfuture.analyse.index.rows import (
    NO_ROWS,
    ErrorBasis,
    State,
    empty_inputs,
    frame_of_inputs,
    with_absences,
)


def standing_in(
    held: Evidence, *, code: str, organisation: str, rungs: Mapping[str, int], least_parties: int
) -> pl.DataFrame:
    """The highest rung on which a country stands in an organisation; `rungs` are kinds of tie."""
    ties = held.ties_to([organisation]).filter(pl.col("kind").is_in(list(rungs)))
    if ties["country_id"].n_unique() < least_parties:
        return empty_inputs()
    ranked = ties.with_columns(rung=_rung_of("kind", rungs))
    return _zeros_elsewhere(
        held,
        _highest(ranked),
        ranked,
        code=code,
        absent=State.TRUE_ZERO,
        basis=ErrorBasis.EXACT,
    )


def texts_joined(held: Evidence, *, code: str, texts: Sequence[Mapping[str, int]]) -> pl.DataFrame:
    """To how many texts a country has put its own name.

    Each text is given by the actor ids of its versions and how many parties each has; versions of
    one text count once. A version of which fewer parties are held does not count at all.
    """
    complete = [
        ties.with_columns(text=pl.lit(number))
        for number, versions in enumerate(texts)
        for actor_id, least in versions.items()
        if (ties := held.ties_to([actor_id]))["country_id"].n_unique() >= least
    ]
    if not complete:
        return empty_inputs()
    ties = pl.concat(complete)
    found = ties.group_by("country_id").agg(
        value=pl.col("text").n_unique().cast(pl.Float64), row_ids=pl.col("row_id").sort()
    )
    return _zeros_elsewhere(
        held, found, ties, code=code, absent=State.TRUE_ZERO, basis=ErrorBasis.EXACT
    )


def events_by_rung(
    held: Evidence,
    *,
    code: str,
    rungs: Mapping[str, int],
    certainties: Sequence[str],
    roles: Sequence[str],
    contacts_to: Sequence[str],
    contact_kinds: Sequence[str],
    contact_rung: int,
    least_rows: int,
) -> pl.DataFrame:
    """The highest rung that the events of a country reach; `rungs` are kinds of event.

    Only events in which the reference country or an actor of it takes part count. Ties of
    `contact_kinds` to the actors of `contacts_to` stand on `contact_rung`. With fewer than
    `least_rows` of both an absence would mean nothing, and nobody is covered.
    """
    found = pl.concat(
        [
            _events_of(held, rungs=rungs, certainties=certainties, roles=roles),
            _contacts_of(held, to=contacts_to, kinds=contact_kinds, rung=contact_rung),
        ]
    )
    if found.height < least_rows:
        return empty_inputs()
    return _zeros_elsewhere(
        held,
        _highest(found),
        found,
        code=code,
        absent=State.NONE_RECORDED,
        basis=ErrorBasis.NOT_ESTIMATED,
    )


def _events_of(
    held: Evidence,
    *,
    rungs: Mapping[str, int],
    certainties: Sequence[str],
    roles: Sequence[str],
) -> pl.DataFrame:
    return (
        held.events.filter(
            pl.col("kind").is_in(list(rungs)),
            pl.col("certainty").is_in(certainties),
            pl.col("event_id").is_in(held.events_with(held.reference).implode()),
        )
        .join(
            held.event_parties.filter(pl.col("role").is_in(roles), is_country("party_id")),
            on="event_id",
        )
        .select(
            country_id="party_id",
            row_id="event_id",
            year=year_of("date_edtf"),
            rung=_rung_of("kind", rungs),
        )
    )


def _contacts_of(
    held: Evidence, *, to: Sequence[str], kinds: Sequence[str], rung: int
) -> pl.DataFrame:
    ties = held.ties_to(list(to)).filter(pl.col("kind").is_in(kinds))
    return ties.select("country_id", "row_id", "year", pl.lit(float(rung)).alias("rung"))


def _rung_of(column: str, rungs: Mapping[str, int]) -> pl.Expr:
    return pl.col(column).replace_strict(dict(rungs), default=None).cast(pl.Float64)


def _highest(ranked: pl.DataFrame) -> pl.DataFrame:
    return ranked.group_by("country_id").agg(
        value=pl.col("rung").max(), row_ids=pl.col("row_id").unique().sort()
    )


def _zeros_elsewhere(
    held: Evidence,
    found: pl.DataFrame,
    pool: pl.DataFrame,
    *,
    code: str,
    absent: State,
    basis: ErrorBasis,
) -> pl.DataFrame:
    """What was found, and zero for every other unit; the period spans the dated rows."""
    period = span_of(pool["year"])
    rows = with_absences(
        found,
        held.units.to_frame("country_id").with_columns(
            period=pl.lit(period, dtype=pl.String), row_ids=NO_ROWS
        ),
        absent=absent,
        basis=basis,
        pool=pool["row_id"],
    )
    return frame_of_inputs(rows, code=code)
