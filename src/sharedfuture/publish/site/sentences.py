"""Sentences about the figure, generated from the numbers of the release.

Every sentence is a list of parts: plain text, or a number with the row it comes from, so that a
page can link the number. A sentence whose numbers are not in the release is left out.
"""

from dataclasses import dataclass

from sharedfuture.publish.site import words
from sharedfuture.publish.site.shelf import Row, Shelf

REPORTED_COUNTRIES = "eighty"
NAMED_BY_REPORT = "PAK"
SETTLED = 0.95  # share of draws from which a first place counts as settled


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a sentence, and the row it comes from."""

    row_id: str
    text: str


Part = str | Number
Sentence = list[Part]


def warnings_of(shelf: Shelf) -> list[Sentence]:
    """Where the report's reading of its figure is stronger than the data behind it."""
    found = (_weakness(shelf), _exposure(shelf), _count(shelf), _ranks(shelf), _first(shelf))
    return [sentence for sentence in found if sentence]


def place_of(shelf: Shelf, country_id: str) -> Sentence:
    """A country's place in the figure, in one sentence; what is missing where it has none."""
    row = shelf.spectrum.get(country_id)
    if row is None:
        return [_why_no_place(shelf, country_id)]
    row_id = row["spectrum_id"]
    total = str(len(shelf.spectrum))
    return [
        f"In the figure {shelf.name(country_id)} stands at rank ",
        Number(row_id, str(row["rank"])),
        f" of {total} by distance to the corner of strong technology influence and low democracy; "
        "its 95 % interval runs from ",
        Number(row_id, str(row["rank_low"])),
        " to ",
        Number(row_id, str(row["rank_high"])),
        ". The probability that it lies inside the corner quadrant is ",
        Number(row_id, words.probability_text(row["corner_probability"])),
        ". This is a place in a figure about exposure; it does not show that the country "
        "supports or belongs to anything.",
    ]


def statistic(shelf: Shelf, statistic_id: str) -> Row | None:
    """A statistic of the release; None where the release lacks it."""
    return shelf.statistic.get(statistic_id)


def _number(row: Row, value: float, decimals: int) -> Number:
    return Number(row["statistic_id"], words.number_text(value, decimals))


def _interval(row: Row, decimals: int) -> Sentence:
    if row["low"] is None or row["high"] is None:
        return []
    level = words.percent_text(row["level"] or 0.95)
    low, high = _number(row, row["low"], decimals), _number(row, row["high"], decimals)
    return [f" ({level} interval ", low, " to ", high, ")"]


def _weakness(shelf: Shelf) -> Sentence:
    row = statistic(shelf, "stat-pearson")
    if row is None or row["value"] is None:
        return []
    explained = statistic(shelf, "stat-explained-variance")
    share = (
        _number(explained, explained["value"] * 100, 0)
        if explained and explained["value"] is not None
        else _number(row, row["value"] ** 2 * 100, 0)
    )
    return [
        "The two axes go together only weakly: the correlation is ",
        _number(row, row["value"], 2),
        *_interval(row, 2),
        ", so one axis accounts for about ",
        share,
        " % of the variance of the other. A country's democracy score says little about "
        "its technology score.",
    ]


def _exposure(shelf: Shelf) -> Sentence:
    if not shelf.spectrum:
        return []
    return [
        "The technology axis is exposure only: whether a technology, firm or arrangement is "
        "present. It does not measure what a government wants, or whether it is put to use "
        "against anyone."
    ]


def _count(shelf: Shelf) -> Sentence:
    row = statistic(shelf, "stat-countries")
    count: Part = _number(row, row["value"], 0) if row else str(len(shelf.spectrum))
    if not shelf.spectrum:
        return []
    return [
        "The file behind the figure holds ",
        count,
        f" countries; the report says {REPORTED_COUNTRIES}. Countries outside the file have no "
        "place in the figure, which is not the same as a place far from the corner.",
    ]


def _ranks(shelf: Shelf) -> Sentence:
    row = statistic(shelf, "stat-rank-width-median")
    if row is None or row["value"] is None:
        return []
    return [
        "Ranks are uncertain: half of the countries have a 95 % rank interval of ",
        _number(row, row["value"], 0),
        f" places or more, out of {len(shelf.spectrum)}. Neighbours in the table should not be "
        "read as better or worse than one another.",
    ]


def _first(shelf: Shelf) -> Sentence:
    ordered = sorted(
        shelf.spectrum.values(),
        key=lambda row: (-(row["first_probability"] or 0), row["spectrum_id"]),
    )
    named = shelf.spectrum.get(NAMED_BY_REPORT)
    if named is None or len(ordered) < 2:
        return []
    rival = next(row for row in ordered if row["country_id"] != named["country_id"])
    nearest = min(ordered, key=lambda row: (row["rank"], row["spectrum_id"]))
    name, is_settled = shelf.name(named["country_id"]), (named["first_probability"] or 0) >= SETTLED
    return [
        f"The report names {name} as the country most likely to support the concept. "
        f"By the plain values {shelf.name(nearest['country_id'])} is nearest to the corner and "
        f"{name} has rank ",
        Number(named["spectrum_id"], str(named["rank"])),
        f". When both values are drawn from their intervals, {name} is nearest in ",
        Number(named["spectrum_id"], words.probability_text(named["first_probability"])),
        f" of the draws and {shelf.name(rival['country_id'])} in ",
        Number(rival["spectrum_id"], words.probability_text(rival["first_probability"])),
        f": the first place is {'settled' if is_settled else 'not settled'}.",
    ]


def _why_no_place(shelf: Shelf, country_id: str) -> str:
    known = [
        row
        for row in shelf.figures.get(country_id, [])
        if row["value"] is not None or row["gap"] == "licence"
    ]
    have = {row["indicator_id"] for row in known}
    lacks = []
    if not any(name.startswith("china_index_") for name in have):
        lacks.append("a technology score in the China Index of 2022")
    if "eiu_overall" not in have:
        lacks.append("a Democracy Index value in this release")
    name = shelf.name(country_id)
    if not lacks:
        return f"{name} has no place in Figure 1 in this release."
    return (
        f"{name} has no place in Figure 1, because it lacks {words.joined(lacks)}. "
        "That is a gap in the sources and says nothing about the country."
    )
