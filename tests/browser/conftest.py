"""What the tests in a browser share: the browser, the built site, a place for pictures."""

import os
import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, sync_playwright

from sharedfuture.pipeline.settings import Settings

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def chromium() -> str:
    """The path of the system's Chromium; where there is none the tests are passed over, in CI
    they fail."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    missing = "no Chromium on this machine; `make browser` installs the system's where it may"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def home(release: Settings) -> str:
    """Address of the site's root on the disk."""
    return f"{release.site.as_uri()}/"


@pytest.fixture(scope="module")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of the pages go, for the eye."""
    out = ROOT / "out"
    folder = out / "screenshots" if out.is_dir() else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(exist_ok=True)
    return folder


class _Quiet(SimpleHTTPRequestHandler):
    """Serve files and say nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def served(release: Settings) -> Iterator[str]:
    """Address of the site's root on a server of this machine."""
    handler = partial(_Quiet, directory=str(release.out))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/site/"
        server.shutdown()
        thread.join()
