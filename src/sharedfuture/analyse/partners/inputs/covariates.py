"""What is known of each country that may tell a partner from another, with the rows of it."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sharedfuture.analyse.partners.inputs.targets import Target

_PACKAGE = "sharedfuture.analyse.partners.inputs"
_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Covariate:
    """One covariate as declared; what each kind needs stands in the file."""

    id: str
    title: str
    says: str
    says_none: str
    kind: str
    absence: str
    baseline_of: tuple[str, ...] = ()
    tie_kinds: frozenset[str] = frozenset()
    groups: tuple[frozenset[str], ...] = ()
    indicators: tuple[str, ...] = ()
    scale: str = "plain"


@dataclass(frozen=True, slots=True)
class Known:
    """Values by country, in the covariate's own unit, and the rows that each rests on.

    A country without a value is absent. `pool` are all rows that were looked at: what a value
    of zero that no row states rests on. `most` is how many groups there are to be in, `bodies`
    those that each country is in.
    """

    values: Mapping[str, float]
    row_ids: Mapping[str, tuple[str, ...]]
    pool: tuple[str, ...]
    most: int = 0
    bodies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables that covariates are taken from."""

    ties: pl.DataFrame
    figures: pl.DataFrame
    agreement: pl.DataFrame
    countries: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Panel:
    """All covariates of a target: countries by covariates, NaN where not known.

    `values` are as models take them; `known` holds them as they are stated.
    """

    countries: tuple[str, ...]
    covariates: tuple[Covariate, ...]
    values: NDArray[np.float64]
    known: Mapping[str, Known]

    @property
    def pool(self) -> tuple[str, ...]:
        """Every row that any value rests on."""
        return tuple(sorted({row for known in self.known.values() for row in known.pool}))


@cache
def read_covariates() -> tuple[Covariate, ...]:
    """Every covariate, in the order of the file."""
    return tuple(_covariate(entry) for entry in _declared()["covariate"])


@cache
def continents() -> Mapping[str, str]:
    """The part of the world of each region that the table of countries names."""
    return {name: part for part, names in _declared()["regions"].items() for name in names}


def panels_of(
    tables: Tables, targets: Iterable[Target], countries: Iterable[str]
) -> dict[str, Panel]:
    """By target, the covariates of these countries without the target itself in them.

    A covariate of which nothing is known of any country is left out.
    """
    names = tuple(countries)
    done: dict[tuple[str, ...], Known] = {}
    return {target.id: _panel(tables, target, names, done) for target in targets}


def _panel(
    tables: Tables, target: Target, names: tuple[str, ...], done: dict[tuple[str, ...], Known]
) -> Panel:
    kept, columns = {}, []
    for item in read_covariates():
        depends = (item.id, *_depends_on(item, target))
        if depends not in done:
            done[depends] = _KINDS[item.kind](item, tables, target)
        known = done[depends]
        if not known.values:
            continue
        fallback = 0.0 if item.absence == "zero" else np.nan
        column = np.array([known.values.get(name, fallback) for name in names])
        columns.append(np.log1p(column) if item.scale == "log" else column)
        kept[item.id] = known
    covariates = tuple(item for item in read_covariates() if item.id in kept)
    values = np.column_stack(columns) if columns else np.empty((len(names), 0))
    return Panel(names, covariates, values, kept)


def _depends_on(covariate: Covariate, target: Target) -> tuple[str, ...]:
    """What of the target a covariate depends on: its bodies, its sponsor, or nothing."""
    if covariate.kind == "memberships":
        members = {body for group in covariate.groups for body in group}
        return tuple(sorted(members & target.bodies))
    return (target.sponsor,) if covariate.kind in ("gap", "distance") else ()


