"""The page of the network in a browser: what 100,000 edges cost beside 1,000."""

import sys
from pathlib import Path
from shutil import which
from statistics import median

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.network_site import HUB, large_network_tables, write_network_site  # noqa: E402

Row = tuple[str, float, str, float, str]
FEW, MANY = 1_000, 100_000
RUNS = 9

# Each answers with the milliseconds from what a reader does to everything laid out anew.
_SEARCH = """() => {
  const box = document.getElementById("net-find");
  box.focus();
  box.value = "institution 0002";
  const start = performance.now();
  box.dispatchEvent(new Event("input", { bubbles: true }));
  document.getElementById("net-list").getBoundingClientRect();
  const spent = performance.now() - start;
  box.value = "";
  box.dispatchEvent(new Event("input", { bubbles: true }));
  return spent;
}"""
_AFTER = """(act) => new Promise((done) => {
  const net = document.getElementById("net");
  const start = performance.now();
  net.addEventListener("drawn", () => {
    document.getElementById("net-drawing").getBoundingClientRect();
    done(performance.now() - start);
  }, { once: true });
  %s
})"""
_CHOOSE = _AFTER % "location.hash = act;"
_EXPAND = _AFTER % (
    'document.querySelectorAll("#net-drawing .node")[act]'
    '.dispatchEvent(new MouseEvent("click", { bubbles: true }));'
)
_DATE = """(date) => {
  const field = document.getElementById("net-date");
  field.value = date;
  const start = performance.now();
  field.dispatchEvent(new Event("change", { bubbles: true }));
  document.getElementById("net-drawing").getBoundingClientRect();
  return performance.now() - start;
}"""


def network_page_rows(folder: Path) -> list[Row]:
    """Search, a hub, an opened neighbour, another day; nothing where there is no Chromium."""
    found = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        print("no Chromium: the page of the network is not measured")
        return []
    few = _measure(found, folder / "few", FEW)
    many = _measure(found, folder / "many", MANY)
    return [
        (
            f"network page of {MANY} edges, {work}",
            many[work] / 1000,
            f"the same of {FEW} edges",
            few[work] / 1000,
            "under 0.2 s",
        )
        for work in many
    ]


def _measure(chromium: str, folder: Path, edges: int) -> dict[str, float]:
    """Median milliseconds of each thing that a reader does."""
    from playwright.sync_api import sync_playwright

    address = write_network_site(large_network_tables(edges), folder).as_uri()
    times: dict[str, list[float]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for run in range(RUNS):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{address}#act-00001")
            page.wait_for_selector("#net-drawing .middle")
            measured = {
                "search": page.evaluate(_SEARCH),
                "open a hub, its ties read in": page.evaluate(_CHOOSE, f"#{HUB}"),
                "open a neighbour of the hub": page.evaluate(_EXPAND, run + 1),
                "another day": page.evaluate(_DATE, "2015-06-30"),
            }
            for work, spent in measured.items():
                times.setdefault(work, []).append(spent)
            page.close()
        browser.close()
    return {work: median(spent) for work, spent in times.items()}


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        for work, ours, against, theirs, goal in network_page_rows(Path(name)):
            print(f"{work}: {1000 * ours:.1f} ms; {against}: {1000 * theirs:.1f} ms; {goal}")
