"""Freeze what is believed today into the register, for a later day to hold it against.

One process at a time; the line in the register is what makes a forecast. Rows are written first
under a hidden name, then the register is exchanged for one with a line more, then the rows get
their name. A freeze that is killed before the exchange leaves nothing that counts; after it, the
next reader gives the rows their name.
"""

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import polars as pl

from sharedfuture.capture import capture_folder
from sharedfuture.pipeline.forecasts.chain import Chain, read_chain
from sharedfuture.pipeline.forecasts.entry import (
    FOLDER,
    HEADER,
    REGISTER,
    Entry,
    forecast_name,
    rows_text,
)
from sharedfuture.pipeline.forecasts.finish import PENDING, finish_freeze
from sharedfuture.records.errors import ForecastRefused, LedgerFaulty

_MODEL_ROOMS = (
    "sharedfuture.analyse.partners",
    "sharedfuture.analyse.partners.inputs",
    "sharedfuture.analyse.votes",
)
_MODEL_FILES = ("origins.py", "ranks.py", "step.py")


def freeze(
    evidence: Path,
    partners: pl.DataFrame,
    *,
    targets: Sequence[str],
    day: date,
    data_sha256: str,
    tell: Callable[[str], None],
) -> list[Entry]:
    """Add an entry for each target, and its rows; what was added.

    `partners` is the table `partner` as it stands. Raises ForecastRefused where one of them stands
    already, or `day` lies before the last entry's: then none is added. Raises LedgerFaulty where
    the register is at fault.
    """
    folder = evidence / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder, tell):
        finish_freeze(evidence)
        _sweep(folder)
        chain = _chain_of(evidence)
        _require_new(chain, targets, day)
        before, added = chain.head, []
        for target in targets:
            entry, text = _entry(partners, target, day, data_sha256, before)
            _add(folder, entry, text)
            before = entry.entry_sha256
            added.append(entry)
            tell(f"frozen: {entry.forecast_id}")
    return added


def code_version() -> str:
    """Version of the package, and a hash over the code and parameters that the model is made of."""
    digest = sha256()
    for room in _MODEL_ROOMS:
        for item in sorted(files(room).iterdir(), key=lambda item: item.name):
            if item.name.endswith((".py", ".toml")):
                digest.update(f"{room}/{item.name}\n".encode() + item.read_bytes())
    for name in _MODEL_FILES:
        digest.update(files("sharedfuture.analyse").joinpath(name).read_bytes())
    return f"{version('sharedfuture')}+{digest.hexdigest()[:12]}"


def _chain_of(evidence: Path) -> Chain:
    chain = read_chain([item for item in capture_folder(evidence) if f"/{FOLDER}/" in item.name])
    if chain.faults:
        raise LedgerFaulty(chain.faults)
    return chain


def _require_new(chain: Chain, targets: Sequence[str], day: date) -> None:
    standing = {entry.forecast_id for entry in chain.entries}
    for target in targets:
        name = forecast_name(target, day.isoformat())
        if name in standing:
            raise ForecastRefused(
                f"{name}: expected a target and day without a forecast, found one that is frozen "
                "already; what is frozen is never changed"
            )
    if chain.entries and day.isoformat() < chain.entries[-1].frozen_date:
        raise ForecastRefused(
            f"{day}: expected a day not before that of the last entry, "
            f"{chain.entries[-1].frozen_date}; a forecast cannot be frozen into the past"
        )


def _entry(
    partners: pl.DataFrame, target: str, day: date, data_sha256: str, before: str
) -> tuple[Entry, str]:
    rows = partners.filter(pl.col("target") == target).sort("country_id")
    text = rows_text(rows.iter_rows(named=True))
    written = [f"{value:.6f}" for value in rows.get_column("probability") if value is not None]
    if not written:
        raise ForecastRefused(f"{target}: expected countries with a probability, found none")
    entry = Entry(
        forecast_id=forecast_name(target, day.isoformat()),
        target=target,
        frozen_date=day.isoformat(),
        data_sha256=data_sha256,
        code_version=code_version(),
        countries=str(len(written)),
        expected=f"{sum(map(float, written)):.6f}",
        rows_sha256=sha256(text.encode()).hexdigest(),
        previous_sha256=before,
    )
    return entry.sealed(), text


def _add(folder: Path, entry: Entry, text: str) -> None:
    """Rows under a hidden name, the register by one rename, the rows by another."""
    pending = folder / f"{PENDING}{entry.forecast_id}.csv"
    register = folder / REGISTER
    before = register.read_text(encoding="utf-8") if register.is_file() else HEADER
    fresh = folder / f"{PENDING}{REGISTER}"
    _write_through(pending, text)
    _write_through(fresh, before + entry.line())
    fresh.replace(register)
    if pending.exists():
        pending.replace(folder / f"{entry.forecast_id}.csv")
    _sync(folder)


def _write_through(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(folder: Path) -> None:
    """Take away what a killed freeze left that no entry speaks of; the lock is held."""
    for path in folder.glob(f"{PENDING}*"):
        path.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Hold the folder itself; the system lets go of it when the process ends, however it ends."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("another freeze is running; waiting for it")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
