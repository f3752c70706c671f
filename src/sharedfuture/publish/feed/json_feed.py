"""A feed in JSON Feed 1.1 (jsonfeed.org)."""

import json
from collections.abc import Sequence

from sharedfuture.publish.feed.entries import About, Entry

_VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(entries: Sequence[Entry], about: About, *, file_name: str) -> bytes:
    """The feed as UTF-8; addresses only where they are known whole, as the format asks for."""
    feed: dict[str, object] = {
        "version": _VERSION,
        "title": about.title,
        "language": "en",
        "authors": [{"name": "sharedfuture"}],
        "items": [_item(entry, about) for entry in entries],
    }
    if about.address:
        feed["feed_url"] = about.address + file_name
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def _item(entry: Entry, about: About) -> dict[str, object]:
    item: dict[str, object] = {
        "id": entry.entry_id,
        "title": entry.title,
        "content_text": entry.says,
        "date_published": f"{entry.day.isoformat()}T00:00:00Z",
        "tags": list(entry.tags),
    }
    if entry.link and about.address:
        item["url"] = about.address + entry.link
    return item
