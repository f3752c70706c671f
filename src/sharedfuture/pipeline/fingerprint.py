"""Is anything new? One hash over ledger, captures, code and parameters decides it."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from sharedfuture.capture import Capture, Store
from sharedfuture.pipeline.forecasts.entry import is_forecast_file
from sharedfuture.pipeline.settings import Settings

_SHAPING_PACKAGES = ("altair", "duckdb", "edtf", "networkx", "numpy", "polars", "vl-convert-python")


def ledger_hash(captures: Iterable[Capture]) -> str:
    """Hash over names and bytes of the ledger's files."""
    digest = sha256()
    for capture in captures:
        digest.update(f"{capture.name}\n{capture.sha256}\n".encode())
    return digest.hexdigest()


def data_hash(captures: Iterable[Capture], settings: Settings) -> str:
    """Hash over all that a forecast is made from: ledger without its forecasts, and captures."""
    kept = [item for item in captures if not is_forecast_file(item.name.partition("/")[2])]
    digest = sha256(ledger_hash(kept).encode())
    digest.update(f"licences held {sorted(settings.licences_held)}\n".encode())
    for line in _captured(settings):
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def build_id(captures: Iterable[Capture], settings: Settings) -> str:
    """Name of the build that these inputs give: same inputs, same name, same bytes."""
    digest = sha256(ledger_hash(captures).encode())
    digest.update(f"as of {settings.as_of}\n".encode())
    digest.update(f"licences held {sorted(settings.licences_held)}\n".encode())
    for line in _captured(settings):
        digest.update(f"{line}\n".encode())
    for file in settings.own_counts:
        digest.update(f"{file}\n".encode())
        digest.update(sha256(file.read_bytes()).digest())
    for package in _SHAPING_PACKAGES:
        digest.update(f"{package} {version(package)}\n".encode())
    for root in filter(None, (Path(__file__).parents[1], settings.own_sources)):
        for path in sorted(root.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(root)}\n".encode())
                digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _captured(settings: Settings) -> Iterator[str]:
    """What was captured, in order; the same bytes fetched again are nothing new."""
    newest: dict[tuple[str, str, str], str | None] = {}
    for fetch in Store(settings.captures).fetches():
        part = (fetch.source, fetch.edition, fetch.part)
        if fetch.is_good and newest.get(part) != fetch.sha256:
            newest[part] = fetch.sha256
            yield f"{'/'.join(part)} {fetch.sha256}"
