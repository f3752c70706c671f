"""The General Debate: real texts with their quirks, and the tidied speeches in the real layout.

The publisher's archive was not to be had as a whole. 18 of its texts were, with two side files and
the workbook of speakers; the tidied table has the texts of 2010 on, from which archives in the
publisher's layout are made here.
"""

import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest

from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

DATA = Path(__file__).parents[3] / "shared" / "data"
FOLDER = "originals/un_general_debate"
SPEAKERS = f"{FOLDER}/Speakers_by_session.xlsx"
SIDE_FILE = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        \x00\x02"


def tarball(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


@pytest.fixture(scope="module")
def tidy(originals: Originals) -> pl.DataFrame:
    lines = originals.data("alignment/ungdc/ungdc_2010_2024.jsonl.gz").splitlines()
    return pl.DataFrame([json.loads(line) for line in lines])


def test_real_texts(
    originals: Originals, tidy: pl.DataFrame, say: Callable[[str, int, int], None]
) -> None:
    paths = sorted(path for path in (DATA / FOLDER).rglob("*") if path.is_file())
    files = {path.relative_to(DATA / FOLDER).as_posix(): path.read_bytes() for path in paths}
    assert sum(Path(name).name.startswith("._") for name in files) == 2
    read = originals.read("general_debate", "v13", {"texts": tarball(files)}, bands=False)["speech"]
    assert read.height == sum("TXT/" in name for name in files) - 2 == 18
    texts = {
        (code, session): text
        for code, session, text in read.select("country_as_written", "session", "text").iter_rows()
    }
    assert not [key for key, text in texts.items() if "\r" in text or text.startswith("\ufeff")]
    assert "\n" in texts["AUS", 20]
    assert "\n" in texts["FIN", 20]
    assert "\f" in texts["CHN", 68]
    assert "\f" in texts["EU", 68]
    assert "\u2028" in texts["MHL", 79]
    unknown = read.filter(pl.col("country_id").is_null()).get_column("country_as_written")
    assert unknown.to_list() == ["EU"]
    both = read.join(tidy, left_on=("country_as_written", "session"), right_on=("iso3", "session"))
    assert both.height == 8
    assert both.filter(pl.col("text") != pl.col("text_right")).is_empty()
    say("UN General Debate, real texts", read.height, both.height)


@pytest.mark.parametrize("part", ["texts", "texts_zip"])
def test_all_speeches_of_2010_on(
    part: str, originals: Originals, tidy: pl.DataFrame, say: Callable[[str, int, int], None]
) -> None:
    files = {}
    for row in tidy.rows(named=True):
        folder = f"TXT/Session {row['session']} - {row['year']}"
        files[f"{folder}/{row['file']}"] = row["text"].encode()
        files[f"{folder}/._{row['file']}"] = SIDE_FILE
    packed = tarball(files) if part == "texts" else zipped(files)
    read = originals.read("general_debate", "v13", {part: packed, "speakers": SPEAKERS})["speech"]
    assert read.height == 2_903
    assert read.get_column("country_as_written").n_unique() == 196
    both = read.join(tidy, left_on=("country_as_written", "session"), right_on=("iso3", "session"))
    assert both.height == 2_903
    assert both.filter(pl.col("text") != pl.col("text_right")).is_empty()
    assert both.filter(pl.col("year") != pl.col("year_right")).is_empty()
    posts = posts_of(originals)
    held = read.drop_nulls("speaker_post")
    found = held.join(
        posts, left_on=("country_as_written", "session"), right_on=("iso3", "session")
    )
    assert (held.height, found.height) == (2_894, 2_894)
    assert found.filter(pl.col("speaker_post") != pl.col("post")).is_empty()
    say(f"UN General Debate 2010 to 2024, as {part}", read.height, both.height + found.height)


def posts_of(originals: Originals) -> pl.DataFrame:
    """Posts in the tidied table, where a state has one in a session."""
    return (
        originals.tidy("alignment/ungdc/ungdc_speakers_2010_on.csv")
        .select(
            pl.col("session").cast(pl.Int64),
            pl.col("iso3", "post").str.strip_chars(),
        )
        .drop_nulls()
    )
