"""What the reader of the Democracy Index refuses, and how chart and own copy go together."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sources.samples import edition_of_sample

from sharedfuture.capture import Edition
from sharedfuture.records.errors import CaptureDamaged, SourceChanged
from sharedfuture.sources.reading import read_edition


def refusal(edition: Edition) -> str:
    with pytest.raises(SourceChanged) as refused:
        read_edition(edition, bands=False)
    return str(refused.value)


def changed(old: str, new: str, *, file: str) -> Callable[[str, bytes], bytes]:
    def change(name: str, data: bytes) -> bytes:
        if name != file:
            return data
        assert old.encode() in data
        return data.replace(old.encode(), new.encode())

    return change


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (",Code,", ",Kode,", "expected one column of values besides Entity, Code, Year, found"),
        ("9.81", "9,81", "cells"),
        ("9.81", "98.1", "row 3, column 'Score of the chart': expected a score from 0 to 10"),
        ("9.81", "-0.1", "expected a score from 0 to 10, found '-0.1'"),
        ("9.81", "", "expected a score, found nothing"),
        ("9.81", "NaN", "expected a number, found 'NaN'"),
        ("NOR,2023", "NOR,20222", "expected a year from 2006 to 2023, found '20222'"),
        ("NOR,2023", "NOR,2024", "expected a year from 2006 to 2023, found '2024'"),
        ("NOR,2023", "NOR,2022", "expected each value once"),
        ("Africa,,", ",,", "column 'Entity': expected a value, found nothing"),
        ("Score of the chart", "Life expectancy", "expected a column 'Life expectancy' of the"),
    ],
)
def test_bad_chart_is_refused(old: str, new: str, says: str, tmp_path: Path) -> None:
    change = changed(old, new, file="chart.csv")
    found = refusal(edition_of_sample("eiu_democracy", "2023", into=tmp_path, change=change))
    assert says in found
    assert "eiu_democracy/2023" in found


def test_metadata_of_another_publisher_are_refused(tmp_path: Path) -> None:
    change = changed('"Economist Intelligence Unit (2006-2023) –', '"V-Dem –', file="metadata.json")
    says = refusal(edition_of_sample("eiu_democracy", "2023", into=tmp_path, change=change))
    assert "metadata: expected a column 'Score of the chart' of the Economist" in says


def test_last_year_must_be_that_of_the_edition(tmp_path: Path) -> None:
    change = changed("2023,", "2021,", file="chart.csv")
    says = refusal(edition_of_sample("eiu_democracy", "2023", into=tmp_path, change=change))
    assert "expected years up to 2023, found no row of that year" in says


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("9.64", "9.04", "row 2, column 'overall': expected the mean of the five categories"),
        ("9.64", "", "expected all five categories, or none, found '9.81'"),
        ("9.64", "96.4", "column 'functioning_of_government': expected a score from -1 to 10"),
        (",NOR,2022", ",,2022", "column 'Code': expected a value, found nothing"),
        ("functioning_of_government", "government", "expected column 'functioning_of_government'"),
    ],
)
def test_bad_own_copy_is_refused(old: str, new: str, says: str, tmp_path: Path) -> None:
    change = changed(old, new, file="own_copy.csv")
    assert says in refusal(edition_of_sample("eiu_democracy", "2022", into=tmp_path, change=change))


def test_own_copy_must_agree_with_the_chart(tmp_path: Path) -> None:
    change = changed("2024,9.38", "2024,9.37", file="chart.csv")
    says = refusal(edition_of_sample("eiu_democracy", "2024", into=tmp_path, change=change))
    assert (
        "own_copy, row 2, column 'overall': expected the score of the chart, found '9.38'" in says
    )


def test_edition_of_nothing_is_refused() -> None:
    with pytest.raises(CaptureDamaged, match="expected part chart, found nothing"):
        read_edition(Edition("eiu_democracy", "2024", {}))
