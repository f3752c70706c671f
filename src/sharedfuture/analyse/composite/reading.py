"""A recipe written as TOML, read strictly: what is not understood is refused, with its place.

    [index]
    id = "press"
    levels = ["Indicator", "Pillar", "Index"]          # names, optional
    [[element]]
    code = "index"                                     # no parent: the index
    [[element]]
    code = "law"
    parent = "index"
    [[indicator]]
    code = "bans"
    parent = "law"
    better = "lower"                                   # no default
    [normalise]
    method = "minmax"                                  # and its parameters
    low = 1
    [[normalise.only]]                                 # exceptions, where a stage has them
    codes = ["bans"]
    method = "rank"
    [aggregate]
    method = "geometric"
    [uncertainty]
    seed = 1
    replicates = 1000
    [[vary]]
    name = "scale"
    method = "choice"
    path = "normalise"
    among = [{ method = "minmax", low = 1 }, { method = "zscore", mean = 10 }]

Stages are `denominate`, `screen`, `impute`, `treat`, `normalise`, `weigh` and `aggregate`; one
that is not written is left out. The word "none" stands for no second step of treatment, for no
limit of `most_points`, and among alternatives for a whole stage that is left out. Indicators and
elements may come from a metadata table instead.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

import msgspec

from sharedfuture.analyse.composite.errors import RecipeRefused
from sharedfuture.analyse.composite.framework import Element, Framework, Indicator
from sharedfuture.analyse.composite.recipe import (
    OPTIONAL,
    RECORDS,
    STAGES,
    Recipe,
    converted,
    split_path,
)
from sharedfuture.analyse.composite.uncertainty.run import Uncertainty
from sharedfuture.analyse.composite.uncertainty.variation import Choice, LeaveOut, Variation

_Record = TypeVar("_Record")
_TABLES = {"index", "element", "indicator", "uncertainty", "vary", *RECORDS}
# What may be left out or without limit; TOML has no empty value, so a recipe says "none".
_OR_NONE = {"second", "most_points"}


class _Index(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stands under [index]."""

    id: str = "index"
    title: str = ""
    levels: tuple[str, ...] = ()
    order: tuple[str, ...] = STAGES


@dataclass(frozen=True)
class Written:
    """What a recipe file says: the recipe, and the uncertainty run where one is asked for."""

    recipe: Recipe
    uncertainty: Uncertainty | None


def read_recipe(text: str, *, framework: Framework | None = None) -> Written:
    """The recipe of a TOML text; `framework` where it comes from a metadata table.

    Raises RecipeRefused with the place, what was expected and what was found.
    """
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeRefused(f"not TOML: {error}") from error
    _require_keys("the recipe", written, _TABLES)
    index: _Index = _converted(_table(written, "index"), _Index, "[index]")
    parts = {name: read_part(name, written[name]) for name in RECORDS if name in written}
    for needed in ("normalise", "aggregate"):
        if needed not in parts:
            raise RecipeRefused(f"[{needed}] is needed, found none")
    recipe = Recipe(
        id=index.id,
        title=index.title,
        order=index.order,
        framework=_framework(written, index.levels, framework),
        **parts,
    )
    return Written(recipe, _uncertainty(written, recipe))


def read_part(name: str, written: object) -> Any:
    """One stage of a recipe, as its record; `name` is the stage's."""
    if not isinstance(written, Mapping):
        raise RecipeRefused(f"[{name}]: expected a table, found {written!r}")
    record = RECORDS[name]
    outer = set(record.__struct_fields__)
    return _converted(_nested(_with_none(written), outer), record, f"[{name}]")


def _with_none(written: Any, key: str = "") -> Any:
    """The word "none" as None, in the places that know it."""
    if isinstance(written, Mapping):
        return {inner: _with_none(of, inner) for inner, of in written.items()}
    if isinstance(written, list):
        return [_with_none(of) for of in written]
    return None if written == "none" and key in _OR_NONE else written


def _nested(written: Mapping[str, Any], outer: set[str]) -> dict[str, Any]:
    """`method` and its parameters put under `by`, where the record has them."""
    nested = {key: _nested_only(of) for key, of in written.items() if key in outer}
    inner = {key: of for key, of in written.items() if key not in outer}
    if "by" in outer and "method" in inner:
        return {"by": inner, **nested}
    return {**inner, **nested}


