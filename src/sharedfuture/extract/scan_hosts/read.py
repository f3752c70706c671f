"""A stream of an export to batches of frames; nothing that names a machine is in them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from typing import BinaryIO, NamedTuple

import msgspec
import numpy as np
import polars as pl

from sharedfuture.extract.ooni.lines import BrokenLine, Line, read_lines
from sharedfuture.extract.scan_hosts import schema
from sharedfuture.extract.scan_hosts.heard import Host, Service, host_of
from sharedfuture.extract.scan_hosts.layouts import (
    KNOWN_BY,
    Layout,
    fields_of,
    layout_of,
    records_of,
)
from sharedfuture.extract.scan_hosts.reasons import Reason, Unfit
from sharedfuture.extract.scan_hosts.seen import SeenKeys
from sharedfuture.records.errors import MeasurementsUnreadable

LONGEST_LINE = 64 * 1024 * 1024
LONGEST_DOCUMENT = 256 * 1024 * 1024
_RECORDS_IN_BATCH = 10_000
_SERVICES_IN_BATCH = 200_000
_TRIED = 1_000  # records that may all be strange before a file is given up
_LONGEST_SAID = 4_096
_BOM = b"\xef\xbb\xbf"
_FOREIGN = frozenset({Reason.UNKNOWN_LAYOUT, Reason.MALFORMED_JSON})
_RAW = msgspec.json.Decoder(msgspec.Raw)
_DAMAGE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

Recognise = Callable[[str, str], int | None]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some thousands of records: `read = kept + quarantined + duplicate`, always."""

    services: pl.DataFrame
    products: pl.DataFrame
    quarantine: pl.DataFrame
    layouts: frozenset[Layout]
    read: int
    kept: int
    duplicate: int


class _Piece(NamedTuple):
    """A record, or why there is none; where it stood."""

    offset: int
    byte_count: int
    position: int
    record: "msgspec.Raw | bytes | None"
    reason: Reason | None


def _shows_nothing(kind: str, text: str) -> int | None:
    return None


@dataclass(slots=True)
class Reading:
    """How exports are read, and what was seen before.

    `countries` gives alpha-3 codes by alpha-2; `country_ids` are these codes, in the order of the
    numbers in the frames, from 1. `key` is random and lives as long as the process. `recognise`
    gives the number of a product by kind and text. A machine counts once: a record of a machine
    that was read before, in this file or another, is a duplicate, as is a line of the same
    service of the same machine.
    """

    countries: Mapping[str, str]
    key: bytes
    recognise: Recognise = _shows_nothing
    longest_line: int = LONGEST_LINE
    longest_document: int = LONGEST_DOCUMENT
    country_ids: tuple[str, ...] = field(init=False)
    _numbers: Mapping[str, int] = field(init=False)
    _seen: SeenKeys = field(default_factory=SeenKeys)

    def __post_init__(self) -> None:
        self.country_ids = tuple(sorted(set(self.countries.values())))
        numbers = {country_id: place for place, country_id in enumerate(self.country_ids, start=1)}
        self._numbers = {code: numbers[name] for code, name in self.countries.items()}

    def batches(self, stream: BinaryIO, *, number: int) -> Iterator[Batch]:
        """Every record of a file, in batches; `number` is the file's, which stands for its name.

        Raises MeasurementsUnreadable where the first thousand records, or all, are in no known
        layout. Its message holds no word of the file but names of fields that are ours too.
        """
        gathering = _Gathering(self, number)
        strange, fit, found = 0, False, ""
        for piece in _pieces(stream, self.longest_line, self.longest_document):
            reason = gathering.take(piece)
            fit = fit or reason not in _FOREIGN
            if not fit:
                found = found or _told(piece)
                strange += 1
                if strange >= _TRIED:
                    break
            if gathering.is_full:
                yield gathering.batch()
        if strange and not fit:
            raise MeasurementsUnreadable(f"file {number}: {_expected()}, found {found}")
        if gathering.read:
            yield gathering.batch()

    def host_key(self, host: Host) -> tuple[int, bytes]:
        """Keyed hash of a machine and the bytes it is made of. Raises Unfit."""
        name = _bytes_of(host.name)
        if name is None:
            raise Unfit(Reason.NO_ADDRESS)
        return self.hash(name), name

    def hash(self, data: bytes, *, size: int = 8) -> int:
        """A keyed hash as a number; it is never zero."""
        digest = blake2b(data, digest_size=size, key=self.key).digest()
        return int.from_bytes(digest, "little") or 1

    def country_number(self, code: str) -> int:
        """Number of a country; 0 where the code is none that is known."""
        return self._numbers.get(code.strip().upper(), 0)


