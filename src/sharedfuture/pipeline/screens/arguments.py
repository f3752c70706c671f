"""Kinds of arguments that commands share."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # the import costs time that --help does not need
    from pathlib import Path


def as_path(text: str) -> Path:
    """A file or folder."""
    from pathlib import Path

    return Path(text)
