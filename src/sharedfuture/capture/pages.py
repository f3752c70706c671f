"""How many pages an answer has that comes in pages."""

from collections.abc import Sequence
from pathlib import Path

import msgspec


def page_count(path: Path, way: Sequence[str | int], *, most: int) -> int | str:
    """How many pages there are, as one of them says at the end of `way`.

    Text where it says no number from 1 to `most`: what it says instead.
    """
    found: object = msgspec.json.decode(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    try:
        for key in way:
            found = found[key]  # type: ignore[index]
    except (KeyError, IndexError, TypeError):
        return f"no {'/'.join(map(str, way))}"
    text = str(found) if isinstance(found, int | str) else ""
    count = int(text) if text.isdecimal() and len(text) < 10 else 0
    return count if 0 < count <= most else ascii(str(found)[:40])


def page_problem(told: int | str, total: int) -> str:
    """What is wrong with a page that does not say what the first did."""
    if isinstance(told, int):
        return f"expected {total} pages as on the first, found {told}"
    return f"expected the number of pages, found {told}"
