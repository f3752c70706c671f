"""Exports of scans to the table `footprint`; no machine is named in anything that comes out.

Files are called by their number: a name of a file may hold an address.
"""

import gzip
import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from typing import NamedTuple

import polars as pl

from sharedfuture.align.dates import span_of
from sharedfuture.analyse.footprint import (
    FEWEST_LEAST,
    Footprint,
    Recogniser,
    Scan,
    footprint,
    read_filters,
)
from sharedfuture.extract.recog import MOST_BYTES, read_recog
from sharedfuture.extract.scan_hosts import PRODUCT, SERVICE, Layout, Reading
from sharedfuture.records.banners import BannerFingerprint
from sharedfuture.records.errors import MeasurementsUnreadable, SharedfutureError

Tell = Callable[[str], None]
_NAME = re.compile(r"[^\W_](?:[\w -]{0,58}\w)?")
_ENDINGS = (".json", ".jsonl", ".ndjson", ".gz")
_OFTEN = 100_000


class Read(NamedTuple):
    """What was read of the files: `read = kept + quarantined + duplicate`, all counts of records.

    `reasons` counts what was set aside.
    """

    files: int
    read: int
    kept: int
    duplicate: int
    reasons: Mapping[str, int]
    layouts: tuple[Layout, ...]
    without_fingerprint: int

    @property
    def quarantined(self) -> int:
        """Records that were set aside."""
        return sum(self.reasons.values())


@dataclass(frozen=True, slots=True)
class Measured:
    """The footprint, and what it was read from."""

    scan: Scan
    read: Read
    footprint: Footprint


def measure_footprint(
    paths: Sequence[Path],
    *,
    recog: Path,
    scan: Scan,
    countries: Mapping[str, str],
    tell: Tell,
) -> Measured:
    """The footprint of a scan that lies in these files, or folders of files.

    `recog` is a folder with recog's databases (`*.xml`, packed or not); `countries` gives alpha-3
    codes by alpha-2. Raises MeasurementsUnreadable; whatever goes wrong, its message names no
    file, machine or text of one.
    """
    failure = ""
    try:
        return _measure(paths, recog=recog, scan=scan, countries=countries, tell=tell)
    except SharedfutureError:
        raise
    except OSError as error:
        failure = f"a file cannot be read: {error.strerror or type(error).__name__}"
    except Exception as error:  # noqa: BLE001 - what it says may hold an address, and is dropped
        failure = f"stopped by {type(error).__name__} {_place_of(error)}"
    # Raised out here, so that it carries neither the cause nor its frames along.
    raise MeasurementsUnreadable(failure)


def scan_of(name: str, as_of_edtf: str, *, least: int) -> Scan:
    """How the user calls the scan. Raises MeasurementsUnreadable.

    Names are letters, digits, spaces, `-` and `_`, so that none can be an address or a host's.
    """
    if not _NAME.fullmatch(name):
        raise MeasurementsUnreadable(
            "the name of the scan: expected up to 60 letters, digits, spaces, - and _"
        )
    try:
        span_of(as_of_edtf)
    except ValueError:
        raise MeasurementsUnreadable(
            "the date of the scan: expected EDTF, such as 2026-10 or 2026-10-03"
        ) from None
    if least < FEWEST_LEAST:
        raise MeasurementsUnreadable(
            f"the least cell: expected {FEWEST_LEAST} or more, since less can name a machine"
        )
    return Scan(name, as_of_edtf, least)


def read_fingerprints(folder: Path) -> tuple[BannerFingerprint, ...]:
    """Every fingerprint of recog's databases in a folder. Raises MeasurementsUnreadable."""
    paths = sorted(
        path
        for path in (folder.iterdir() if folder.is_dir() else ())
        if path.name.endswith((".xml", ".xml.gz"))
    )
    if not paths:
        raise MeasurementsUnreadable(
            "the folder of fingerprints: expected recog's databases (*.xml or *.xml.gz), found none"
        )
    found: list[BannerFingerprint] = []
    for number, path in enumerate(paths, start=1):
        try:
            name = path.name.removesuffix(".gz").removesuffix(".xml")
            found += read_recog(_bytes_of(path), name=name)
        except MeasurementsUnreadable as error:
            raise MeasurementsUnreadable(f"database {number} of fingerprints: {error}") from None
    return tuple(found)


def write_footprint(table: pl.DataFrame, path: Path) -> None:
    """The table as CSV or Parquet, by the ending; whole or not at all.

    Raises MeasurementsUnreadable where the ending is neither, or it cannot be written.
    """
    writers: Mapping[str, Callable[[Path], object]] = {
        ".csv": table.write_csv,
        ".parquet": table.write_parquet,
    }
    if path.suffix not in writers:
        raise MeasurementsUnreadable("where to write to: expected a name in .csv or .parquet")
    part = path.with_name(f".{path.name}.part")
    try:
        writers[path.suffix](part)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        said = error.strerror or type(error).__name__
        raise MeasurementsUnreadable(f"the table cannot be written: {said}") from None


def _measure(
    paths: Sequence[Path], *, recog: Path, scan: Scan, countries: Mapping[str, str], tell: Tell
) -> Measured:
    recogniser = Recogniser(read_fingerprints(recog))
    reading = Reading(countries, token_bytes(32), recogniser.recognise)
    services = [pl.DataFrame(schema=dict(SERVICE))]
    products = [pl.DataFrame(schema=dict(PRODUCT))]
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    layouts: set[Layout] = set()
    files = list(_files(paths))
    for number, path in enumerate(files, start=1):
        with path.open("rb") as stream:
            for batch in reading.batches(stream, number=number):
                services.append(batch.services)
                products.append(batch.products)
                reasons.update(batch.quarantine["reason"].to_list())
                layouts |= batch.layouts
                before = counts["read"]
                counts.update(read=batch.read, kept=batch.kept, duplicate=batch.duplicate)
                if counts["read"] // _OFTEN > before // _OFTEN:
                    tell(f"file {number} of {len(files)}: {counts['read']:,} records read")
    found = footprint(
        pl.concat(services),
        pl.concat(products),
        known=recogniser.products,
        country_ids=reading.country_ids,
        scan=scan,
        filters=read_filters(),
    )
    read = Read(
        len(files),
        counts["read"],
        counts["kept"],
        counts["duplicate"],
        dict(sorted(reasons.items())),
        tuple(sorted(layouts)),
        len(recogniser.untranslatable),
    )
    return Measured(scan, read, found)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files themselves, and those of folders that are named as exports are."""
    for number, path in enumerate(paths, start=1):
        if path.is_dir():
            yield from sorted(item for item in path.iterdir() if item.name.endswith(_ENDINGS))
        elif path.is_file():
            yield path
        else:
            raise MeasurementsUnreadable(f"file {number}: expected a file or folder, found none")


def _bytes_of(path: Path) -> bytes:
    """A file of fingerprints, unpacked, and no more of it than a database may have."""
    with path.open("rb") as raw:
        stream = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw
        try:
            return stream.read(MOST_BYTES + 1)
        except (EOFError, gzip.BadGzipFile):
            raise MeasurementsUnreadable(
                "expected a whole packed file, found a damaged one"
            ) from None


def _place_of(error: Exception) -> str:
    """Where in our code, and nothing of what it held."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
