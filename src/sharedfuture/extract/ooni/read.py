"""A stream of raw measurements to batches of frames; nothing is lost and nothing stops the run."""

from collections.abc import Iterator, Mapping, Sequence
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
_LINES_IN_BATCH = 4_000
_BYTES_IN_BATCH = 64 * 1024 * 1024


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
    """

    countries: Mapping[str, str]
    as_of: datetime
    match: Match = _matches_nothing
    seen: set[str] = field(default_factory=set)
    longest: int = LONGEST_LINE
    _decoders: dict[str, "msgspec.json.Decoder[Measurement]"] = field(default_factory=dict)
    _last: str = "web_connectivity"

    def batches(self, stream: BinaryIO, *, name: str) -> Iterator[Batch]:
        """Every line of a file, in batches of some thousands; `name` stands in the quarantine."""
        aside: list[tuple[object, ...]] = []
        gathering, read, held, twice = Gathering(self.match), 0, 0, 0
        for line in read_lines(stream, longest=self.longest):
            read += 1
            if isinstance(line, BrokenLine):
                aside.append((name, line.offset, line.byte_count, line.reason, line.detail))
            else:
                held += len(line.text)
                try:
                    twice += self._take(line, gathering)
                except Unfit as error:
                    size = len(line.text)
                    aside.append((name, line.offset, size, error.reason, error.detail))
            if read >= _LINES_IN_BATCH or held >= _BYTES_IN_BATCH:
                yield _batch(gathering, aside, read, twice)
                gathering, aside, read, held, twice = Gathering(self.match), [], 0, 0, 0
        if read:
            yield _batch(gathering, aside, read, twice)

    def _take(self, line: Line, gathering: Gathering) -> bool:
        """Take in a line; whether it was read before. Raises Unfit."""
        measurement = self._decode(line.text)
        if measurement.test_keys is None:
            raise Unfit(Reason.NO_TEST_KEYS, "expected an object, found null or nothing")
        identity = identify(measurement, len(line.text), countries=self.countries, as_of=self.as_of)
        if identity.measurement_id in self.seen:
            return True
        gathering.add(identity, measurement, measurement.test_keys)
        self.seen.add(identity.measurement_id)
        return False

    def _decode(self, text: bytes) -> Measurement:
        """The line in the form of its test; first tried in the form of the test read before it.

        A file of the archive holds one test, so nearly every line is decoded once.
        """
        try:
            found = self._decoder(self._last).decode(text)
            if _form(found.test_name) == _form(self._last):
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


def _batch(
    gathering: Gathering, aside: Sequence[tuple[object, ...]], read: int, twice: int
) -> Batch:
    frames = frames_of(gathering)
    columns = list(zip(*aside, strict=True)) or [()] * len(schema.QUARANTINE)
    quarantine = pl.DataFrame(
        dict(zip(schema.QUARANTINE, columns, strict=True)), schema=dict(schema.QUARANTINE)
    )
    return Batch(frames.measurements, frames.observations, quarantine, read, twice)
