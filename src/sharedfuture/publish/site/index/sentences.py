"""Sentences about the index, generated from the numbers of the release.

Like all generated sentences they are lists of parts, so that a page can link each number to the
row it comes from; a sentence whose numbers are not in the release is left out.
"""

from statistics import median

from sharedfuture.publish.site import words
from sharedfuture.publish.site.index import words as index_words
from sharedfuture.publish.site.index.shelf import IndexShelf, step_parameters
from sharedfuture.publish.site.sentences import Number, Part, Sentence
from sharedfuture.publish.site.shelf import Row, Shelf

COUNTED = "stat-index-countries"
MOST_NAMED = 20
RIVALS = 2
ROUNDING = 1e-9
HARDLY = 0.1  # share of neighbours told apart below which the ranking hardly orders them


def headlines(shelf: Shelf, index: IndexShelf) -> list[Sentence]:
    """What the ranking says and how sure it is."""
    found = (
        _first(shelf, index),
        _neighbours(shelf),
        _first_places(shelf, index),
        _widths(shelf),
        _figure(shelf),
        _causes(index),
    )
    return [sentence for sentence in found if sentence]


def counts_of(shelf: Shelf, index: IndexShelf) -> Sentence:
    """How many countries have a score, and how many have none."""
    row = shelf.statistic.get(COUNTED)
    if row is None:
        return ["No country has a score in this release."]
    considered, absent = len(index.ranked) + len(index.absent), len(index.absent)
    others = f"The other {absent} are" if absent != 1 else "The one that has none is"
    return [
        Number(COUNTED, words.number_text(row["value"], 0)),
        f" of {considered} countries have a score. {others} listed below with the reason; to have "
        "no score says nothing about a country.",
    ]


def standing_of(shelf: Shelf, index: IndexShelf, country_id: str) -> Sentence:
    """A country's place on the index in one sentence; why it has none where it has none."""
    row = index.of(country_id)
    name = shelf.name(country_id)
    if row is None:
        return [
            f"{name} is not among the countries that the index looks at: members of the United "
            "Nations and a few governments besides, without China and what it governs."
        ]
    if row["rank"] is None:
        return [
            f"{name} has no score on the index. {index_words.absence_text(row['why_absent'])} "
            "That is a gap in the sources and says nothing about the country."
        ]
    row_id = row["score_id"]
    return [
        f"On the observatory’s own index {name} has a score of ",
        Number(row_id, index_words.score_text(row)),
        *_range(row_id, index_words.range_text(row)),
        " and rank ",
        Number(row_id, str(row["rank"])),
        f" of {len(index.ranked)}",
        *_range(row_id, index_words.rank_range(row)),
        ". It says how far a country has drifted by what is documented; it is not a probability "
        "and shows no intention.",
    ]


def cause_of(index: IndexShelf, country_id: str) -> Sentence:
    """What the width of a country's rank interval owes most to."""
    row, causes = index.of(country_id), index.causes.get(country_id, [])
    if row is None or not causes or row["rank_low"] is None:
        return []
    row_id = row["score_id"]
    if row["rank_low"] == row["rank_high"]:
        return ["The rank stays the same in 95\u202f% of the draws, whatever is varied."]
    alone, share = _greatest(causes, "alone")
    relieved, gain = _greatest(causes, "relieved")
    parts: Sentence = [
        f"The width owes most to {words.joined(alone)}: varied alone, "
        f"{'each' if len(alone) > 1 else 'it'} gives an interval ",
        Number(row_id, words.percent_text(share)),
        " as wide.",
    ]
    if gain > 0:
        parts += [
            f" Were {' or '.join(relieved)} settled, the interval would be ",
            Number(row_id, words.percent_text(gain)),
            " narrower.",
        ]
    return parts


def _greatest(causes: list[Row], column: str) -> tuple[list[str], float]:
    """The causes with the greatest share, those that differ by rounding only taken together."""
    most = max(float(item[column] or 0) for item in causes)
    names = [
        cause_name(item["cause"]) for item in causes if float(item[column] or 0) >= most - ROUNDING
    ]
    return names, max(most, 0.0)


def cause_name(cause: str) -> str:
    """What was varied, inside a sentence."""
    return CAUSES.get(cause, words.plain(cause))


CAUSES = {
    "scale": "the scale of the indicators",
    "outliers": "the treatment of outliers",
    "gaps": "the handling of gaps",
    "mean": "the kind of mean",
    "pillar_weights": "the weights of the pillars",
    "indicator_weights": "the weights of the indicators",
    "measurement": "errors of measurement",
    "one_left_out": "the choice of indicators",
}


def _range(row_id: str, text: str) -> Sentence:
    return [" (95\u202f% interval ", Number(row_id, text), ")"] if text else []


def _first(shelf: Shelf, index: IndexShelf) -> Sentence:
    """Who comes first, and in how many of the draws."""
    if not index.ranked:
        return []
    share = {
        country_id: next((row["probability"] for row in rows if row["rank"] == 1), 0.0)
        for country_id, rows in index.ranks.items()
    }
    ordered = sorted(share, key=lambda key: (-share[key], key))
    first = index.ranked[0]
    if first["country_id"] not in share:
        return []
    rivals = [key for key in ordered if key != first["country_id"] and share[key] > 0][:RIVALS]
    parts: Sentence = [
        f"{shelf.name(first['country_id'])} has the highest score, ",
        Number(first["score_id"], index_words.score_text(first)),
        *_range(first["score_id"], index_words.range_text(first)),
        ". It comes first in ",
        _share(first, share[first["country_id"]]),
        " of the draws",
    ]
    for rival in rivals:
        row = index.of(rival)
        if row is not None:
            parts += [f", {shelf.name(rival)} in ", _share(row, share[rival])]
    return [*parts, "."]


