"""Every table, step, source and command says what it is; every choice says why."""

import argparse
import inspect
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest

from sharedfuture import cli
from sharedfuture.align.dates import span_of
from sharedfuture.capture import Capture
from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.pipeline.settings import Settings
from sharedfuture.pipeline.steps import find_steps
from sharedfuture.records import inner_tables
from sharedfuture.records.stated import Stated
from sharedfuture.records.table import Table
from sharedfuture.records.tables import TABLE, TABLES
from sharedfuture.sources import ledger
from sharedfuture.sources.declaration import declaration, source_names
from sharedfuture.sources.ledger.layout import LAYOUTS
from sharedfuture.sources.ledger.read import _outside_bands

SOURCES = Path(__file__).parents[2] / "src" / "sharedfuture" / "sources"
INNER = [item for item in vars(inner_tables).values() if isinstance(item, Table)]
STEPS = find_steps()


@pytest.mark.parametrize("table", [*TABLES, *INNER], ids=lambda table: table.name)
def test_table_and_columns_say_what_they_are(table: Table) -> None:
    assert table.says.strip()
    assert [column.name for column in table.columns if not column.says.strip()] == []
    assert set(table.key) <= set(table.column_names)
    assert len(set(table.column_names)) == len(table.columns)


def test_tables_have_names_of_their_own() -> None:
    assert len(TABLE) == len(TABLES)
    assert not {table.name for table in INNER} & set(TABLE)


def parameters_of(module: ModuleType) -> dict[str, dict[str, object]]:
    """The section of the step in the TOML file beside it; none where there is no such file."""
    path = files(module.__name__.rpartition(".")[0]).joinpath("parameters.toml")
    if not path.is_file():
        return {}
    section: dict[str, dict[str, object]] = tomllib.loads(path.read_text(encoding="utf-8"))[
        module.STEP.id.rpartition(".")[2]
    ]
    return section


@pytest.mark.parametrize("module", STEPS, ids=lambda module: str(module.STEP.id))
def test_step_takes_what_it_declares_and_no_default(module: ModuleType) -> None:
    taken = inspect.signature(module.run).parameters
    assert [name for name, item in taken.items() if item.default is not item.empty] == []
    frames = [name for name, item in taken.items() if item.kind is not item.KEYWORD_ONLY]
    choices = [name for name, item in taken.items() if item.kind is item.KEYWORD_ONLY]
    assert set(frames) == set(module.STEP.reads)
    assert set(choices) == set(parameters_of(module))
    assert {table.removeprefix("derived.") for table in module.STEP.tables} <= set(TABLE)


@pytest.mark.parametrize("module", STEPS, ids=lambda module: str(module.STEP.id))
def test_every_parameter_has_a_value_and_a_reason(module: ModuleType) -> None:
    for name, entry in parameters_of(module).items():
        assert set(entry) == {"value", "reason"}, name
        assert len(str(entry["reason"]).split()) >= 3, name


def test_no_section_of_parameters_is_left_without_step() -> None:
    steps: dict[str, set[str]] = {}
    for module in STEPS:
        package = module.__name__.rpartition(".")[0]
        steps.setdefault(package, set()).add(module.STEP.id.rpartition(".")[2])
    for package, names in steps.items():
        path = files(package).joinpath("parameters.toml")
        if path.is_file():
            assert set(tomllib.loads(path.read_text(encoding="utf-8"))) == names


def commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


@pytest.mark.parametrize(
    ("name", "parser"), list(commands(cli._parser())), ids=lambda item: str(item)[:12]
)
def test_command_and_its_options_have_help(name: str, parser: argparse.ArgumentParser) -> None:
    assert parser.description
    assert parser.epilog, f"{name} shows no example and no exit code"
    bare = [action.option_strings or action.dest for action in parser._actions if not action.help]
    assert bare == []


def test_help_names_every_command() -> None:
    text = cli._parser().format_help()
    assert [name for name, _ in commands(cli._parser()) if f"    {name} " not in text] == []


