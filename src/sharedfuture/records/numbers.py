"""Numbers as people write them in a ledger: ASCII digits, a point, no thousands."""

import re

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


def is_number(text: str) -> bool:
    """Whether the text is one finite decimal number; no `nan`, no `1_000`."""
    return bool(_NUMBER.fullmatch(text.strip())) and abs(float(text)) < 1e300
