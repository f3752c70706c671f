"""Lines of a packed or plain JSON-lines stream, in bounded memory, with where each begins.

A stream that ends in the middle gives all its whole lines, then what is wrong with the rest.
"""

import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from sharedfuture.extract.ooni.reasons import Reason

_BLOCK = 1 << 18
_MOST = 1 << 20  # unpacked at a time
_MAGIC = b"\x1f\x8b"
_GZIP = 31  # window bits of zlib, with gzip's header


class Line(NamedTuple):
    """One line; `offset` counts the bytes before it in the unpacked stream."""

    offset: int
    text: bytes


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that is not handed over: too long, or cut by the end of a damaged stream."""

    offset: int
    byte_count: int
    reason: Reason
    detail: str


class _Damaged(Exception):
    """The packed stream ends too early or cannot be unpacked."""

    def __init__(self, reason: Reason, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(detail)


def read_lines(stream: BinaryIO, *, longest: int) -> Iterator[Line | BrokenLine]:
    """Every line that is not blank, in order; lines over `longest` bytes are only counted.

    Gzip (also several members one after the other) is told from plain text by its first bytes.
    """
    held, start, dropped = b"", 0, 0
    damage: _Damaged | None = None
    blocks = _unpacked(stream)
    while True:
        try:
            block = next(blocks, None)
        except _Damaged as error:
            damage, block = error, None
        if block is None:
            break
        *whole, rest = block.split(b"\n")
        for piece in whole:
            length = dropped + len(held) + len(piece)
            if length > longest:
                yield _too_long(start, length, longest)
            else:
                text = held + piece if held else piece
                if text and not text.isspace():
                    yield Line(start, text)
            start += length + 1
            held, dropped = b"", 0
        held += rest
        if dropped + len(held) > longest:
            dropped, held = dropped + len(held), b""
    yield from _the_rest(start, held, dropped, longest, damage)


def _the_rest(
    start: int, held: bytes, dropped: int, longest: int, damage: _Damaged | None
) -> Iterator[Line | BrokenLine]:
    """What stands after the last line break."""
    length = dropped + len(held)
    if damage is not None:
        yield BrokenLine(start, length, damage.reason, damage.detail)
    elif length > longest:
        yield _too_long(start, length, longest)
    elif held and not held.isspace():
        yield Line(start, held)


def _too_long(start: int, length: int, longest: int) -> BrokenLine:
    return BrokenLine(
        start, length, Reason.LINE_TOO_LONG, f"expected at most {longest} bytes, found {length}"
    )


def _unpacked(stream: BinaryIO) -> Iterator[bytes]:
    block = stream.read(_BLOCK)
    if not block.startswith(_MAGIC):
        while block:
            yield block
            block = stream.read(_BLOCK)
        return
    while block:
        rest = yield from _member(stream, block)
        # Another member may follow, or zeros that fill the last sector.
        block = rest.lstrip(b"\0") or stream.read(_BLOCK).lstrip(b"\0")


def _member(stream: BinaryIO, block: bytes) -> Generator[bytes, None, bytes]:
    """Unpack one gzip member that begins with `block`; what was read beyond it is returned."""
    unpacker = zlib.decompressobj(_GZIP)
    while block:
        spare = unpacker.copy()
        try:
            yield unpacker.decompress(block, _MOST)
            while unpacker.unconsumed_tail:
                block, spare = unpacker.unconsumed_tail, unpacker.copy()
                yield unpacker.decompress(block, _MOST)
        except zlib.error as error:
            yield from _as_far_as_possible(spare, block)
            raise _Damaged(Reason.DAMAGED_GZIP, str(error)) from error
        if unpacker.eof:
            return unpacker.unused_data
        block = stream.read(_BLOCK)
    raise _Damaged(Reason.TRUNCATED_GZIP, "expected the end of the stream, found none")


def _as_far_as_possible(unpacker: "zlib._Decompress", block: bytes) -> Iterator[bytes]:
    """What can be unpacked before the damage, byte by byte."""
    try:
        for place in range(len(block)):
            yield unpacker.decompress(block[place : place + 1])
    except zlib.error:
        return
