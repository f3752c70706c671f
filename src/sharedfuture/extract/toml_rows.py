"""TOML to entries: each `[[name]]` is one row, with the lines of its keys."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from sharedfuture.capture import Capture
from sharedfuture.extract.written import Extracted, Written
from sharedfuture.records.fault import Fault, Spot

_KEY = re.compile(r"""^\s*["']?([A-Za-z0-9_-]+)["']?\s*=""")
_TABLE = re.compile(r"^\s*\[\[?\s*([A-Za-z0-9_.-]+)\s*\]\]?\s*(?:#.*)?$")
_DIGITS = re.compile(r"[0-9_]{4301,}")  # Python reads no longer number
_WHERE = re.compile(r"\(at line (\d+), column \d+\)")


def toml_rows(capture: Capture, *, entry: str) -> Extracted:
    """Read a TOML file that holds an array of tables called `entry`, and nothing else."""
    try:
        text = capture.data.decode("utf-8")
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = capture.data[: error.start].count(b"\n") + 1
        return _refused(capture.name, line, "UTF-8 text", f"byte {capture.data[error.start]:#04x}")
    except RecursionError:
        return _refused(capture.name, 1, "well-formed TOML", "brackets nested too deep")
    except ValueError as error:  # not well formed, or a number of thousands of digits
        where, digits = _WHERE.search(str(error)), _DIGITS.search(text)
        until = digits.start() if digits else len(text)
        line = int(where.group(1)) if where else text.count("\n", 0, until) + 1
        return _refused(capture.name, line, "well-formed TOML", str(error))
    faults = [
        Fault(Spot(capture.name, _line_of(text, key)), f"[[{entry}]]", f"unknown key {key!r}")
        for key in document
        if key != entry
    ]
    entries = document.get(entry, [])
    if not isinstance(entries, list) or not all(isinstance(item, Mapping) for item in entries):
        faults.append(Fault(Spot(capture.name, 1), f"[[{entry}]] tables", "something else"))
        return Extracted((), tuple(faults), is_cut=True)
    if len(re.findall(rf"(?m)^\s*\[\[\s*{entry}\s*\]\]", text)) != len(entries):
        faults.append(Fault(Spot(capture.name, 1), f"each entry under [[{entry}]]", "another form"))
        return Extracted((), tuple(faults), is_cut=True)
    return Extracted(tuple(_written(capture.name, text, entry, entries)), tuple(faults))


def _refused(name: str, line: int, expected: str, found: str) -> Extracted:
    return Extracted((), (Fault(Spot(name, line), expected, found),), is_cut=True)


def _line_of(text: str, key: str) -> int:
    pattern = re.compile(rf"^\s*\[?\[?\s*{re.escape(key)}\b")
    for number, line in enumerate(text.split("\n"), start=1):
        if pattern.match(line):
            return number
    return 1


def _written(
    name: str, text: str, entry: str, entries: list[Mapping[str, Any]]
) -> Iterator[Written]:
    lines = text.split("\n")
    starts = [
        number for number, line in enumerate(lines) if re.match(rf"^\s*\[\[\s*{entry}\s*\]\]", line)
    ]
    starts.append(len(lines))
    for index, cells in enumerate(entries):
        start, end = starts[index], starts[index + 1]
        block = lines[start:end]
        yield Written(
            Spot(name, start + 1), cells, "\n".join(block).strip(), _key_lines(block, start, entry)
        )


def _key_lines(block: list[str], start: int, entry: str) -> dict[str, int]:
    """Line of each key, nested ones as `table.key`; the first of a name counts."""
    found: dict[str, int] = {}
    prefix = ""
    for offset, line in enumerate(block):
        if table := _TABLE.match(line):
            path = table.group(1).removeprefix(entry).lstrip(".")
            prefix = f"{path}." if path else ""
            found.setdefault(path, start + offset + 1)
        elif key := _KEY.match(line):
            found.setdefault(prefix + key.group(1), start + offset + 1)
    return found
