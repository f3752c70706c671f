"""The built site in a real browser: no error, no other host, keyboard, contrast, small screens."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.watching import DESKTOP, PHONE, Scheme, Size, heard, watched

pytestmark = pytest.mark.browser

PAGES = {
    "home": "index.html",
    "spectrum": "spectrum.html",
    "other-measures": "figure-1.html",
    "index": "drift/index.html",
    "index-method": "drift/method.html",
    "index-audit": "drift/audit.html",
    "blocking": "blocking/index.html",
    "shutdowns": "shutdowns/index.html",
    "equipment": "equipment/index.html",
    "same-box": "equipment/same-box.html",
    "network": "network/index.html",
    "playbooks": "playbooks/index.html",
    "playbook": "playbooks/solomon-islands.html",
    "partners": "partners/index.html",
    "measured-dossier": "country/UGA.html",
    "countries": "countries.html",
    "dossier": "country/PAK.html",
    "longest-dossier": "country/CHN.html",
    "case": "cases/case-solomon-islands.html",
    "doctrine": "doctrine.html",
    "institutions": "institutions.html",
    "events": "events.html",
    "claims": "claims.html",
    "sources": "sources.html",
    "freshness": "freshness.html",
    "method": "method.html",
    "selections": "selections.html",
    "downloads": "downloads.html",
}
# Over when the page's scripts have nothing left to do, and a little later.
AT_REST = "new Promise((rest) => requestIdleCallback(() => setTimeout(rest, 50)))"


def _wait_for_figure(page: Page) -> None:
    page.wait_for_selector("#figure-one svg, #figure-one canvas", state="visible", timeout=10_000)


# Contrast as WCAG 2.2 defines it, of every element with text of its own, on what lies behind it.
CONTRAST = """() => {
  const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
  const linear = (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const light = ([red, green, blue]) => 0.2126 * linear(red / 255) + 0.7152 * linear(green / 255)
    + 0.0722 * linear(blue / 255);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const ratio = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const found = [];
  const note = (element, front, back, size, bold) => {
    const large = size >= 24 || (bold && size >= 18.66);
    const value = ratio(front, back);
    if (value < (large ? 3 : 4.5)) {
      found.push(`${element.tagName}.${element.getAttribute("class") ?? ""}`
        + ` ${element.textContent.trim().slice(0, 30)} ${value.toFixed(2)}`);
    }
  };
  let count = 0;
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own && !["INPUT", "SELECT"].includes(element.tagName)) continue;
    if (!element.checkVisibility({visibilityProperty: true})) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
    if (element.matches(".tile text")) {
      const fill = getComputedStyle(element.parentElement.querySelector("rect")).fill;
      if (!fill.startsWith("url")) note(element, numbers(style.fill), numbers(fill), size, bold);
    } else if (!element.closest("svg")) {
      note(element, numbers(style.color), behind(element), size, bold);
    }
    count += 1;
  }
  return {count, found: [...new Set(found)].slice(0, 12)};
}"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an open page shows; `widths` are those of its content and of the window."""

    troubles: tuple[str, ...]
    headings: int
    words: str
    widths: tuple[int, int]
    contrast: Mapping[str, Any]  # as the script answers
    picture: Path


Shown = Callable[[str, Size, Scheme], Seen]


@pytest.fixture(scope="module")
def shown(browser: Browser, home: str, screenshots: Path) -> Iterator[Shown]:
    """Every kind of page, opened from the disk once in a window of some size and scheme."""
    heard_late: list[list[str]] = []
    with ExitStack() as windows:

        @cache
        def window(size: Size, scheme: Scheme) -> tuple[Page, list[str]]:
            page, troubles = windows.enter_context(heard(browser, size=size, scheme=scheme))
            heard_late.append(troubles)
            return page, troubles

        @cache
        def show(name: str, size: Size, scheme: Scheme) -> Seen:
            page, troubles = window(size, scheme)
            device = "desktop" if size == DESKTOP else "phone"
            page.goto(home + PAGES[name], wait_until="load")
            return _look(page, troubles, screenshots / f"{name}-{device}-{scheme}.png")

        yield show
        assert [trouble for troubles in heard_late for trouble in troubles] == []


