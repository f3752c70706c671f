"""The declaration of a source, `source.toml` beside its reader: who it is, what it says, how.

Every folder of this room with a `source.toml` is a source that can be fetched, but for the ledger,
which lies on this disk; there is no list to keep.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from sharedfuture import sources
from sharedfuture.capture import Form, Paging, Wanted
from sharedfuture.records.cadence import Cadence
from sharedfuture.records.errors import DeclarationFaulty
from sharedfuture.records.stated_tables import STATED_TABLE

_Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$")]
_Words = Annotated[str, msgspec.Meta(min_length=3)]
_Day = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class Redistribution(StrEnum):
    """What may leave the project, from most to least."""

    OPEN = "open"
    CITE = "cite"
    DERIVED_ONLY = "derived_only"
    LINK_ONLY = "link_only"


class Editions(StrEnum):
    """How editions stand to each other: the newest says all anew, or each adds its own part."""

    REPLACE = "replace"
    ADD = "add"


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Unknown keys are refused."""


class Pages(_Strict, frozen=True):
    """An interface that answers in pages; `total` leads to their number inside the answer."""

    parameter: str
    total: tuple[str | int, ...]


class File(_Strict, frozen=True):
    """One file of an edition.

    `url` may hold `{edition}`; without `url` the publisher hands it out by hand (a form, a
    purchase), and a user brings an own copy. `editions` limits the file to some editions.
    """

    part: _Name
    form: Form
    url: str | None = None
    limit_mb: Annotated[int, msgspec.Meta(ge=1, le=4096)] = 64
    pages: Pages | None = None
    editions: tuple[str, ...] = ()
    is_optional: bool = False


class DeclaredEdition(_Strict, frozen=True):
    """An edition by the publisher's own name, and when it came out (EDTF).

    Editions are declared from the oldest to the newest. `speaks_of` is the last day that it speaks
    of, where that is another than the one on which it came out.
    """

    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]+$")]
    published: str
    says: str = ""
    speaks_of: _Day | None = None


class Band(_Strict, frozen=True):
    """Bounds outside which an edition is not used."""

    min: Annotated[int, msgspec.Meta(ge=0)]
    max: int


class DeclaredIndicator(_Strict, frozen=True):
    """What a value measures. The direction has no default: a forgotten one inverts a ranking.

    `column` is the publisher's own name for it, where the reader takes its columns from here. A
    detail, such as one of many items under a total, is kept with what was read, and is no figure of
    a release.
    """

    id: _Name
    title: _Words
    unit: str
    better: Annotated[str, msgspec.Meta(pattern="^(higher|lower|none)$")]
    basis: Annotated[
        str,
        msgspec.Meta(
            pattern="^(expert_judgement|survey|register|record|vote|official_statistic|composite)$"
        ),
    ]
    spread: _Words
    decimals: Annotated[int, msgspec.Meta(ge=0, le=6)]
    minimum: float | None = None
    maximum: float | None = None
    absence: Annotated[str, msgspec.Meta(pattern="^(not_covered|none_recorded)$")] = "not_covered"
    note: str = ""
    column: str = ""
    is_detail: bool = False


class Break(_Strict, frozen=True):
    """A year from which values of an indicator do not compare with those before."""

    year: int
    says: _Words
    indicators: tuple[str, ...] = ()


class Tabulation(_Strict, frozen=True):
    """A figure made of rows that the source states: how many, their sum, or a code for a word.

    `of` is their kind, `where` the cells that count, column by column; a vote may also be chosen
    by the columns of its roll call. A count with a `column` leaves out where that is empty.
    `period` is a column, or `edition`, or the period itself. With `times` the result is
    multiplied. `says` names in words what is put together.
    """

    indicator: _Name
    of: str
    how: Annotated[str, msgspec.Meta(pattern="^(count|sum|code)$")]
    says: _Words
    period: str
    column: str = ""
    codes: Mapping[str, float] = msgspec.field(default_factory=dict)
    where: Mapping[str, tuple[str | int, ...]] = msgspec.field(default_factory=dict)
    editions: tuple[str, ...] = ()
    times: float = 1.0


class Declaration(_Strict, frozen=True):
    """All that is declared of one source.

    `tried` says on which real file the reader was tried, or that it was on none; `addresses` says
    whether the addresses were opened, and when.
    """

    title: _Words
    publisher: _Words
    homepage: str
    licence: _Words
    redistribution: Redistribution
    reliability: Annotated[str, msgspec.Meta(pattern="^[A-F]$")]
    cadence: Cadence
    states: tuple[str, ...]
    editions: Editions
    is_tried: bool
    tried: _Words
    addresses: _Words
    expect: Mapping[str, Band]
    file: tuple[File, ...]
    edition: tuple[DeclaredEdition, ...]
    indicator: tuple[DeclaredIndicator, ...] = ()
    tabulate: tuple[Tabulation, ...] = ()
    break_: tuple[Break, ...] = msgspec.field(name="break", default=())
    country_codes: Annotated[str, msgspec.Meta(pattern="^(names|iso3|iso2)$")] = "names"
    note: str = ""


def source_names() -> tuple[str, ...]:
    """The folders of this room that declare a source to fetch, by name."""
    return tuple(sorted(_declared()))


