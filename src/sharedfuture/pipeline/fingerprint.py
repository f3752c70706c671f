"""Is anything new? One hash over the ledger, the code and the parameters decides it."""

from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from sharedfuture.capture import Capture
from sharedfuture.pipeline.settings import Settings

_SHAPING_PACKAGES = ("altair", "duckdb", "edtf", "networkx", "numpy", "polars", "vl-convert-python")


def ledger_hash(captures: Iterable[Capture]) -> str:
    """Hash over names and bytes of the ledger's files."""
    digest = sha256()
    for capture in captures:
        digest.update(f"{capture.name}\n{capture.sha256}\n".encode())
    return digest.hexdigest()


def build_id(captures: Iterable[Capture], settings: Settings) -> str:
    """Name of the build that these inputs give: same inputs, same name, same bytes."""
    digest = sha256(ledger_hash(captures).encode())
    digest.update(f"as of {settings.as_of}\n".encode())
    for package in _SHAPING_PACKAGES:
        digest.update(f"{package} {version(package)}\n".encode())
    root = Path(__file__).parents[1]
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(root)}\n".encode())
            digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