def _look(page: Page, troubles: list[str], picture: Path) -> Seen:
    """What the page shows; its troubles are taken out of the list."""
    if page.locator("#figure-one").count():
        _wait_for_figure(page)
    page.evaluate(AT_REST)
    page.screenshot(path=picture)
    root = "document.documentElement"
    content, window = page.evaluate(f"[{root}.scrollWidth, {root}.clientWidth]")
    seen = Seen(
        troubles=tuple(troubles),
        headings=page.locator("h1").count(),
        words=page.locator("main").inner_text(),
        widths=(content, window),
        contrast=page.evaluate(CONTRAST),
        picture=picture,
    )
    troubles.clear()
    return seen


@pytest.mark.parametrize("name", PAGES)
def test_every_kind_of_page_opens_from_the_disk(shown: Shown, name: str) -> None:
    page = shown(name, DESKTOP, "light")
    assert page.troubles == ()
    assert page.headings == 1
    assert page.words.strip()


def test_pages_open_from_a_server(browser: Browser, served: str) -> None:
    with watched(browser) as page:
        for name in ("home", "dossier", "case", "claims"):
            answer = page.goto(served + PAGES[name], wait_until="load")
            assert answer is not None
            assert answer.ok
        page.goto(served + PAGES["home"])
        _wait_for_figure(page)


@pytest.mark.parametrize("start", ["index.html", "country/PAK.html"])
def test_search_by_keyboard_leads_to_the_dossier(browser: Browser, home: str, start: str) -> None:
    with watched(browser) as page:
        page.goto(home + start)
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "search"
        page.keyboard.type("solomon")
        page.wait_for_selector("#search-list li")
        page.keyboard.press("ArrowDown")
        chosen = page.locator("#search-list li[aria-selected=true]")
        assert "Solomon Islands" in chosen.inner_text()
        assert page.locator("#search").get_attribute("aria-activedescendant")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.url.endswith("country/SLB.html")
        assert page.locator("h1").inner_text() == "Solomon Islands"


def test_search_that_finds_nothing_says_so(browser: Browser, home: str) -> None:
    with watched(browser) as page:
        page.goto(home + "index.html")
        page.fill("#search", "zzzzzz")
        assert page.locator("#search-status").text_content() == "Nothing found"


FOCUS = """() => {
  const focused = document.activeElement, style = getComputedStyle(focused);
  const box = focused.getBoundingClientRect();
  return {tag: focused.tagName, id: focused.id, text: focused.textContent.trim().slice(0, 40),
          seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1
                && box.right > 0 && box.width > 0 && box.height > 0};
}"""


def test_keyboard_alone_reaches_everything_and_shows_where_it_is(
    browser: Browser, home: str
) -> None:
    with watched(browser) as page:
        page.goto(home + "index.html")
        _wait_for_figure(page)
        seen = []
        for _ in range(26):
            page.keyboard.press("Tab")
            seen.append(page.evaluate(FOCUS))
        assert seen[0]["text"] == "Skip to the content"
        assert [at for at in seen if not at["seen"]] == []
        assert {"search", "measure", "find", "intervals", "figure-one"} <= {at["id"] for at in seen}


def test_the_skip_link_leads_to_the_content(browser: Browser, home: str) -> None:
    with watched(browser) as page:
        page.goto(home + "index.html")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_figure_one_is_drawn_and_follows_the_measure(browser: Browser, home: str) -> None:
    with watched(browser) as page:
        page.goto(home + "index.html")
        _wait_for_figure(page)
        before = page.locator("#figure-one").screenshot()
        page.select_option("#measure", "vdem")
        page.wait_for_function("location.hash.includes('measure=vdem')")
        page.wait_for_timeout(300)
        assert page.locator("#figure-one").screenshot() != before
        address = page.url
    with watched(browser) as page:
        page.goto(address)
        _wait_for_figure(page)
        assert page.input_value("#measure") == "vdem", "the address keeps what was chosen"


