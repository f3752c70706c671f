"""Archives and packed files, in memory and within limits; nothing is ever unpacked to the disk.

Names inside an archive are names and nothing more. What an archive says of itself is checked
first (count, sizes, ratio, places that overlap), so that most bombs are refused unopened; what
comes out is counted, too. An archive inside an archive is a capture of its own, with the same
limits.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import IO

from sharedfuture.capture.folder import Capture
from sharedfuture.records.errors import CaptureRefused

_BLOCK_BYTES = 1024 * 1024
# Less than this is no bomb, however well it was packed.
_HARMLESS_BYTES = 16 * 1024 * 1024
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_IS_ENCRYPTED = 0x1
_LOCAL_HEADER_BYTES = 30
_DIRECTORY_BYTES_A_MEMBER = 128
_GZIP = 16 + zlib.MAX_WBITS
# What the library raises on bytes that are no archive; it does not promise less.
_FAULTS = (
    *(zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError),
    *(ValueError, EOFError, OSError, OverflowError, IndexError),
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may come out: bytes in all, times the packed size, files of an archive."""

    bytes: int = 2 * 1024**3
    ratio: float = 200.0
    members: int = 60_000


_USUAL = Bounds()


def members(capture: Capture, *, bounds: Bounds = _USUAL) -> tuple[str, ...]:
    """The names of the files in a ZIP archive, in its order; folders are left out.

    Raises CaptureRefused where it is no archive, is damaged, locked, or beyond the bounds.
    """
    with _opened(BytesIO(capture.data), capture.name, bounds) as archive:
        return _names(archive)


def member(capture: Capture, name: str, *, bounds: Bounds = _USUAL) -> Capture:
    """One file of a ZIP archive, called `archive/name` in faults.

    Raises CaptureRefused as `members` does, and where there is no such file.
    """
    with _opened(BytesIO(capture.data), capture.name, bounds) as archive:
        if name not in _names(archive):
            raise CaptureRefused(
                f"{capture.name}: expected a file {name!r}, found {', '.join(_names(archive)[:20])}"
            )
        taken = BytesIO()
        for block in _read(archive, archive.getinfo(name), capture.name):
            taken.write(block)
    return _captured(f"{capture.name}/{name}", taken.getvalue())


def each_member(capture: Capture, *, bounds: Bounds = _USUAL) -> Iterator[Capture]:
    """Every file of a ZIP archive in its order, called as `member` does; it is opened only once.

    Raises CaptureRefused as `members` does.
    """
    with _opened(BytesIO(capture.data), capture.name, bounds) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                data = b"".join(_read(archive, info, capture.name))
                yield _captured(f"{capture.name}/{info.filename}", data)


def gunzip(capture: Capture, *, bounds: Bounds = _USUAL) -> Capture:
    """What a GZIP file holds. Raises CaptureRefused where it is damaged or beyond the bounds."""
    taken = BytesIO()
    for block in inflate(_blocks(BytesIO(capture.data)), bounds=bounds, name=capture.name):
        taken.write(block)
    return _captured(capture.name.removesuffix(".gz"), taken.getvalue())


def check_archive(
    file: IO[bytes], *, bounds: Bounds = _USUAL
) -> tuple[tuple[str, ...], str | None]:
    """Read a ZIP archive to its end: the names in it, and what is wrong with it, if anything."""
    try:
        with _opened(file, "the archive", bounds) as archive:
            for info in archive.infolist():
                for _ in _read(archive, info, "the archive"):
                    pass
            return _names(archive), None
    except CaptureRefused as error:
        return (), str(error)


def check_gzip(file: IO[bytes], *, bounds: Bounds = _USUAL) -> str | None:
    """Read a GZIP file to its end; what is wrong with it, if anything."""
    try:
        for _ in inflate(_blocks(file), bounds=bounds, name="the file"):
            pass
    except CaptureRefused as error:
        return str(error)
    return None


def inflate(
    blocks: Iterator[bytes], *, bounds: Bounds, name: str, bits: int = _GZIP
) -> Iterator[bytes]:
    """Unpack a GZIP stream, or with other `bits` a ZLIB one, block by block.

    Streams that follow one another are one, as the standard has it. Raises CaptureRefused where
    it is damaged, ends too early, or grows beyond the bounds; no more is held than a block.
    """
    unpacker, went_in, came_out = zlib.decompressobj(bits), 0, 0
    for block in blocks:
        rest = block
        while rest:
            if unpacker.eof:
                unpacker = zlib.decompressobj(bits)
            went_in += len(rest)
            try:
                unpacked = unpacker.decompress(rest, _BLOCK_BYTES)
            except zlib.error as error:
                raise CaptureRefused(f"{name}: expected GZIP, found a fault: {error}") from error
            rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            went_in -= len(rest)
            came_out += len(unpacked)
            _require_size(came_out, went_in, bounds, name)
            yield unpacked
            if unpacker.eof and not rest.strip(b"\0"):
                rest = b""  # some writers fill up the last block of a tape with zeros
    if not unpacker.eof:
        raise CaptureRefused(f"{name}: expected GZIP to its end, found it cut off")


