"""The site in a browser: what blocks its first view, how fast the index follows a weight."""

import re
from pathlib import Path
from shutil import which
from statistics import median

Row = tuple[str, float, str, float, str]


def first_view_row(site: Path) -> Row:
    """Bytes of the home page and of what blocks it, against one MiB.

    A script with `defer`, such as the chart bundle, does not block; a style sheet does.
    """
    page = site / "index.html"
    text = page.read_text(encoding="utf-8")
    blocking = re.findall(r'<link[^>]*rel="stylesheet"[^>]*href="([^"]+)"', text)
    scripts = re.findall(r"<script([^>]*)>", text)
    for attributes in scripts:
        source = re.search(r'src="([^"]+)"', attributes)
        if source and "defer" not in attributes and "async" not in attributes:
            blocking.append(source.group(1))
    total = page.stat().st_size + sum((site / name).stat().st_size for name in blocking)
    return "home page, all that blocks its first view", total, "one MiB", 1024.0**2, "at most 1"


# Every move is an event, what the page computes and writes, and the layout that follows from it.
_MOVES = """([count, step]) => {
  const sliders = [...document.querySelectorAll("#weights input[type=range]")];
  const table = document.getElementById("weights-table");
  const times = [];
  for (let move = 0; move < count; move += 1) {
    const slider = sliders[move % sliders.length];
    slider.value = step ? Number(slider.value) + step : Number(slider.value) === 0 ? 2.5 : 0;
    const start = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    table.getBoundingClientRect();
    times.push(performance.now() - start);
  }
  return times;
}"""
_COUNT = 75


def reweighing_rows(site: Path) -> list[Row]:
    """Milliseconds from a moved weight to all countries laid out anew, against 50 ms.

    One step of a slider, and from one end to the other. Nothing where there is no Chromium.
    """
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(which, names)), None)
    if found is None:
        print("no Chromium: the index in the browser is not measured")
        return []
    from playwright.sync_api import sync_playwright

    rows: list[Row] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto((site / "drift" / "index.html").resolve().as_uri())
        page.wait_for_selector("#weights-table tbody tr")
        for work, step in (("a step of a weight", 0.05), ("a weight from end to end", 0.0)):
            times = page.evaluate(_MOVES, [_COUNT, step])
            name = f"index in the browser, all countries after {work}"
            rows.append((name, median(times) / 1000, "50 ms", 0.05, "at most 1"))
        browser.close()
    return rows