def _share(row: Row, share: float) -> Number:
    return Number(row["score_id"], words.probability_text(share))


def _neighbours(shelf: Shelf) -> Sentence:
    near = shelf.statistic.get("stat-index-neighbours-told-apart")
    every = shelf.statistic.get("stat-index-pairs-told-apart")
    if near is None or every is None or near["value"] is None or every["value"] is None:
        return []
    settled = step_parameters(shelf, "index.standing").get("settled")
    least = f"at least {words.percent_text(settled)}" if settled else "most"
    is_hard = near["value"] < HARDLY * near["n"]
    return [
        f"Neighbours in the ranking can {'hardly' if is_hard else 'partly'} be told apart: for ",
        _value(near, 0),
        " of ",
        Number(near["statistic_id"], words.number_text(near["n"], 0)),
        f" pairs is the order settled, which means the same in {least} of the draws. "
        "Of all pairs of countries it is settled for ",
        Number(every["statistic_id"], words.percent_text(every["value"])),
        ".",
    ]


def _first_places(shelf: Shelf, index: IndexShelf) -> Sentence:
    """Who may be among the first places, and whose whole interval is there."""
    rows = {
        row["statistic_id"]: row
        for row in shelf.rows("statistic")
        if row["statistic_id"].startswith("stat-index-first-")
    }
    possible = next((row for key, row in rows.items() if key.endswith("-possible")), None)
    whole = next((row for key, row in rows.items() if key.endswith("-whole")), None)
    if possible is None or whole is None:
        return []
    places = int(possible["statistic_id"].split("-")[3])
    may = [row for row in index.ranked if (row["rank_low"] or places + 1) <= places]
    sure = [row for row in index.ranked if (row["rank_high"] or places + 1) <= places]
    parts: Sentence = [
        _value(possible, 0),
        f" countries may be among the first {places}: {_names(shelf, may)}. ",
    ]
    if not sure:
        return [*parts, "None of them has its whole rank interval there."]
    return [
        *parts,
        "The whole rank interval lies there for ",
        _value(whole, 0),
        f" of them: {_names(shelf, sure)}.",
    ]


def _names(shelf: Shelf, rows: list[Row]) -> str:
    named = [shelf.name(row["country_id"]) for row in rows]
    if len(named) > MOST_NAMED:
        return f"{', '.join(named[:MOST_NAMED])} and {len(named) - MOST_NAMED} more"
    return words.joined(named)


def _widths(shelf: Shelf) -> Sentence:
    row = shelf.statistic.get("stat-index-rank-width-median")
    if row is None or row["value"] is None:
        return []
    return [
        "Half of the countries have a 95\u202f% rank interval of ",
        _value(row, 0),
        " places or more, out of ",
        Number(row["statistic_id"], words.number_text(row["n"], 0)),
        ". A rank without its interval says next to nothing.",
    ]


def _figure(shelf: Shelf) -> Sentence:
    row = shelf.statistic.get("stat-index-figure-spearman")
    if row is None or row["value"] is None:
        return []
    return [
        "Over the ",
        Number(row["statistic_id"], words.number_text(row["n"], 0)),
        " countries of Figure 1 the index goes with nearness to its corner at a rank correlation "
        "of ",
        _value(row, 2),
        *_range(row["statistic_id"], words.interval_text(row["low"], row["high"])),
        "; part of this is built in, because both use measures of democracy and of technology "
        "from China.",
    ]


def _causes(index: IndexShelf) -> Sentence:
    """What the ranking as a whole owes most to; by total order, with its interval."""
    known = [row for row in index.sensitivity if row["total_order"] is not None]
    if not known:
        return []
    most = max(known, key=lambda row: (row["total_order"], row["cause"]))
    text = words.number_text(most["total_order"])
    parts: Sentence = [
        "How far the ranking as a whole shifts owes most to "
        f"{cause_name(most['cause'])}: total-order Sobol’ index ",
        Number(COUNTED, text),
        *_range(COUNTED, words.interval_text(most["total_low"], most["total_high"])),
    ]
    widths = {
        row["cause"]: [
            item["alone"]
            for rows in index.causes.values()
            for item in rows
            if item["cause"] == row["cause"] and item["alone"] is not None
        ]
        for row in index.sensitivity
    }
    typical = {cause: median(shares) for cause, shares in widths.items() if shares}
    if typical:
        widest = max(typical, key=lambda cause: (typical[cause], cause))
        parts += [
            f". How wide the interval of a single country is owes most to {cause_name(widest)}: "
            "varied alone, it gives ",
            Number(COUNTED, words.percent_text(typical[widest])),
            " of the width of the median country",
        ]
    return [*parts, "."]


def _value(row: Row, decimals: int) -> Part:
    return Number(row["statistic_id"], words.number_text(row["value"], decimals))
