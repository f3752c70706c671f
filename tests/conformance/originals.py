"""The publishers' own files as editions, to be read as captures are."""

import gzip
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import polars as pl

from sharedfuture.align.names import Names
from sharedfuture.align.statements import align_countries
from sharedfuture.capture import Edition, Part
from sharedfuture.sources.declaration import declaration
from sharedfuture.sources.reading import own_spellings, read_edition

_CAPTURED_AT = datetime(2026, 1, 1, tzinfo=UTC)


class Originals:
    """Files below `../shared/data`, unpacked where they are packed only for storage."""

    def __init__(self, folder: Path, *, into: Path, names: Names) -> None:
        self._folder = folder
        self._into = into
        self._names = names

    def edition(self, source: str, name: str, parts: Mapping[str, str | bytes]) -> Edition:
        """An edition of these parts: each a path below the folder, or bytes.

        A path that ends in `.gz` is unpacked: so the files are kept, not published.
        """
        return Edition(source, name, {part: self._part(part, of) for part, of in parts.items()})

    def read(
        self, source: str, name: str, parts: Mapping[str, str | bytes], *, bands: bool = True
    ) -> dict[str, pl.DataFrame]:
        """What an edition says, by kind, with a key for every country."""
        frames = read_edition(self.edition(source, name, parts), bands=bands)
        return {kind: self._aligned(source, frame) for kind, frame in frames.items()}

    def tidy(self, path: str) -> pl.DataFrame:
        """A tidied table to compare with, every cell as text; empty cells are null."""
        return pl.read_csv(self.data(path), infer_schema=False)

    def data(self, path: str) -> bytes:
        data = (self._folder / path).read_bytes()
        return gzip.decompress(data) if path.endswith(".gz") else data

    def _part(self, name: str, of: str | bytes) -> Part:
        data = of if isinstance(of, bytes) else self.data(of)
        digest = sha256(data).hexdigest()
        target = self._into / digest
        target.write_bytes(data)
        return Part(name, target, digest, _CAPTURED_AT)

    def _aligned(self, source: str, frame: pl.DataFrame) -> pl.DataFrame:
        return align_countries(
            frame,
            source=source,
            names=self._names,
            own=own_spellings(source),
            codes=declaration(source).country_codes,
        )
