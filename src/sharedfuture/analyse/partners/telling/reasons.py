"""Why a model puts a country where it does, in sentences, each with the rows that it rests on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sharedfuture.analyse.partners.inputs.covariates import Covariate, Panel
from sharedfuture.analyse.partners.problem import BoolArray, FloatArray

Row = dict[str, Any]

_NEARLY_ALL = 0.9
_MOST = 0.6
_UNPROVEN = "By the logistic model, not shown to be better than the count: "


@dataclass(frozen=True, slots=True)
class Told:
    """The contributions of a model, countries by covariates, and what is said before each."""

    contributions: FloatArray
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Speaking:
    """What sentences need besides the panel: names, and what a value is compared with."""

    bodies: Mapping[str, str]
    sponsor: str
    compared: tuple[FloatArray | None, ...]


def reasons_of(
    place: int, panel: Panel, told: Sequence[Told], speaking: Speaking, *, shown: int, least: float
) -> Iterator[Row]:
    """The strongest reasons of one country, those of the first model first.

    A contribution below `least` log-odds is no reason; nor is a covariate that was not known.
    """
    spoken: set[int] = set()
    for model in told:
        own = model.contributions[place]
        for column in np.argsort(-np.abs(own), kind="stable").tolist():
            if len(spoken) >= shown or abs(own[column]) < least:
                break
            if column in spoken or np.isnan(panel.values[place, column]):
                continue
            spoken.add(column)
            reason = _reason(place, column, panel, float(own[column]), speaking)
            yield reason | {"position": len(spoken), "lead": model.lead}


def unproven(contributions: FloatArray) -> Told:
    """Contributions of the logistic model where the count stands."""
    return Told(contributions, _UNPROVEN)


def compared_values(panel: Panel, eligible: BoolArray) -> tuple[FloatArray | None, ...]:
    """For each covariate its values over the countries, sorted; None where it is yes or no."""
    columns = []
    for values in panel.values[eligible].T:
        known = np.sort(values[~np.isnan(values)])
        columns.append(known if len(np.unique(known)) > 2 else None)
    return tuple(columns)


def _reason(place: int, column: int, panel: Panel, contribution: float, speaking: Speaking) -> Row:
    country = panel.countries[place]
    covariate = panel.covariates[column]
    known = panel.known[covariate.id]
    rows = list(known.row_ids.get(country, ()))
    compared = _compared(panel.values[place, column], speaking.compared[column])
    return {
        "direction": "for" if contribution > 0 else "against",
        "covariate": covariate.id,
        "contribution": contribution,
        "says": _say(covariate, panel, country, speaking) + compared,
        "row_ids": rows,
        "pool_ids": [] if rows else list(known.pool),
    }


def _say(covariate: Covariate, panel: Panel, country: str, speaking: Speaking) -> str:
    known = panel.known[covariate.id]
    value = known.values.get(country, 0.0)
    names = sorted(speaking.bodies.get(body, body) for body in known.bodies.get(country, ()))
    template = covariate.says if value else covariate.says_none
    return template.format(
        value=value,
        count=round(value),
        percent=100 * value,
        millions=value / 1e6,
        most=known.most,
        names=f" ({', '.join(names)})" if names else "",
        sponsor=speaking.sponsor,
    )


def _compared(value: float, others: FloatArray | None) -> str:
    """How a value stands among those of the other countries."""
    if others is None:
        return ""
    below = np.searchsorted(others, value, side="left") / len(others)
    above = 1 - np.searchsorted(others, value, side="right") / len(others)
    for share, word in ((below, "more"), (above, "less")):
        if share >= _NEARLY_ALL:
            return f", {word} than nearly all others"
        if share >= _MOST:
            return f", {word} than most others"
    return ", as many others"
