"""Text that a browser or a spreadsheet would run never gets into the ledger, nor out as CSV."""

from __future__ import annotations

import csv
import io
import re
import string
from collections.abc import Callable
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sharedfuture.sources.ledger import fields
from sharedfuture.sources.ledger.fields import Unfit
from sharedfuture.sources.ledger.layout import LAYOUTS, Layout
from sharedfuture.warehouse import neutral, write_tables

if TYPE_CHECKING:
    from tests.conftest import Ledger

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "a <b>bold</b> word",
    "&lt;script&gt;",
    "javascript:alert(1)",
    '=HYPERLINK("https://example.org")',
    "+1+cmd|' /C calc'!A0",
    "-1+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "  =1+1",
    "a\x00b",
)
# What a browser takes for the beginning of a tag, a comment or a declaration.
TAG = re.compile(r"<(?:/?[A-Za-z]|[!?])")
NOT_TEXT = (fields.query, fields.number, fields.integer, fields.boolean)


def cells_of(layout: Layout) -> list[tuple[str, Callable[[object], object]]]:
    """Columns of a file in which a person writes text, those of nested tables left out."""
    return [
        (name, field.parse)
        for name, field in layout.columns.items()
        if field.parse not in NOT_TEXT and name not in ("test", "because", "cite", "step")
    ]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("layout", LAYOUTS, ids=[layout.matches for layout in LAYOUTS])
def test_no_column_of_any_file_lets_it_in(layout: Layout, hostile: str) -> None:
    for name, parse in cells_of(layout):
        value = [hostile] if parse is fields.names else hostile
        with pytest.raises(Unfit):
            pytest.fail(f"{name} became {parse(value)!r}")


@pytest.mark.parametrize("hostile", HOSTILE[:-1])
@pytest.mark.parametrize(
    ("name", "old"),
    [
        ("claims/sample.toml", "Nothing that is held could tell."),
        ("claims/sample.toml", "Another country has {most:.0f} points."),
        ("claims/sample.toml", "act-sample-agency"),
        ("cases.toml", "The draft is leaked."),
        ("doctrine.toml", "paragraph 6"),
        ("indicators.toml", "second column"),
    ],
)
def test_no_nested_text_lets_it_in(small_ledger: Ledger, name: str, old: str, hostile: str) -> None:
    small_ledger.change(name, old, hostile.replace('"', '\\"'))
    assert any(line.startswith(f"evidence/{name}:") for line in small_ledger.faults())


@given(st.text(alphabet=st.sampled_from("<>/!?&;:=+-@ ab\t\r\n" + string.digits)) | st.text())
@example("<\tb>")
@example("\u00a0=1")
def test_text_that_is_let_through_is_plain(value: str) -> None:
    try:
        passed = fields.text(value)
    except Unfit:
        return
    assert not TAG.search(passed)
    assert not passed.startswith(("=", "+", "-", "@"))
    assert "\r" not in passed


@given(st.text(), st.sampled_from(HOSTILE[:3]))
def test_markup_is_found_wherever_it_stands(before: str, hostile: str) -> None:
    with pytest.raises(Unfit):
        fields.text(before + hostile)


@given(st.text(alphabet="=+-@\t\r\n.0123456789einfa ", max_size=8))
def test_no_neutral_cell_begins_as_a_formula(value: str) -> None:
    (cell,) = neutral(pl.DataFrame({"cell": [value]}))["cell"]
    begins = cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert not begins or _is_number(cell)
    assert cell in (value, f"'{value}")


def test_numbers_and_other_columns_stay_as_they_are() -> None:
    frame = pl.DataFrame({"text": ["-1.5", "+2", "plain", None], "number": [-1.0, 2.0, 0.0, None]})
    assert neutral(frame).equals(frame)


def test_written_csv_has_no_formula_but_the_table_keeps_its_words(small_ledger: Ledger) -> None:
    """A query may still make such text; then the CSV alone is changed."""
    small_ledger.change(
        "claims/sample.toml", "max(value) as most", "'=1+1' as sum, max(value) as most"
    )
    small_ledger.change("claims/sample.toml", "No country has more than {most:.0f}", "{sum}")
    tables = small_ledger.tables()
    write_tables({"claim": tables["claim"]}, small_ledger.settings.out)
    text = (small_ledger.settings.out / "csv" / "claim.csv").read_text(encoding="utf-8")
    rows = {row["claim_id"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["claim-004-most-technology"]["because"] == "'=1+1 points."
    kept = pl.read_parquet(small_ledger.settings.out / "parquet" / "claim.parquet")
    assert "=1+1 points." in kept["because"].to_list()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
