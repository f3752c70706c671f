"""A target as a problem for the models: who is named, who could be, and what is known of all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from sharedfuture.analyse.partners.inputs.covariates import Panel, Tables, continents, panels_of
from sharedfuture.analyse.partners.inputs.named import Named, Naming, name_countries
from sharedfuture.analyse.partners.inputs.targets import Target
from sharedfuture.analyse.partners.problem import Problem, Settings

_NO_CAP = 1e9  # names of one list do not share a weight


@dataclass(frozen=True, slots=True)
class Posed:
    """A target with all that the models are given for it; countries in the panel's order."""

    target: Target
    panel: Panel
    named: Mapping[str, Named]
    problem: Problem
    settings: Settings

    @property
    def labels(self) -> int:
        """How many countries are named."""
        return int(self.problem.known.sum())

    @property
    def is_solvable(self) -> bool:
        """Whether the total leaves somebody to look for among the countries."""
        eligible = int(self.problem.eligible.sum())
        return bool(self.panel.covariates) and self.target.total_low < eligible - 1


def pose(
    tables: Tables, naming: Naming, targets: Sequence[Target], *, settings: Settings
) -> list[Posed]:
    """A problem for each target, over all countries of the ledger, sorted by code."""
    regions = dict(tables.countries.sort("country_id").select("country_id", "region").iter_rows())
    countries = tuple(regions)
    panels = panels_of(tables, targets, countries)
    return [
        _pose(target, panels[target.id], naming, regions, settings=settings) for target in targets
    ]


def _pose(
    target: Target,
    panel: Panel,
    naming: Naming,
    regions: Mapping[str, str],
    *,
    settings: Settings,
) -> Posed:
    named = name_countries(naming, target, frozenset(panel.countries))
    labels = {country: item for country, item in named.items() if item.is_label}
    parts = sorted(set(continents().values()))
    outside = {country for country, item in named.items() if item.level == "out"}
    outside |= {target.sponsor} if target.is_own else set()
    problem = Problem(
        covariates=panel.values,
        names=tuple(item.id for item in panel.covariates),
        known=np.array([name in labels for name in panel.countries], dtype=np.bool_),
        label_origins=tuple(
            labels[name].origins if name in labels else () for name in panel.countries
        ),
        label_trust=np.array(
            [labels[name].trust if name in labels else 0.0 for name in panel.countries]
        ),
        groups=np.array(
            [parts.index(continents().get(regions[name], parts[0])) for name in panel.countries],
            dtype=np.int64,
        ),
        total=target.total,
        total_low=target.total_low,
        total_high=target.total_high,
        eligible=np.array([name not in outside for name in panel.countries], dtype=np.bool_),
    )
    return Posed(target, panel, named, problem, _settings_of(target, panel, settings))


def _settings_of(target: Target, panel: Panel, settings: Settings) -> Settings:
    baseline = next(
        (item.id for item in panel.covariates if target.sponsor in item.baseline_of), ""
    )
    settings = replace(settings, baseline=baseline)
    return replace(settings, label_cap=_NO_CAP, charge_cap=1.0) if target.is_register else settings


def body_names(actors: pl.DataFrame) -> dict[str, str]:
    """Bodies as a sentence names them: by the abbreviation that stands in brackets, if one does."""
    found = {}
    for actor_id, name in actors.select("actor_id", "name").iter_rows():
        before, _, short = name.rstrip(")").rpartition(" (")
        is_short = before and name.endswith(")") and len(short) <= 8 and short.isupper()
        found[actor_id] = short if is_short else name
    return found
