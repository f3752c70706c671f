"""All pages about measurements."""

from collections.abc import Iterator

from sharedfuture.publish.site.measured.blocking import blocking_page
from sharedfuture.publish.site.measured.equipment import equipment_pages
from sharedfuture.publish.site.measured.shelf import MeasuredShelf
from sharedfuture.publish.site.measured.shutdowns import shutdowns_page
from sharedfuture.publish.site.page import Page
from sharedfuture.publish.site.shelf import Shelf


def measured_pages(shelf: Shelf, measured: MeasuredShelf) -> Iterator[Page]:
    """Blocking, shutdowns, equipment, and same box, same technique; always all four."""
    yield blocking_page(shelf, measured)
    yield shutdowns_page(shelf, measured)
    yield from equipment_pages(shelf, measured)
