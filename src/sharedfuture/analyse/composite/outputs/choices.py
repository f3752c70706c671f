"""The recipe in words: what was chosen at each stage, with which parameters, and why."""

import inspect
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

import msgspec
import polars as pl

from sharedfuture.analyse.composite.framework import Framework
from sharedfuture.analyse.composite.methods.setting import Method
from sharedfuture.analyse.composite.recipe import PARTS, Recipe
from sharedfuture.analyse.composite.uncertainty.run import Uncertainty

_CHOICE = dict.fromkeys(("stage", "choice", "means", "reason"), pl.String)
_VARIATION = {
    "variation": pl.String,
    "method": pl.String,
    "alternatives": pl.Int64,
    "among": pl.String,
    "reason": pl.String,
}
_LISTED = 6


def choice_frame(recipe: Recipe) -> pl.DataFrame:
    """One row a stage in the recipe's order: choice, what the method does, and the reason."""
    order = [*recipe.order, *(part for part in PARTS if part not in recipe.order)]
    return pl.DataFrame(
        [(stage, *_choice(recipe.part(stage))) for stage in order], schema=_CHOICE, orient="row"
    )


def variation_frame(uncertainty: Uncertainty | None) -> pl.DataFrame:
    """One row a variation of the uncertainty run: how many alternatives, among what, and why."""
    rows = []
    for variation in () if uncertainty is None else uncertainty.vary:
        count = variation.count
        shown = [variation.label(at) for at in range(min(count, _LISTED))]
        among = "; ".join(shown) + ("; …" if count > _LISTED else "")
        method = type(variation).__struct_config__.tag
        rows.append((variation.name, str(method), count, among, variation.reason or None))
    return pl.DataFrame(rows, schema=_VARIATION, orient="row")


def difference_frame(first: Recipe, second: Recipe) -> pl.DataFrame:
    """What two recipes do not have in common: stages, indicators, elements, their entries."""
    rows: list[tuple[str, str | None, str | None]] = []
    for stage in PARTS:
        one, other = first.part(stage), second.part(stage)
        if one != other:
            rows.append((stage, _words_of(one), _words_of(other)))
    if first.order != second.order:
        rows.append(("order", ", ".join(first.order), ", ".join(second.order)))
    rows += _entry_differences(first, second)
    names = ("what", "first", "second")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _entry_differences(
    first: Recipe, second: Recipe
) -> Iterator[tuple[str, str | None, str | None]]:
    ours, theirs = _entries(first.framework), _entries(second.framework)
    for code in dict.fromkeys([*ours, *theirs]):
        if code not in theirs:
            yield code, "in the framework", "not in the framework"
        elif code not in ours:
            yield code, "not in the framework", "in the framework"
        else:
            one, other = ours[code], theirs[code]
            for key in dict.fromkeys([*one, *other]):
                if one.get(key) != other.get(key) and key not in ("name", "why"):
                    yield f"{code}: {key}", _value(one.get(key)), _value(other.get(key))


def _entries(framework: Framework) -> dict[str, dict[str, Any]]:
    """What the framework says of every indicator and element, by code."""
    found = {entry.code: msgspec.to_builtins(entry) for entry in framework.indicators}
    return found | {entry.code: msgspec.to_builtins(entry) for entry in framework.elements}


def _choice(record: Any) -> tuple[str, str | None, str | None]:
    if record is None:
        return "left out", None, None
    return in_words(record), _meaning(record), record.reason or None


def _words_of(record: Any) -> str:
    return _choice(record)[0]


def _meaning(record: Any) -> str | None:
    """The first sentence of what the method's own description says."""
    by = getattr(record, "by", None)
    described = by if isinstance(by, Method) else record
    text = inspect.getdoc(type(described)) or ""
    return " ".join(text.split("\n\n")[0].replace("`", "").split()) or None


def in_words(record: Any) -> str:
    """A stage's record as one line: the method, its parameters, and the exceptions."""
    fields = {name: getattr(record, name) for name in record.__struct_fields__}
    fields.pop("reason", None)
    by = fields.pop("by", None)
    lead = [] if by is None else [_value(by)]
    defaults = dict(
        zip(
            record.__struct_fields__[len(record.__struct_fields__) - len(_defaults(record)) :],
            _defaults(record),
            strict=True,
        )
    )
    shown = [
        f"{_plain(name)}: {_value(value)}"
        for name, value in fields.items()
        if value not in (None, (), "") and not (value == defaults.get(name) and _is_quiet(name))
    ]
    return "; ".join(text for text in [*lead, *shown] if text) or "as the framework says"


def _defaults(record: Any) -> tuple[Any, ...]:
    return tuple(record.__struct_defaults__)


def _is_quiet(name: str) -> bool:
    """Settings that only say something where they are not the default."""
    return name in ("combine", "periods", "include", "exclude", "factors", "least_nonzero")


def _value(value: Any) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Method):
        tag = str(type(value).__struct_config__.tag)
        inner = [
            f"{_plain(name)} {_value(getattr(value, name))}"
            for name in value.__struct_fields__
            if getattr(value, name) not in ((), {})
        ]
        return f"{_plain(tag)} ({', '.join(inner)})" if inner else _plain(tag)
    if isinstance(value, msgspec.Struct):
        given = {name: getattr(value, name) for name in value.__struct_fields__}
        pairs = [
            f"{_plain(name)} {_value(of)}" for name, of in given.items() if of not in (None, ())
        ]
        return ", ".join(pairs)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_value(of)}" for key, of in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return "none" if value is None else str(value)


def _plain(name: str) -> str:
    return name.replace("_", " ")
