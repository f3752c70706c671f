"""A feed in Atom (RFC 4287)."""

from collections.abc import Sequence
from datetime import date
from xml.etree import ElementTree as Xml

from sharedfuture.publish.feed.entries import About, Entry

_SPACE = "http://www.w3.org/2005/Atom"
_AUTHOR = "sharedfuture"


def atom_feed(entries: Sequence[Entry], about: About, *, file_name: str) -> bytes:
    """The feed as UTF-8. An entry carries its sentence, so that it needs no page."""
    Xml.register_namespace("", _SPACE)
    feed = Xml.Element(_name("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": "en"})
    _add(feed, "id", about.feed_id)
    _add(feed, "title", about.title)
    _add(feed, "updated", _moment(max([entry.day for entry in entries], default=about.as_of)))
    _add(_add(feed, "author"), "name", _AUTHOR)
    _add(feed, "link", rel="self", type="application/atom+xml", href=about.address + file_name)
    for entry in entries:
        _add_entry(feed, entry, about)
    Xml.indent(feed)
    data: bytes = Xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _add_entry(feed: Xml.Element, entry: Entry, about: About) -> None:
    item = _add(feed, "entry")
    _add(item, "id", entry.entry_id)
    _add(item, "title", entry.title)
    _add(item, "updated", _moment(entry.day))
    _add(item, "published", _moment(entry.day))
    if entry.link:
        _add(item, "link", rel="alternate", type="text/html", href=about.address + entry.link)
    for tag in entry.tags:
        _add(item, "category", term=tag)
    _add(item, "content", entry.says, type="text")


def _add(above: Xml.Element, name: str, text: str | None = None, **attributes: str) -> Xml.Element:
    element = Xml.SubElement(above, _name(name), attributes)
    element.text = text
    return element


def _name(name: str) -> str:
    return f"{{{_SPACE}}}{name}"


def _moment(day: date) -> str:
    """RFC 3339; only the day is known."""
    return f"{day.isoformat()}T00:00:00Z"
