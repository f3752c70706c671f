"""What the China Index's reader refuses: tables and copies that differ, words it does not know."""

from pathlib import Path

import polars as pl
import pytest
from tests.sources.samples import edition_of_sample

from sharedfuture.capture import Edition
from sharedfuture.records.errors import CaptureRefused, SourceChanged
from sharedfuture.sources.reading import read_edition

WIDE, LONG = "answers.csv", "answers_long.csv"
ROOT = "repository.zip/China-Index-raw-data-HEAD"
KENYA = f"{ROOT}/2022/country_json/Kenya.json"
GEORGIA = f"{ROOT}/2024/country_json/Georgia.json"
SCORES = f"{ROOT}/2024/website_json_file/country_score.json"
NAMES = f"{ROOT}/2024/website_json_file/country_list.json"
TEXTS = f"{ROOT}/2024/indicator_2023.json"


def read_changed(
    edition: str, file: str, before: str, after: str, *, into: Path
) -> dict[str, pl.DataFrame]:
    """The sample read with `before` replaced by `after` in one of its files."""

    def change(name: str, data: bytes) -> bytes:
        if name != file:
            return data
        assert before.encode() in data, f"{file} of the sample has no {before!r}"
        return data.replace(before.encode(), after.encode(), 1)

    return read_edition(
        edition_of_sample("china_index", edition, into=into, change=change), bands=False
    )


@pytest.mark.parametrize(
    ("edition", "file", "before", "after", "says"),
    [
        ("2021", LONG, "Taiwan,2,", "Taiwan,3,", "row 4, column 'Score': expected the same answer"),
        ("2021", WIDE, "2,na,3", "2,na,na", "expected the same answer as in the wide table"),
        ("2021", LONG, "Bolívia,,", "Bolívia,0,", "expected the same answer as in the wide table"),
        ("2021", WIDE, "2,na,3", "2,,3", "row 2, column 'Bolívia': expected one of '0', '1'"),
        ("2021", WIDE, "2,na,3", "2,NA,3", "'4', 'na', found 'NA'"),
        ("2021", LONG, "Taiwan,2,", "Taiwan,20222,", "expected 0 to 4 points, found '20222'"),
        ("2021", LONG, "Taiwan,2,", "Taiwan,1.5,", "expected a whole number, found '1.5'"),
        ("2021", LONG, "Taiwan,4,", "Taiwan,3,", "expected 0 or 4 points, the question is binary"),
        ("2021", LONG, "Bolívia,,", "Bolívia,NA,", "column 'Score': expected a number, found 'NA'"),
        ("2024", LONG, "Bolivia,NA,", "Bolivia,,", "expected a value or 'NA', found nothing"),
        ("2021", LONG, "2,0,Media,Taiwan", "2,1,Media,Taiwan", "expected the same grading"),
        ("2021", LONG, "2,0,Media,Taiwan", "2,2,Media,Taiwan", "expected one of '1', '0'"),
        ("2021", LONG, "2,0,Media,Taiwan", "2,0,Society,Taiwan", "expected the same domain"),
        ("2024", LONG, "01,1,,Georgia", "01,1,Media,Georgia", "expected an empty cell"),
        ("2021", LONG, "pressure\n", "effect\n", "column 'Layer': expected one layer a number"),
        ("2021", LONG, "2,0,Media,Taiwan,0", "2,0,Media,Bolívia,4", "each country once a number"),
        ("2021", LONG, "56,0,Technology,Taiwan", "57,0,Technology,Taiwan", "the wide table has"),
        ("2021", LONG, "Bolívia", "Bolivien", "expected column 'Bolivien'"),
        ("2021", WIDE, "\n56,", "\n2,", "column 'indicator no.': expected each number once"),
        ("2022", KENYA, '"score": "1"', '"score": "2"', "Kenya: expected 1 as in the tables"),
        ("2022", KENYA, '"score": "1"', '"score": "skip"', "found no answer"),
        ("2022", KENYA, '"score": "1"', '"score": "one"', "score: expected a whole number"),
        ("2022", KENYA, '"number": "22"', '"number": "01"', "question 1, Kenya: expected 1"),
        ("2022", KENYA, '"Kenya"', '"Kenia"', "question 1, Kenia: expected no answer"),
        ("2022", KENYA, '"year": "2022"', '"year": "20222"', "expected a year or a month and"),
        ("2022", KENYA, '"63%"', '"63"', "china_index_overall_pct: expected a percentage"),
        ("2022", KENYA, '"5/8"', '"5 of 8"', "expected points/maximum, found '5 of 8'"),
        ("2022", KENYA, '"ranking": "1"', '"ranking": "first"', "expected a rank"),
        ("2022", KENYA, '"effect"', '"alignment"', "china_index_effect_pct: expected a percentage"),
        ("2022", KENYA, '"evidence_urls"', '"links"', "expected JSON of the known form"),
        ("2024", GEORGIA, '"May 2024"', '"Mayo 2024"', "expected a year or a month and a year"),
        ("2024", SCORES, '"1","1"]', '"1"]', "Bolivia: expected 9 domains, found 8"),
        ("2024", NAMES, '"BO"', '"BX"', "expected the countries of country_list.json"),
        ("2024", TEXTS, '"56":', '"57":', "expected the text of each of 2 questions once"),
        ("2024", TEXTS, '"56":', '"1":', "expected the text of each of 2 questions once"),
        ("2024", TEXTS, '"remark"', '"99"', "a question: expected one number as key"),
        ("2024", TEXTS, '"56":', '"no. 56":', "key: expected a whole number, found 'no. 56'"),
    ],
)
def test_what_is_not_known_is_refused(
    edition: str, file: str, before: str, after: str, says: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceChanged) as raised:
        read_changed(edition, file, before, after, into=tmp_path)
    message = str(raised.value)
    assert says in message
    assert message.startswith(f"china_index/{edition}")
    assert "expected" in message
    assert "found" in message


