"""What holds of verdicts whatever the readings are."""

import re
import string
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sharedfuture.analyse.claims.readings import compare_reading, weigh_readings
from sharedfuture.analyse.claims.words import UNKNOWN, check_sentence, fill_sentence

Row = dict[str, Any]  # a reading, as a frame has it

OUTCOMES = ("agrees", "differs", "silent")
VERDICTS = {"supported", "weaker", "contradicted", "insufficient"}
STRENGTH = {"contradicted": 0, "weaker": 1, "supported": 2}

PARTS = st.tuples(
    st.sampled_from(["core", "detail"]), st.sampled_from(["a", "b", "c"]), st.sampled_from(OUTCOMES)
)
READINGS = st.lists(PARTS, max_size=7)
NUMBERS = st.integers(-(10**6), 10**6)

Part = tuple[str, str, str]


def rows_of(parts: list[Part]) -> list[Row]:
    return [
        {"reading_id": f"reading-{number}", "weight": weight, "aspect": aspect, "outcome": outcome}
        for number, (weight, aspect, outcome) in enumerate(parts)
    ]


def verdict_of(parts: list[Part]) -> str:
    return weigh_readings(rows_of(parts))[0]


@given(READINGS.flatmap(lambda parts: st.tuples(st.just(parts), st.permutations(parts))))
def test_order_of_readings_does_not_matter(both: tuple[list[Part], list[Part]]) -> None:
    parts, shuffled = both
    assert verdict_of(parts) == verdict_of(shuffled)


@given(READINGS.filter(bool), st.data())
def test_hearing_a_reading_twice_changes_nothing(parts: list[Part], data: st.DataObject) -> None:
    assert verdict_of([*parts, data.draw(st.sampled_from(parts))]) == verdict_of(parts)


@given(READINGS, st.sampled_from(["core", "detail"]), st.sampled_from("abcd"))
def test_silence_never_strengthens(parts: list[Part], weight: str, aspect: str) -> None:
    before, after = verdict_of(parts), verdict_of([*parts, (weight, aspect, "silent")])
    if before == "insufficient":
        assert after == "insufficient"
    else:
        assert STRENGTH[after] <= STRENGTH[before]


@given(READINGS, st.sampled_from(["core", "detail"]), st.sampled_from("abcd"))
def test_contradiction_never_supports(parts: list[Part], weight: str, aspect: str) -> None:
    before, after = verdict_of(parts), verdict_of([*parts, (weight, aspect, "differs")])
    assert after != "supported"
    if weight == "core" and before == "supported":
        assert STRENGTH[after] < STRENGTH[before]


@given(READINGS, st.sampled_from("abcd"))
def test_agreement_never_contradicts(parts: list[Part], aspect: str) -> None:
    before, after = verdict_of(parts), verdict_of([*parts, ("core", aspect, "agrees")])
    assert after != "insufficient"
    assert after != "contradicted" or before == "contradicted" or before == "insufficient"


@given(READINGS)
def test_details_alone_decide_nothing(parts: list[Part]) -> None:
    details = [("detail", aspect, outcome) for _, aspect, outcome in parts]
    assert weigh_readings(rows_of(details)) == ("insufficient", [])


@given(READINGS)
def test_a_verdict_rests_on_readings_and_only_insufficiency_on_none(parts: list[Part]) -> None:
    verdict, row_ids = weigh_readings(rows_of(parts))
    assert verdict in VERDICTS
    assert (row_ids == []) == (verdict == "insufficient")
    assert set(row_ids) <= {row["reading_id"] for row in rows_of(parts)}


@given(READINGS)
def test_support_means_that_every_core_aspect_is_agreed(parts: list[Part]) -> None:
    core: dict[str, set[str]] = {}
    for weight, aspect, outcome in parts:
        if weight == "core":
            core.setdefault(aspect, set()).add(outcome)
    if verdict_of(parts) == "supported":
        assert core
        assert all("agrees" in found and "differs" not in found for found in core.values())


def number(report: int, source: int, tolerance: float | None) -> Row:
    return {
        "type": "number",
        "report_says": str(report),
        "source_says": str(source),
        "tolerance": tolerance,
    }


@given(NUMBERS, NUMBERS, st.none() | st.integers(0, 10**6))
def test_numbers_are_compared_alike_from_both_sides(
    report: int, source: int, tolerance: int | None
) -> None:
    outcome = compare_reading(number(report, source, tolerance))
    assert outcome == compare_reading(number(source, report, tolerance))
    assert (outcome == "agrees") == (abs(report - source) <= (tolerance or 0))


