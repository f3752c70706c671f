"""UN General Debate Corpus: a text file a speech, `TXT/Session NN - YYYY/ISO_NN_YYYY.txt`.

Line ends are made alike and a byte order mark at the start is passed over; form feeds, soft
hyphens and characters that were encoded twice stay as published. Beside each text the archive may
have a side file of macOS with the same ending, which is no text. The speakers' posts are in a
workbook, their names are never read.
"""

import re
from collections.abc import Iterator

import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.extract import workbook_sheet
from sharedfuture.records.errors import SourceChanged
from sharedfuture.records.statement import Statement
from sharedfuture.sources.general_debate.archive import archived

_SPEECH = re.compile(
    r"(?:.*/)?Session (?P<folder>\d{2}) - (?P<folder_year>\d{4})/"
    r"(?P<country>[A-Z]{2,4})_(?P<session>\d{2})_(?P<year>\d{4})\.txt"
)
_LEFT_OUT = re.compile(r"(?:.*/)?(?:\._[^/]*|\.DS_Store|README[^/]*|Speakers_by_session\.xlsx)")
_YEAR_BEFORE_THE_FIRST_SESSION = 1945
_SPEAKERS = "speakers"
_STRAY = "column 7"  # without a header; one cell stands in it


def read(edition: Edition) -> Iterator[Statement]:
    """The speeches; `row` is the place of a text among the texts of the archive."""
    speeches = pl.DataFrame(
        list(_speeches(edition)),
        schema={
            "session": pl.Int64,
            "year": pl.Int64,
            "country_as_written": pl.String,
            "text": pl.String,
            "part": pl.String,
        },
        orient="row",
    ).with_row_index("row", offset=1)
    if edition.has(_SPEAKERS):
        keys = ("session", "country_as_written")
        speeches = speeches.join(_posts(edition), on=keys, how="left", maintain_order="left")
    yield Statement("speech", speeches)


def _speeches(edition: Edition) -> Iterator[tuple[int, int, str, str, str]]:
    for part, path, data in archived(edition):
        if _LEFT_OUT.fullmatch(path):
            continue
        place = f"{edition.source}/{edition.name}/{part}, {path!r}"
        session, year, country = _spoken(path, place)
        yield session, year, country, _text(data, place), part


def _spoken(path: str, place: str) -> tuple[int, int, str]:
    found = _SPEECH.fullmatch(path)
    if found is None:
        raise SourceChanged(f"{place}: expected a name such as Session 79 - 2024/CHN_79_2024.txt")
    session, year = int(found["session"]), int(found["year"])
    inside = (found["folder"], found["folder_year"]) == (found["session"], found["year"])
    if not inside or year != session + _YEAR_BEFORE_THE_FIRST_SESSION:
        raise SourceChanged(
            f"{place}: expected session {session} in its folder and of the year "
            f"{session + _YEAR_BEFORE_THE_FIRST_SESSION}, found year {year} in the folder of "
            f"session {found['folder']}, {found['folder_year']}"
        )
    return session, year, found["country"]


def _text(data: bytes, place: str) -> str:
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise SourceChanged(f"{place}: expected text in UTF-8, found {error}") from error
    if not text.strip() or "\0" in text:
        raise SourceChanged(
            f"{place}: expected a speech, found {'bytes' if text.strip() else 'nothing'}"
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _posts(edition: Edition) -> pl.DataFrame:
    """The posts of those who spoke for a state in a session, in the workbook's order.

    A row without a code (one has none) belongs to no speech.
    """
    sheet = workbook_sheet(
        edition.capture(_SPEAKERS),
        sheet="Sheet1",
        columns=("Session", "ISO Code", "Post"),
        ignoring=("Year", "Country", "Name of Person Speaking", _STRAY),
    )
    found = pl.DataFrame(
        {
            "session": sheet.whole("Session"),
            "country_as_written": sheet.text("ISO Code"),
            "post": sheet.text("Post"),
        }
    )
    return (
        found.drop_nulls()
        .group_by("session", "country_as_written", maintain_order=True)
        .agg(pl.col("post").unique(maintain_order=True).str.join("; ").alias("speaker_post"))
    )
