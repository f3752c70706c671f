"""The choices of an index in words: each stage of its recipe, and what its draws vary.

Words are found by the names that the recipe uses, so that a recipe which is changed is described
as it is. A method without words of its own is shown by its name and its settings.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sharedfuture.publish.site import words
from sharedfuture.publish.site.index.shelf import Choices, IndexShelf

# One stage or variation of a recipe: TOML of any depth.
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage between values and scores: what is done, its formula, its reason."""

    title: str
    says: tuple[str, ...]
    formula: str
    reason: str


@dataclass(frozen=True, slots=True)
class Varied:
    """One thing that the draws vary."""

    name: str
    title: str
    says: str
    alternatives: int | None
    reason: str


TITLES: Final = {
    "scale": "Scale of the indicators",
    "outliers": "Treatment of outliers",
    "gaps": "Gaps",
    "mean": "Kind of mean",
    "pillar_weights": "Weights of the pillars",
    "indicator_weights": "Weights of the indicators",
    "measurement": "Errors of measurement",
    "one_left_out": "One indicator left out",
}
_TREATMENTS: Final = {
    "log_plain_offset": "ln(x − least + 1)",
    "log_offset": "ln(x − least + 0.01 × (greatest − least))",
    "log_towards_normal": "ln(x − least + 0.01 × (greatest − least)), from the side of the tail",
}
_MEANS: Final = {
    "arithmetic": ("weighted arithmetic mean", "score = Σ w s / Σ w"),
    "geometric": ("weighted geometric mean", "score = exp(Σ w ln s / Σ w)"),
    "harmonic": ("weighted harmonic mean", "score = Σ w / Σ (w / s)"),
}


def stages_of(index: IndexShelf) -> list[Stage]:
    """From values to scores, in the order in which it is done."""
    choices = index.choices
    return [
        _screening(choices.get("screen")),
        _imputing(choices.get("impute")),
        _treating(choices.get("treat"), index),
        _normalising(choices.get("normalise", {})),
        _weighing(choices.get("weigh", {})),
        _aggregating(choices.get("aggregate", {}), choices),
    ]


def varied_of(index: IndexShelf) -> list[Varied]:
    """What the draws vary, in the order of the recipe."""
    counts = {row["cause"]: row["alternatives"] for row in index.sensitivity}
    return [
        Varied(
            name=entry["name"],
            title=title_of(entry["name"]),
            says=_describe(entry),
            alternatives=counts.get(entry["name"]),
            reason=entry.get("reason", ""),
        )
        for entry in index.choices.get("vary", ())
    ]


def title_of(cause: str) -> str:
    """A variation as a heading."""
    said = words.plain(cause)
    return TITLES.get(cause, f"{said[:1].upper()}{said[1:]}")


def policy_of(choices: Choices, level: int) -> tuple[str, float]:
    """What happens on a level to countries that lack some of the parts: rule and least share."""
    general = choices.get("aggregate", {})
    own = _on_level(general, level)
    if "missing" in own or "least_share" in own:
        rule = own.get("missing", general.get("missing", "drop"))
        return str(rule), float(own.get("least_share", 0.0))
    return str(general.get("missing", "drop")), float(general.get("least_share", 0.0))


def mean_of(choices: Choices, level: int) -> str:
    """Name of the mean that makes the scores of a level."""
    general = choices.get("aggregate", {})
    return str(_on_level(general, level).get("method", general.get("method", "arithmetic")))


def weights_of(choices: Choices) -> dict[str, float]:
    """The given weights of the recipe by code; 1 where it gives none."""
    entries = (*choices.get("element", ()), *choices.get("indicator", ()))
    own = {entry["code"]: float(entry.get("weight", 1.0)) for entry in entries}
    given: Mapping[str, float] = choices.get("weigh", {}).get("values", {})
    return {code: float(given.get(code, weight)) for code, weight in own.items()}


def _on_level(aggregate: Record, level: int) -> Record:
    entries: Sequence[Record] = aggregate.get("level", ())
    return next((entry for entry in entries if entry["level"] == level), {})


def _screening(record: Record | None) -> Stage:
    title = "Who gets a score"
    if not isinstance(record, Mapping):
        return Stage(title, ("Every country with at least one value.",), "", "")
    says = [
        f"A country must have at least {words.percent_text(record.get('least_available'))} of the "
        "indicators. Any other gets no score and is listed as such."
    ]
    covered = record.get("covered")
    if covered:
        says.append(
            f"Besides, at least {words.percent_text(covered['least_elements'])} of the pillars "
            f"must have at least {words.percent_text(covered['least_available'])} of theirs."
        )
    return Stage(title, tuple(says), "", record.get("reason", ""))


def _imputing(record: Record | None) -> Stage:
    if not isinstance(record, Mapping):
        return Stage("Gaps", ("Nothing is filled in: what is not known takes no part.",), "", "")
    says = f"Missing values are filled in: {_named(record)}."
    return Stage("Gaps", (says,), "", record.get("reason", ""))


