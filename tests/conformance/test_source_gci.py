"""The ITU's Global Cybersecurity Index: no file of its series is at hand; nothing is compared."""

from collections.abc import Callable

import pytest

from sharedfuture.sources.declaration import declaration

pytestmark = pytest.mark.conformance


def test_that_no_file_was_read_is_declared(say: Callable[[str, int, int], None]) -> None:
    declared = declaration("gci")
    assert not declared.is_tried
    assert "to be had" in declared.tried
    say("ITU Global Cybersecurity Index: no original", 0, 0)