FOLDERS = sorted(path.parent for path in SOURCES.glob("*/__init__.py"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_source_declares_who_it_is_and_what_to_expect(folder: Path) -> None:
    declared = tomllib.loads((folder / "source.toml").read_text(encoding="utf-8"))
    for key in ("title", "publisher", "licence", "cadence"):
        assert str(declared[key]).strip(), key
    assert declared["expect"]
    # Only what an optional file brings may be missing altogether.
    least = 0 if any(file.get("is_optional") for file in declared.get("file", ())) else 1
    for kind, band in declared["expect"].items():
        assert set(band) == {"min", "max"}, kind
        assert least <= band["min"] < band["max"], kind


# Kinds that may be few, or none: a ledger without a case history is still whole.
WITHOUT_BAND = {"case_history"}
EVIDENCE = Path(__file__).parents[2] / "evidence"


def test_every_kind_of_row_has_a_band() -> None:
    declared = tomllib.loads((SOURCES / "ledger" / "source.toml").read_text(encoding="utf-8"))
    assert set(declared["expect"]) == {item.kind for item in LAYOUTS} - WITHOUT_BAND


@pytest.fixture(scope="module")
def captures() -> tuple[Capture, ...]:
    nowhere = EVIDENCE / "nowhere"
    return capture_ledger(Settings(evidence=EVIDENCE, out=nowhere, var=nowhere))


def bands_left_by_the_loss_of(name: str, captures: tuple[Capture, ...]) -> list[str]:
    rest = [item for item in captures if item.name != f"evidence/{name}"]
    assert len(rest) == len(captures) - 1
    return [str(fault) for fault in ledger.read(rest).faults]


def test_whole_ledger_is_within_its_bands(captures: tuple[Capture, ...]) -> None:
    assert ledger.read(captures).faults == ()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("readings.csv", "reading"),
        ("citations.csv", "citation"),
        ("doctrine.toml", "doctrine"),
        ("spellings.csv", "spelling"),
        ("tallies.csv", "tally"),
        ("ties/memberships.csv", "tie"),
    ],
)
def test_lost_file_is_a_fault(name: str, kind: str, captures: tuple[Capture, ...]) -> None:
    (fault,) = bands_left_by_the_loss_of(name, captures)
    assert re.fullmatch(rf"evidence:0: expected \d+ to \d+ rows of {kind}, found \d+", fault)


def names_of(folder: str) -> list[str]:
    return sorted(path.relative_to(EVIDENCE).as_posix() for path in (EVIDENCE / folder).iterdir())


@pytest.fixture(scope="module")
def rows_of(captures: tuple[Capture, ...]) -> Mapping[str, tuple[Stated, ...]]:
    """The rows of each file of the ledger, read once."""
    texts = {item.name: ledger.read([item], bands=False) for item in captures}
    assert [name for name, text in texts.items() if text.faults] == []
    return {name: text.rows for name, text in texts.items()}


@pytest.mark.parametrize("name", [*names_of("figures"), *names_of("claims"), "cases.toml"])
def test_lost_file_is_a_fault_of_its_own(
    name: str, rows_of: Mapping[str, tuple[Stated, ...]]
) -> None:
    assert rows_of[f"evidence/{name}"]
    rest = [row for file, rows in rows_of.items() if file != f"evidence/{name}" for row in rows]
    found = [str(fault) for fault in _outside_bands(rest, "evidence")]
    own = [fault for fault in found if fault.startswith(f"evidence/{name}:0: ")]
    assert len(own) == 1
    assert re.fullmatch(r".*:0: expected at least \d+ rows, found 0", own[0])
    kind = "figure" if name.startswith("figures/") else "claim"
    others = [fault for fault in found if fault not in own]
    assert all(re.fullmatch(rf"evidence:0: .* rows of {kind}, .*", fault) for fault in others)


def test_files_with_a_least_count_are_there() -> None:
    declared = tomllib.loads((SOURCES / "ledger" / "source.toml").read_text(encoding="utf-8"))
    assert [name for name in declared["expect_in_file"] if not (EVIDENCE / name).exists()] == []
    assert [name for name, least in declared["expect_in_file"].items() if least < 1] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_source_has_one_way_in(folder: Path) -> None:
    module = import_module(f"sharedfuture.sources.{folder.name}")
    assert "read" in module.__all__


@pytest.mark.parametrize("name", source_names())
def test_editions_are_declared_from_the_oldest_to_the_newest(name: str) -> None:
    spans = [span_of(edition.published) for edition in declaration(name).edition]
    came_out = [span.earliest or span.latest or date.max for span in spans]
    assert came_out == sorted(came_out)
