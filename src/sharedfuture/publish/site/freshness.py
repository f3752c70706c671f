"""How fresh what a page shows is: which edition of whom it rests on, published and captured when.

A release is made without a clock: pages show dates, and a script in the page may say their age.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from sharedfuture.publish.site import words
from sharedfuture.publish.site.home import FRESHNESS_PAGE
from sharedfuture.publish.site.shelf import Row, Shelf
from sharedfuture.publish.site.tilemap import Layer

MOST_NAMED = 3
LONGEST_REASON = 160


@dataclass(frozen=True, slots=True)
class Heard:
    """What a panel takes from one publication: one read for the ledger, or editions captured."""

    source_id: str
    publisher: str
    title: str
    published: str
    connector_id: str
    editions: tuple[str, ...]
    captured: str
    because: str

    @property
    def is_stale(self) -> bool:
        """Whether a newer file of the publisher is there that could not be read."""
        return bool(self.because)


@dataclass(frozen=True, slots=True)
class Freshness:
    """The freshness of everything in a release; made once for a site.

    `edition_of` gives the edition and connector of a captured source, `captured` its day.
    """

    shelf: Shelf
    connector: Mapping[str, Row]
    edition_of: Mapping[str, Row]
    _sources: dict[str, frozenset[str]] = field(default_factory=dict)
    _heard: dict[frozenset[str], tuple[Heard, ...]] = field(default_factory=dict)
    _lines: dict[tuple[str, frozenset[str]], Markup] = field(default_factory=dict)
    _layers: dict[str, str] = field(default_factory=dict)

    def of_rows(self, row_ids: Iterable[str]) -> frozenset[str]:
        """The sources that these rows rest on, at once or by what they are computed from."""
        return frozenset().union(*(self._sources_of(row_id) for row_id in row_ids))

    def of_everything(self) -> frozenset[str]:
        """The sources of all figures."""
        return self.of_rows(row["figure_id"] for row in self.shelf.rows("figure"))

    def of_each(self, rows_of: Mapping[str, Iterable[str]]) -> dict[str, str]:
        """The freshness of several sets of rows by name, in plain words."""
        return {name: self.says(self.of_rows(row_ids)) for name, row_ids in rows_of.items()}

    def of_layers(self, layers: Iterable[Layer]) -> dict[str, str]:
        """What each layer of a map says of its freshness, in plain words."""
        for layer in layers:
            if layer.layer_id not in self._layers:
                self._layers[layer.layer_id] = self.says(self.of_rows(layer.row_id.values()))
        return {layer.layer_id: self._layers[layer.layer_id] for layer in layers}

    def heard(self, source_ids: frozenset[str]) -> tuple[Heard, ...]:
        """These sources, editions of one publisher's data set together; captured ones first."""
        if source_ids not in self._heard:
            self._heard[source_ids] = tuple(self._grouped(source_ids))
        return self._heard[source_ids]

    def says(self, source_ids: frozenset[str]) -> str:
        """The freshness of a panel in one line, in plain words."""
        return _clean(self.line(source_ids, root="").striptags())

    def line(self, source_ids: frozenset[str], *, root: str) -> Markup:
        """The same with links: to each source, and to the page that says how each stands."""
        key = (root, source_ids)
        if key not in self._lines:
            self._lines[key] = _line(self.heard(source_ids), root)
        return self._lines[key]

    def short(self, row_id: str) -> str:
        """The freshness of one row in few words, for a cell of a table."""
        found = self.heard(self._sources_of(row_id))
        live = [item for item in found if item.editions]
        if not live:
            return "read for the ledger"
        stale = ", stale" if live[0].is_stale else ""
        return f"{_editions(live[0])}, captured {words.date_text(live[0].captured)}{stale}"

    def _sources_of(self, row_id: str) -> frozenset[str]:
        if row_id not in self._sources:
            self._sources[row_id] = frozenset()  # what rests on itself rests on nothing more
            cited = self.shelf.citations.get(row_id)
            found = (
                frozenset(row["source_id"] for row in cited)
                if cited
                else self.of_rows(self.shelf.inputs.get(row_id, ()))
            )
            self._sources[row_id] = found
        return self._sources[row_id]

    def _grouped(self, source_ids: frozenset[str]) -> Iterable[Heard]:
        captured: dict[str, list[str]] = {}
        read: list[str] = []
        for source_id in sorted(source_ids):
            if source_id in self.edition_of:
                name = self.edition_of[source_id]["connector_id"]
                captured.setdefault(name, []).append(source_id)
            else:
                read.append(source_id)
        yield from (self._of_connector(name, ids) for name, ids in captured.items())
        yield from (self._of_ledger(source_id) for source_id in read)

    def _of_connector(self, name: str, source_ids: Sequence[str]) -> Heard:
        of = self.connector[name]
        editions = [self.edition_of[source_id] for source_id in source_ids]
        newest = self.shelf.source.get(source_ids[-1], {})
        return Heard(
            source_id=source_ids[-1],
            publisher=of["publisher"],
            title=of["title"],
            published=newest.get("published") or "",
            connector_id=name,
            editions=tuple(row["edition"] for row in editions),
            captured=max(str(row["captured_date"]) for row in editions),
            because=_shortened(of["because"]) if of["state"] == "stale" else "",
        )

    def _of_ledger(self, source_id: str) -> Heard:
        source = self.shelf.source.get(source_id, {})
        return Heard(
            source_id=source_id,
            publisher=source.get("publisher") or source_id,
            title=source.get("title") or source_id,
            published=source.get("published") or "",
            connector_id="",
            editions=(),
            captured="",
            because="",
        )


