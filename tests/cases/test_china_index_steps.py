"""What the steps of the China Index tell, and what they keep back, worked out by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import pytest

from sharedfuture.analyse.china_index import moving, standing
from sharedfuture.analyse.step import read_parameters
from sharedfuture.pipeline.live.files_in_use import answers_of

Points = Sequence[int | None]
PACKAGE = "sharedfuture.analyse.china_index"
# Questions 45 and 47 to 50 of 2022 and 2024 are known to be the same; 46 is not.
SHARED = (45, 47, 48, 49, 50)


def answers(
    edition: str, given: Mapping[str, Points], *, numbers: Sequence[int], domain: str = "Economy"
) -> pl.DataFrame:
    """Points by country on questions of one domain, as the pipeline hands them over."""
    rows = [
        {
            "item_no": number,
            "country_id": country,
            "country_as_written": country,
            "domain": domain,
            "layer": "Exposure",
            "grading": "graded",
            "score": score,
            "connector_id": "china_index",
            "edition": edition,
            "capture_ids": [f"cap-{edition}"],
        }
        for country, points in given.items()
        for number, score in zip(numbers, points, strict=True)
    ]
    return pl.DataFrame(rows, schema=answers_of([]).schema)


def scores_of(*frames: pl.DataFrame) -> pl.DataFrame:
    return standing.run(pl.concat(frames), **read_parameters(PACKAGE, "score"))


def changes_of(*frames: pl.DataFrame) -> list[dict[str, Any]]:
    return moving.run(pl.concat(frames), **read_parameters(PACKAGE, "change")).to_dicts()


def test_no_answers_no_rows() -> None:
    assert scores_of(answers_of([])).is_empty()
    assert changes_of(answers_of([])) == []


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((5, 6, 7), (True, True, True)),
        # One answer is itself, and with it goes the next, which the whole would give away.
        ((1, 6, 7), (False, False, True)),
        ((2, 3, 7), (False, False, True)),
        ((2, 2, 7), (False, False, False)),
        ((0, 6, 7), (False, True, True)),
        ((0, 4, 7), (False, False, False)),
    ],
)
def test_domains_of_few_answers_are_kept_back_and_cannot_be_worked_out(
    counts: tuple[int, int, int], told: tuple[bool, bool, bool]
) -> None:
    frames = [
        answers(
            "2022",
            {"AAA": [3] * count + [None] * (11 - count), "BBB": [1] * 11},
            numbers=range(11 * place + 1, 11 * place + 12),
            domain=domain,
        )
        for place, (domain, count) in enumerate(zip("XYZ", counts, strict=True))
    ]
    found = scores_of(*frames)
    own = found.filter(pl.col("country_id") == "AAA", pl.col("domain") != "overall").sort("domain")
    assert tuple(own["points"].is_not_null()) == told
    assert own["answered"].to_list() == list(counts)
    assert own["why_absent"].is_null().to_list() == list(told)
    lost = [count for count, is_told in zip(counts, told, strict=True) if not is_told]
    assert sum(lost) == 0 or sum(lost) >= 5
    beside = found.filter(pl.col("country_id") == "BBB", pl.col("domain") == "X")
    assert beside["countries"].item() == (2 if told[0] else 1)


def test_a_country_of_few_answers_has_nothing() -> None:
    found = scores_of(answers("2022", {"AAA": [4, 4, 4, 4, None]}, numbers=range(1, 6)))
    assert found["points"].to_list() == [None, None]
    assert found["row_ids"].to_list() == [["cap-2022"], ["cap-2022"]]


def test_answers_carried_over_are_flagged_in_tenths_and_are_no_change() -> None:
    numbers = range(1, 21)
    before = answers("2021", {"AAA": [2] * 20, "BBB": [2] * 20}, numbers=numbers)
    after = answers(
        "2022",
        {"AAA": [2] * 18 + [4, 4], "BBB": [2] * 10 + [3] * 10, "CCC": [1] * 20},
        numbers=numbers,
    )
    found = scores_of(before, after).filter(pl.col("domain") == "overall")
    assert found.select("edition", "country_id", "carried_share", "is_carried").rows() == [
        ("2021", "AAA", None, None),
        ("2021", "BBB", None, None),
        ("2022", "AAA", 0.9, True),
        ("2022", "BBB", 0.5, False),
        ("2022", "CCC", None, None),
    ]
    assert found["row_ids"].to_list()[2] == ["cap-2021", "cap-2022"]
    overall = [row for row in changes_of(before, after) if row["domain"] == "overall"]
    assert [(row["country_id"], row["change"]) for row in overall] == [("BBB", 12.5), ("AAA", None)]
    assert overall[1]["reason"].startswith("The answers of edition 2021, carried over")
    same = before.with_columns(edition=pl.lit("2022"), capture_ids=pl.lit(["cap-2022"]))
    (whole, part) = changes_of(before, same)
    assert whole["country_id"] is None
    assert whole["reason"].startswith("Not comparable: all 2 countries of both editions")
    assert part["china_index_change_id"] == "cic-2021-2022-economy"


def test_change_is_of_the_questions_that_both_editions_ask() -> None:
    numbers = range(45, 51)
    before = answers("2022", {"AAA": [0] * 6, "BBB": [1] * 6}, numbers=numbers)
    after = answers(
        "2024", {"AAA": [4, 4, 0, 0, 0, 0], "BBB": [1, 1, 1, 1, None, 1]}, numbers=numbers
    )
    found = {row["china_index_change_id"]: row for row in changes_of(before, after)}
    own = found["cic-2022-2024-AAA-economy"]
    assert (own["items"], own["change"], own["is_comparable"]) == (5, 20.0, True)
    assert own["row_ids"] == ["cap-2022", "cap-2024"]
    few = found["cic-2022-2024-BBB-economy"]
    assert (few["items"], few["change"], few["is_comparable"]) == (4, None, False)
    assert few["reason"].startswith("Fewer than 5")


def test_a_small_common_core_is_no_change_of_the_whole() -> None:
    economy = [answers(edition, {"AAA": [0] * 5}, numbers=SHARED) for edition in ("2022", "2024")]
    rest = [
        answers(edition, {"AAA": [0] * 20}, numbers=range(60, 80), domain="Society")
        for edition in ("2022", "2024")
    ]
    found = {row["domain"]: row for row in changes_of(*economy, *rest)}
    assert found["Economy"]["is_comparable"]
    assert found["overall"]["reason"].endswith(
        "5 are known to be those of edition 2022; at least 7 are needed."
    )
    assert found["Society"]["country_id"] is None


def test_a_domain_that_the_whole_would_give_away_has_no_change() -> None:
    # Of six questions of both editions five are of one domain: the sixth is an answer.
    editions = [
        answers(edition, {"AAA": [points] * 6}, numbers=(12, *SHARED)).with_columns(
            domain=pl.when(pl.col("item_no") == 12).then(pl.lit("Foreign")).otherwise("domain")
        )
        for edition, points in (("2022", 0), ("2024", 4))
    ]
    found = {row["domain"]: row for row in changes_of(*editions)}
    assert found["overall"]["change"] == 100.0
    assert found["Economy"]["change"] is None
    assert found["Economy"]["reason"].startswith("Kept back")


def test_editions_stand_in_the_order_of_their_names() -> None:
    later = answers("2022", {"AAA": [2] * 20}, numbers=range(1, 21))
    earlier = answers("2021", {"AAA": [2] * 20}, numbers=range(1, 21))
    found = scores_of(later, earlier).filter(pl.col("is_carried"))
    assert set(found["edition"]) == {"2022"}
