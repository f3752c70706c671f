"""How much a fetch may take, and of what; and which hosts of one's own it may ask."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one fetch.

    `seconds` is for one whole file, its retries and waits included; `compression_ratio` is the
    most that a byte may unpack to; `pause_seconds` lies between two requests to one host.
    A server that asks to be left alone for longer than `longest_wait_seconds` is left alone.
    """

    bytes: int = 4 * 1024**3
    seconds: float = 3600.0
    connect_seconds: float = 15.0
    silence_seconds: float = 60.0
    redirects: int = 5
    retries: int = 4
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 60.0
    pause_seconds: float = 1.0
    compression_ratio: float = 200.0
    pages: int = 2_000
    hosts_at_once: int = 4


@dataclass(frozen=True, slots=True)
class Network:
    """What lies beyond the public network: `(host, port)` pairs that may be asked although their
    addresses are not public, such as a mirror of one's own, and a file with certificate
    authorities that are trusted instead of the public ones.
    """

    permitted: frozenset[tuple[str, int]] = frozenset()
    authorities: Path | None = None