def test_figure_one_is_read_by_keyboard(browser: Browser, home: str) -> None:
    with watched(browser) as page:
        page.goto(home + "index.html")
        _wait_for_figure(page)
        page.focus("#figure-one")
        page.keyboard.press("ArrowRight")
        says = page.locator("#figure-readout").inner_text()
        assert re.match(r".+: technology .+, democracy .+, rank .+", says)
        page.keyboard.press("Enter")
        assert page.locator("#chosen tbody tr").count() == 1
        numbers = page.locator("#chosen a.n")
        assert numbers.count() == 4
        href = numbers.first.get_attribute("href")
        page.keyboard.press("Escape")
        assert page.locator("#chosen").is_hidden()
        page.goto(home + str(href))
        assert page.evaluate("document.getElementById(location.hash.slice(1)) !== null")


def test_the_figure_as_chosen_can_be_taken_as_csv(browser: Browser, home: str) -> None:
    with watched(browser) as page:
        page.goto(home + "index.html")
        _wait_for_figure(page)
        page.select_option("#measure", "wgi")
        page.wait_for_function("location.hash.includes('measure=wgi')")
        with page.expect_download() as download:
            page.click("[data-files='figure-1'] [data-format=csv]")
        lines = download.value.path().read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("country_id,country,technology")
        assert len(lines) > 80
        assert all("wgi" in line for line in lines[1:])


def test_other_measures_are_chosen_drawn_and_kept_in_the_address(
    browser: Browser, home: str
) -> None:
    with watched(browser) as page:
        page.goto(home + "figure-1.html")
        page.wait_for_selector("#axes-drawing svg", state="visible")
        assert page.locator("[data-fact=pearson]").inner_text().startswith("−0.27")
        assert page.locator("#axes-points tbody tr").count() == 82
        page.select_option("#axes-technology", "china_index-2024")
        page.select_option("#axes-democracy", "vdem-2024")
        page.wait_for_function("location.hash.includes('democracy=vdem-2024')")
        assert page.locator("[data-fact=n]").inner_text() == "101"
        assert "does not compare with that of 2022" in page.locator("#axes-warning").inner_text()
        assert "V-Dem" in page.locator("#axes-fresh").inner_text()
        with page.expect_download() as download:
            page.click("[data-files='axes'] [data-format=csv]")
        assert len(download.value.path().read_text(encoding="utf-8").splitlines()) == 102
        address = page.url
    with watched(browser) as page:
        page.goto(address)
        page.wait_for_selector("#axes-drawing svg", state="visible")
        assert page.input_value("#axes-democracy") == "vdem-2024"
        number = page.locator("#axes-points a.n").first.get_attribute("href")
        page.goto(home + str(number))
        assert page.evaluate("document.getElementById(location.hash.slice(1)) !== null")


def test_map_says_how_fresh_the_layer_is_that_it_shows(browser: Browser, home: str) -> None:
    with watched(browser) as page:
        page.goto(home + "countries.html")
        before = page.locator("#map-fresh").inner_text()
        page.select_option("#map-layer", "eiu_overall")
        after = page.locator("#map-fresh").inner_text()
        assert "Economist Intelligence Unit" in after
        assert after != before
        assert page.locator("#map-fresh a").get_attribute("href") == "freshness.html"


def test_map_of_blocking_tells_too_little_from_nothing(browser: Browser, home: str) -> None:
    with watched(browser) as page:
        page.goto(home + "blocking/index.html")
        few = page.locator("#map .tile.few")
        none = page.locator("#map .tile.none")
        assert few.count() > 0
        assert none.count() > 0
        assert "not enough measured" in (few.first.locator("title").text_content() or "")
        assert "not measured" in (none.first.locator("title").text_content() or "")
        page.select_option("#map-layer", "decided")
        assert page.locator("#map .tile.few").count() == 0
        page.select_option("#map-layer", "rate")
        assert page.locator("#map .tile.few").count() > 0


