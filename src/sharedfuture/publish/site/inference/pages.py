"""All pages about inferences."""

from collections.abc import Iterator

from sharedfuture.publish.site.inference.network.pages import network_pages
from sharedfuture.publish.site.inference.partners import partners_page
from sharedfuture.publish.site.inference.playbooks import playbook_pages
from sharedfuture.publish.site.inference.shelf import InferenceShelf
from sharedfuture.publish.site.page import Page
from sharedfuture.publish.site.shelf import Shelf


def inference_pages(shelf: Shelf, held: InferenceShelf) -> Iterator[Page]:
    """The network, the playbooks with a page each, the partnerships; even where nothing is held."""
    yield from network_pages(shelf)
    yield from playbook_pages(shelf, held)
    yield partners_page(shelf, held)
