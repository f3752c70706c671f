"""The page of the network in a real browser: small for what it says, large for what it bears."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.watching import DESKTOP, PHONE, Scheme, Size, watched
from tests.network_site import (
    HUB,
    large_network_tables,
    network_tables,
    write_network_site,
)

pytestmark = pytest.mark.browser

EDGES = 100_000
# Names that lie on each other: pairs of texts whose boxes overlap by more than a hair.
OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll("#net-drawing text")]
    .map((text) => [text.textContent, text.getBoundingClientRect()]);
  const found = [];
  boxes.forEach(([name, one], at) => {
    for (const [other, two] of boxes.slice(at + 1)) {
      const across = Math.min(one.right, two.right) - Math.max(one.left, two.left);
      const down = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
      if (across > 1 && down > 1) found.push(`${name} | ${other}`);
    }
  });
  return found;
}"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of the page of a small network."""
    return write_network_site(network_tables(), tmp_path_factory.mktemp("small")).as_uri()


@pytest.fixture(scope="module")
def large_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site part of a network of 100,000 edges."""
    folder = tmp_path_factory.mktemp("large")
    write_network_site(large_network_tables(EDGES), folder)
    return folder


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with watched(browser) as opened:
        yield opened


def _says(page: Page) -> str:
    return page.locator("#net-says").inner_text()


def _names(page: Page) -> list[str]:
    return page.locator("#net-drawing .node text").all_text_contents()


def _opened(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("#net-drawing .middle")


def test_a_party_is_found_and_its_neighbour_opened_by_keyboard(page: Page, small: str) -> None:
    _opened(page, small)
    page.focus("#net-find")
    page.keyboard.type("ministry")
    page.wait_for_selector("#net-list li")
    page.keyboard.press("ArrowDown")
    assert page.locator("#net-find").get_attribute("aria-activedescendant") == "net-find-0"
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#act-c'")
    assert "Team B" in _names(page)
    node = page.locator("[data-key=act-b]")
    assert node.get_attribute("aria-expanded") == "false"
    assert "part of" in (node.get_attribute("aria-label") or "")
    node.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-key=BBB]")
    assert page.evaluate("document.activeElement.dataset.key") == "act-b"
    assert page.locator("[data-key=act-b]").get_attribute("aria-expanded") == "true"
    assert page.evaluate("location.hash") == "#act-c;open=act-b"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.key") != "act-b"
    page.go_back()
    page.wait_for_function("!location.hash")


def test_only_what_held_on_the_day_is_shown(page: Page, small: str) -> None:
    _opened(page, small + "#act-b@2015-12-31")
    assert "Dunia" in _names(page)
    assert "Bergen" not in _names(page)
    assert "held on 31 December 2015" in _says(page)
    page.fill("#net-date", "2022-06-30")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#act-b@2022-06-30'")
    assert "Bergen" in _names(page)
    assert "Dunia" not in _names(page), "its agreement had ended"
    page.click("#net-latest")
    assert page.evaluate("location.hash") == "#act-b"
    assert "1 more may" in _says(page)
    page.uncheck("#net-perhaps")
    assert "Estland" not in _names(page)


def test_inferred_ties_are_asked_for_and_never_counted(page: Page, small: str) -> None:
    _opened(page, small + "#act-b")
    before = _says(page)
    assert "Feria" not in _names(page)
    page.check("#net-inferred")
    assert "Feria" in _names(page)
    assert _says(page) == f"{before} 1 tie is inferred and not counted."
    assert page.locator("#net-drawing path.line.inferred").count() == 1
    assert "inferred, not counted" in page.locator("#net-ties").inner_text()
    dash = "getComputedStyle(document.querySelector('path.line.{}'))"
    colours = page.evaluate(
        f"[{dash.format('inferred')}.stroke, {dash.format('documented')}.stroke]"
    )
    assert colours[0] != colours[1]


def test_denied_ties_are_crossed_and_carry_nothing(page: Page, small: str) -> None:
    _opened(page, small + "#act-b")
    assert page.locator("#net-drawing path.cross").count() == 1
    assert page.locator("#net-drawing path.arrow.denied").count() == 0
    assert "1 tie is denied." in _says(page)
    page.uncheck("#net-denied")
    assert page.locator("#net-drawing path.cross").count() == 0
    assert "Cordia" not in _names(page)


def test_layers_are_left_out_and_kept_in_the_address(page: Page, small: str) -> None:
    _opened(page, small + "#act-b")
    page.click(".net-layers summary")
    page.uncheck("#net-layers input[value='0']")
    assert "Bergen" not in _names(page)
    address = page.url
    assert address.endswith("#act-b;without=agreement")
    page.goto("about:blank")
    _opened(page, address)
    assert "Bergen" not in _names(page)


def test_every_tie_of_the_list_leads_to_its_evidence(page: Page, small: str) -> None:
    _opened(page, small + "#act-b")
    texts = page.locator("#net-ties li:not(.kind)").all_inner_texts()
    assert any("1 independent source" in text and "edge-tie-b-part" in text for text in texts)
    links = page.locator("#net-ties a:text-is('evidence')")
    assert links.count() == len(texts)
    addresses = [links.nth(at).get_attribute("href") for at in range(links.count())]
    assert "../institutions.html#tie-a-reports" in addresses


def test_the_drawing_can_be_taken_away(page: Page, small: str) -> None:
    _opened(page, small + "#act-b@2022-06-30")
    with page.expect_download() as download:
        page.click("[data-files=ties] [data-format=csv]")
    lines = download.value.path().read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("from_id,from,relation,to_id")
    assert any("tie-bbb-agreement" in line and "2022-06-30" in line for line in lines)
    with page.expect_download() as download:
        page.click("[data-files=ties] [data-format=svg]")
    assert "Ties of Team B on 30 June 2022" in download.value.path().read_text(encoding="utf-8")


def test_without_scripts_the_page_can_be_read(browser: Browser, small: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(small)
    text = page.locator("main").inner_text()
    assert page.locator("#net").is_hidden()
    assert "No chain is evidenced" in text
    assert "weakest link" in text
    assert "10 countries" in text
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_hub_among_100_000_edges_is_found_and_opened(
    browser: Browser, large_folder: Path, screenshots: Path, size: Size, scheme: Scheme
) -> None:
    address = (large_folder / "network" / "index.html").as_uri()
    with watched(browser, size=size, scheme=scheme) as page:
        _opened(page, address)
        page.fill("#net-find", "hub")
        page.wait_for_selector("#net-list li")
        page.keyboard.press("Enter")
        page.wait_for_function(f"location.hash === '#{HUB}'")
        page.wait_for_selector("#net-drawing .more")
        assert "ties hold" in _says(page)
        nodes = page.locator("#net-drawing .node")
        assert 20 < nodes.count() < 60, "a hub is drawn in part"
        more = page.locator("#net-drawing .more").first
        assert "and " in (more.text_content() or "")
        more.click()
        assert page.locator("#net-drawing .node").count() > 20
        nodes.nth(2).click()
        page.wait_for_selector("#net-drawing .node.open")
        assert page.evaluate(OVERLAPS) == []
        width = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        content, window = page.evaluate(width)
        assert content <= window
        loaded = page.evaluate("document.querySelectorAll('script[src*=\"network/data\"]').length")
        parts = len(list((large_folder / "network" / "data").iterdir()))
        assert loaded <= 4 < parts, "only what is opened is loaded"
        device = "desktop" if size == DESKTOP else "phone"
        page.screenshot(path=screenshots / f"network-hub-{device}-{scheme}.png")
