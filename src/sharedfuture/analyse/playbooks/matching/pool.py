"""The happenings that a playbook could be made of, by country, for one sponsor.

Rows of the same country, sponsor, kind and days are one happening here, whoever says so and however
often: the surest stands for all. Fifty rows planted by one publisher weigh as one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sharedfuture.analyse.origins import strength
from sharedfuture.analyse.playbooks.matching.draws import Days
from sharedfuture.analyse.playbooks.matching.playbook import Party, Playbook, PlaybookStep

Places = NDArray[np.int64]
Weights = NDArray[np.float64]

_SAME = ["country_id", "sponsor_id", "kind", "first_day", "days"]

# Longest span of a date that is known to the month, and to the year; beyond is vague.
_MONTH, _YEAR = 31, 366


@dataclass(frozen=True, slots=True)
class Study:
    """How rows are understood: the days that stand for an open side, and the doubt in one origin.

    Days are proleptic ordinals.
    """

    first_day: int
    last_day: int
    doubt_of_one_origin: float


@dataclass(frozen=True, slots=True)
class Candidates:
    """What can fill one step: units of country `c` are `units[begins[c]:begins[c + 1]]`."""

    begins: Places
    units: Places


@dataclass(frozen=True, slots=True)
class Pool:
    """Happenings (units) sorted by country, and what each step of a playbook can be filled with.

    `weights` are 0 to 1, by certainty and origins. Dates may be exchanged within `within_country`
    (country and precision) and `within_kind` (kind, sponsor and precision): how precise a date is
    depends on who writes of what, so that a vague date stays with what is dated vaguely.
    """

    countries: tuple[str, ...]
    history_ids: tuple[str, ...]
    country: Places
    first_days: Days
    lengths: Days
    weights: Weights
    within_country: Places
    within_kind: Places
    candidates: tuple[Candidates, ...]


def units_of(history: pl.DataFrame, study: Study) -> pl.DataFrame:
    """A row for each happening, sorted by country and id: days, weight, and the row it stands for.

    An open side of a date becomes the bound of the study; a date wholly outside keeps its own days.
    The weight is what the certainty is worth, less the doubt that all origins are wrong.
    """
    open_first = pl.date(1, 1, 1) + pl.duration(days=study.first_day - 1)
    open_last = pl.date(1, 1, 1) + pl.duration(days=study.last_day - 1)
    known_first, known_last = pl.col("earliest_date"), pl.col("latest_date")
    first = known_first.fill_null(pl.min_horizontal(open_first, known_last))
    last = known_last.fill_null(pl.max_horizontal(open_last, known_first))
    doubt = pl.lit(study.doubt_of_one_origin) ** pl.col("origins").fill_null(1).clip(1)
    return (
        history.select(
            "history_id",
            "country_id",
            "sponsor_id",
            "kind",
            first_day=_ordinal(first),
            days=(last - first).dt.total_days().cast(pl.Int32) + 1,
            weight=strength(pl.col("certainty"), doubt),
        )
        .sort("country_id", pl.col("weight"), "history_id", descending=[False, True, False])
        .unique(_SAME, keep="first", maintain_order=True)
        .sort("country_id", "history_id")
    )


def _ordinal(day: pl.Expr) -> pl.Expr:
    """Days since the first of January of the year 1, which is 1, as Python counts them."""
    return (day - pl.date(1, 1, 1)).dt.total_days().cast(pl.Int32) + 1


def pool_of(units: pl.DataFrame, playbook: Playbook, sponsor_id: str) -> Pool:
    """What the playbook could be made of for a sponsor; countries that have none of it are left
    out, and so are the sponsor's own and those where nothing of the sponsor's fills a step."""
    own = pl.any_horizontal(
        _fits(step, sponsor_id) for step in playbook.positive if step.party is Party.SPONSOR
    )
    fits = pl.any_horizontal(_fits(step, sponsor_id) for step in playbook.steps)
    kept = units.filter(pl.col("country_id") != sponsor_id, fits).filter(
        own.any().over("country_id")
    )
    countries = tuple(kept.get_column("country_id").unique(maintain_order=True))
    country = kept.select(pl.col("country_id").rank("dense").cast(pl.Int64) - 1).to_series()
    precision = (pl.col("days") > _MONTH).cast(pl.Int8) + (pl.col("days") > _YEAR).cast(pl.Int8)
    is_own = (pl.col("sponsor_id") == sponsor_id).fill_null(value=False)
    groups = (
        kept.select(
            within_country=pl.struct("country_id", precision=precision).rank("dense"),
            within_kind=pl.struct("kind", is_own=is_own, precision=precision).rank("dense"),
        ).cast(pl.Int64)
        - 1
    )
    flags = kept.select(
        _fits(step, sponsor_id).alias(str(at)) for at, step in enumerate(playbook.steps)
    )
    return Pool(
        countries,
        tuple(kept.get_column("history_id")),
        country.to_numpy(),
        kept.get_column("first_day").to_numpy(),
        kept.get_column("days").to_numpy(),
        kept.get_column("weight").to_numpy(),
        groups.get_column("within_country").to_numpy(),
        groups.get_column("within_kind").to_numpy(),
        tuple(
            _candidates(flags.get_column(name), country.to_numpy(), len(countries))
            for name in flags.columns
        ),
    )


def _fits(step: PlaybookStep, sponsor_id: str) -> pl.Expr:
    """Whether a happening can fill a step."""
    kinds = pl.col("kind").is_in(list(step.kinds))
    parties: Mapping[Party, pl.Expr] = {
        Party.SPONSOR: (pl.col("sponsor_id") == sponsor_id).fill_null(value=False),
        Party.ANY: pl.lit(value=True),
        Party.NONE: pl.col("sponsor_id").is_null(),
    }
    return kinds & parties[step.party]


def _candidates(flags: pl.Series, country: Places, countries: int) -> Candidates:
    units = np.flatnonzero(flags.to_numpy())
    begins = np.searchsorted(country[units], np.arange(countries + 1))
    return Candidates(begins.astype(np.int64), units.astype(np.int64))


def best_weights(pool: Pool, steps: Sequence[int]) -> Weights:
    """The weight of the surest candidate by step (rows, as asked) and country; 0 for none."""
    found = np.zeros((len(steps), len(pool.countries)))
    for row, step in enumerate(steps):
        units = pool.candidates[step].units
        np.maximum.at(found[row], pool.country[units], pool.weights[units])
    return found
