"""Totals and every change of the GFW's day-by-day check, against unpacking the same file.

The published file stands beside a checkout (`../shared/data`). Where it does not, one of the same
size, with about as many changes, is made up, so that the ratio can be had anywhere.

    python bench/bench_gfw.py          print seconds and ratio
"""

import lzma
import sys
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
from timing import in_turn

from sharedfuture.pipeline.measure.blocklist import FIRST_DAY, read_blocklist

Row = tuple[str, float, str, float, str, str]
ROOT = Path(__file__).parents[1]
PUBLISHED = ROOT.parent / "shared/data/measurement/gfw-report/sp25-regional"
_NAME = "gfw-day-by-day-check.txt.xz"
_BLOCK_BYTES = 1024 * 1024
_LISTS, _DAYS = (8_442, 216_564), 513
_CHANGES_A_DOMAIN = 3


def gfw_rows(folder: Path) -> list[Row]:
    """One row: our seconds for all domains and days, and those of unpacking alone."""
    path = PUBLISHED / _NAME
    path = path if path.is_file() else made_up(folder / _NAME)

    def ours() -> None:
        tables = read_blocklist(path, first_day=FIRST_DAY)
        assert tables["blocklist_day"].height == len(_LISTS) * _DAYS

    seconds, floor = in_turn(ours, lambda: unpack(path), runs=7)
    domains = f"{sum(_LISTS):,} domains x {_DAYS} days"
    return [
        (
            f"totals and all changes, {domains}",
            seconds,
            "unpacking the file",
            floor,
            *("at most 5", "s"),
        )
    ]


def unpack(path: Path) -> int:
    """The floor: every byte unpacked by Python's own library and thrown away."""
    count = 0
    with lzma.open(path) as file:
        while block := file.read(_BLOCK_BYTES):
            count += len(block)
    return count


def made_up(path: Path) -> Path:
    """A file of the same form and size; domains change their state about three times."""
    random = np.random.default_rng(0)
    path.parent.mkdir(parents=True, exist_ok=True)
    with lzma.open(path, "wb", preset=1) as file:
        for size in _LISTS:
            for at in range(size):
                flips = random.random(_DAYS) < _CHANGES_A_DOMAIN / _DAYS
                flags = (np.cumsum(flips) % 2 + ord("0")).astype(np.uint8).tobytes()
                file.write(b"%30s    %b\n" % (b"d%06d.zone" % (size - at), flags))
    return path


def _most_memory(path: Path) -> int:
    tracemalloc.start()
    read_blocklist(path, first_day=FIRST_DAY)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def main() -> None:
    """Print the row, and the most memory that was held."""
    sys.path.insert(0, str(Path(__file__).parent))

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for work, ours, against, floor, goal, _ in gfw_rows(folder):
            print(
                f"{work}: {ours:.2f} s; {against}: {floor:.2f} s; {ours / floor:.1f} times ({goal})"
            )
        path = PUBLISHED / _NAME
        most = _most_memory(path if path.is_file() else folder / _NAME)
        print(f"most memory: {most / 1e6:.0f} MB, of {unpack(path) / 1e6:.0f} MB unpacked")


if __name__ == "__main__":
    main()
