"""`sharedfuture measure blocklist`: what it takes, and what it leaves behind."""

import argparse
from pathlib import Path

import pytest

from sharedfuture.pipeline.screens.blocklist_command import add_blocklist

LINES = "b.zone    0110\na.zone    0011\nz.zone    0100\n"


def command(
    works: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    says: str,
    *,
    epilog: str,
    call: object,
) -> argparse.ArgumentParser:
    parser = works.add_parser(name, help=says, epilog=epilog)
    parser.set_defaults(call=call)
    return parser


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_blocklist(parser.add_subparsers(), command)
    options = parser.parse_args(["blocklist", *arguments])
    return int(options.call(options))


def test_days_and_changes_go_where_they_are_wanted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "check.txt"
    file.write_text(LINES, encoding="utf-8")
    days, changes = tmp_path / "days.csv", tmp_path / "changes.csv"
    wanted = ("--to", str(days), "--changes", str(changes), "--series", "one")
    assert run(str(file), *wanted, "--first-day", "2026-01-01") == 0
    assert (
        days.read_text(encoding="utf-8").splitlines()[2].startswith("bld-one-0002,one,2026-01-02")
    )
    assert changes.read_text(encoding="utf-8").splitlines()[0] == "series,domain,position,change"
    assert "one" in capsys.readouterr().out
    assert run(str(file), *wanted, "--first-day", "") == 0
    assert days.read_text(encoding="utf-8").splitlines()[2].startswith("bld-one-0002,one,,2")
