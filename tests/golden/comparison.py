"""Compare a text with the one that is kept; a difference is left beside the old for the eye."""

from difflib import unified_diff
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def compare_with_kept(name: str, actual: str, folder: Path) -> None:
    """Fail where the text is not the one kept under this name; `folder` gets the new one."""
    kept = HERE / name
    old = kept.read_text(encoding="utf-8") if kept.is_file() else ""
    if actual == old:
        return
    new = folder / name
    new.write_text(actual, encoding="utf-8")
    print(*unified_diff(old.splitlines(), actual.splitlines(), "old", "new", n=2), sep="\n")
    pytest.fail(f"{name} is not as it was; if that is meant: cp {new} {kept}")
