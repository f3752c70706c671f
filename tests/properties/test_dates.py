"""Dates to days, and rows of CSV to lines."""

import csv
import io
import json
from contextlib import suppress
from datetime import date
from hashlib import sha256

import pytest
from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sharedfuture.align.dates import Span, span_of
from sharedfuture.capture import Capture
from sharedfuture.extract import csv_rows, toml_rows

DAYS = st.dates(min_value=date(1000, 1, 1))
COLUMNS = ("first", "second", "third")
# Cells of anything but a line break: what only some programs take for one is none.
OTHER_LINES = "\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e"
CELLS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_characters="\r\n")
    | st.sampled_from(f"\",;'# \t=\ufeff\x00\x1f{OTHER_LINES}"),
    max_size=12,
)


def strict_bounds(text: str) -> tuple[date, date] | None:
    """First and last day by the package's own reading; None where it refuses."""
    try:
        parsed = parse_edtf(text)
        low, high = parsed.lower_strict(), parsed.upper_strict()
        return date(*low[:3]), date(*high[:3])
    except (EDTFParseException, ValueError):
        return None


@settings(max_examples=60, deadline=None)
@given(DAYS, st.sampled_from(["%Y-%m-%d", "%Y-%m", "%Y"]))
@example(date(2020, 2, 29), "%Y-%m")
@example(date(1900, 2, 28), "%Y-%m")
@example(date(9999, 12, 31), "%Y")
def test_plain_dates_have_the_strict_bounds_of_the_standard(day: date, form: str) -> None:
    text = day.strftime(form)
    span = span_of(text)
    assert (span.earliest, span.latest) == strict_bounds(text)
    assert span.earliest is not None
    assert span.latest is not None
    assert span.earliest <= day <= span.latest


@settings(max_examples=40, deadline=None)
@given(st.integers(1000, 9999), st.integers(1, 99), st.integers(1, 99))
@example(2022, 2, 30)
@example(2021, 2, 29)
@example(2022, 12, 32)
def test_days_that_no_calendar_has_are_refused(year: int, month: int, day: int) -> None:
    text = f"{year}-{month:02}-{day:02}"
    try:
        expected = date(year, month, day)
    except ValueError:
        with pytest.raises(ValueError, match="is not an EDTF date"):
            span_of(text)
    else:
        assert span_of(text) == Span(expected, expected)


@settings(max_examples=40, deadline=None)
@given(DAYS, DAYS)
def test_an_interval_reaches_from_its_first_to_its_last_day(first: date, last: date) -> None:
    first, last = sorted((first, last))
    assert span_of(f"{first}/{last}") == Span(first, last)
    assert span_of(f"{first:%Y}/{last:%Y-%m}") == Span(
        span_of(f"{first:%Y}").earliest, span_of(f"{last:%Y-%m}").latest
    )


@settings(max_examples=20, deadline=None)
@given(DAYS)
def test_an_open_side_has_no_day(day: date) -> None:
    for text in (f"{day}/..", f"{day}/"):
        assert span_of(text) == Span(day, None)
    for text in (f"../{day}", f"/{day}"):
        assert span_of(text) == Span(None, day)


@settings(max_examples=20, deadline=None)
@given(DAYS, st.sampled_from(["%Y-%m-%d", "%Y-%m", "%Y"]), st.sampled_from("~?%"))
def test_doubt_leaves_the_days_as_they_are(day: date, form: str, mark: str) -> None:
    assert span_of(day.strftime(form) + mark) == span_of(day.strftime(form))


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2015-12/2016", date(2015, 12, 1), date(2016, 12, 31)),
        ("/2019-08-14", None, date(2019, 8, 14)),
        ("2016/..", date(2016, 1, 1), None),
        ("2022-08~", date(2022, 8, 1), date(2022, 8, 31)),
        ("2022-21", date(2022, 3, 1), date(2022, 5, 31)),
        ("201X", date(2010, 1, 1), date(2019, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_dates_as_the_ledger_writes_them(
    text: str, earliest: date | None, latest: date | None
) -> None:
    assert span_of(text) == Span(earliest, latest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "22",
        "2022-1",
        "2022-08-1",
        "20220801",
        "08/2022",
        "1.8.2022",
        "2022-08-18T",
        "n",
        "2022-00",
        "2022-05-00",
        "2022-00-00",
        "2022-00-01",
        "0000",
        "2022-13",
        "2022/2022-00",
        "2022-05-00/2023",
        "../2022-00",
    ],
)
def test_text_that_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an EDTF date"):
        span_of(text)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="0129-/.X~?[]{},.T:uyeE ", max_size=12))
