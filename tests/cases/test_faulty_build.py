"""After a faulty ledger nothing is published, and what was published before is untouched."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sharedfuture.cli import main
from sharedfuture.pipeline import compute as room
from sharedfuture.pipeline.build import build
from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.errors import LedgerFaulty

if TYPE_CHECKING:
    from tests.conftest import Ledger


FAULT_LINE = re.compile(r"evidence(/[\w./-]+)?:\d+: expected .+, found .+")


def state_of(folder: Path) -> dict[str, str]:
    """Every path below the folder, with where it leads or the hash of what it holds."""
    return {
        str(path.relative_to(folder)): str(path.readlink())
        if path.is_symlink()
        else sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def spoil(ledger: Ledger) -> list[str]:
    """Add two faulty rows; the lines that name them."""
    events = ledger.read("events.csv").count("\n")
    actors = ledger.read("actors.csv").count("\n")
    ledger.append("events.csv", "ev-new,visit,someday,A visit,reported,host=SLB,src-report,p,\n")
    ledger.append("actors.csv", "act-new,New,,forum,,Q0,,src-report,p\n")
    return [
        f"evidence/actors.csv:{actors + 1}: expected wikidata_id: a Wikidata item (Q…), found 'Q0'",
        f"evidence/events.csv:{events + 1}: expected an EDTF date such as 2022-08, 2016/.. or "
        "/2019-08-14, found 'someday'",
    ]


def test_last_release_stays_byte_for_byte(real_ledger: Ledger, release: Settings) -> None:
    shutil.copytree(release.out, real_ledger.settings.out, symlinks=True)
    before = state_of(real_ledger.settings.out)
    assert "current" in before
    expected = spoil(real_ledger)
    with pytest.raises(LedgerFaulty) as caught:
        build(real_ledger.settings, tell=lambda _: None)
    assert [str(fault) for fault in caught.value.faults] == expected
    assert state_of(real_ledger.settings.out) == before


def test_first_build_of_a_faulty_ledger_publishes_nothing(real_ledger: Ledger) -> None:
    spoil(real_ledger)
    with pytest.raises(LedgerFaulty):
        build(real_ledger.settings, tell=lambda _: None)
    assert state_of(real_ledger.settings.out) == {}


def test_query_that_fails_publishes_nothing(
    small_ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "compute", partial(room.compute, bands=False))
    small_ledger.write(
        "claims/99-new.toml",
        '[[claim]]\nclaim_id = "claim-999-new"\nparagraph = 1\nkind = "fact"\n'
        'statement = "It cannot be asked."\n\n[claim.test]\nkind = "sql"\nsql = "select"\n',
    )
    with pytest.raises(LedgerFaulty) as caught:
        build(small_ledger.settings, tell=lambda _: None)
    assert [str(fault.at) for fault in caught.value.faults] == ["evidence/claims/99-new.toml:1"]
    assert state_of(small_ledger.settings.out) == {}


def test_check_prints_every_fault(real_ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    expected = spoil(real_ledger)
    assert main(["check", "--evidence", str(real_ledger.settings.evidence)]) == 2
    printed = capsys.readouterr()
    assert printed.out.splitlines() == expected
    assert printed.err == "2 faults in the ledger; nothing was published\n"


def test_check_prints_nothing_but_faults(
    small_ledger: Ledger, capfd: pytest.CaptureFixture[str]
) -> None:
    """Also on dates on which the parser of dates speaks to the screen."""
    for number, date in enumerate(("2004-XX/2005", "2005/2006-XX", "2022-XX/..", "soon")):
        row = f"ev-{number},visit,{date},A visit,reported,host=SLB,src-report,p,\n"
        small_ledger.append("events.csv", row)
    assert main(["check", "--evidence", str(small_ledger.settings.evidence)]) == 2
    lines = capfd.readouterr().out.splitlines()
    assert len(lines) > 3
    assert [line for line in lines if not FAULT_LINE.fullmatch(line)] == []


def test_check_without_a_ledger_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--evidence", str(tmp_path / "nowhere")]) == 1
    assert capsys.readouterr().err == f"sharedfuture: {tmp_path / 'nowhere'}: no such folder\n"


def test_command_itself_ends_with_code_two(real_ledger: Ledger) -> None:
    """Through the environment and a process of its own, as a shell meets it."""
    expected = spoil(real_ledger)
    ended = subprocess.run(
        [sys.executable, "-m", "sharedfuture.cli", "check"],
        env={**os.environ, "SHAREDFUTURE_EVIDENCE": str(real_ledger.settings.evidence)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout.splitlines()) == (2, expected)