@given(st.sampled_from(["name", "yes_no"]), st.text(string.ascii_letters, min_size=1))
def test_case_and_spaces_of_a_name_do_not_matter(kind: str, text: str) -> None:
    reading = {"type": kind, "report_says": text, "source_says": f" {text.upper()}  "}
    assert compare_reading(reading) == "agrees"


@given(st.text(st.characters(exclude_characters="{}")), st.integers() | st.floats(allow_nan=False))
def test_words_outside_places_stay_as_they_are(text: str, value: float) -> None:
    assert fill_sentence(f"{text}{{n}}{text}", {"n": value}) == f"{text}{value}{text}"
    assert fill_sentence(f"{text}{{n:.2f}}", {"n": None}) == f"{text}{UNKNOWN}"
    assert fill_sentence(text, {}) == text


@given(st.text(string.printable, max_size=20))
def test_a_place_reaches_columns_and_nothing_else(place: str) -> None:
    """Whatever stands in the braces, only the one column can be told."""
    secret = "s3cret"

    class Holder:
        hidden = secret

        def __str__(self) -> str:
            return "shown"

    try:
        sentence = fill_sentence(f"{{{place}}}", {"n": Holder()})
    except (KeyError, ValueError, TypeError):
        return
    assert secret not in sentence


@given(st.text("0123456789.,<>^+-=_#defg%xsrn !:{}", max_size=8))
@example(">99999999999")
@example("99999999999")
@example(".999999f")
@example("099999f")
def test_a_format_never_makes_a_sentence_long(form: str) -> None:
    """A width or a precision could fill the memory; thousands and two digits cannot."""
    try:
        sentence = fill_sentence(f"{{n:{form}}}", {"n": 12345.678})
    except (KeyError, ValueError, TypeError):
        return
    assert len(sentence) < 130


@given(st.text("{}nx.:0f,!rs[]", max_size=10))
def test_without_values_a_sentence_is_filled_or_refused_alike(template: str) -> None:
    """A query that gives no row lets through no more than one whose columns are all empty."""
    try:
        with_nulls = fill_sentence(template, dict.fromkeys(("n", "x", "nx", "xn", "nn", "xx")))
    except (KeyError, ValueError, TypeError):
        return
    assert fill_sentence(template, None) == with_nulls


@given(
    st.text("nx.0_", max_size=4),
    st.sampled_from(["", "!r", "!s", "!x"]),
    st.text("0123,.<+efgx%{}", max_size=5),
)
@example("n", "", ",.1f")
@example("n.x", "", "")
@example("n", "!r", "")
@example("n", "", "0")
def test_place_that_passes_the_check_is_filled(name: str, conversion: str, form: str) -> None:
    """By a number and by nothing; what is refused is no plain place."""
    template = f"{{{name}{conversion}:{form}}}"
    try:
        check_sentence(template)
    except ValueError:
        is_plain_form = re.fullmatch(r",?(\.\d\d?)?[efg%]?", form)
        assert not name.isidentifier() or conversion or not is_plain_form
        return
    assert fill_sentence(template, {name: 0.5})
    assert fill_sentence(template, {name: None}) == fill_sentence(template, None) == UNKNOWN


@given(st.decimals(-1000, 1000, places=2), st.decimals(0, 100, places=2))
def test_numbers_agree_up_to_and_with_the_tolerance(middle: Decimal, tolerance: Decimal) -> None:
    """In decimals, as people write them: 0.8 and 0.7 differ by 0.1, not by a little more."""
    for source in (middle + tolerance, middle - tolerance):
        reading = {"type": "number", "report_says": str(middle), "source_says": str(source)}
        assert compare_reading({**reading, "tolerance": float(tolerance)}) == "agrees"
        beyond = {**reading, "report_says": str(2 * middle - source)}
        if tolerance:
            assert compare_reading({**beyond, "tolerance": float(tolerance)}) == "differs"


@pytest.mark.parametrize(
    "place", ["n.hidden", "n.__class__", "n[0]", "n.__init__.__globals__", "0", "", "n n", "n:{m}"]
)
def test_a_place_that_reaches_further_is_refused(place: str) -> None:
    with pytest.raises(KeyError):
        fill_sentence(f"{{{place}}}", {"n": 1})
