"""Frozen forecasts held against what was disclosed since: the only test that nobody can tune to.

A country counts as disclosed since a forecast where it is known now, was not known in the forecast,
and the first publication that documents it came after the day on which it was frozen. One that was
public before and was only read later is no success of a forecast: it is told and not counted.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from sharedfuture.analyse.partners.inputs.named import Naming, name_countries
from sharedfuture.analyse.partners.inputs.targets import read_targets
from sharedfuture.analyse.partners.problem import FloatArray
from sharedfuture.analyse.step import Step
from sharedfuture.records.frames import schema_with_rows
from sharedfuture.records.tables import TABLE

Row = dict[str, Any]

_MEASURES: Mapping[str, str] = {
    "mean_rank": "mean rank among candidates, 1 first",
    "recall_at_20": "share among the first 20",
    "lift": "mean probability over the mean of all candidates",
    "log_score": "mean logarithm of the probability over the mean of all candidates",
}

STEP = Step(
    id="partners.score",
    reads={
        "forecasts": "aligned.forecast",
        "values": "aligned.forecast_value",
        "ties": "aligned.tie",
        "events": "aligned.event",
        "parties": "aligned.event_party",
        "actors": "aligned.actor",
        "citations": "aligned.citation",
        "sources": "aligned.source",
        "countries": "aligned.country",
    },
    writes="derived.forecast_score",
    version=1,
)


def run(
    forecasts: pl.DataFrame,
    values: pl.DataFrame,
    ties: pl.DataFrame,
    events: pl.DataFrame,
    parties: pl.DataFrame,
    actors: pl.DataFrame,
    citations: pl.DataFrame,
    sources: pl.DataFrame,
    countries: pl.DataFrame,
    *,
    least_trust: float,
    first: int,
) -> pl.DataFrame:
    """A row for each forecast and measure; the value is empty where nothing was disclosed."""
    naming = Naming(ties, events, parties, actors, citations, sources)
    codes = frozenset(countries.get_column("country_id"))
    targets = {target.id: target for target in read_targets()}
    held_to = sources.select(pl.col("published_by_date").max()).item()
    rows: list[Row] = []
    for forecast in forecasts.iter_rows(named=True):
        target = targets.get(forecast["target"])
        if target is None:  # frozen of a target that is no longer looked at
            continue
        named = name_countries(naming, target, codes)
        known = {
            country: item.row_ids
            for country, item in named.items()
            if item.is_known(least_trust=least_trust)
        }
        own = values.filter(pl.col("forecast_id") == forecast["forecast_id"]).sort("country_id")
        rows += _scored(forecast, own, known, _first_published(citations, sources), held_to, first)
    return pl.DataFrame(rows, schema=schema_with_rows(TABLE["forecast_score"])).sort(
        "forecast_score_id"
    )


def _first_published(citations: pl.DataFrame, sources: pl.DataFrame) -> dict[str, date]:
    """By row, the last day on which its earliest source can have appeared; none where unknown."""
    cited = citations.join(sources, on="source_id").select("row_id", "published_by_date")
    has_unknown = set(cited.filter(pl.col("published_by_date").is_null()).get_column("row_id"))
    earliest = cited.drop_nulls().group_by("row_id").agg(pl.col("published_by_date").min())
    return {row: day for row, day in earliest.iter_rows() if row not in has_unknown}


def _scored(
    forecast: Row,
    values: pl.DataFrame,
    known: Mapping[str, Sequence[str]],
    published: Mapping[str, date],
    held_to: date | None,
    first: int,
) -> list[Row]:
    candidates = values.filter(pl.col("status") != "known", pl.col("probability").is_not_null())
    codes = candidates.get_column("country_id").to_list()
    found = [country for country in codes if country in known]
    since = [
        country
        for country in found
        if all(
            row in published and published[row] > forecast["frozen_date"] for row in known[country]
        )
    ]
    told = _measures(candidates, "probability", since, first)
    beside = _measures(candidates, "baseline", since, first)
    rests = sorted({row for country in since for row in known[country]})
    return [
        {
            "forecast_score_id": f"{forecast['forecast_id']}-{measure}",
            "forecast_id": forecast["forecast_id"],
            "scored_date": held_to,
            "disclosed": len(since),
            "measure": measure,
            "value": told[measure],
            "baseline": beside[measure],
            "sentence": _sentence(
                measure, told[measure], beside[measure], len(since), len(found) - len(since)
            ),
            "row_ids": [forecast["forecast_id"], *rests],
        }
        for measure in _MEASURES
    ]


def _measures(
    candidates: pl.DataFrame, column: str, since: Sequence[str], first: int
) -> dict[str, float | None]:
    """Every measure over the countries disclosed since; none where there are none."""
    probability = candidates.get_column(column).fill_null(0.0).to_numpy()
    places = [
        place for place, country in enumerate(candidates["country_id"]) if country in set(since)
    ]
    if not places:
        return dict.fromkeys(_MEASURES)
    own: FloatArray = probability[places]
    ranks = np.array(
        [(probability > value).sum() + 0.5 * ((probability == value).sum() + 1) for value in own]
    )
    relative = np.maximum(own, 1e-6) / max(float(probability.mean()), 1e-6)
    return {
        "mean_rank": float(ranks.mean()),
        "recall_at_20": float((ranks <= first).mean()),
        "lift": float(relative.mean()),
        "log_score": float(np.log(relative).mean()),
    }


def _sentence(
    measure: str, value: float | None, baseline: float | None, disclosed: int, older: int
) -> str:
    late = (
        f" {older} more became known here from what was public before, or of unknown date, and "
        f"{'does' if older == 1 else 'do'} not count."
        if older
        else ""
    )
    if value is None or baseline is None:
        return f"Nothing was disclosed since the forecast was frozen: no {measure} yet.{late}"
    countries = "one country" if disclosed == 1 else f"{disclosed} countries"
    return (
        f"Of {countries} disclosed since: {_MEASURES[measure]}, {value:.2f}; "
        f"by the plain count {baseline:.2f}.{late}"
    )
