"""The feeds of what began or ceased to be blocked, beside the page of blocking."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from sharedfuture.publish.feed import About, feed_files
from sharedfuture.publish.site.home import BLOCKING_PAGE, country_page
from sharedfuture.publish.site.shelf import Shelf

KEY = "release"
TITLE = "What began or ceased to be blocked"


def change_feeds(shelf: Shelf, changes: pl.DataFrame) -> Mapping[str, bytes]:
    """The feeds by their path on the site; none where a release has no counts of measurements."""
    as_of = latest_day(shelf)
    if as_of is None:
        return {}
    folder, _, _ = BLOCKING_PAGE.rpartition("/")
    files = feed_files(
        changes,
        About(key=KEY, title=TITLE, as_of=as_of),
        names={key: str(row["name"]) for key, row in shelf.country.items()},
        page_of=lambda country_id: f"../{country_page(country_id)}#measured",
    )
    return {f"{folder}/{name}": content for name, content in files.items()}


def latest_day(shelf: Shelf) -> date | None:
    """The last day that was measured; None where nothing was."""
    days = [row["latest_date"] for row in shelf.rows("measurement_count") if row["latest_date"]]
    return max(days, default=None)
