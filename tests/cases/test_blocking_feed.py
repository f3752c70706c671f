"""The change feeds: what RFC 4287 and jsonfeed.org ask for, ids that stay, text that is hostile."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as Xml

import polars as pl
import pytest

from sharedfuture.publish.feed import About, feed_files, write_feeds
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE

ATOM = "{http://www.w3.org/2005/Atom}"
NAMES = {"UGA": "Uganda"}
ABOUT = About(key="release", title="Blocked and unblocked", as_of=date(2026, 3, 1))


def change(day: date, **others: Any) -> dict[str, Any]:
    return {
        "blocking_change_id": f"change-UGA-20294-example.org-blocked-{day}",
        "country_id": "UGA",
        "asn": 20294,
        "network": "MTN Uganda",
        "domain": "example.org",
        "change": "blocked",
        "scope": "one_network",
        "by_date": day,
        "sentence": f"Uganda: example.org began to be blocked on {day}.",
        **others,
    }


def changes(*rows: dict[str, Any]) -> pl.DataFrame:
    return frame_of(TABLE["blocking_change"], rows)


TWO = changes(change(date(2026, 1, 18)), change(date(2026, 2, 1)))


def page_of(country_id: str) -> str:
    return f"../country/{country_id}.html"


def atom_of(frame: pl.DataFrame, about: About = ABOUT) -> Xml.Element:
    files = feed_files(frame, about, names=NAMES, page_of=page_of)
    return Xml.fromstring(files["changes.atom"])


def only(element: Xml.Element, name: str) -> str:
    """The text of a child that must be there exactly once."""
    (found,) = element.findall(ATOM + name)
    return found.text or ""


def require_atom(feed: Xml.Element) -> None:
    """What RFC 4287 says a feed and an entry must have, and may have but once."""
    assert feed.tag == ATOM + "feed"
    assert only(feed, "id").startswith("urn:uuid:")
    assert only(feed, "title")
    assert only(feed, "updated").endswith("Z")
    assert only(feed.findall(ATOM + "author")[0], "name")
    ids = []
    for entry in feed.findall(ATOM + "entry"):
        ids.append(only(entry, "id"))
        UUID(ids[-1].removeprefix("urn:uuid:"))
        assert only(entry, "title")
        assert only(entry, "content")
        assert only(entry, "updated") <= only(feed, "updated")
        assert len(entry.findall(ATOM + "published")) == 1
    assert len(set(ids)) == len(ids)


def test_atom_has_what_the_standard_asks_for() -> None:
    feed = atom_of(TWO)
    require_atom(feed)
    first, second = feed.findall(ATOM + "entry")
    assert only(first, "title") == "example.org began to be blocked: Uganda, MTN Uganda (AS20294)"
    assert only(first, "updated") == only(feed, "updated") == "2026-02-01T00:00:00Z"
    assert only(second, "content") == "Uganda: example.org began to be blocked on 2026-01-18."
    (link,) = first.findall(ATOM + "link")
    assert (link.get("rel"), link.get("href")) == ("alternate", "../country/UGA.html")


def test_json_has_what_the_format_asks_for() -> None:
    about = About("release", "Blocked", date(2026, 3, 1), address="https://example.org/blocking/")
    feed = json.loads(feed_files(TWO, about, names=NAMES, page_of=page_of)["changes.json"])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "Blocked"
    assert feed["feed_url"] == "https://example.org/blocking/changes.json"
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["content_text"]
        assert item["url"] == "https://example.org/blocking/../country/UGA.html"
        assert item["date_published"].endswith("T00:00:00Z")
        assert item["tags"] == ["UGA", "blocked", "one_network"]


def test_json_has_no_address_that_is_not_whole() -> None:
    feed = json.loads(feed_files(TWO, ABOUT, names=NAMES, page_of=page_of)["changes.json"])
    assert "feed_url" not in feed
    assert not any("url" in item for item in feed["items"])


def test_both_feeds_have_the_same_entries() -> None:
    files = feed_files(TWO, ABOUT, names=NAMES)
    in_atom = [
        only(entry, "id") for entry in Xml.fromstring(files["changes.atom"]).iter(ATOM + "entry")
    ]
    assert in_atom == [item["id"] for item in json.loads(files["changes.json"])["items"]]


def test_an_id_stays_when_all_else_changes() -> None:
    later = changes(
        change(date(2026, 2, 1), sentence="Other words.", network="MTN", scope="national")
    )
    other = About("elsewhere", "Another title", date(2027, 1, 1), address="https://example.net/")
    before = {only(entry, "id") for entry in atom_of(TWO).iter(ATOM + "entry")}
    after = {only(entry, "id") for entry in atom_of(later, other).iter(ATOM + "entry")}
    assert after < before


def test_no_changes_are_a_feed_all_the_same() -> None:
    feed = atom_of(changes())
    require_atom(feed)
    assert only(feed, "updated") == "2026-03-01T00:00:00Z"


@pytest.mark.parametrize("name", ["<b>&'\"</b>", "a\x00b\x1b[31m", "]]>", "\ud800", "\u202egnp"])
def test_names_of_networks_cannot_break_a_feed(name: str) -> None:
    row = change(date(2026, 2, 1), sentence="Says so.")
    frame = changes({**row, "network": name.encode("utf-8", "replace").decode()})
    require_atom(atom_of(frame))
    json.loads(feed_files(frame, ABOUT, names=NAMES)["changes.json"])


def test_the_same_rows_give_the_same_files(tmp_path: Path) -> None:
    first = write_feeds(TWO, tmp_path / "one" / "deep", about=ABOUT, names=NAMES)
    second = write_feeds(TWO.reverse(), tmp_path / "two", about=ABOUT, names=NAMES)
    assert [path.name for path in first] == ["changes.atom", "changes.json"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
