"""Several rows that state the same happening, put together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

_BEGIN, _END = date.min, date.max

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Happening:
    """One happening: the row that dates it best, and all rows that state it."""

    core: Row
    rows: list[Row]


def happenings(rows: Iterable[Row]) -> list[Happening]:
    """Rows of the same country, sponsor, kind and subject whose dates overlap are one happening.

    The rows are gone through from the best dated to the worst, and a row joins a happening where
    its dates overlap those of the row that it began with. So a vague row joins one of the
    happenings that it cannot be told from and never glues two of them together. Where it overlaps
    several, one with exactly its dates comes first, then the earliest. A row whose kind is not
    settled comes last and joins a happening of any kind that it may be.
    """
    found: dict[tuple[Any, ...], list[Happening]] = defaultdict(list)
    for row in sorted(rows, key=_order):
        place = (row["country_id"], row["sponsor_id"], row["subject"])
        kinds = (row["kind"], *(row["may_be"] or ()))
        near = [
            happening
            for kind in kinds
            for happening in found[*place, kind]
            if _overlap(happening.core, row)
        ]
        if near:
            min(near, key=lambda happening: _nearness(happening.core, row)).rows.append(row)
        else:
            found[*place, row["kind"]].append(Happening(row, [row]))
    return [happening for group in found.values() for happening in group]


def _bracket(row: Row) -> tuple[date, date]:
    return row["earliest"] or _BEGIN, row["latest"] or _END


def _order(row: Row) -> tuple[Any, ...]:
    first, last = _bracket(row)
    return bool(row["may_be"]), (last - first).days, first, row["rank"], row["row_id"]


def _overlap(one: Row, other: Row) -> bool:
    (first, last), (others_first, others_last) = _bracket(one), _bracket(other)
    return first <= others_last and others_first <= last


def _nearness(core: Row, row: Row) -> tuple[Any, ...]:
    return _bracket(core) != _bracket(row), *_bracket(core), core["row_id"]