def test_any_text_is_a_span_or_refused(text: str) -> None:
    try:
        span = span_of(text)
    except ValueError:
        return
    assert isinstance(span, Span)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 9999), st.integers(0, 99))
@example(2022, 0)
def test_months_that_no_calendar_has_are_refused(year: int, month: int) -> None:
    """The standard counts seasons and other parts of a year from 21 to 41."""
    text = f"{year:04}-{month:02}"
    if 1 <= month <= 12 or 21 <= month <= 41:
        assert span_of(text).earliest is not None
    else:
        with pytest.raises(ValueError, match="is not an EDTF date"):
            span_of(text)


@pytest.mark.parametrize("text", ["2004-XX/2005", "2005/2006-XX"])
def test_a_date_on_which_the_parser_speaks_is_quiet(
    text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with suppress(Exception):
        parse_edtf(text)
    assert capfd.readouterr().out != "", "the parser has become quiet: take another date"
    span_of.cache_clear()
    with suppress(ValueError):
        span_of(text)
    assert capfd.readouterr() == ("", "")


def capture_of(text: str) -> Capture:
    data = text.encode()
    return Capture("evidence/x.csv", data, sha256(data).hexdigest())


@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.permutations(COLUMNS),
)
def test_written_cells_come_back_with_their_lines(
    rows: list[tuple[str, str, str]], end: str, is_quoted: bool, header: list[str]
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=end)
    if is_quoted:
        writer = csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(header)
    writer.writerows(rows)
    extracted = csv_rows(capture_of(text.getvalue()), columns=COLUMNS)
    assert extracted.faults == ()
    assert [dict(row.cells) for row in extracted.rows] == [
        dict(zip(header, row, strict=True)) for row in rows
    ]
    assert [row.at.line for row in extracted.rows] == list(range(2, len(rows) + 2))


@given(st.lists(st.text(OTHER_LINES + "ab", max_size=6), min_size=1, max_size=6))
def test_toml_entries_keep_their_lines(titles: list[str]) -> None:
    """JSON writes what TOML would refuse as an escape, and the other lines as they are."""
    shown = [json.dumps(title, ensure_ascii=False) for title in titles]
    text = "".join(f"# {line}\n[[row]]\ntitle = {line}\nlast = 1\n" for line in shown)
    extracted = toml_rows(capture_of(text), entry="row")
    assert extracted.faults == ()
    assert [row.cells["title"] for row in extracted.rows] == titles
    lines = [(row.at.line, row.spot("last").line) for row in extracted.rows]
    assert lines == [(4 * number + 2, 4 * number + 4) for number in range(len(titles))]


@given(st.lists(st.integers(1, 5), min_size=1, max_size=8))
def test_a_row_of_another_length_is_named_and_the_others_are_kept(lengths: list[int]) -> None:
    lines = [",".join("x" * length) for length in lengths]
    text = "\n".join([",".join(COLUMNS), *lines]) + "\n"
    extracted = csv_rows(capture_of(text), columns=COLUMNS)
    wrong = [line for line, length in enumerate(lengths, start=2) if length != len(COLUMNS)]
    right = [line for line, length in enumerate(lengths, start=2) if length == len(COLUMNS)]
    assert [fault.at.line for fault in extracted.faults] == wrong
    assert [row.at.line for row in extracted.rows] == right