def _require_size(unpacked: int, packed: int, bounds: Bounds, name: str) -> None:
    if unpacked > bounds.bytes:
        raise CaptureRefused(
            f"{name}: expected at most {bounds.bytes:,} bytes unpacked, found {unpacked:,} or more"
        )
    if unpacked > _HARMLESS_BYTES and unpacked > bounds.ratio * packed:
        raise CaptureRefused(
            f"{name}: expected at most {bounds.ratio:g} times its size unpacked, found "
            f"{unpacked:,} bytes or more out of {packed:,}"
        )


class _Directory:
    """A file that hands out no more at once than the directory of an archive may take."""

    def __init__(self, file: IO[bytes], *, most: int) -> None:
        self.file = file
        self.most = most

    def read(self, size: int = -1) -> bytes:
        if size > self.most:
            raise zipfile.BadZipFile(f"a directory of {size:,} bytes")
        if size >= 0:
            return self.file.read(size)
        rest = self.file.read(self.most + 1)
        if len(rest) > self.most:
            raise zipfile.BadZipFile(f"a directory of more than {self.most:,} bytes")
        return rest

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()

    def seekable(self) -> bool:
        return True


def _opened(file: IO[bytes], name: str, bounds: Bounds) -> "closing[zipfile.ZipFile]":
    most = max(bounds.members * _DIRECTORY_BYTES_A_MEMBER, 2 * _BLOCK_BYTES)
    try:
        archive = zipfile.ZipFile(_Directory(file, most=most))
    except _FAULTS as error:
        raise CaptureRefused(f"{name}: expected a whole ZIP archive, found {error}") from error
    _require_sound(archive, name, bounds)
    return closing(archive)


def _require_sound(archive: zipfile.ZipFile, name: str, bounds: Bounds) -> None:
    infos = archive.infolist()
    if not all(info.filename for info in infos):
        raise CaptureRefused(f"{name}: expected a name for each file, found one without")
    if not _names(archive):
        raise CaptureRefused(f"{name}: expected files in the archive, found none")
    if len(infos) > bounds.members:
        raise CaptureRefused(
            f"{name}: expected at most {bounds.members:,} files, found {len(infos):,}"
        )
    if len({info.filename for info in infos}) < len(infos):
        raise CaptureRefused(f"{name}: expected each name once, found one twice")
    for info in infos:
        if info.flag_bits & _IS_ENCRYPTED:
            raise CaptureRefused(f"{name}: expected open files, found {info.filename!r} locked")
        if info.compress_type not in _METHODS:
            raise CaptureRefused(
                f"{name}: expected stored or deflated files, found {info.filename!r} packed by "
                f"method {info.compress_type}"
            )
        _require_size(info.file_size, info.compress_size, bounds, f"{name}/{info.filename}")
    _require_size(
        sum(i.file_size for i in infos), sum(i.compress_size for i in infos), bounds, name
    )
    _require_apart(archive, name)


def _require_apart(archive: zipfile.ZipFile, name: str) -> None:
    """No file may lie inside another: that is how a small archive holds one bomb many times."""
    infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
    ends = [*(info.header_offset for info in infos[1:]), archive.start_dir]
    for info, end in zip(infos, ends, strict=True):
        if info.header_offset + _LOCAL_HEADER_BYTES + info.compress_size > end:
            raise CaptureRefused(
                f"{name}: expected files side by side, found {info.filename!r} in another"
            )


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """A file of an archive, block by block; the library checks size and sum at its end."""
    taken = 0
    try:
        with archive.open(info) as file:
            while block := file.read(_BLOCK_BYTES):
                taken += len(block)
                yield block
    except _FAULTS as error:
        raise CaptureRefused(
            f"{name}/{info.filename}: expected a whole file, found {error}"
        ) from error
    if taken != info.file_size:
        raise CaptureRefused(
            f"{name}/{info.filename}: expected {info.file_size:,} bytes, found {taken:,}"
        )


def _names(archive: zipfile.ZipFile) -> tuple[str, ...]:
    return tuple(info.filename for info in archive.infolist() if not info.is_dir())


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(_BLOCK_BYTES):
        yield block


def _captured(name: str, data: bytes) -> Capture:
    return Capture(name=name, data=data, sha256=sha256(data).hexdigest())
