"""The index behind the search box, as a script so that it also works from a file."""

import json
from collections.abc import Iterable, Iterator

from sharedfuture.publish.site import words
from sharedfuture.publish.site.home import INDEX_METHOD_PAGE, country_page, playbook_page
from sharedfuture.publish.site.page import Page
from sharedfuture.publish.site.shelf import Shelf

PREFIX = "window.sharedfutureIndex="


def search_script(shelf: Shelf, pages: Iterable[Page]) -> str:
    """Every page, country, actor, claim and event: label, kind, address, further words."""
    entries = [*_page_entries(pages), *_row_entries(shelf)]
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    return f"{PREFIX}{text};\n"


def _page_entries(pages: Iterable[Page]) -> Iterator[list[str]]:
    for page in pages:
        if not page.path.startswith(("country/", "selections/")):
            yield [page.title, "page", page.path, ""]


def _row_entries(shelf: Shelf) -> Iterator[list[str]]:
    for row in shelf.rows("country"):
        further = f"{row['country_id']} {row['iso2'] or ''}"
        yield [row["name"], "country", country_page(row["country_id"]), further]
    for row in shelf.rows("actor"):
        yield [row["name"], "actor", f"institutions.html#{row['actor_id']}", row["name_zh"] or ""]
    for row in shelf.rows("claim"):
        label = f"Paragraph {row['paragraph']}: {row['statement']}"
        yield [label, "claim", f"claims.html#{row['claim_id']}", row["verdict"]]
    for row in shelf.rows("event"):
        label = f"{row['title']} ({words.date_text(row['date_edtf'])})"
        yield [label, "event", f"events.html#{row['event_id']}", row["date_edtf"] or ""]
    for row in shelf.rows("score_element"):
        if row["parent"]:
            kind = "pillar of the index" if row["level"] > 1 else "indicator of the index"
            yield [row["name"], kind, f"{INDEX_METHOD_PAGE}#{row['element']}", row["element"]]
    for row in shelf.rows("playbook_step"):
        label = f"{row['title']} (step {row['position']})"
        page = playbook_page(row["playbook_id"])
        yield [label, "step of a playbook", f"{page}#{row['playbook_step_id']}", ""]
    for row in shelf.rows("indicator"):
        yield [row["title"], "indicator", f"method.html#{row['indicator_id']}", ""]
