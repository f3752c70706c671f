"""A page that is watched: nothing may fail, and no other host may be asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

DESKTOP = (1280, 900)
PHONE = (390, 844)
Size = tuple[int, int]
Scheme = Literal["light", "dark"]


@contextmanager
def heard(
    browser: Browser, *, size: Size = DESKTOP, scheme: Scheme = "light"
) -> Iterator[tuple[Page, list[str]]]:
    """A page, and its troubles: errors, warnings, requests that fail or leave this machine."""
    troubles: list[str] = []
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
    page.on(
        "request",
        lambda request: (
            None if _is_here(request.url) else troubles.append(f"asked for: {request.url}")
        ),
    )
    page.on("requestfailed", lambda request: troubles.append(f"failed: {request.url}"))
    try:
        yield page, troubles
    finally:
        context.close()


@contextmanager
def watched(browser: Browser, *, size: Size = DESKTOP, scheme: Scheme = "light") -> Iterator[Page]:
    """A page that must have had no trouble at the end."""
    with heard(browser, size=size, scheme=scheme) as (page, troubles):
        yield page
    assert troubles == []


def _is_here(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("file", "data", "blob", "about") or parts.hostname == "127.0.0.1"