class _Gathering:
    """The batch that is being read."""

    def __init__(self, reading: Reading, number: int) -> None:
        self._reading, self._number = reading, number
        self._clear()

    def _clear(self) -> None:
        self.read = 0
        self._keys: list[int] = []
        self._services: list[tuple[int, int, int, int, int, int]] = []
        self._products: list[tuple[int, int, int]] = []
        self._aside: list[tuple[int, int, int, int, str]] = []
        self._layouts: set[Layout] = set()

    @property
    def is_full(self) -> bool:
        return self.read >= _RECORDS_IN_BATCH or len(self._services) >= _SERVICES_IN_BATCH

    def take(self, piece: _Piece) -> Reason | None:
        """Take in a record; why not, where it is set aside."""
        self.read += 1
        reason = piece.reason
        if piece.record is not None:
            try:
                self._add(piece.record)
            except Unfit as error:
                reason = error.reason
            except _DAMAGE as error:
                reason = _reason_of(error)
        if reason is not None:
            place = (self._number, piece.offset, piece.byte_count, piece.position, str(reason))
            self._aside.append(place)
        return reason

    def _add(self, record: msgspec.Raw | bytes) -> None:
        layout = layout_of(fields_of(record))
        if layout is None:
            raise Unfit(Reason.UNKNOWN_LAYOUT)
        host = host_of(record, layout=layout)
        key, name = self._reading.host_key(host)
        place = len(self._keys)
        country = self._reading.country_number(host.country)
        asn = _asn(host.asn)
        for service in host.services or [Service(0, "", "", ())]:
            port = service.port if 0 <= service.port < 65_536 else 0
            said = service.said[:_LONGEST_SAID].encode("utf-8", "replace")
            heard = self._reading.hash(said, size=4) if said else 0
            self._services.append((place, key, country, asn, port, heard))
            for kind, text in service.texts:
                product = self._reading.recognise(kind, text)
                if product is not None:
                    self._products.append((place, key, product))
        if host.is_service:
            service = host.services[0]
            key = self._reading.hash(b"%b|%d|%b" % (name, service.port, service.transport.encode()))
        self._keys.append(key)
        self._layouts.add(layout)

    def batch(self) -> Batch:
        """What was gathered, without what was seen before; then begin anew."""
        is_new = self._reading._seen.new_among(np.array(self._keys, dtype=np.uint64))
        kept = int(is_new.sum())
        services = _frame(("place", *schema.SERVICE), self._services, schema.SERVICE, is_new)
        products = _frame(("place", *schema.PRODUCT), self._products, schema.PRODUCT, is_new)
        quarantine = pl.DataFrame(self._aside, schema=dict(schema.QUARANTINE), orient="row")
        made = Batch(
            services,
            products.unique(maintain_order=True),
            quarantine,
            frozenset(self._layouts),
            self.read,
            kept,
            len(self._keys) - kept,
        )
        self._clear()
        return made


def _frame(
    names: tuple[str, ...],
    rows: Sequence[tuple[int, ...]],
    types: Mapping[str, pl.DataType],
    is_new: "np.typing.NDArray[np.bool_]",
) -> pl.DataFrame:
    """Rows of the records that are new; the first column is the record's place in the batch."""
    frame = pl.DataFrame(rows, schema={"place": pl.UInt32(), **types}, orient="row")
    assert tuple(frame.columns) == names
    return frame.filter(pl.Series(is_new[frame["place"].to_numpy()])).drop("place")


