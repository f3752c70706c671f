"""Documents that cannot lie: what they name is what there is."""

import argparse
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sharedfuture import cli
from sharedfuture.capture import Form
from sharedfuture.records.cadence import Cadence
from sharedfuture.records.stated_tables import STATED_TABLE
from sharedfuture.sources.declaration import (
    Break,
    Declaration,
    DeclaredEdition,
    DeclaredIndicator,
    File,
    Pages,
    Redistribution,
    Tabulation,
    source_names,
)
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

SETTING = re.compile(r"SHAREDFUTURE_[A-Z_]+")
# A command as one line, from a block or from between backticks.
SHOWN = re.compile(r" *(?:SHAREDFUTURE_\w+=\S+ )*sharedfuture (\S.*)")
# The source that the guide builds.
MADE_UP = "camera_watch"
# The page that lists the settings.
LISTS = "docs/guides/listen.md"
LINK = re.compile(r"\]\(([^)#\s]+)?(?:#([\w-]+))?\)")


def described(layout: Layout) -> str:
    """What the ledger's README says of one kind of file; of claims, the guide."""
    if layout.kind == "claim":
        return (ROOT / "docs" / "guides" / "add-a-claim.md").read_text(encoding="utf-8")
    text = (ROOT / "evidence" / "README.md").read_text(encoding="utf-8")
    columns = text[text.index("\n## Columns") :]
    marks = list(MARKER.finditer(columns))
    starts = {mark.group(1): index for index, mark in enumerate(marks)}
    index = starts["events.csv" if layout.kind == "event" else layout.matches]
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


def documents() -> dict[str, str]:
    """The pages for people, by their place."""
    paths = [ROOT / "README.md", ROOT / "evidence" / "README.md", *(ROOT / "docs").rglob("*.md")]
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(paths)
    }


def shown_commands(text: str) -> Iterator[str]:
    """Every command that a page shows; what stands beside it after two spaces is a remark."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
    for line in [*whole_lines("\n".join(blocks)), *spans]:
        if found := SHOWN.match(line.replace("\n", " ")):
            yield found[1].split("  ")[0]


def whole_lines(text: str) -> Iterator[str]:
    """Lines, where a text between double quotes and what follows a backslash is one."""
    waiting = ""
    for line in text.splitlines():
        waiting += (line.strip() if waiting else line).removesuffix("\\").rstrip()
        if waiting.count('"') % 2 or line.endswith("\\"):
            waiting += " "
            continue
        yield waiting
        waiting = ""


def commands() -> dict[str, argparse.ArgumentParser]:
    (action,) = (
        item for item in cli._parser()._actions if isinstance(item, argparse._SubParsersAction)
    )
    return dict(action.choices)


SHOWN_COMMANDS = [
    (page, line) for page, text in documents().items() for line in shown_commands(text)
]


@pytest.mark.parametrize(("page", "line"), SHOWN_COMMANDS)
def test_command_that_a_page_shows_can_be_given(page: str, line: str) -> None:
    words = shlex.split(line.partition(" > ")[0])
    assert words[0] in {*commands(), "--help", "--version"}, page
    if len(words) == 1:
        return  # named, not given
    if words[-1].startswith("--"):
        assert words[-1] in commands()[words[0]].format_help(), page
        return
    options = cli._parser().parse_args(words)
    if words[0] in ("fetch", "sources", "status"):
        assert set(options.source) <= {*source_names(), MADE_UP}, page


def test_every_command_is_shown_on_a_page() -> None:
    assert len(SHOWN_COMMANDS) > 20
    shown = {shlex.split(line)[0] for _, line in SHOWN_COMMANDS}
    assert [name for name in commands() if name not in shown] == []


def test_pages_name_every_setting_and_no_other() -> None:
    code = (ROOT / "src/sharedfuture/pipeline/settings.py").read_text(encoding="utf-8")
    named = {page: set(SETTING.findall(text)) for page, text in documents().items()}
    listed = set(re.findall(r"^\| `(SHAREDFUTURE_\w+)` \|", documents()[LISTS], flags=re.M))
    assert listed == set(SETTING.findall(code))
    assert {page: names - listed for page, names in named.items() if names - listed} == {}


def test_pages_name_tests_that_there_are() -> None:
    found = {
        name
        for text in documents().values()
        for name in re.findall(r"`(tests/[\w./]+)`", text)
        if not (ROOT / name).exists()
    }
    assert found == set()


@pytest.mark.parametrize("page", sorted(documents()))
def test_links_between_pages_lead_somewhere(page: str) -> None:
    lost = []
    for place, mark in LINK.findall(documents()[page]):
        if re.match(r"\w+:", place):
            continue
        path = ((ROOT / page).parent / place).resolve() if place else ROOT / page
        name = path.relative_to(ROOT).as_posix()
        if not path.exists() or (mark and mark not in headings(documents()[name])):
            lost.append(f"{place}#{mark}")
    assert lost == []


def headings(text: str) -> set[str]:
    """The marks that a reader of Markdown gives to headings."""
    titles = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_guide_names_every_key_of_a_declaration() -> None:
    text = documents()["docs/guides/add-a-source.md"]
    forms = (Declaration, File, Pages, DeclaredEdition, DeclaredIndicator, Break, Tabulation)
    keys = {field.encode_name for form in forms for field in msgspec.structs.fields(form)}
    words = set(re.findall(r"\w+", text))
    assert keys - words == set()
    assert set(Cadence) | set(Form) | set(Redistribution) | set(STATED_TABLE) <= words