def read_freshness(shelf: Shelf) -> Freshness:
    """The freshness of everything in the release."""
    return Freshness(
        shelf=shelf,
        connector={row["connector_id"]: row for row in shelf.rows("connector")},
        edition_of={row["source_id"]: row for row in shelf.rows("capture")},
    )


def _line(found: Sequence[Heard], root: str) -> Markup:
    if not found:
        return Markup('<p class="fresh">Rests on no publication of this release.</p>')
    parts = (
        [_one(item, root) for item in found]
        if len(found) <= MOST_NAMED
        else [_many([item for item in found if item.editions], found)]
    )
    parts += [_stale(item, root) for item in found if item.is_stale]
    page = Markup('<a href="{}{}">freshness</a>').format(root, FRESHNESS_PAGE)
    return Markup('<p class="fresh">{}: {} · {}</p>').format(
        "Source" if len(found) == 1 else "Sources", Markup("; ").join(parts), page
    )


def _one(item: Heard, root: str) -> Markup:
    published = f", published {words.date_text(item.published)}" if item.published else ""
    if not item.editions:
        return Markup('<a href="{}sources.html#{}">{}</a>, {}{}, read for the ledger').format(
            root, item.source_id, item.publisher, item.title, published
        )
    return Markup('<a href="{}sources.html#{}">{}</a>, {}, {}{}, captured {}').format(
        root,
        item.source_id,
        item.publisher,
        item.title,
        _editions(item),
        published,
        _day(item.captured),
    )


def _many(live: Sequence[Heard], found: Sequence[Heard]) -> Markup:
    read = [item for item in found if not item.editions]
    said = [escape(words.counted(len(found), "publication"))]
    if live:
        last = max(item.captured for item in live)
        said.append(
            Markup("{} captured from the publisher, last on {}").format(len(live), _day(last))
        )
    if read:
        years = sorted(item.published[:4] for item in read if item.published[:4].isdigit())
        span = f", published {years[0]} to {years[-1]}" if years else ""
        said.append(escape(f"{len(read) if live else 'all'} read for the ledger{span}"))
    return Markup(", ").join(said)


def _stale(item: Heard, root: str) -> Markup:
    return Markup(
        '<strong class="stale">stale</strong>: a newer file of {} is not in use '
        '(<a href="{}{}#{}">{}</a>)'
    ).format(item.publisher, root, FRESHNESS_PAGE, item.connector_id, item.because)


def _editions(item: Heard) -> str:
    if len(item.editions) == 1:
        return f"edition {item.editions[0]}"
    return f"editions {item.editions[0]} to {item.editions[-1]}"


def _day(day: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(day, words.date_text(day))


def _shortened(reason: str | None) -> str:
    text = reason or "no reason given"
    return text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON].rstrip()}…"


def _clean(text: str) -> str:
    return text.removesuffix(" · freshness")
