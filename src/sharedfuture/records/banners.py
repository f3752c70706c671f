"""Fingerprints of what machines say of themselves, and what they are recognised by."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """A text that a fingerprint must find, and what its groups must then hold, by parameter."""

    text: str
    expects: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BannerFingerprint:
    """One fingerprint of a text of one kind, such as `http_header.server` or `ssh.banner`.

    `pattern` and `flags` are as its publisher wrote them. `fixed` are parameters with a value of
    their own, such as `hw.vendor`; `captured` are those that a group of the pattern fills, by
    number: what a machine said itself, which is never shown.
    """

    kind: str
    pattern: str
    flags: tuple[str, ...]
    description: str
    fixed: Mapping[str, str]
    captured: Mapping[str, int]
    composed: Mapping[str, str]
    examples: tuple[Example, ...] = ()
