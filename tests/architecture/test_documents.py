"""Documents that cannot lie: what they name is what there is."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharedfuture.sources.ledger import fields
from sharedfuture.sources.ledger.fields import Field, Unfit
from sharedfuture.sources.ledger.layout import LAYOUTS, Layout

ROOT = Path(__file__).parents[2]
MARKER = re.compile(r"`((?:\w+/)?[\w*]+\.(?:csv|toml))`:")

# Written in two parts, so that this file does not hold what it looks for.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "crates" + ".io",
    "conda" + ".anaconda.org",
]
MACHINE_PATH = re.compile(
    r"(?<![\w.:/*-])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "tm" + "p", "ho" + "me"]) + r")/"
)


def described(layout: Layout) -> str:
    """What the ledger's README says of one kind of file; of claims, the guide."""
    if layout.kind == "claim":
        return (ROOT / "docs" / "guides" / "add-a-claim.md").read_text(encoding="utf-8")
    text = (ROOT / "evidence" / "README.md").read_text(encoding="utf-8")
    columns = text[text.index("\n## Columns") :]
    marks = list(MARKER.finditer(columns))
    starts = {mark.group(1): index for index, mark in enumerate(marks)}
    index = starts[layout.matches]
    end = marks[index + 1].start() if index + 1 < len(marks) else len(columns)
    return columns[marks[index].end() : end]


def words_of(field: Field) -> list[str]:
    """The words that an enumeration allows; none where the column is not one."""
    for probe in ("no such word", "no=such-word"):
        try:
            field.parse(probe)
        except Unfit as refused:
            if refused.expected.startswith("one of the keys"):
                return []
            for lead in ("one of ", "role=party with a role of "):
                if refused.expected.startswith(lead):
                    return refused.expected.removeprefix(lead).split(", ")
    return []


def names_of(layout: Layout) -> Iterator[str]:
    yield from layout.columns
    if layout.has_source and not layout.entry:
        yield from ("source_id", "locator")


def test_enumerations_are_found() -> None:
    events = next(layout for layout in LAYOUTS if layout.kind == "event")
    assert "disputed" in words_of(events.columns["certainty"])
    assert "trainee" in words_of(events.columns["parties"])
    assert words_of(Field(fields.text)) == []


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.matches)
def test_readme_of_the_ledger_names_every_column_and_word(layout: Layout) -> None:
    text = described(layout)
    found = set(re.findall(r"\w+", text))
    assert [name for name in names_of(layout) if name not in found] == []
    lacking = {
        name: [word for word in words_of(field) if word not in found]
        for name, field in layout.columns.items()
    }
    assert {name: words for name, words in lacking.items() if words} == {}


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.matches)
def test_readme_of_the_ledger_lists_every_file(layout: Layout) -> None:
    text = (ROOT / "evidence" / "README.md").read_text(encoding="utf-8")
    assert f"| `{layout.matches}` | " in text


def test_generated_documents_are_up_to_date() -> None:
    ended = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout + ended.stderr) == (0, "")


def test_every_make_target_has_a_line_of_help() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text, flags=re.MULTILINE)
    helped = re.findall(r"^([a-z-]+):.*## \S", text, flags=re.MULTILINE)
    assert sorted(helped) == sorted(phony.split())


def kept_files() -> list[Path]:
    """Files of the project: those that git keeps, or would."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / name.decode() for name in listed.stdout.split(b"\0") if name]
    return [path for path in paths if path.is_file()]


def test_no_file_names_a_registry_or_a_place_on_a_machine() -> None:
    found = []
    for path in kept_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        found += [f"{path.relative_to(ROOT)}: {name}" for name in REGISTRIES if name in text]
        found += [f"{path.relative_to(ROOT)}: {item}" for item in MACHINE_PATH.findall(text)]
    assert found == []


@pytest.mark.parametrize("folder", ["wo" + "rk", "tm" + "p", "ho" + "me"])
def test_places_on_a_machine_are_told_from_addresses(folder: str) -> None:
    assert MACHINE_PATH.search(f"see /{folder}/x")
    assert MACHINE_PATH.search(f'"/{folder}/x"')
    assert not MACHINE_PATH.search(f"https://example.org/{folder}/x")
    assert not MACHINE_PATH.search(f"a/{folder}/x")
