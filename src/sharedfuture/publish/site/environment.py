"""The templates and what they may call: links to rows, sources and other publishers' pages."""

from collections.abc import Callable
from typing import ClassVar
from urllib.parse import urlsplit

from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from sharedfuture.publish.site import words
from sharedfuture.publish.site.axes_page import interval
from sharedfuture.publish.site.evidence import cited_by
from sharedfuture.publish.site.freshness import read_freshness
from sharedfuture.publish.site.home import (
    BLOCKING_PAGE,
    EQUIPMENT_PAGE,
    INDEX_PAGE,
    PARTNERS_PAGE,
    PLAYBOOKS_PAGE,
    SHUTDOWNS_PAGE,
    Homes,
    Place,
)
from sharedfuture.publish.site.index import words as index_words
from sharedfuture.publish.site.inference.network.shown import NETWORK_PAGE
from sharedfuture.publish.site.page import Page, json_text
from sharedfuture.publish.site.sentences import Number, Sentence
from sharedfuture.publish.site.shelf import Shelf
from sharedfuture.records.release import ReleaseFacts

SECTIONS: tuple[tuple[str, str], ...] = (
    ("index.html", "Figure 1"),
    ("spectrum.html", "Spectrum"),
    (INDEX_PAGE, "Index"),
    (BLOCKING_PAGE, "Blocking"),
    (SHUTDOWNS_PAGE, "Shutdowns"),
    (EQUIPMENT_PAGE, "Equipment"),
    (NETWORK_PAGE, "Network"),
    (PLAYBOOKS_PAGE, "Playbooks"),
    (PARTNERS_PAGE, "Partnerships"),
    ("countries.html", "Countries"),
    ("cases/index.html", "Cases"),
    ("doctrine.html", "Doctrine"),
    ("institutions.html", "Institutions"),
    ("events.html", "Events"),
    ("claims.html", "Claims"),
    ("sources.html", "Sources"),
    ("method.html", "Method"),
    ("downloads.html", "Downloads"),
)


class _Compiled(BytecodeCache):
    """Templates compiled once a process; they are parts of the program."""

    held: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (held := self.held.get(bucket.key)) is not None:
            bucket.bytecode_from_string(held)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.held[bucket.key] = bucket.bytecode_to_string()


def compile_templates() -> None:
    """Compile all templates ahead, for a process that is to write pages soon."""
    made = _bare_environment()
    for name in made.list_templates():
        made.get_template(name)


def _bare_environment() -> Environment:
    """Everything escaped; a name that a page lacks is an error."""
    return Environment(
        loader=PackageLoader("sharedfuture.publish.site", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_Compiled(),
    )


def make_environment(shelf: Shelf, facts: ReleaseFacts) -> Environment:
    """The templates, with what all of them may call."""
    made = _bare_environment()
    made.globals.update(
        release=facts,
        sections=SECTIONS,
        shelf=shelf,
        words=words,
        index_words=index_words,
        name_of=shelf.name,
        ext=ext,
        cited_by=cited_by,
        fresh=read_freshness(shelf),
        with_interval=interval,
    )
    made.filters.update(
        plain=words.plain,
        date=words.date_text,
        period=words.period_text,
        percent=words.percent_text,
        probability=words.probability_text,
        num=words.number_text,
        json=json_text,
    )
    return made


def render(environment: Environment, page: Page, homes: Homes) -> str:
    """The page as HTML."""
    place = Place(page.path, homes, page.here)
    links = _links(place)
    template = environment.get_template(page.template)
    return template.render(page=page, root=place.root, **links, **page.context)


def ext(url: str | None, text: str) -> Markup:
    """A link to another publisher's page; plain text for anything but http and https."""
    if not url or urlsplit(url).scheme not in ("http", "https"):
        return Markup("<span>{}</span>").format(text)
    return Markup('<a href="{}" rel="noreferrer external">{}</a>').format(url, text)


def _links(place: Place) -> dict[str, Callable[..., Markup]]:
    """Functions that link rows as seen from one page."""

    def number(row_id: str, text: str, interval: str = "") -> Markup:
        """A number with the way to its evidence; plain where the release has no such row.

        An `interval` stands below the number and leads to the same row. No text, no link.
        """
        target = place.to_row(row_id)
        shown = escape(text)
        if interval:
            shown += Markup(f'<br><span class="range">{escape(interval)}</span>')
        if target is None or not shown:
            return Markup(f"<span>{shown}</span>")
        at = escape(target)
        return Markup(f'<a class="n" data-row="{escape(row_id)}" href="{at}">{shown}</a>')

    def row(row_id: str, text: str) -> Markup:
        """A name or sentence that leads to its row."""
        target = place.to_row(row_id)
        if target is None:
            return Markup("<span>{}</span>").format(text)
        return Markup(f'<a href="{escape(target)}">{escape(text)}</a>')

    def party(party_id: str, shown: str) -> Markup:
        """A country or actor by name, leading to its page."""
        target = place.homes.page_of.get(party_id)
        if target is None:
            return Markup("<span>{}</span>").format(shown)
        anchor = "" if target.startswith("country/") else f"#{party_id}"
        at = escape(place.root + target + anchor)
        return Markup(f'<a href="{at}">{escape(shown)}</a>')

    def sentence(parts: Sentence) -> Markup:
        """A generated sentence with its numbers linked."""
        pieces = [
            number(part.row_id, part.text) if isinstance(part, Number) else escape(part)
            for part in parts
        ]
        return Markup("").join(pieces)

    return {"n": number, "row": row, "party": party, "sentence": sentence}
