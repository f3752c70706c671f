"""Lines of a packed or plain JSON-lines stream, in bounded memory, with where each begins.

A stream that ends in the middle gives all its whole lines, then what is wrong with the rest.
Unpacking is Intel's (ISA-L), several times as fast as zlib; zlib takes over where a stream is
damaged, since it can go byte by byte up to the damage.
"""

import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple, cast

from isal import isal_zlib
from isal.igzip_lib import IsalError

from sharedfuture.extract.ooni.reasons import Reason

_BLOCK = 1 << 18
_MOST = 1 << 20  # unpacked at a time
_MAGIC = b"\x1f\x8b"
_GZIP = 31  # window bits of zlib, with gzip's header
_BRACE = 0x7B
_ISAL_ERROR = cast(type[Exception], IsalError)  # its stub says that it is an instance


class Line(NamedTuple):
    """One line; `offset` counts the bytes before it in the unpacked stream."""

    offset: int
    text: bytes | memoryview


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
    held: list[bytes] = []  # a line that began in an earlier block
    start, held_length, dropped = 0, 0, 0
    damage: _Damaged | None = None
    blocks = _unpacked(stream)
    while True:
        try:
            block = next(blocks, None)
        except _Damaged as error:
            damage, block = error, None
        if block is None:
            break
        view, at = memoryview(block), 0
        while (end := block.find(b"\n", at)) >= 0:
            length = dropped + held_length + end - at
            if length > longest:
                yield _too_long(start, length, longest)
            elif held:
                line = b"".join((*held, view[at:end]))
                if not line.isspace():
                    yield Line(start, line)
            elif length and (block[at] == _BRACE or not block[at:end].isspace()):
                yield Line(start, view[at:end])
            start, at = start + length + 1, end + 1
            held, held_length, dropped = [], 0, 0
        held_length += len(block) - at
        if dropped + held_length > longest:
            held, held_length, dropped = [], 0, dropped + held_length
        elif at < len(block):
            held.append(block[at:])
    yield from _the_rest(start, b"".join(held), dropped, longest, damage)


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
    begins = stream.tell() - len(block) if stream.seekable() else None
    unpacker, given = isal_zlib.decompressobj(_GZIP), 0
    while block:
        try:
            piece = unpacker.decompress(block, _MOST)
            while piece:
                given += len(piece)
                yield piece
                tail = unpacker.unconsumed_tail
                piece = unpacker.decompress(tail, _MOST) if tail else b""
        except _ISAL_ERROR as error:
            if begins is None:
                raise _Damaged(Reason.DAMAGED_GZIP, str(error)) from error
            stream.seek(begins)
            return (yield from _beyond(given, _carefully(stream)))
        if unpacker.eof:
            rest: bytes = unpacker.unused_data
            return rest
        block = stream.read(_BLOCK)
    raise _Damaged(Reason.TRUNCATED_GZIP, "expected the end of the stream, found none")


def _beyond(given: int, pieces: Generator[bytes, None, bytes]) -> Generator[bytes, None, bytes]:
    """The pieces without their first bytes, which were given before."""
    while True:
        try:
            piece = next(pieces)
        except StopIteration as end:
            rest: bytes = end.value
            return rest
        if given < len(piece):
            yield piece[given:]
        given = max(0, given - len(piece))


def _carefully(stream: BinaryIO) -> Generator[bytes, None, bytes]:
    """Unpack a damaged member as far as possible."""
    unpacker = zlib.decompressobj(_GZIP)
    while block := stream.read(_BLOCK):
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
    raise _Damaged(Reason.TRUNCATED_GZIP, "expected the end of the stream, found none")


def _as_far_as_possible(unpacker: "zlib._Decompress", block: bytes) -> Iterator[bytes]:
    """What can be unpacked before the damage, byte by byte."""
    try:
        for place in range(len(block)):
            yield unpacker.decompress(block[place : place + 1])
    except zlib.error:
        return
