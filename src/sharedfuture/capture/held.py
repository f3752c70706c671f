"""What is held of a source, worked out from the log: its editions, now and as they were."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from sharedfuture.capture.edition import Edition, Part
from sharedfuture.capture.log import Fetch

Where = Mapping[str, Path]


class _Held:
    """The newest good capture of each part, line by line."""

    def __init__(self) -> None:
        self.parts: dict[str, Part] = {}
        self._first: dict[tuple[str, str], Part] = {}
        self._pages: list[Fetch] = []

    def take(self, fetch: Fetch, path: Path) -> bool:
        """Take a good line up; whether what is held has changed.

        Pages count when the last of them is there: pages of two fetches are never mixed.
        """
        if fetch.pages is None:
            return self._put({fetch.part: self._part(fetch, path)}, stem=fetch.part)
        number = int(fetch.part.rpartition(".")[2])
        if number != len(self._pages) + 1:
            self._pages = []
        if number == len(self._pages) + 1:
            self._pages.append(fetch)
        if number != fetch.pages or len(self._pages) != fetch.pages:
            return False
        folder = path.parents[1]
        pages = {page.part: self._part(page, object_path(folder, page)) for page in self._pages}
        self._pages = []
        return self._put(pages, stem=fetch.part.rpartition(".")[0])

    def _part(self, fetch: Fetch, path: Path) -> Part:
        part = Part(fetch.part, path, str(fetch.sha256), fetch.at)
        return self._first.setdefault((part.name, part.sha256), part)

    def _put(self, parts: Mapping[str, Part], *, stem: str) -> bool:
        kept = {
            name: part
            for name, part in self.parts.items()
            if name != stem and not name.startswith(f"{stem}.")
        }
        before, self.parts = self.parts, {**kept, **parts}
        return before != self.parts


def object_path(objects: Path, fetch: Fetch) -> Path:
    """Where the bytes of a fetch lie."""
    return objects / str(fetch.sha256)[:2] / str(fetch.sha256)


def states(
    fetches: Iterable[Fetch], *, source: str, objects: Path, as_of: date | None
) -> Iterator[Edition]:
    """Every state that an edition of the source was ever held in, oldest first.

    With `as_of`, only from what was fetched by the end of that day (UTC).
    """
    held: dict[str, _Held] = {}
    for fetch in fetches:
        if fetch.source != source or not fetch.is_good:
            continue
        if as_of is not None and fetch.at.date() > as_of:
            continue
        of_edition = held.setdefault(fetch.edition, _Held())
        if of_edition.take(fetch, object_path(objects, fetch)):
            parts = dict(sorted(of_edition.parts.items()))
            yield Edition(source=source, name=fetch.edition, parts=parts)
