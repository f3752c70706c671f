"""How much a first-time visitor's browser must load before the home page can be read."""

import re
from pathlib import Path

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