def _pieces(stream: BinaryIO, longest_line: int, longest_document: int) -> Iterator[_Piece]:
    """Records of lines, or of one document where the first line is not whole by itself."""
    lines = read_lines(stream, longest=longest_line)
    first = next(lines, None)
    if first is None:
        return
    if isinstance(first, Line):
        first = Line(first.offset, bytes(first.text).removeprefix(_BOM))
        if not _is_whole(first.text):
            second = next(lines, None)
            if not (isinstance(second, Line) and _is_object(bytes(second.text))):
                rest = [first, *([second] if second else [])]
                yield from _document(rest, lines, longest_document)
                return
            yield from _of_line(first)
            first = second
    yield from _of_line(first)
    for line in lines:
        yield from _of_line(line)


def _document(
    begun: list[Line | BrokenLine], lines: Iterator[Line | BrokenLine], longest: int
) -> Iterator[_Piece]:
    """The records of a document of many lines."""
    texts: list[bytes] = []
    size = 0
    for group in (begun, lines):
        for line in group:
            if isinstance(line, BrokenLine):
                yield _Piece(0, size, 0, None, Reason(str(line.reason)))
                return
            size += len(line.text) + 1
            if size > longest:
                yield _Piece(0, size, 0, None, Reason.DOCUMENT_TOO_LONG)
                return
            texts.append(bytes(line.text))
    yield from _of_line(Line(0, b"\n".join(texts)))


def _of_line(line: Line | BrokenLine) -> Iterator[_Piece]:
    """The records of a line: one, or those of a list or of what it wraps."""
    if isinstance(line, BrokenLine):
        yield _Piece(line.offset, line.byte_count, 0, None, Reason(str(line.reason)))
        return
    size, position = len(line.text), 0
    try:
        for position, record in enumerate(records_of(bytes(line.text))):
            yield _Piece(line.offset, size, position, record, None)
    except _DAMAGE as error:
        yield _Piece(line.offset, size, position, None, _reason_of(error))


def _is_whole(text: bytes | memoryview) -> bool:
    try:
        _RAW.decode(text)
    except _DAMAGE:
        return False
    return True


def _is_object(text: bytes) -> bool:
    return text.lstrip().startswith(b"{") and _is_whole(text)


def _reason_of(error: Exception) -> Reason:
    """Why a text cannot be decoded; what it holds stays here."""
    if isinstance(error, RecursionError):
        return Reason.NESTED_TOO_DEEP
    if isinstance(error, msgspec.ValidationError):
        return Reason.WRONG_TYPE
    if isinstance(error, UnicodeDecodeError) or "utf-8" in str(error).lower():
        return Reason.NOT_UTF8
    return Reason.MALFORMED_JSON


def _bytes_of(name: str) -> bytes | None:
    """An address in one form, or a name in small letters; None where it is neither."""
    text = name.strip()
    try:
        address = ip_address(int(text)) if text.isascii() and text.isdigit() else ip_address(text)
    except ValueError:
        is_name = 0 < len(text) < 254 and "." in text and not any(map(str.isspace, text))
        return text.lower().encode("utf-8", "replace") if is_name else None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.packed


def _asn(value: str | int | None) -> int:
    """Number of a network; 0 where it cannot be read."""
    text = str(value or "").upper().removeprefix("AS")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 11 else 0
    return number if number < 1 << 32 else 0


def _expected() -> str:
    layouts = "; ".join(f"{layout} ({by})" for layout, by in KNOWN_BY.items())
    return f"expected records as JSON lines, a list or a document, in one of: {layouts}"


def _told(piece: _Piece) -> str:
    """What was found, in words that are ours."""
    known = {word.strip(",") for by in KNOWN_BY.values() for word in by.split()}
    if piece.record is None:
        return "text that is no JSON"
    try:
        fields = fields_of(piece.record)
    except (Unfit, *_DAMAGE):
        return "JSON that is no object"
    ours = sorted(known.intersection(fields) - {"a", "as", "and", "or", "each", "field", "for"})
    words = f"of them {', '.join(ours)}" if ours else "none of them known"
    return f"an object with {len(fields)} fields, {words}"
