"""The day-by-day check of gfw-report's `sp25-regional`: domains by days, a flag for each.

A line is a domain, set to the right, four spaces, and a digit for each day: 1 where the domain was
found blocked, 0 where it was not or where nothing was checked that day. The published file holds
two lists one after the other, first what was seen of the national filter (from California), then
of Henan's (from Guangzhou). Both go from the last top-level domain of the alphabet to the first,
which is how the second is known from the first: in it the order begins anew. A domain stands once
in a list; it can stand in both.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import IO, NoReturn

import numpy as np
from numpy.typing import NDArray

from sharedfuture.records.errors import SourceChanged

_BLOCK_BYTES = 1024 * 1024
# No line is longer; the published ones have 585 signs at most.
_LONGEST_LINE = 64 * 1024
_PARTS = 2
# What stands before the flags, of each line.
_HEADS = re.compile(rb"(?: *[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])? {4}\n)*")
_LEAST_HEAD = 5
_ZERO = ord("0")


@dataclass(frozen=True, slots=True)
class Flags:
    """Lines in a row of one list; `blocked` has a row for each, a column for each day, 0 or 1."""

    part: int
    first_line: int
    domains: tuple[str, ...]
    blocked: NDArray[np.uint8]


def read_matrix(stream: IO[bytes], name: str) -> Iterator[Flags]:
    """Blocks of lines in order; a block lies in one list, counted from 1.

    Holds a block of a few megabytes and the names of all domains. The first line says how many
    days there are. Raises SourceChanged, with the line, on one of another width, on a sign that is
    no flag or belongs in no name, on a domain that stands twice in a list, and on an empty file.
    """
    reading = _Reading(name)
    for lines in _blocks(stream, name):
        yield from reading.parts(lines)
    if reading.width == 0:
        raise SourceChanged(f"{name}: expected domains with their flags, found nothing")


def _blocks(stream: IO[bytes], name: str) -> Iterator[bytes]:
    """Bytes up to the end of a line; the last line may lack its end."""
    left = b""
    while block := stream.read(_BLOCK_BYTES):
        whole, newline, rest = (left + block).rpartition(b"\n")
        if newline:
            yield whole + newline
        left = rest
        if len(left) > _LONGEST_LINE:
            raise SourceChanged(
                f"{name}: expected lines of at most {_LONGEST_LINE:,} bytes, found a longer one"
            )
    if left:
        yield left + b"\n"


class _Reading:
    """What is known after the lines read so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.width = 0
        self._line = 1
        self._part = 1
        self._met: set[str] = set()
        self._top_level = "~"  # behind all letters

    def parts(self, lines: bytes) -> Iterator[Flags]:
        """The lines as one block, or as two where the second list begins among them."""
        each = lines.split(b"\n")[:-1]
        self.width = self.width or self._width_of(each[0])
        blocked = self._flags(each)
        domains = self._domains(each)
        first = 0
        for until in (*self._breaks(domains), len(domains)):
            if until > first:
                yield self._block(domains[first:until], blocked[first:until])
            if until < len(domains):
                self._begin_part(domains[until])
            first = until

    def _width_of(self, line: bytes) -> int:
        words = line.split()
        if len(words) != 2 or not re.fullmatch(rb"[01]+", words[1]):
            self._refuse(0, "a domain and a flag for each day", line[:80])
        return len(words[1])

    def _flags(self, each: list[bytes]) -> NDArray[np.uint8]:
        """The last signs of each line; what stands before them is looked at with the domains."""
        least = self.width + _LEAST_HEAD
        if min(map(len, each)) < least:
            self._refuse_form(next(at for at, line in enumerate(each) if len(line) < least), each)
        signs = b"".join([line[-self.width :] for line in each])
        flags = (np.frombuffer(signs, dtype=np.uint8) ^ np.uint8(_ZERO)).reshape(-1, self.width)
        if flags.max() > 1:
            self._refuse_form(int((flags > 1).any(axis=1).argmax()), each)
        return flags

    def _domains(self, each: list[bytes]) -> list[str]:
        heads = [line[: -self.width] for line in each]
        text = b"\n".join([*heads, b""])
        if not _HEADS.fullmatch(text):
            at = next(at for at, head in enumerate(heads) if not _HEADS.fullmatch(head + b"\n"))
            self._refuse_form(at, each)
        return text.decode("ascii").split()

    def _breaks(self, domains: list[str]) -> list[int]:
        """Where the order of the top-level domains begins anew."""
        top_levels = [domain.rpartition(".")[2] for domain in domains]
        in_order = [self._top_level, *top_levels]
        self._top_level = top_levels[-1]
        if in_order == sorted(in_order, reverse=True):
            return []
        return [at for at, (one, other) in enumerate(pairwise(in_order)) if other > one]

    def _block(self, domains: list[str], blocked: NDArray[np.uint8]) -> Flags:
        if not self._met.isdisjoint(domains) or len(set(domains)) < len(domains):
            self._refuse_second(domains)
        self._met.update(domains)
        line = self._line
        self._line += len(domains)
        return Flags(self._part, line, tuple(domains), blocked)

    def _begin_part(self, domain: str) -> None:
        if self._part == _PARTS:
            self._refuse(0, f"{_PARTS} lists, each in order of top-level domains", domain)
        self._part += 1
        self._met = set()

    def _refuse_second(self, domains: list[str]) -> NoReturn:
        for at, domain in enumerate(domains):
            if domain in self._met:
                self._refuse(at, "a domain once in a list", domain)
            self._met.add(domain)
        raise AssertionError(domains)  # called only where one stands twice

    def _refuse_form(self, at: int, each: list[bytes]) -> NoReturn:
        expected = f"a domain, four spaces and {self.width} flags 0 or 1"
        self._refuse(at, expected, each[at][:80])

    def _refuse(self, at: int, expected: str, found: bytes | str) -> NoReturn:
        line = self._line + at
        raise SourceChanged(f"{self.name}, line {line}: expected {expected}, found {found!r}")
