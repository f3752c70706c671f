"""`sharedfuture playbooks` as a person meets it, on a release of made-up histories."""

import json
import re
import shlex
from collections.abc import Callable
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess

import polars as pl
import pytest

from sharedfuture.analyse.playbooks import matches
from sharedfuture.analyse.step import read_parameters
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE
from sharedfuture.warehouse import write_tables
from tests.made_up_histories import Happening, history_of

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "add-a-playbook.md"
DAY = date(2022, 5, 1).toordinal()
WHOLE: list[Happening] = [
    ("cyber_operation", DAY, DAY + 30, "CHN"),
    ("agreement_police", DAY + 100, DAY + 100, "CHN"),
    ("agreement_security", DAY + 400, DAY + 400, "CHN"),
    ("shutdown", DAY, DAY, None),
]

Run = Callable[..., CompletedProcess[str]]


def guide_file() -> str:
    """The playbook that the guide writes down."""
    text = GUIDE.read_text(encoding="utf-8")
    (found,) = re.findall(r"<!-- file: my-playbook.toml -->\n```toml\n(.*?)```", text, re.DOTALL)
    return str(found)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a release in place, and the guide's playbook beside it."""
    folder = tmp_path_factory.mktemp("playbooks")
    history = history_of({"SLB": WHOLE, "PAK": [WHOLE[0], WHOLE[3]], "KAZ": WHOLE[::-1][:2]})
    named = {"SLB": "Solomon Islands", "PAK": "Pakistan", "KAZ": "Kazakhstan", "CHN": "China"}
    named |= {"RUS": "Russia", "USA": "United States"}
    countries = frame_of(
        TABLE["country"], [{"country_id": code, "name": name} for code, name in named.items()]
    )
    texts = pl.DataFrame({"file": ["x"], "text": [guide_file()]})
    parameters = {**read_parameters("sharedfuture.analyse.playbooks", "matches"), "shuffles": 19}
    made = matches.run(texts, history, countries, **parameters)
    tables = {
        name.removeprefix("derived."): frame.select(
            TABLE[name.removeprefix("derived.")].column_names
        )
        for name, frame in made.items()
    }
    write_tables({**tables, "history": history, "country": countries}, folder / "out" / "release")
    (folder / "my-playbook.toml").write_text(guide_file(), encoding="utf-8")
    return folder


@pytest.fixture
def run(command: Run, folder: Path) -> Run:
    """Run `sharedfuture playbooks ...` there."""

    def there(*arguments: str) -> CompletedProcess[str]:
        return command("playbooks", *arguments, folder=folder)

    return there


def test_list_shows_each_playbook(run: Run) -> None:
    assert "hack-then-sign  Hack, then sign      2         2  1 (shuffled" in run("list").stdout
    (row,) = json.loads(run("list", "--format", "json").stdout)
    assert row["playbook"] == "hack-then-sign"


def test_find_shows_the_best_of_each_country(run: Run) -> None:
    done = run("find", "hack-then-sign", "--shuffles", "19")
    assert done.returncode == 0, done.stderr
    assert "Solomon Islands" in done.stdout
    assert "1 of 3 countries has a whole match" in done.stdout
    (row,) = json.loads(run("find", "hack-then-sign", "--format", "json").stdout)
    assert row["playbook_match_id"] == "match-hack-then-sign-CHN-SLB"
    assert row["shuffles"] == 199


def test_find_shows_what_fills_each_step_of_a_country(run: Run) -> None:
    done = run("find", "my-playbook.toml", "--country", "SLB")
    assert "cyber_operation in SLB" in done.stdout
    assert "no proof of cause" in done.stdout
    row = json.loads(run("find", "my-playbook.toml", "--country", "SLB", "--format", "json").stdout)
    assert [step["step"] for step in row["filled_by"]] == ["intrusion", "signature"]
    assert "no two steps" in run("find", "hack-then-sign", "--country", "PAK").stdout


def test_all_occurrences_are_found_best_first(run: Run) -> None:
    done = run("find", "hack-then-sign", "--country", "SLB", "--all", "--format", "json")
    found = json.loads(done.stdout)
    assert [len(each["filled_by"]) for each in found] == [2, 2]
    assert found[0]["fit"] >= found[1]["fit"] > 0
    assert "2 occurrences" in run("find", "hack-then-sign", "--country", "SLB", "--all").stdout


def test_chance_has_a_row_for_each_sponsor(run: Run) -> None:
    done = run("chance", "hack-then-sign", "--shuffles", "30", "--format", "json")
    rows = json.loads(done.stdout)
    assert [row["sponsor_id"] for row in rows] == ["CHN", "RUS", "USA"]
    assert rows[0]["found"] == 1
    assert {row["shuffles"] for row in rows} == {30}


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("find", "nothing"), 1, "expected a file or one of the playbooks hack-then-sign, found"),
        (("find", "hack-then-sign", "--country", "Pakistan"), 1, "such as SLB (that is PAK)"),
        (("find", "hack-then-sign", "--sponsor", "XXX"), 1, "expected the code of a country"),
        (("find", "hack-then-sign", "--all"), 1, "--all needs a country, such as --country SLB"),
        (("chance", "hack-then-sign", "--shuffles", "0"), 2, "a whole number above 0, found '0'"),
    ],
)
def test_errors_say_what_was_expected(
    run: Run, arguments: tuple[str, ...], code: int, says: str
) -> None:
    done = run(*arguments)
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_faults_of_a_file_are_told_with_their_lines(run: Run, folder: Path) -> None:
    broken = guide_file().replace('after = ["intrusion"]', 'after = ["intrusions"]')
    (folder / "broken.toml").write_text(broken, encoding="utf-8")
    done = run("find", "broken.toml")
    assert done.returncode == 2
    assert re.fullmatch(
        r"broken\.toml:\d+: expected signature: a step of the playbook in after "
        r"\(nearest: intrusion\), found 'intrusions'\n",
        done.stdout,
    )


def test_commands_of_the_guide_that_try_a_file_run(run: Run) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    shown = re.findall(r"^sharedfuture playbooks (.*my-playbook\.toml.*)$", text, re.MULTILINE)
    assert len(shown) == 4
    for line in shown:
        done = run(*shlex.split(line.replace("10000", "50")))
        assert done.returncode == 0, done.stderr
