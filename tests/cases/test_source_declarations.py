"""Declarations of sources that are refused, each with the key that is at fault."""

from pathlib import Path

import pytest
from tests.made_up_source import DECLARED

from sharedfuture.records.errors import DeclarationFaulty
from sharedfuture.sources.declaration import add_sources, read_declaration

GOOD = (
    DECLARED.replace("REDISTRIBUTION", "open")
    .replace("EDITIONS", "add")
    .replace("INDICATOR", "sample_press")
    .replace("ADDRESS", "https://example.org/{edition}.csv")
)
TABULATE = """
[[tabulate]]
indicator = "sample_press"
of = "value"
how = "count"
period = "period"
says = "rows"
"""
BREAK = '\n[[break]]\nyear = 2023\nsays = "a new scale"\nindicators = ["press"]\n'


def refused(text: str) -> str:
    with pytest.raises(DeclarationFaulty, match=r"press/source\.toml: ") as error:
        read_declaration(text.encode(), name="press")
    return str(error.value)


def test_good_declaration_is_read() -> None:
    declared = read_declaration((GOOD + TABULATE).encode(), name="press")
    assert [edition.name for edition in declared.edition] == ["2022", "2023"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('cadence = "yearly"', 'cadence = "yearly"\nmood = "good"', "unknown field `mood`"),
        ('better = "higher"\n', "", "missing required field `better`"),
        ('better = "higher"', 'better = "up"', "$.indicator[0].better"),
        ('licence = "a licence of this test"\n', "", "missing required field `licence`"),
        ('"open"', '"perhaps"', "Invalid enum value 'perhaps'"),
        ('states = ["value"]', 'states = ["opinion"]', "found 'opinion'"),
        ("value = { min = 1, max = 9 }\n", "", "a band for value, found none"),
        ("value = { min", "vote = { min = 1, max = 2 }\nvalue = { min", "found 'vote'"),
        ("min = 1, max = 9", "min = 9, max = 1", "value from least to most, found 9 to 1"),
        ('name = "2023"', 'name = "2022"', "each edition once, found 2022 twice"),
        ("[expect]", "[expect", "at line 15"),
    ],
)
def test_declaration_at_fault_is_refused(old: str, new: str, says: str) -> None:
    assert GOOD.count(old) == 1
    assert says in refused(GOOD.replace(old, new))


def test_part_of_an_edition_twice_is_refused() -> None:
    file = '[[file]]\npart = "scores"\nform = "csv"\neditions = ["EDITION"]\n\n'
    text = GOOD.replace("[[edition]]", file.replace("EDITION", "2023") + "[[edition]]", 1)
    assert "each part of edition 2023 once, found scores twice" in refused(text)
    text = GOOD.replace("[[edition]]", file.replace("EDITION", "2030") + "[[edition]]", 1)
    assert "editions of scores among 2022, 2023, found '2030'" in refused(text)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('of = "value"', 'of = "vote"', "sample_press of among value, found 'vote'"),
        ('how = "count"', 'how = "count"\ncolumn = "points"', "found 'points'"),
        ('how = "count"', 'how = "count"\nwhere = { colour = ["red"] }', "found 'colour'"),
        ('how = "count"', 'how = "mean"', "$.tabulate[0].how"),
        ('how = "count"', 'how = "sum"', "by a column, found none"),
        ('how = "count"', 'how = "code"\ncolumn = "gap"', "by codes, found none"),
        ('how = "count"', 'how = "count"\neditions = ["1999"]', "found '1999'"),
        ('period = "period"', 'period = "month"', "by edition or in a year, found 'month'"),
    ],
)
def test_tabulation_at_fault_is_refused(old: str, new: str, says: str) -> None:
    assert says in refused(GOOD + TABULATE.replace(old, new))


def test_break_of_an_unknown_indicator_is_refused() -> None:
    assert "indicators of 2023 among sample_press, found 'press'" in refused(GOOD + BREAK)


def test_folder_of_sources_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeclarationFaulty, match="expected a folder of sources, found none"):
        add_sources(tmp_path / "nowhere")
