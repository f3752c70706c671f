"""Formal Bilateral Influence Capacity: no file of the publisher is at hand; nothing is compared."""

from collections.abc import Callable

import pytest

from sharedfuture.sources.declaration import declaration

pytestmark = pytest.mark.conformance


def test_that_no_file_was_read_is_declared(say: Callable[[str, int, int], None]) -> None:
    declared = declaration("fbic")
    assert not declared.is_tried
    assert "to be had" in declared.tried
    say("Formal Bilateral Influence Capacity: no original", 0, 0)
