"""A stream of raw measurements to batches of frames; nothing is lost and nothing stops the run."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

import msgspec
import polars as pl

from sharedfuture.extract.ooni import schema
from sharedfuture.extract.ooni.batch import Gathering, frames_of
from sharedfuture.extract.ooni.forms import KEYS, Measurement, decoder_of
from sharedfuture.extract.ooni.head import identify
from sharedfuture.extract.ooni.lines import BrokenLine, Line, read_lines
from sharedfuture.extract.ooni.pages import Match
from sharedfuture.extract.ooni.reasons import Reason, Unfit

LONGEST_LINE = 16 * 1024 * 1024
_LINES_IN_BATCH = 8_000
_BYTES_IN_BATCH = 256 * 1024 * 1024
# Where the name of the test stands: near the end, after the results, in what probes write.
_NAME = re.compile(rb'"test_name": ?"([a-z_]+)"')
_NAME_WITHIN = 512


@dataclass(frozen=True, slots=True)
class Batch:
    """Some thousands of lines: `read = kept + quarantined + duplicate`, always."""

    measurements: pl.DataFrame
    observations: pl.DataFrame
    quarantine: pl.DataFrame
    read: int
    duplicate: int

    @property
    def kept(self) -> int:
        """Lines that became a measurement."""
        return self.measurements.height

    @property
    def quarantined(self) -> int:
        """Lines that were set aside."""
        return self.quarantine.height


def _matches_nothing(body: str, headers: Mapping[str, str]) -> tuple[str, ...]:
    return ()


@dataclass(slots=True)
class Reading:
    """How a stream is read, and what was seen before.

    `countries` gives alpha-3 codes by alpha-2; `as_of` is the time of reading in UTC without zone;
    `seen` holds the ids of measurements that count as read, and grows: share it among the files
    between which duplicates are to be found, drop it where memory has to be given back.
    `line_counts` has the lines of each file that was read to its end.
    """

    countries: Mapping[str, str]
    as_of: datetime
    match: Match = _matches_nothing
    seen: set[str] = field(default_factory=set)
    longest: int = LONGEST_LINE
    line_counts: dict[str, int] = field(default_factory=dict)
    _decoders: dict[str, "msgspec.json.Decoder[Measurement]"] = field(default_factory=dict)
    _last: str = "web_connectivity"

    def batches(self, stream: BinaryIO, *, name: str) -> Iterator[Batch]:
        """Every line of a file, in batches of some thousands; `name` stands in every row."""
        return self.batches_of([(name, stream)])

    def batches_of(self, files: Iterable[tuple[str, BinaryIO]]) -> Iterator[Batch]:
        """Every line of several files, by their names; a batch may hold lines of more than one."""
        pending = _Pending(Gathering(self.match))
        for name, stream in files:
            lines = 0
            for line in read_lines(stream, longest=self.longest):
                lines += 1
                pending.read += 1
                if isinstance(line, BrokenLine):
                    size, reason, detail = line.byte_count, line.reason, line.detail
                    pending.aside.append((name, line.offset, size, reason, detail))
                else:
                    pending.held += len(line.text)
                    try:
                        pending.twice += self._take(line, pending.gathering, name)
                    except Unfit as error:
                        size = len(line.text)
                        pending.aside.append((name, line.offset, size, error.reason, error.detail))
                if pending.read >= _LINES_IN_BATCH or pending.held >= _BYTES_IN_BATCH:
                    yield pending.batch()
                    pending = _Pending(Gathering(self.match))
            self.line_counts[name] = lines
        if pending.read:
            yield pending.batch()

    def _take(self, line: Line, gathering: Gathering, name: str) -> bool:
        """Take in a line; whether it was read before. Raises Unfit."""
        measurement = self._decode(line.text)
        if measurement.test_keys is None:
            raise Unfit(Reason.NO_TEST_KEYS, "expected an object, found null or nothing")
        identity = identify(measurement, len(line.text), countries=self.countries, as_of=self.as_of)
        if identity.measurement_id in self.seen:
            return True
        gathering.add(identity, measurement, measurement.test_keys, file=name)
        self.seen.add(identity.measurement_id)
        return False

    def _decode(self, text: bytes | memoryview) -> Measurement:
        """The line in the form of its test: the one it seems to name, else of the test before it.

        A file of the archive holds one test, so nearly every line is decoded once.
        """
        named = _NAME.search(text, max(0, len(text) - _NAME_WITHIN))
        guess = named.group(1).decode("ascii") if named else self._last
        try:
            found = self._decoder(guess).decode(text)
            if _form(found.test_name) == _form(guess):
                self._last = guess
                return found
        except msgspec.ValidationError:
            pass  # perhaps another test, whose fields have other types
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise _unfit(error) from error
        try:
            self._last = self._decoder("").decode(text).test_name
            return self._decoder(self._last).decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise _unfit(error) from error

    def _decoder(self, test_name: str) -> "msgspec.json.Decoder[Measurement]":
        form = _form(test_name)
        if form not in self._decoders:
            self._decoders[form] = decoder_of(form)
        return self._decoders[form]


def _form(test_name: str) -> str:
    """The tests that are read no further than their head share one form."""
    return test_name if test_name in KEYS else ""


def _unfit(error: Exception) -> Unfit:
    told = str(error)
    if isinstance(error, RecursionError):
        return Unfit(Reason.NESTED_TOO_DEEP, told)
    if isinstance(error, msgspec.ValidationError):
        return Unfit(Reason.WRONG_TYPE, told)
    if isinstance(error, UnicodeDecodeError) or "utf-8" in told.lower():
        return Unfit(Reason.NOT_UTF8, told)
    return Unfit(Reason.MALFORMED_JSON, told)


@dataclass(slots=True)
class _Pending:
    """What was read since the last batch was given."""

    gathering: Gathering
    aside: list[tuple[object, ...]] = field(default_factory=list)
    read: int = 0
    held: int = 0
    twice: int = 0

    def batch(self) -> Batch:
        frames = frames_of(self.gathering)
        columns = list(zip(*self.aside, strict=True)) or [()] * len(schema.QUARANTINE)
        quarantine = pl.DataFrame(
            dict(zip(schema.QUARANTINE, columns, strict=True)), schema=dict(schema.QUARANTINE)
        )
        return Batch(frames.measurements, frames.observations, quarantine, self.read, self.twice)
