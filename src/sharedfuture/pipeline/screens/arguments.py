"""Kinds of arguments that commands share."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # the import costs time that --help does not need
    from datetime import date
    from pathlib import Path


def as_path(text: str) -> Path:
    """A file or folder."""
    from pathlib import Path

    return Path(text)


def as_day(text: str) -> date:
    """A day, such as 2022-12-31."""
    from argparse import ArgumentTypeError
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        expected = f"expected a day such as 2022-12-31, found {text!r}"
        raise ArgumentTypeError(expected) from None