def _nested_only(value: Any) -> Any:
    """The same inside lists of exceptions, such as `[[normalise.only]]`."""
    if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
        return value
    kept = {"codes", "code", "level", "missing", "least_share", "parent", "people", "matrices"}
    return [_nested(entry, kept | {"by"}) if "method" in entry else dict(entry) for entry in value]


def _converted(written: object, record: Any, where: str) -> Any:
    """`record` is a type, or a union of types that are told apart by `method`."""
    try:
        return msgspec.convert(written, type=record)
    except msgspec.ValidationError as error:
        raise RecipeRefused(f"{where}: {error}") from error


def _framework(
    written: Mapping[str, Any], levels: tuple[str, ...], given: Framework | None
) -> Framework:
    if given is not None:
        if "indicator" in written or "element" in written:
            raise RecipeRefused("indicators stand in the recipe and in a metadata table")
        return given
    indicators = [_indicator(entry) for entry in _list(written, "indicator")]
    elements = [_entry(entry, Element) for entry in _list(written, "element")]
    return Framework(tuple(indicators), tuple(elements), levels)


def _indicator(written: Mapping[str, Any]) -> Indicator:
    if "better" not in written:
        raise RecipeRefused(
            f'[[indicator]] {written.get("code", "?")}: expected better = "higher" or '
            '"lower", found no direction; a forgotten one would invert the ranking'
        )
    return _entry(written, Indicator)


def _entry(written: Mapping[str, Any], record: type[_Record]) -> _Record:
    entry: _Record
    where = f"[[{record.__name__.lower()}]] {written.get('code', '?')}"
    known = set(get_type_hints(record))
    _require_keys(where, written, known)
    entry = _converted(written, record, where)
    return entry


def _uncertainty(written: Mapping[str, Any], recipe: Recipe) -> Uncertainty | None:
    vary = [_variation(entry, recipe) for entry in _list(written, "vary")]
    if "uncertainty" not in written:
        if vary:
            raise RecipeRefused("[[vary]] needs [uncertainty] with a seed, found none")
        return None
    settings = _table(written, "uncertainty")
    if "vary" in settings:
        raise RecipeRefused("[uncertainty]: what varies stands in tables of its own, [[vary]]")
    run: Uncertainty = _converted(settings, Uncertainty, "[uncertainty]")
    return msgspec.structs.replace(run, vary=tuple(vary))


def _variation(written: Mapping[str, Any], recipe: Recipe) -> Variation:
    where = f"[[vary]] {written.get('name', '?')}"
    variation: Variation = _converted(written, Variation, where)
    if isinstance(variation, LeaveOut) and not variation.codes:
        return variation.of_level(recipe.framework)
    if not isinstance(variation, Choice):
        return variation
    try:
        among = tuple(_value(variation.path, value, recipe) for value in variation.among)
    except RecipeRefused as error:
        raise RecipeRefused(f"{where}: {error}") from error
    return msgspec.structs.replace(variation, among=among)


def _value(path: str, value: Any, recipe: Recipe) -> Any:
    """One of the alternatives of a choice, with the type that the place in the recipe has."""
    if not path:
        if not isinstance(value, Mapping):
            raise RecipeRefused(f"expected a path, or paths with their values, found {value!r}")
        return {at: _value(at, of, recipe) for at, of in value.items()}
    part, rest = split_path(path)
    if rest:
        return converted(recipe.part(part), rest, _with_none(value, path.split(".")[-1]), path)
    return None if value == "none" and part in OPTIONAL else read_part(part, value)


def _require_keys(where: str, written: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(written) - known)
    if unknown:
        raise RecipeRefused(
            f"{where}: unknown {', '.join(map(repr, unknown))}; known are {sorted(known)}"
        )


def _table(written: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = written.get(name, {})
    if not isinstance(table, Mapping):
        raise RecipeRefused(f"[{name}]: expected a table, found {table!r}")
    return table


def _list(written: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    entries = written.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise RecipeRefused(f"[[{name}]]: expected tables, found {entries!r}")
    return entries
