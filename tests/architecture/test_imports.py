"""The map of the rooms, held by reading the code: signs, imports, names, sizes."""

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "sharedfuture"

# What each room may import besides itself; its sign must say the same.
MAY_IMPORT = {
    "records": frozenset[str](),
    "capture": frozenset({"records"}),
    "warehouse": frozenset({"records"}),
    "align": frozenset({"records"}),
    "analyse": frozenset({"records"}),
    "findings": frozenset({"records"}),
    "extract": frozenset({"records", "capture"}),
    "sources": frozenset({"records", "capture", "extract"}),
    "publish": frozenset({"records", "findings", "warehouse"}),
    "pipeline": frozenset(
        {
            *("records", "sources", "capture", "extract", "warehouse"),
            *("align", "analyse", "findings", "publish"),
        }
    ),
}
NEIGHBOURS = ("sources", "analyse")
# Modules beside the rooms: the command line knows the pipeline, and the errors that it turns into
# exit codes; the other is the public face of a library, and knows nothing but that library.
BESIDE: dict[str, set[tuple[str, ...]]] = {
    "cli": {("pipeline",), ("records",)},
    "composite": {("analyse", "composite")},
}
# Libraries inside a room, which import nothing but themselves, with who else there may use them.
LIBRARIES = {("analyse", "composite"): {("analyse", "index")}}
# Who uses the library by its public face.
FACED = {("analyse", "index")}
FORBIDDEN_NAMES = {
    *("common", "core", "utils", "util", "helpers", "helper"),
    *("base", "manager", "handler", "processor"),
}
# Rooms that touch the world are capture, warehouse, publish and pipeline; the others are pure.
PURE = ("records", "extract", "sources", "align", "analyse", "findings")
OF_THE_WORLD = {"os", "socket", "subprocess", "random", "http", "shutil", "tempfile", "sqlite3"}
LONGEST_MODULE = 500
LONGEST_FUNCTION = 60

MODULES = sorted(PACKAGE.rglob("*.py"))
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def imports_of(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every module that is imported, with its level; what is taken from a package counts too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.level
            yield from ((f"{node.module}.{alias.name}", node.level) for alias in node.names)


def own_imports(tree: ast.Module) -> set[tuple[str, ...]]:
    """Parts of the names of our own modules that are imported, without the package's name."""
    return {
        tuple(name.split(".")[1:])
        for name, _ in imports_of(tree)
        if name.startswith("sharedfuture.")
    }


def starts_with_any(parts: tuple[str, ...], prefixes: Collection[tuple[str, ...]]) -> bool:
    """Whether a module lies in one of the packages, or is one of them."""
    return any(parts[: len(prefix)] == prefix for prefix in prefixes)


def sign_of(room: str) -> list[str]:
    text = (PACKAGE / room / "__init__.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(text)) or "").splitlines()


def read(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import sharedfuture.align.names", {("align", "names")}),
        ("from sharedfuture.align import names", {("align",), ("align", "names")}),
        ("from sharedfuture import align", {("align",)}),
        ("def f():\n    import sharedfuture.cli", {("cli",)}),
        ("import sharedfuture_other", set()),
    ],
)
def test_every_form_of_import_is_seen(source: str, found: set[tuple[str, ...]]) -> None:
    assert own_imports(ast.parse(source)) == found


def test_the_map_names_every_room() -> None:
    assert set(ROOMS) == set(MAY_IMPORT)
    assert {path.stem for path in PACKAGE.glob("*.py")} == {"__init__", *BESIDE}


@pytest.mark.parametrize("room", ROOMS)
def test_sign_says_what_goes_in_and_out_and_may_be_imported(room: str) -> None:
    sign = sign_of(room)
    assert sign[0].endswith(".")
    assert re.fullmatch(r"In: {7}\S.*", sign[-3])
    assert re.fullmatch(r"Out: {6}\S.*", sign[-2])
    assert re.fullmatch(r"Imports: {2}\S.*", sign[-1])
    listed = sign[-1].removeprefix("Imports:").strip()
    rooms = set() if listed == "nothing" else set(listed.split(", "))
    assert rooms == MAY_IMPORT[room]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_stay_within_the_sign(path: Path) -> None:
    room = room_of(path)
    imported = own_imports(read(path))
    if path.parent == PACKAGE and path.stem in BESIDE:
        allowed = BESIDE[path.stem]
        assert {parts for parts in imported if not starts_with_any(parts, allowed)} == set()
    else:
        faced = room == "pipeline" or path.relative_to(PACKAGE).parts[:2] in FACED
        face = {"composite"} if faced else set[str]()
        assert {parts[0] for parts in imported} <= {room, *MAY_IMPORT.get(room, ()), *face}


@pytest.mark.parametrize("library", LIBRARIES, ids="/".join)
def test_library_imports_nothing_but_itself(library: tuple[str, ...]) -> None:
    folder = PACKAGE.joinpath(*library)
    assert "Imports:  nothing" in sign_of("/".join(library))
    others = {
        (name_of(path), parts)
        for path in folder.rglob("*.py")
        for parts in own_imports(read(path))
        if not starts_with_any(parts, {library})
    }
    assert others == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_neighbours_do_not_import_each_other(path: Path) -> None:
    inside = path.relative_to(PACKAGE).parts
    if inside[0] not in NEIGHBOURS or len(inside) < 3:
        return
    folders = {folder.name for folder in (PACKAGE / inside[0]).iterdir() if folder.is_dir()}
    used = {library for library, users in LIBRARIES.items() if inside[:2] in users}
    others = {
        parts[1]
        for parts in own_imports(read(path))
        if parts[0] == inside[0]
        and len(parts) > 1
        and parts[1] in folders - {inside[1]}
        and not starts_with_any(parts, used)
    }
    assert others == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_are_absolute_and_the_database_has_one_door(path: Path) -> None:
    imported = list(imports_of(read(path)))
    assert all(level == 0 for _, level in imported)
    if room_of(path) != "warehouse":
        assert not {name for name, _ in imported if name.split(".")[0] == "duckdb"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_pure_rooms_do_not_touch_the_world(path: Path) -> None:
    if room_of(path) not in PURE:
        return
    tree = read(path)
    assert not {name for name, _ in imports_of(tree) if name.split(".")[0] in OF_THE_WORLD}
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not {call for call in calls if call in ("open", "date.today", "datetime.now")}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_environment_and_exit_have_their_places(path: Path) -> None:
    names = {ast.unparse(node) for node in ast.walk(read(path)) if isinstance(node, ast.Attribute)}
    if name_of(path) not in ("cli.py", "pipeline/settings.py"):
        assert not names & {"os.environ", "os.getenv"}
    if name_of(path) != "cli.py":
        assert not names & {"sys.exit", "os._exit"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_are_named_after_the_field(path: Path) -> None:
    words = {part for name in path.relative_to(PACKAGE).parts for part in re.split(r"[_.]", name)}
    assert not words & FORBIDDEN_NAMES


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_functions_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(read(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert long == {}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_public_names_have_a_docstring(path: Path) -> None:
    tree = read(path)
    assert ast.get_docstring(tree)
    undocumented = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert undocumented == []