def _treating(record: Record | None, index: IndexShelf) -> Stage:
    title = "Long tails"
    if not isinstance(record, Mapping):
        return Stage(title, ("Values stay as they are.",), "", "")
    first = record.get("first", {}).get("method", "winsorise")
    second = record.get("second", {"method": "log_offset"})  # as the engine takes it
    says = [
        f"An indicator with a skewness of at least {record.get('skewness_limit', 2.0):g} (either "
        f"way) and an excess kurtosis of at least {record.get('kurtosis_limit', 3.5):g} is "
        "replaced by its logarithm."
        if str(first).startswith("log")
        else f"An indicator that fails the outlier test is treated: {_named(record['first'])}."
    ]
    if second:
        then = _TREATMENTS.get(second["method"], _named(second))
        says.append(f"Where it then still fails, {then} stands instead.")
    says += _exceptions(record.get("only", ()), index)
    return Stage(title, tuple(says), _TREATMENTS.get(str(first), ""), record.get("reason", ""))


def _exceptions(entries: Sequence[Record], index: IndexShelf) -> list[str]:
    """Which indicators are tested where not all are, and what happens to the others."""
    apart = {code for only in entries for code in only["codes"]}
    if not apart:
        return []
    tested = [code for code in index.codes if code not in apart]
    says = [f"Tested in this way: {_names(index, tested) or 'none'}."]
    for only in entries:
        own = only.get("first")
        if own:
            how = _TREATMENTS.get(own["method"], _named(own))
            says.append(f"If it fails the same test, by {how}: {_names(index, only['codes'])}.")
        else:
            says.append(f"Left as they are in any case: the other {len(only['codes'])}.")
    return says


def _normalising(record: Record) -> Stage:
    title, method = "One scale for all", record.get("method", "")
    says = "An indicator of which less is nearer to the community is turned round first."
    formula = _named(record)
    if method == "minmax":
        low, high = record.get("low", 0.0), record.get("high", 1.0)
        formula = f"s = {low:g} + {high - low:g} × (x − least) / (greatest − least)"
        says += f" Then {low:g} is the least that was found among the scored countries and "
        says += f"{high:g} the most."
    elif method == "zscore":
        formula = (
            f"s = {record.get('mean', 0.0):g} + {record.get('deviation', 1.0):g} × (x − mean) / sd"
        )
    return Stage(title, (says,), formula, record.get("reason", ""))


def _weighing(record: Record) -> Stage:
    says = (
        "The weights are given, not found in the data; the table above shows them as shares."
        if record.get("method") == "given"
        else f"Weights: {_named(record)}."
    )
    return Stage("Weights", (says,), "", record.get("reason", ""))


def _aggregating(record: Record, choices: Choices) -> Stage:
    says, formulas = [], []
    depth = len(choices.get("index", {}).get("levels", ())) or 3
    parts = {2: ("A pillar", "its indicators"), depth: ("The index", "the pillars")}
    for level, (whole, of) in parts.items():
        mean = mean_of(choices, level)
        named, formula = _MEANS.get(mean, (words.plain(mean), ""))
        rule, least = policy_of(choices, level)
        says.append(f"{whole} is the {named} of {of}. {_policy_says(rule, least, of)}")
        if formula and formula not in formulas:
            formulas.append(formula)
    formula = "; ".join(formulas)
    return Stage("From parts to the whole", tuple(says), formula, record.get("reason", ""))


def _policy_says(rule: str, least: float, of: str) -> str:
    share = words.percent_text(least)
    says: Mapping[str, str] = {
        "drop": f"Of {of} those that are known count.",
        "refuse": f"It needs all of {of}.",
        "least_count": f"It needs at least {share} of {of} by number; what is missing takes no "
        "part, and its weight goes to the rest.",
        "least_weight": f"It needs at least {share} of the weight of {of}; what is missing takes "
        "no part, and its weight goes to the rest.",
        "raise": f"All of {of} are known.",
    }
    return says.get(rule, f"Missing parts: {words.plain(rule)}.")


def _names(index: IndexShelf, codes: Sequence[str]) -> str:
    rows = ((code, index.elements.get(code)) for code in codes)
    return words.joined([str(row["name"]) if row else code for code, row in rows])


def _named(record: Record) -> str:
    """A method by its name and its settings."""
    rest = {key: of for key, of in record.items() if key not in ("method", "reason")}
    shown = ", ".join(f"{words.plain(key)} {of}" for key, of in rest.items())
    name = words.plain(str(record.get("method", "")))
    return f"{name} ({shown})" if shown else name


def _describe(entry: Record) -> str:
    say = _SAYINGS.get(entry["method"])
    return say(entry) if say else _named({k: v for k, v in entry.items() if k != "name"})


def _say_choice(entry: Record) -> str:
    labels = [str(label) for label in entry.get("labels", ())]
    return f"One of: {'; '.join(labels)}." if labels else f"One of {len(entry['among'])}."


def _say_dirichlet(entry: Record) -> str:
    return (
        f"Shares drawn from a Dirichlet distribution of concentration {entry['concentration']:g} "
        "around those of the recipe."
    )


def _say_noise(entry: Record) -> str:
    return f"Each weight times 1 + u, u even between −{entry['noise']:g} and +{entry['noise']:g}."


def _say_errors(entry: Record) -> str:
    bounded = len(entry.get("bounds", {}))
    return (
        "Every value with a standard error drawn anew from a normal distribution around it, "
        f"each on its own; for {bounded} indicators cut off at the ends of what is possible."
    )


def _say_leave_out(entry: Record) -> str:
    return "Each of the indicators in turn with a weight of zero."


_SAYINGS: Final[Mapping[str, Callable[[Record], str]]] = {
    "choice": _say_choice,
    "dirichlet_weights": _say_dirichlet,
    "noisy_weights": _say_noise,
    "measurement_error": _say_errors,
    "leave_out": _say_leave_out,
}
