"""A page that is watched: nothing may fail, and no other host may be asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

DESKTOP = (1280, 900)
PHONE = (390, 844)
Scheme = Literal["light", "dark"]


@contextmanager
def watched(
    browser: Browser, *, size: tuple[int, int] = DESKTOP, scheme: Scheme = "light"
) -> Iterator[Page]:
    """A page whose errors and requests are collected; at the end there must be none that counts."""
    troubles: list[str] = []
    requests: list[str] = []
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, accept_downloads=True
    )
    page = context.new_page()
    page.on(
        "console",
        lambda message: (
            troubles.append(message.text) if message.type in ("error", "warning") else None
        ),
    )
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.on("requestfailed", lambda request: troubles.append(f"failed: {request.url}"))
    try:
        yield page
    finally:
        context.close()
    assert troubles == []
    assert [url for url in requests if not _is_here(url)] == []


def _is_here(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("file", "data", "blob", "about") or parts.hostname == "127.0.0.1"
