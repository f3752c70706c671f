"""What is held of a source, worked out from the log: its editions, now and as they were."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from sharedfuture.capture.edition import Edition, Part
from sharedfuture.capture.log import Fetch


class _Held:
    """The newest good capture of each part, line by line."""

    def __init__(self, objects: Path) -> None:
        self.parts: dict[str, Part] = {}
        self._objects = objects
        self._first: dict[tuple[str, str | None], Part] = {}
        self._pages: list[Fetch] = []

    def take(self, fetch: Fetch) -> bool:
        """Take a good line up; whether what is held has changed.

        Pages count when the last of them is there: pages of two fetches are never mixed.
        """
        if fetch.pages is None:
            return self._put([fetch], stem=fetch.part)
        stem, _, number = fetch.part.rpartition(".")
        if int(number) == 1:
            self._pages = []
        self._pages.append(fetch)
        if int(number) != fetch.pages or len(self._pages) != fetch.pages:
            return False
        return self._put(self._pages, stem=stem)

    def _put(self, fetches: Sequence[Fetch], *, stem: str) -> bool:
        parts = {fetch.part: self._part(fetch) for fetch in fetches}
        if all(self.parts.get(name) is part for name, part in parts.items()):
            pages = sum(name.startswith(f"{stem}.") for name in self.parts)
            if pages + (stem in self.parts) == len(parts):
                return False
        kept = {
            name: part
            for name, part in self.parts.items()
            if name != stem and not name.startswith(f"{stem}.")
        }
        self.parts = {**kept, **parts}
        return True

    def _part(self, fetch: Fetch) -> Part:
        """The part, since these very bytes were first had."""
        key = (fetch.part, fetch.sha256)
        if key not in self._first:
            path = object_path(self._objects, fetch)
            self._first[key] = Part(fetch.part, path, str(fetch.sha256), fetch.at)
        return self._first[key]


def object_path(objects: Path, fetch: Fetch) -> Path:
    """Where the bytes of a fetch lie."""
    return objects / str(fetch.sha256)[:2] / str(fetch.sha256)


def states(
    fetches: Iterable[Fetch], *, objects: Path, as_of: date | None = None
) -> Iterator[Edition]:
    """Every state that an edition of any source was ever held in, oldest first.

    With `as_of`, only from what was fetched by the end of that day (UTC).
    """
    held: dict[tuple[str, str], _Held] = {}
    for fetch in fetches:
        if not fetch.is_good or (as_of is not None and fetch.at.date() > as_of):
            continue
        of_edition = held.setdefault((fetch.source, fetch.edition), _Held(objects))
        if of_edition.take(fetch):
            parts = dict(sorted(of_edition.parts.items()))
            yield Edition(source=fetch.source, name=fetch.edition, parts=parts)
