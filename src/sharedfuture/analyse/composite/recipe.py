"""A recipe: every choice that makes an index of a table, frozen, and nothing else.

The stages follow the Handbook (OECD/JRC 2008): denominate, screen, impute, treat, normalise,
weigh, aggregate. A stage that is None is left out. What can be chosen at a stage are the records
of `composite.methods`; `replaced` gives the same recipe with one of them changed, by its path,
which is how uncertainty runs walk among recipes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, get_type_hints

import msgspec

from sharedfuture.analyse.composite.errors import RecipeRefused
from sharedfuture.analyse.composite.framework import Framework
from sharedfuture.analyse.composite.methods.aggregating import Aggregate
from sharedfuture.analyse.composite.methods.imputing import Impute
from sharedfuture.analyse.composite.methods.normalising import Normalise
from sharedfuture.analyse.composite.methods.screening import Denominate, Screen
from sharedfuture.analyse.composite.methods.setting import StageRecord
from sharedfuture.analyse.composite.methods.treating import Treat
from sharedfuture.analyse.composite.methods.weighing import Weigh

STAGES = ("denominate", "screen", "impute", "treat", "normalise")
# What an uncertainty run may vary: the stages, and the two that make scores of normalised values.
RECORDS: Mapping[str, type[StageRecord]] = {
    "denominate": Denominate,
    "screen": Screen,
    "impute": Impute,
    "treat": Treat,
    "normalise": Normalise,
    "weigh": Weigh,
    "aggregate": Aggregate,
}
PARTS = tuple(RECORDS)
# The stages that a recipe can do without.
OPTIONAL = frozenset({"denominate", "screen", "impute", "treat"})


@dataclass(frozen=True)
class Recipe:
    """All choices of an index.

    `order` is the order of the stages before aggregation; screening may come after imputation.
    Raises RecipeRefused for an order that names a stage twice or not at all, or that does not
    end with treating and normalising.
    """

    id: str
    framework: Framework
    normalise: Normalise
    aggregate: Aggregate
    weigh: Weigh = field(default_factory=Weigh)
    denominate: Denominate | None = None
    screen: Screen | None = None
    impute: Impute | None = None
    treat: Treat | None = None
    title: str = ""
    order: tuple[str, ...] = STAGES

    def __post_init__(self) -> None:
        if sorted(self.order) != sorted(STAGES) or self.order[-2:] != ("treat", "normalise"):
            raise RecipeRefused(
                f"order: expected {', '.join(STAGES)}, the last two in their place, "
                f"found {', '.join(self.order)}"
            )

    def part(self, name: str) -> Any:
        """The record of a stage, of `weigh` or of `aggregate`; None where it is left out."""
        return getattr(self, name)

    def replaced(self, path: str, value: Any) -> "Recipe":
        """The same recipe with what stands at `path` changed, such as `treat.first.most_points`.

        Raises RecipeRefused where the path leads nowhere.
        """
        part, rest = split_path(path)
        return replace(self, **{part: replaced(self.part(part), rest, value, path)})


def split_path(path: str) -> tuple[str, str]:
    """The part of the recipe that a path starts with, and the rest of it.

    Raises RecipeRefused where it starts with none.
    """
    part, _, rest = path.partition(".")
    if part not in PARTS:
        raise RecipeRefused(f"{path}: a path starts with one of {', '.join(PARTS)}")
    return part, rest


def replaced(record: Any, path: str, value: Any, whole: str) -> Any:
    """One part of a recipe with what stands at `path` below it changed; `whole` is for errors."""
    changed = value if not path else _replaced(record, path, value, whole)
    part, _ = split_path(whole)
    is_left_out = changed is None and part in OPTIONAL
    if not is_left_out and not isinstance(changed, RECORDS[part]):
        raise RecipeRefused(f"{whole}: expected a whole {part!r} stage, found {changed!r}")
    return changed


def converted(record: object, path: str, value: Any, whole: str) -> Any:
    """A value with the type that the place at `path` below a part of a recipe has.

    Raises RecipeRefused where the path leads nowhere, or the value is of no such type.
    """
    try:
        return msgspec.convert(value, type=_type_at(record, path, whole))
    except msgspec.ValidationError as error:
        raise RecipeRefused(f"{whole}: {error}") from error


def _type_at(record: object, path: str, whole: str) -> Any:
    name, _, rest = path.partition(".")
    if isinstance(record, Mapping):
        return float
    holder = _with_field(record, name, whole)
    return _type_at(getattr(holder, name), rest, whole) if rest else _types_of(type(holder))[name]


@cache
def _types_of(record: type[msgspec.Struct]) -> Mapping[str, Any]:
    return get_type_hints(record)


def _replaced(record: object, path: str, value: Any, whole: str) -> Any:
    name, _, rest = path.partition(".")
    if isinstance(record, Mapping):
        if rest:
            raise RecipeRefused(f"{whole}: nothing lies below {name}")
        return {**record, name: value}
    holder = _with_field(record, name, whole)
    changed = value if not rest else _replaced(getattr(holder, name), rest, value, whole)
    return msgspec.structs.replace(holder, **{name: changed})


def _with_field(record: object, name: str, whole: str) -> msgspec.Struct:
    """The record, if it has a field of this name."""
    fields = getattr(record, "__struct_fields__", ())
    if not isinstance(record, msgspec.Struct) or name not in fields:
        known = ", ".join(fields) or "nothing"
        raise RecipeRefused(f"{whole}: there is no {name!r} here, but {known}")
    return record
