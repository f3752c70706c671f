"""The samples beside the readers: a few rows written by hand in the publisher's layout.

`sample/<edition>/<part>.<form>` is one part. A workbook is a folder, `<part>.xlsx/`, with a CSV for
each sheet (`1 Name of the sheet.csv`); an archive is a folder, `<part>.zip/`, with its members,
and `<part>.gz/` with its one file; R data are a folder, `<part>.rdata/`, with a CSV for each frame.
`sample/expected/<edition>.<kind>.csv` is what they become.
"""

import csv
import gzip
import io
import tempfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pandas
import rdata
import xlsxwriter

from sharedfuture.capture import Edition, Part

SOURCES = Path(__file__).parents[2] / "src" / "sharedfuture" / "sources"
CAPTURED_AT = datetime(2026, 1, 1, tzinfo=UTC)

Change = Callable[[str, bytes], bytes]


def sample_editions(source: str) -> list[str]:
    """The editions that a source has samples of."""
    folder = SOURCES / source / "sample"
    names = (path.name for path in folder.iterdir() if path.is_dir())
    return sorted(name for name in names if name != "expected")


def sample_files(source: str, edition: str) -> list[str]:
    """The text files of a sample, relative to its folder, workbooks and archives included."""
    folder = SOURCES / source / "sample" / edition
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def edition_of_sample(
    source: str, edition: str, *, into: Path, change: Change = lambda name, data: data
) -> Edition:
    """The sample as an edition on this disk; `change` may alter each file, by its name."""
    folder = SOURCES / source / "sample" / edition
    parts = {}
    for path in sorted(folder.iterdir()):
        data = _packed(path, folder, change)
        name = path.name.removesuffix(path.suffix)
        target = into / f"{source}-{edition}-{path.name}"
        target.write_bytes(data)
        parts[name] = Part(name, target, sha256(data).hexdigest(), CAPTURED_AT)
    return Edition(source, edition, parts)


def _packed(path: Path, folder: Path, change: Change) -> bytes:
    if path.is_file():
        return change(path.name, path.read_bytes())
    members = {
        item.relative_to(path).as_posix(): change(
            item.relative_to(folder).as_posix(), item.read_bytes()
        )
        for item in sorted(path.rglob("*"))
        if item.is_file()
    }
    match path.suffix:
        case ".zip":
            return _zip(members)
        case ".gz":
            (only,) = members.values()
            return gzip.compress(only, mtime=0)
        case ".rdata":
            return _r_data(members)
        case ".xlsx" | ".xls":
            return _workbook(members)
        case _:
            raise ValueError(f"{path}: no way to pack {path.suffix}")


def _zip(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def _r_data(frames: dict[str, bytes]) -> bytes:
    """Columns of whole numbers, and of text where a cell is none; an empty cell is R's NA."""
    saved = {}
    for name, data in frames.items():
        frame = pandas.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
        for column in frame.columns:
            cells = frame[column].replace("", None)
            is_whole = cells.dropna().str.fullmatch(r"-?[0-9]+").all()
            frame[column] = cells.astype("Int32" if is_whole else "string[python]")
        saved[name.removesuffix(".csv")] = frame
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "saved.RData"
        rdata.write_rda(path, saved, format_version=2)
        return path.read_bytes()


def _workbook(sheets: dict[str, bytes]) -> bytes:
    """Cells that read as numbers are numbers; an empty cell is none."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True, "strings_to_numbers": True}) as book:
        for file in sorted(sheets, key=lambda name: int(name.partition(" ")[0])):
            page = book.add_worksheet(file.partition(" ")[2].removesuffix(".csv"))
            rows = csv.reader(io.StringIO(sheets[file].decode("utf-8"), newline=""))
            for at, cells in enumerate(rows):
                for place, cell in enumerate(cells):
                    if cell:
                        page.write(at, place, cell)
    return packed.getvalue()
