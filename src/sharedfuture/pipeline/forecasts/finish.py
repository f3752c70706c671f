"""Finish a freeze that was killed between its two renames."""

import csv
import io
from hashlib import sha256
from pathlib import Path

from sharedfuture.pipeline.forecasts.entry import FOLDER, REGISTER

PENDING = ".pending-"  # hidden files are no part of the ledger


def finish_freeze(evidence: Path) -> None:
    """Give rows their name whose entry stands in the register already."""
    folder = evidence / FOLDER
    waiting = sorted(folder.glob(f"{PENDING}*.csv")) if folder.is_dir() else []
    register = folder / REGISTER
    if not waiting or not register.is_file():
        return
    lines = csv.DictReader(io.StringIO(register.read_text(encoding="utf-8", errors="replace")))
    promised = {line.get("forecast_id"): line.get("rows_sha256") for line in lines}
    for path in waiting:
        name = path.name.removeprefix(PENDING)
        try:
            is_whole = sha256(path.read_bytes()).hexdigest() == promised.get(name[: -len(".csv")])
            if is_whole and not (folder / name).exists():
                path.replace(folder / name)
        except FileNotFoundError:
            continue  # the freeze itself was quicker