def _declared() -> Mapping[str, Any]:
    """The file as TOML, hence `Any`."""
    text = files(_PACKAGE).joinpath("covariates.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _covariate(entry: Mapping[str, Any]) -> Covariate:
    return Covariate(
        id=entry["id"],
        title=entry["title"],
        says=entry["says"],
        says_none=entry.get("says_none", entry["says"]),
        kind=entry["kind"],
        absence=entry["absence"],
        baseline_of=tuple(entry.get("baseline_of", ())),
        tie_kinds=frozenset(entry.get("tie_kinds", ())),
        groups=tuple(frozenset(group) for group in entry.get("groups", ())),
        indicators=tuple(entry.get("indicators", ())),
        scale=entry.get("scale", "plain"),
    )


def _memberships(covariate: Covariate, tables: Tables, target: Target) -> Known:
    """Groups of bodies that each country is in; a group counts once, however many ties say so."""
    declared = _declared()["statuses"]
    members_only = declared["members_only"]["value"]
    is_member = (pl.col("kind") == "member_of") & (pl.col("status") == "active")
    groups = [group - target.bodies for group in covariate.groups]
    of_body = {body: index for index, group in enumerate(groups) for body in group}
    ties = tables.ties.filter(
        pl.col("kind").is_in(covariate.tie_kinds),
        pl.col("status").is_in(declared["counted"]["value"]),
        pl.col("to_id").is_in(list(of_body)),
        is_member | ~pl.col("to_id").is_in(members_only),
    )
    joined: dict[str, set[int]] = {}
    bodies: dict[str, set[str]] = {}
    rows: dict[str, set[str]] = {}
    for country, body, tie_id in ties.select("from_id", "to_id", "tie_id").iter_rows():
        joined.setdefault(country, set()).add(of_body[body])
        bodies.setdefault(country, set()).add(body)
        rows.setdefault(country, set()).add(tie_id)
    return Known(
        values={country: float(len(found)) for country, found in joined.items()},
        row_ids={country: tuple(sorted(found)) for country, found in rows.items()},
        pool=tuple(ties.get_column("tie_id").sort()),
        most=len(set(of_body.values())),
        bodies={country: tuple(sorted(found)) for country, found in bodies.items()},
    )


def _figures(covariate: Covariate, tables: Tables, _: Target) -> Known:
    """The latest value of each indicator; several are averaged over those that there are."""
    found = [_latest(tables.figures, indicator) for indicator in covariate.indicators]
    countries = sorted({country for values in found for country in values})
    values, rows = {}, {}
    for country in countries:
        stated = [values_of[country] for values_of in found if country in values_of]
        values[country] = sum(value for value, _ in stated) / len(stated)
        rows[country] = tuple(sorted(row for _, row in stated))
    return Known(values, rows, _all_rows(rows))


def _ratio(covariate: Covariate, tables: Tables, _: Target) -> Known:
    """Points over points possible, of the first edition named that has the country."""
    values: dict[str, float] = {}
    rows: dict[str, tuple[str, ...]] = {}
    for edition in covariate.indicators:
        points = _latest(tables.figures, f"{edition}_points")
        possible = _latest(tables.figures, f"{edition}_maximum")
        for country in sorted(set(points) & set(possible) - set(values)):
            values[country] = points[country][0] / possible[country][0]
            rows[country] = tuple(sorted((points[country][1], possible[country][1])))
    return Known(values, rows, _all_rows(rows))


def _agreement(_: Covariate, tables: Tables, __: Target) -> Known:
    stated = tables.agreement.select("country_id", "share", "un_agreement_id")
    values = {country: share for country, share, _ in stated.iter_rows()}
    rows = {country: (row,) for country, _, row in stated.iter_rows()}
    return Known(values, rows, _all_rows(rows))


def _gap(covariate: Covariate, tables: Tables, target: Target) -> Known:
    """How far each country's figure is from the sponsor's; nothing where the sponsor has none."""
    found = _latest(tables.figures, covariate.indicators[0])
    if target.sponsor not in found:
        return Known({}, {}, ())
    own, own_row = found[target.sponsor]
    values = {country: abs(value - own) for country, (value, _) in found.items()}
    rows = {country: tuple(sorted({row, own_row})) for country, (_, row) in found.items()}
    return Known(values, rows, _all_rows(rows))


def _region(covariate: Covariate, tables: Tables, _: Target) -> Known:
    parts = continents()
    values = {
        country: float(parts.get(region) == covariate.id)
        for country, region in tables.countries.select("country_id", "region").iter_rows()
    }
    rows = {country: (country,) for country in values}
    return Known(values, rows, _all_rows(rows))


def _distance(covariate: Covariate, tables: Tables, target: Target) -> Known:
    """Great-circle distance from the sponsor's capital, kilometres."""
    latitudes, longitudes = (_latest(tables.figures, name) for name in covariate.indicators)
    here = np.radians(_declared()["capitals"][target.sponsor])
    values, rows = {}, {}
    for country in sorted(set(latitudes) & set(longitudes)):
        there = np.radians([latitudes[country][0], longitudes[country][0]])
        values[country] = _EARTH_KM * _angle(here, there)
        rows[country] = tuple(sorted((latitudes[country][1], longitudes[country][1])))
    return Known(values, rows, _all_rows(rows))


def _angle(here: NDArray[np.float64], there: NDArray[np.float64]) -> float:
    """The angle between two places, latitude and longitude in radians (haversine)."""
    squared = (
        np.sin((there[0] - here[0]) / 2) ** 2
        + np.cos(here[0]) * np.cos(there[0]) * np.sin((there[1] - here[1]) / 2) ** 2
    )
    return float(2 * np.arcsin(np.sqrt(squared)))


def _latest(figures: pl.DataFrame, indicator: str) -> dict[str, tuple[float, str]]:
    """By country, the value of the last period that has one, and its row."""
    stated = figures.filter(
        pl.col("indicator_id") == indicator, pl.col("value").is_not_null()
    ).sort("period", "figure_id")
    columns = stated.select("country_id", "value", "figure_id")
    return {country: (value, row) for country, value, row in columns.iter_rows()}


def _all_rows(rows: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({row for of_country in rows.values() for row in of_country}))


_KINDS = {
    "memberships": _memberships,
    "figure": _figures,
    "ratio": _ratio,
    "agreement": _agreement,
    "gap": _gap,
    "region": _region,
    "distance": _distance,
}
