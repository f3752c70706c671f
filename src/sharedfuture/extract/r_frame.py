"""A data frame out of an R data file (.RData), as R's `save` writes it, to typed columns.

The format is that of the manual "R Internals", section "Serialization Formats": a tree of items in
XDR, each behind a word of flags. Only what a data frame of numbers and text needs is known here;
anything else in the file (factors, dates of a class of R's own, functions) is refused.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from sharedfuture.capture import Capture, gunzip
from sharedfuture.extract.sheet import require_columns
from sharedfuture.records.errors import SourceChanged

_GZIP = b"\x1f\x8b"
_SYMBOL, _PAIRS, _CHARACTERS, _LOGICAL, _INTEGER, _REAL = 1, 2, 9, 10, 13, 14
_TEXT, _LIST, _ALTERNATIVE, _END, _REFERENCE = 16, 19, 238, 254, 255
_VECTORS = {_LOGICAL, _INTEGER, _REAL, _TEXT, _LIST}
_HAS_ATTRIBUTES, _HAS_TAG = 0x200, 0x400
_LATIN_1, _MISSING_INTEGER, _MISSING_TEXT = 0x4000, -(2**31), -1
_PLAIN_CLASSES = {"AsIs"}
_SEQUENCES = {"compact_intseq": pl.Int32, "compact_realseq": pl.Float64}
_WRAPPERS = {"wrap_integer", "wrap_logical", "wrap_real", "wrap_string"}
_LONGEST_SEQUENCE = 50_000_000
_MOST_DEEP = 50
_MANY = 16
_TWO_WORDS = struct.Struct(">ii")

# A tree of R's: vectors as columns, lists as lists, pairs and attributes by their names.
_Value = pl.Series | list["_Item"] | dict[str, "_Item"] | str | None


@dataclass(frozen=True, slots=True)
class _Item:
    value: _Value
    attributes: dict[str, "_Item"]


def r_frame(
    capture: Capture, name: str, *, columns: Sequence[str], ignoring: Sequence[str] = ()
) -> pl.DataFrame:
    """The columns of the data frame called `name`: Int32, Float64 or text; R's NA is null.

    `ignoring` names columns left out on purpose, as patterns. Text marked `AsIs` is text. Raises
    SourceChanged on another header, on columns of unlike length, on a class or an item that is
    not known, and where the file is cut off.
    """
    packed = capture.data.startswith(_GZIP)
    try:
        stream = _Stream(gunzip(capture).data if packed else capture.data, capture.name)
        saved = stream.saved()
    except (struct.error, ValueError, UnicodeDecodeError, RecursionError) as error:
        raise SourceChanged(
            f"{capture.name}: expected a whole file of R data, found {error}"
        ) from error
    if name not in saved:
        raise SourceChanged(
            f"{capture.name}: expected a data frame {name!r}, found {', '.join(saved) or 'nothing'}"
        )
    return _frame(saved[name], f"{capture.name}, data frame {name!r}", columns, ignoring)


def _frame(item: _Item, name: str, columns: Sequence[str], ignoring: Sequence[str]) -> pl.DataFrame:
    header = item.attributes.get("names")
    if _classes(item) != ["data.frame"] or header is None:
        raise SourceChanged(f"{name}: expected a data frame, found class {_classes(item)}")
    names = header.value.to_list() if isinstance(header.value, pl.Series) else []
    cells = item.value if isinstance(item.value, list) else []
    require_columns(name, names, columns=columns, ignoring=ignoring)
    taken = {column: _column(cells[names.index(column)], name, column) for column in columns}
    if len({len(series) for series in taken.values()}) > 1:
        lengths = ", ".join(f"{column} {len(series)}" for column, series in taken.items())
        raise SourceChanged(f"{name}: expected columns of one length, found {lengths}")
    return pl.DataFrame(taken)


def _column(item: _Item, name: str, column: str) -> pl.Series:
    if not isinstance(item.value, pl.Series):
        raise SourceChanged(f"{name}, column {column!r}: expected a vector, found another item")
    if strange := [found for found in _classes(item) if found not in _PLAIN_CLASSES]:
        raise SourceChanged(
            f"{name}, column {column!r}: expected plain numbers or text, found class {strange}"
        )
    return item.value


def _classes(item: _Item) -> list[str]:
    found = item.attributes.get("class")
    return found.value.to_list() if found and isinstance(found.value, pl.Series) else []


@dataclass(slots=True)
class _Stream:
    """Reads items one after another. Raises struct.error or ValueError at an early end."""

    data: bytes
    name: str
    at: int = 0
    depth: int = 0
    symbols: list[str] = field(default_factory=list)

    def saved(self) -> dict[str, _Item]:
        """Everything that was saved, by name."""
        head, self.at = self.data[:7], 7
        version = self._word() if head in (b"RDX2\nX\n", b"RDX3\nX\n") else 0
        if version not in (2, 3):
            raise SourceChanged(f"{self.name}: expected R data in binary, found {head!r}")
        self.at += 8  # the version of R that wrote it, and the oldest that can read it
        if version == 3:
            length = self._word()  # the name of the writer's encoding; texts say their own
            self.at += length
        found = self._item().value
        if not isinstance(found, dict):
            raise SourceChanged(f"{self.name}: expected names with values, found another item")
        return found

    def _word(self) -> int:
        (word,) = struct.unpack_from(">i", self.data, self.at)
        self.at += 4
        return int(word)

    def _count(self) -> int:
        count = self._word()
        if not 0 <= count <= len(self.data) - self.at:
            raise ValueError(f"a vector of {count} cells at byte {self.at}")
        return count

    def _item(self) -> _Item:
        self.depth += 1
        if self.depth > _MOST_DEEP:
            raise ValueError(f"items within items, {_MOST_DEEP} deep")
        flags = self._word()
        attributes: _Value = None
        if flags & 0xFF == _ALTERNATIVE:
            value, attributes = self._alternative()
        elif flags & 0xFF == _PAIRS:
            value = self._pairs(flags)
        else:
            value = self._value(flags)
            if flags & _HAS_ATTRIBUTES and flags & 0xFF in _VECTORS:
                attributes = self._item().value
        self.depth -= 1
        return _Item(value, attributes if isinstance(attributes, dict) else {})

    def _value(self, flags: int) -> _Value:
        match flags & 0xFF:
            case kind if kind == _END:
                return None
            case kind if kind == _SYMBOL:
                self.symbols.append(str(self._texts(1)[0]))
                return self.symbols[-1]
            case kind if kind == _REFERENCE:
                return self.symbols[(flags >> 8 or self._word()) - 1]
            case kind if kind in (_INTEGER, _LOGICAL):
                found = self._numbers(">i4").astype(np.int32)
                return pl.Series(found).replace(_MISSING_INTEGER, None)
            case kind if kind == _REAL:
                return pl.Series(self._numbers(">f8").astype(np.float64)).fill_nan(None)
            case kind if kind == _TEXT:
                return self._texts(self._count())
            case kind if kind == _LIST:
                return [self._item() for _ in range(self._count())]
            case kind:
                raise SourceChanged(
                    f"{self.name}, byte {self.at}: expected vectors and lists, "
                    f"found an item of R's type {kind}"
                )

    def _alternative(self) -> tuple[_Value, _Value]:
        """A vector that R holds in another way: a sequence, or one with a note on its order."""
        kind, state, attributes = (self._item().value for _ in range(3))
        name = kind["0"].value if isinstance(kind, dict) and "0" in kind else None
        if name in _WRAPPERS and isinstance(state, list) and state:
            return state[0].value, attributes
        if name in _SEQUENCES and isinstance(state, pl.Series) and len(state) == 3:
            count, first, step = state.to_list()
            if 0 <= count <= _LONGEST_SEQUENCE:
                cells = np.arange(int(count), dtype=np.float64) * step + first
                return pl.Series(cells).cast(_SEQUENCES[str(name)]), attributes
        raise SourceChanged(
            f"{self.name}, byte {self.at}: expected a vector or a sequence, found R's {name}"
        )

    def _pairs(self, flags: int) -> dict[str, _Item]:
        """A list of pairs, by their names; those without one by their place, from 0."""
        found: dict[str, _Item] = {}
        while flags & 0xFF == _PAIRS:
            if flags & _HAS_ATTRIBUTES:
                self._item()
            tag = self._item().value if flags & _HAS_TAG else str(len(found))
            if tag == "row.names":
                self._pass_over_names()
            else:
                found[str(tag)] = self._item()
            flags = self._word()
        return found

    def _pass_over_names(self) -> None:
        """The names of rows are as many as the rows, and say nothing that their number does not."""
        flags = self._word()
        if flags & 0xFF != _TEXT:
            self.at -= 4
            self._item()
            return
        data, at = self.data, self.at + 4
        for _ in range(self._count()):
            flags, length = _TWO_WORDS.unpack_from(data, at)
            at += 8 + max(length, 0)
        self.at = at

    def _numbers(self, kind: str) -> np.ndarray[tuple[int], np.dtype[np.number]]:
        count, size = self._count(), np.dtype(kind).itemsize
        found = np.frombuffer(self.data, dtype=kind, count=count, offset=self.at)
        self.at += count * size
        return found

    def _texts(self, count: int) -> pl.Series:
        """Texts; a table repeats itself from row to row, so that runs of one text are counted."""
        data, at = self.data, self.at
        texts: list[str | None] = []
        runs: list[int] = []
        written, many, left = b"", b"", count
        while left:
            run = 0
            while written and left - run >= _MANY and data.startswith(many, at):
                at += len(many)
                run += _MANY
            while written and run < left and data.startswith(written, at):
                at += len(written)
                run += 1
            if run:
                runs[-1] += run
                left -= run
                continue
            flags, length = _TWO_WORDS.unpack_from(data, at)
            if flags & 0xFF != _CHARACTERS or length < _MISSING_TEXT:
                raise ValueError(f"no text at byte {at}")
            written = data[at : at + 8 + max(length, 0)]
            many = written * _MANY
            texts.append(None if length == _MISSING_TEXT else _decoded(written[8:], flags))
            runs.append(1)
            at += len(written)
            left -= 1
        self.at = at
        places = np.repeat(np.arange(len(texts), dtype=np.uint32), runs)
        return pl.Series(texts, dtype=pl.String).gather(pl.Series(places, dtype=pl.UInt32))


def _decoded(text: bytes, flags: int) -> str:
    return text.decode("latin-1" if flags & _LATIN_1 else "utf-8")
