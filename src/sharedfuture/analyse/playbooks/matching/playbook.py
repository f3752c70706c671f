"""A playbook: steps with kinds of happenings, a partial order, windows; read and held to sense."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from sharedfuture.analyse.playbooks.matching.playbook_faults import (
    Faults,
    check_order,
    check_playbook,
    check_steps,
)
from sharedfuture.records.errors import PlaybookRefused
from sharedfuture.records.fault import Fault, Spot
from sharedfuture.records.stated import Cite


class Role(StrEnum):
    """What a step is to the playbook."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NEGATIVE = "negative"  # must not happen in its window


class Party(StrEnum):
    """Whose happening fills a step."""

    SPONSOR = "sponsor"  # one in which the sponsor that is tried takes part
    ANY = "any"
    NONE = "none"  # one in which no sponsor takes part


@dataclass(frozen=True, slots=True)
class PlaybookStep:
    """One step; days count from the last of the steps that it comes after."""

    id: str
    title: str
    kinds: tuple[str, ...]
    party: Party
    role: Role
    weight: float
    after: tuple[str, ...]
    at_least_days: int
    within_days: int | None

    @property
    def is_negative(self) -> bool:
        """Whether it must not happen."""
        return self.role is Role.NEGATIVE


@dataclass(frozen=True, slots=True)
class Playbook:
    """A sequence that is looked for; steps in an order that their `after` allows."""

    playbook_id: str
    title: str
    statement: str
    case_country_id: str | None
    reason: str
    cites: tuple[Cite, ...]
    steps: tuple[PlaybookStep, ...]
    written: tuple[str, ...]

    @classmethod
    def of(
        cls,
        playbook_id: str,
        title: str,
        *,
        statement: str,
        case_country_id: str | None,
        reason: str,
        cites: Sequence[Cite],
        steps: Sequence[PlaybookStep],
    ) -> "Playbook":
        """The playbook of steps that may stand in any order; `written` is the order they had."""
        return cls(
            playbook_id,
            title,
            statement,
            case_country_id,
            reason,
            tuple(cites),
            _in_order(steps),
            tuple(step.id for step in steps),
        )

    @property
    def positive(self) -> tuple[PlaybookStep, ...]:
        """The steps that a match is made of."""
        return tuple(step for step in self.steps if not step.is_negative)

    @property
    def negative(self) -> tuple[PlaybookStep, ...]:
        """The steps that must not happen."""
        return tuple(step for step in self.steps if step.is_negative)


class _WrittenCite(msgspec.Struct, forbid_unknown_fields=True):
    source: str
    at: str
    note: str | None = None


class _WrittenStep(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    title: str
    kinds: list[str]
    party: Party
    role: Role
    weight: float = 1.0
    after: list[str] = []
    at_least_days: int = 0
    within_days: int | None = None


class _WrittenPlaybook(msgspec.Struct, forbid_unknown_fields=True):
    playbook_id: str
    title: str
    statement: str
    reason: str
    cite: list[_WrittenCite]
    step: list[_WrittenStep]
    case_country: str | None = None


def read_playbook(text: str, *, file: str, kinds: Collection[str], longest_days: int) -> Playbook:
    """The playbook of a file.

    `kinds` is the vocabulary of happenings; `longest_days` the length of the study, which no chain
    of waits may exceed. Raises PlaybookRefused with every fault that was met: where, expected,
    found.
    """
    faults = Faults(file, text)
    written = _decode(text, file)
    steps: list[Mapping[str, Any]] = [msgspec.structs.asdict(step) for step in written.step]
    check_playbook(faults, written.playbook_id, [cite.source for cite in written.cite], steps)
    check_steps(faults, steps, kinds=frozenset(kinds))
    check_order(faults, steps, longest_days=longest_days)
    if faults.found:
        raise PlaybookRefused(faults.found)
    return Playbook.of(
        written.playbook_id,
        written.title,
        statement=written.statement,
        case_country_id=written.case_country,
        reason=written.reason,
        cites=[Cite(cite.source, cite.at, cite.note) for cite in written.cite],
        steps=[_step(step) for step in written.step],
    )


def _decode(text: str, file: str) -> _WrittenPlaybook:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlaybookRefused([Fault(Spot(file, 1), "TOML", str(error))]) from error
    try:
        return msgspec.convert(tables, _WrittenPlaybook)
    except msgspec.ValidationError as error:
        expected = "the keys and values of a playbook"
        raise PlaybookRefused([Fault(Spot(file, 1), expected, str(error))]) from error


def _step(written: _WrittenStep) -> PlaybookStep:
    return PlaybookStep(
        written.id,
        written.title,
        tuple(written.kinds),
        written.party,
        written.role,
        written.weight,
        tuple(written.after),
        written.at_least_days,
        written.within_days,
    )


def _in_order(steps: Sequence[PlaybookStep]) -> tuple[PlaybookStep, ...]:
    """Steps such that each comes behind those it is after; as written where that is free."""
    ordered: list[PlaybookStep] = []
    waiting = list(steps)
    while waiting:
        known = {step.id for step in ordered}
        ready = next(step for step in waiting if known.issuperset(step.after))
        ordered.append(ready)
        waiting.remove(ready)
    return tuple(ordered)