def test_drawings_about_measurements_can_be_taken_away(browser: Browser, home: str) -> None:
    with watched(browser) as page:
        page.goto(home + "blocking/index.html")
        with page.expect_download() as download:
            page.click("[data-files='blocklist-gfw'] [data-format=csv]")
        lines = download.value.path().read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("Check,Blocked,Newly,No longer,title,source,release")
        assert len(lines) > 90
        with page.expect_download() as download:
            page.click("[data-files='blocklist-gfw'] [data-format=svg]")
        drawn = download.value.path().read_text(encoding="utf-8")
        assert "GFW Report" in drawn
        page.goto(home + "country/RUS.html")
        with page.expect_download() as download:
            page.click("[data-files='measured-timeline'] [data-format=png]")
        assert download.value.path().stat().st_size > 5000


def test_claims_are_narrowed_by_verdict_and_words(browser: Browser, home: str) -> None:
    with watched(browser) as page:
        page.goto(home + "claims.html")
        everything = page.locator("#claim-list article:visible").count()
        page.select_option("#claim-verdict", "contradicted")
        some = page.locator("#claim-list article:visible")
        count = some.count()
        assert 0 < count < everything
        assert {item.get_attribute("data-verdict") for item in some.all()} == {"contradicted"}
        assert page.locator("[data-count-of=claim-list]").inner_text() == f"{count} shown"
        page.select_option("#claim-verdict", "")
        page.fill("#claim-filter", "solomon")
        for item in page.locator("#claim-list article:visible").all():
            assert "solomon" in (item.text_content() or "").lower()
        page.goto(home + "claims.html#verdict=weaker")
        assert page.input_value("#claim-verdict") == "weaker"


def test_a_table_is_sorted_by_its_headings(browser: Browser, home: str) -> None:
    with watched(browser) as page:
        page.goto(home + "spectrum.html")
        page.click("#spectrum-table th:has-text('Technology') button")
        first = page.locator("#spectrum-table tbody th").first
        least = first.inner_text()
        page.click("#spectrum-table th:has-text('Technology') button")
        assert first.inner_text() == "Pakistan"
        assert least != "Pakistan"
        heading = page.locator("#spectrum-table th[aria-sort]")
        assert heading.get_attribute("aria-sort") == "descending"


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways_on_a_phone(shown: Shown, name: str) -> None:
    page = shown(name, PHONE, "dark")
    assert page.troubles == ()
    content, window = page.widths
    assert content <= window


# Each size and each scheme is seen in every run; the other two pairs are among the heavy tests.
IN_EVERY_LIGHT = pytest.mark.parametrize(
    ("size", "scheme"),
    [
        pytest.param(DESKTOP, "light", id="desktop-light"),
        pytest.param(PHONE, "dark", id="phone-dark"),
        pytest.param(DESKTOP, "dark", id="desktop-dark", marks=pytest.mark.conformance),
        pytest.param(PHONE, "light", id="phone-light", marks=pytest.mark.conformance),
    ],
)


@IN_EVERY_LIGHT
@pytest.mark.parametrize("name", PAGES)
def test_text_stands_out_from_what_lies_behind_it(
    shown: Shown, name: str, size: Size, scheme: Scheme
) -> None:
    page = shown(name, size, scheme)
    assert page.troubles == ()
    assert page.contrast["count"] > 50
    assert page.contrast["found"] == []


def test_dark_mode_is_dark(browser: Browser, home: str) -> None:
    with watched(browser, scheme="dark") as page:
        page.goto(home + "index.html")
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert max(map(int, re.findall(r"\d+", paper)[:3])) < 60


@IN_EVERY_LIGHT
def test_pictures_for_the_eye(shown: Shown, size: Size, scheme: Scheme) -> None:
    for name in PAGES:
        page = shown(name, size, scheme)
        assert page.troubles == (), name
        assert page.picture.stat().st_size > 5000, name
