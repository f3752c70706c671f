"""Measure, as ratios within one run on one machine, and write the table of the README.

Each row sets our time against a floor or a rival measured in the same run: medians of several
repetitions, ours and theirs in turn, so that a machine that slows down slows both. Seconds are
printed beside the ratio for orientation; they belong to the machine that printed them.

    python bench/run.py            measure, write the README's table and the picture of costs
    python bench/run.py --print    measure and only print
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

# One core, or a ratio would depend on how many a library finds. Set before NumPy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from bench_analysis import analysis_rows
from bench_blocking import blocking_rows
from bench_capture import capture_rows
from bench_composite import composite_rows
from bench_engines import engine_rows
from bench_footprint import footprint_rows
from bench_gfw import gfw_rows
from bench_network import network_rows
from bench_network_page import network_page_rows
from bench_ooni import ooni_rows
from bench_partners import partner_rows
from bench_playbooks import playbook_rows
from bench_scaling import draw_scaling, measure_scaling, orders
from bench_site import first_view_row, reweighing_rows
from bench_sources import source_rows
from timing import in_turn

from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.pipeline.compute import compute
from sharedfuture.pipeline.settings import Settings
from sharedfuture.warehouse import read_tables, write_tables

ROOT = Path(__file__).parents[1]
SCALING_PICTURE = ROOT / "docs" / "pictures" / "composite-cost.svg"


@dataclass(frozen=True, slots=True)
class Measured:
    """One row: ours against a floor or rival, in seconds or bytes."""

    work: str
    ours: float
    against: str
    theirs: float
    goal: str
    unit: str = "s"

    def line(self) -> str:
        """The row as Markdown."""
        ratio = self.ours / self.theirs
        return (
            f"| {self.work} | {_shown(self.ours, self.unit)} | {self.against} | "
            f"{_shown(self.theirs, self.unit)} | {_rounded(ratio)} | {self.goal} |"
        )


def _shown(value: float, unit: str) -> str:
    if unit == "bytes":
        large = value >= 10 * 1024 * 1024
        return f"{value / 1024**2:.0f} MiB" if large else f"{value / 1024:.0f} KiB"
    if value < 0.001:
        return f"{1e6 * value:.1f} µs"
    return f"{1000 * value:.1f} ms" if value < 1 else f"{value:.1f} s"


def _rounded(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.2g}"


def command_rows(folder: Path) -> list[Measured]:
    """Whole commands: help, a full build, a build with nothing to do."""
    settings = Settings(evidence=ROOT / "evidence", out=folder / "out", var=folder / "var")
    command = str(Path(sys.executable).with_name("sharedfuture"))
    environment = {
        **os.environ,
        "SHAREDFUTURE_EVIDENCE": str(settings.evidence),
        "SHAREDFUTURE_OUT": str(settings.out),
        "SHAREDFUTURE_VAR": str(settings.var),
    }

    def run(*arguments: str) -> None:
        subprocess.run(arguments, env=environment, check=True, capture_output=True)

    def full_build() -> None:
        subprocess.run(["rm", "-rf", str(settings.out), str(settings.var)], check=True)
        run(command, "build")

    tables = compute(capture_ledger(settings), settings).tables
    places = iter(range(10_000))

    def floor() -> None:
        target = folder / f"floor-{next(places)}"
        write_tables(tables, target)
        read_tables(target)

    built, written = in_turn(full_build, floor, runs=3)
    again, nothing = in_turn(
        lambda: run(command, "build"), lambda: run(sys.executable, "-c", "pass"), runs=15
    )
    helped, passed = in_turn(
        lambda: run(command, "--help"), lambda: run(sys.executable, "-c", "pass"), runs=25
    )
    return [
        Measured(
            "full build with site",
            built,
            "writing and reading the same tables",
            written,
            "under 15 s",
        ),
        Measured("build, nothing changed", again, "`python -c pass`", nothing, "under 1 s"),
        Measured("`sharedfuture --help`", helped, "`python -c pass`", passed, "at most 3"),
    ]


def main(arguments: list[str]) -> int:
    """Measure everything, print the table, and write it into the README."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = command_rows(folder)
        rows += [Measured(*row) for row in capture_rows()]
        rows += [Measured(*row) for row in source_rows(folder / "sources")]
        rows += [Measured(*row) for row in analysis_rows()]
        rows += [Measured(*row) for row in composite_rows()]
        rows += [Measured(*row) for row in ooni_rows(folder / "ooni")]
        rows += [Measured(*row) for row in blocking_rows()]
        rows += [Measured(*row) for row in gfw_rows(folder / "gfw")]
        rows += [Measured(*row) for row in engine_rows(folder / "engines")]
        rows += [Measured(*row) for row in footprint_rows()]
        rows += [Measured(*row) for row in playbook_rows()]
        rows += [Measured(*row) for row in partner_rows()]
        rows += [Measured(*row) for row in network_rows()]
        rows.append(Measured(*first_view_row(folder / "out" / "site"), unit="bytes"))
        rows += [Measured(*row) for row in reweighing_rows(folder / "out" / "site")]
        rows += [Measured(*row) for row in network_page_rows(folder / "network")]
    table = "\n".join(
        [
            f"Measured on {os.cpu_count()} cores; the ratio is what counts.",
            "",
            "| work | ours | against | theirs | ratio | goal |",
            "|---|--:|---|--:|--:|---|",
            *(row.line() for row in rows),
        ]
    )
    print(table)
    scaling = measure_scaling()
    for stage, grows, order in orders(scaling).iter_rows():
        told = "too quick to tell" if order is None else f"order {order:.2f}"
        print(f"{stage}, growing {grows}: {told}")
    if "--print" not in arguments:
        _write_into_readme(table)
        draw_scaling(scaling, SCALING_PICTURE)
    return 0


def _write_into_readme(table: str) -> None:
    readme = ROOT / "README.md"
    before, start, rest = readme.read_text(encoding="utf-8").partition("<!-- bench -->")
    _, end, after = rest.partition("<!-- /bench -->")
    readme.write_text(f"{before}{start}\n{table}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