def declaration(name: str) -> Declaration:
    """The declaration of one source. Raises DeclarationFaulty, also for an unknown name."""
    declared = _declared()
    if name not in declared:
        raise DeclarationFaulty(
            f"{name}: expected one of the sources {', '.join(sorted(declared))}, found none of them"
        )
    return declared[name][1]


def wanted(name: str, *, editions: Iterable[str] = ()) -> tuple[Wanted, ...]:
    """The files of a source that have an address, for these editions, or for all of them."""
    declared = declaration(name)
    known = [edition.name for edition in declared.edition]
    asked = list(editions) or known
    if unknown := [edition for edition in asked if edition not in known]:
        raise DeclarationFaulty(
            f"{name}: expected editions among {', '.join(known)}, found {', '.join(unknown)}"
        )
    return tuple(
        _wanted(name, file, edition)
        for edition in asked
        for file in declared.file
        if file.url is not None and (not file.editions or edition in file.editions)
    )


def _wanted(name: str, file: File, edition: str) -> Wanted:
    return Wanted(
        source=name,
        edition=edition,
        part=file.part,
        url=str(file.url).replace("{edition}", edition),
        form=file.form,
        limit_bytes=file.limit_mb * 1024 * 1024,
        paging=None if file.pages is None else Paging(file.pages.parameter, file.pages.total),
    )


def add_sources(folder: Path) -> None:
    """Listen also to the sources in a folder outside the package, one folder each, as in here.

    Raises DeclarationFaulty where there is no such folder.
    """
    if not folder.is_dir():
        raise DeclarationFaulty(f"{folder}: expected a folder of sources, found none")
    place = str(folder.absolute())
    if place not in sources.__path__:
        sources.__path__.append(place)
        _declared.cache_clear()


def folder_of(name: str) -> Path:
    """The folder of a declared source."""
    return _declared()[name][0]


@cache
def _declared() -> Mapping[str, tuple[Path, Declaration]]:
    found: dict[str, tuple[Path, Declaration]] = {}
    for room in map(Path, sources.__path__):
        for text in sorted(room.glob("*/source.toml")):
            name = text.parent.name
            if name in found:
                raise DeclarationFaulty(
                    f"{text}: expected a name of its own, found one more source {name}"
                )
            if name != "ledger":
                found[name] = (text.parent, read_declaration(text.read_bytes(), name=name))
    return found


def read_declaration(text: bytes, *, name: str) -> Declaration:
    """A declaration from TOML. Raises DeclarationFaulty with the key that is at fault."""
    try:
        declared = msgspec.toml.decode(text, type=Declaration)
    except msgspec.DecodeError as error:
        raise DeclarationFaulty(f"{name}/source.toml: {error}") from error
    for problem in _problems(declared):
        raise DeclarationFaulty(f"{name}/source.toml: expected {problem}")
    return declared


def _problems(declared: Declaration) -> Iterator[str]:
    """What is at fault beyond the form, as what was expected and what was found."""
    editions = [edition.name.lower() for edition in declared.edition]
    indicators = [indicator.id for indicator in declared.indicator]
    yield from _unknown("states", declared.states, STATED_TABLE)
    yield from _doubled("edition", editions)
    yield from _doubled("indicator", indicators)
    for edition in declared.edition:
        yield from _doubled(
            f"part of edition {edition.name}",
            [item.part for item in declared.file if edition.name in (item.editions or editions)],
        )
    for file in declared.file:
        yield from _unknown(f"editions of {file.part}", map(str.lower, file.editions), editions)
    for each in declared.break_:
        yield from _unknown(f"indicators of {each.year}", each.indicators, indicators)
    for kind in declared.states:
        if kind not in declared.expect:
            yield f"a band for {kind}, found none"
    yield from _unknown("bands", declared.expect, [*declared.states, "countries"])
    for name, band in declared.expect.items():
        if band.min > band.max:
            yield f"{name} from least to most, found {band.min} to {band.max}"
    for item in declared.tabulate:
        yield from _problems_of(item, declared.states, editions)


def _problems_of(item: Tabulation, states: Sequence[str], editions: Sequence[str]) -> Iterator[str]:
    what = f"to tabulate {item.indicator}"
    yield from _unknown(f"{what} of", [item.of], states)
    yield from _unknown(f"{what} in editions", map(str.lower, item.editions), editions)
    columns = _columns(item.of)
    yield from _unknown(f"{what} by columns", filter(None, [*item.where, item.column]), columns)
    if item.how != "count" and not item.column:
        yield f"{what} by a column, found none"
    if item.how == "code" and not item.codes:
        yield f"{what} by codes, found none"
    if item.period not in columns and item.period != "edition" and not item.period[:4].isdigit():
        yield f"{what} by a column, by edition or in a year, found {item.period!r}"


def _unknown(what: str, found: Iterable[str], known: Collection[str]) -> Iterator[str]:
    if lost := [name for name in found if name not in known]:
        yield f"{what} among {', '.join(known)}, found {', '.join(map(repr, lost))}"


def _doubled(what: str, names: Sequence[str]) -> Iterator[str]:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        yield f"each {what} once, found {', '.join(twice)} twice"


def _columns(kind: str) -> set[str]:
    """The columns of a kind; those of the roll call too where it is a vote."""
    kinds = ("vote", "roll_call") if kind == "vote" else (kind,)
    return {column for item in kinds for column in STATED_TABLE[item].column_names}