def test_an_unknown_edition_is_refused(tmp_path: Path) -> None:
    held = edition_of_sample("china_index", "2022", into=tmp_path)
    with pytest.raises(SourceChanged, match=r"2025: expected an edition among 2021, 2022, 2024"):
        read_edition(Edition("china_index", "2025", held.parts), bands=False)


def test_a_repository_without_the_edition_is_refused(tmp_path: Path) -> None:
    held = edition_of_sample("china_index", "2022", into=tmp_path)
    other = edition_of_sample("china_index", "2024", into=tmp_path)
    parts = {**held.parts, "repository": other.parts["repository"]}
    with pytest.raises(SourceChanged, match=r"expected files in 2022/country_json/, found none"):
        read_edition(Edition("china_index", "2022", parts), bands=False)


def test_a_page_in_place_of_the_repository_is_refused(tmp_path: Path) -> None:
    held = edition_of_sample("china_index", "2022", into=tmp_path)
    parts = {**held.parts, "repository": held.parts["answers"]}
    with pytest.raises(CaptureRefused, match="expected a whole ZIP archive"):
        read_edition(Edition("china_index", "2022", parts), bands=False)


@pytest.mark.parametrize("edition", ["2022", "2024"])
def test_without_the_repository_there_are_questions_and_answers(
    edition: str, tmp_path: Path
) -> None:
    held = edition_of_sample("china_index", edition, into=tmp_path)
    whole = read_edition(held, bands=False)
    parts = {name: part for name, part in held.parts.items() if name != "repository"}
    bare = read_edition(Edition("china_index", edition, parts), bands=False)
    assert set(bare) == {"item", "answer"}
    from_archive = {"question", "note", "gathered", "evidence_urls"}
    for kind, frame in bare.items():
        alike = [column for column in frame.columns if column not in from_archive]
        assert frame.select(alike).equals(whole[kind].select(alike))
        assert all(frame[column].is_null().all() for column in from_archive & set(frame.columns))


def test_names_of_persons_are_never_read(tmp_path: Path) -> None:
    names = "Answered by Person One, and has been reviewed by Person Two"
    frames = read_changed(
        "2024", GEORGIA, "Answered by , and has been reviewed by ", names, into=tmp_path
    )
    frames |= read_changed(
        "2022", KENYA, '"partner": "Sample', '"partner": "Person One', into=tmp_path
    )
    frames |= read_changed("2022", KENYA, '"NO LINK"', '"Person One said so"', into=tmp_path)
    assert not any("Person" in frame.write_csv() for frame in frames.values())
