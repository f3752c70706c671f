"""The General Debate's archive as a tarball, and what its reader refuses."""

import io
import tarfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from tests.sources.samples import CAPTURED_AT, edition_of_sample

from sharedfuture.capture import Edition, Part, each_member
from sharedfuture.records.errors import CaptureRefused, SourceChanged
from sharedfuture.sources.reading import read_edition

SPEECH = "TXT/Session 79 - 2024/CHN_79_2024.txt"


def tarball(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        archive.addfile(folder_or_link("TXT/Session 79 - 2024/elsewhere", tarfile.SYMTYPE))
        archive.addfile(folder_or_link("TXT/Session 80 - 2025", tarfile.DIRTYPE))
    return packed.getvalue()


def folder_or_link(name: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/passwd" if kind == tarfile.SYMTYPE else ""
    return info


def edition_of(folder: Path, **parts: bytes) -> Edition:
    held = {}
    for name, data in parts.items():
        path = folder / name
        path.write_bytes(data)
        held[name] = Part(name, path, sha256(data).hexdigest(), CAPTURED_AT)
    return Edition("general_debate", "v13", held)


def read(folder: Path, **parts: bytes) -> pl.DataFrame:
    return read_edition(edition_of(folder, **parts), bands=False)["speech"]


def test_tarball_and_zip_say_the_same(tmp_path: Path) -> None:
    sample = edition_of_sample("general_debate", "v13", into=tmp_path)
    zipped = read_edition(sample, bands=False)["speech"]
    files = {
        file.name.removeprefix("general_debate/v13/texts_zip/"): file.data
        for file in each_member(sample.capture("texts_zip"))
    }
    assert sum("/._" in name for name in files) == 1
    speakers = sample.capture("speakers").data
    taped = read(tmp_path, texts=tarball(files), speakers=speakers)
    assert taped.drop("part").equals(zipped.drop("part"))
    assert taped.get_column("part").unique().to_list() == ["texts"]
    alone = read(tmp_path, texts=tarball(files))
    assert alone.get_column("speaker_post").null_count() == alone.height == 4


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("TXT/Session 79 - 2024/CHN_79_20222.txt", b"x", "expected a name such as Session 79"),
        ("TXT/Session 79 - 2024/CHN_78_2023.txt", b"x", "in the folder of session 79, 2024"),
        ("TXT/Session 79 - 2023/CHN_79_2023.txt", b"x", "and of the year 2024, found year 2023"),
        ("TXT/Session 79 - 2024/CHN_79_2024.pdf", b"x", "expected a name such as Session 79"),
        ("CHN_79_2024.txt", b"x", "expected a name such as Session 79"),
        (SPEECH, b"S\xe3o Tom\xe9", "expected text in UTF-8, found 'utf-8' codec"),
        (SPEECH, b"\xef\xbb\xbf \n", "expected a speech, found nothing"),
        (SPEECH, b"\x00\x05\x16\x07Mac OS X", "expected a speech, found bytes"),
    ],
)
def test_bad_file_is_refused(name: str, data: bytes, says: str, tmp_path: Path) -> None:
    with pytest.raises(SourceChanged) as refused:
        read(tmp_path, texts=tarball({name: data}))
    assert str(refused.value).startswith(f"general_debate/v13/texts, '{name}'")
    assert says in str(refused.value)


def test_speech_twice_is_refused(tmp_path: Path) -> None:
    files = {SPEECH: b"one", f"UNGDC/{SPEECH}": b"two"}
    with pytest.raises(SourceChanged, match="expected each speech once"):
        read(tmp_path, texts=tarball(files))


def test_exactly_one_archive_is_read(tmp_path: Path) -> None:
    data = tarball({SPEECH: b"one"})
    with pytest.raises(SourceChanged, match="found texts and texts_zip"):
        read(tmp_path, texts=data, texts_zip=data)
    with pytest.raises(SourceChanged, match="found none of them"):
        read(tmp_path, speakers=data)


def test_damaged_archives_are_refused(tmp_path: Path) -> None:
    data = tarball({SPEECH: b"one" * 5000})
    with pytest.raises(CaptureRefused, match="cut off"):
        read(tmp_path, texts=data[:-20])
    with pytest.raises(CaptureRefused, match="expected a whole ZIP archive"):
        read(tmp_path, texts_zip=data)
    with pytest.raises(CaptureRefused, match="expected GZIP"):
        read(tmp_path, texts=b"<html>busy</html>")
