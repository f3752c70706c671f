"""How much the ranking of the index says: its countries, its widths, who can be told apart."""

from collections.abc import Iterator, Sequence

import polars as pl

from sharedfuture.analyse.index.statistic_rows import (
    Statistic,
    frame_of_statistics,
    scored_countries,
)
from sharedfuture.analyse.step import Step

STEP = Step(
    id="index.standing",
    reads={"scores": "derived.score", "pairs": "derived.score_pair"},
    writes="derived.statistic",
    version=1,
)


def run(
    scores: pl.DataFrame, pairs: pl.DataFrame, *, settled: float, top_places: int
) -> pl.DataFrame:
    """One row a statistic; none where no country has a score.

    A pair is told apart where one of the two stands above the other with a probability of
    `settled` or more. Probabilities count draws, ties half.
    """
    ranked = scored_countries(scores)
    if ranked.is_empty():
        return frame_of_statistics([])
    return frame_of_statistics(
        [
            *_of_widths(ranked),
            *_of_pairs(ranked, pairs, settled=settled),
            *_of_first_places(ranked, top_places),
        ]
    )


def _of_widths(ranked: pl.DataFrame) -> Iterator[Statistic]:
    ids = ranked["score_id"].to_list()
    yield Statistic(
        "stat-index-countries",
        "Countries with a score on the index",
        value=float(len(ids)),
        unit="countries",
        n=len(ids),
        method="Countries whose indicators suffice for the recipe's screening.",
        pool_ids=ids,
    )
    widths = (ranked["rank_high"] - ranked["rank_low"]).drop_nulls()
    median = widths.median()
    if isinstance(median, int | float):
        yield Statistic(
            "stat-index-rank-width-median",
            "Median width of a country's rank interval on the index",
            value=float(median),
            unit="places",
            n=len(widths),
            method="Median over the countries of the upper less the lower bound of the 95% rank "
            "interval.",
            pool_ids=ids,
        )


def _of_pairs(ranked: pl.DataFrame, pairs: pl.DataFrame, *, settled: float) -> Iterator[Statistic]:
    place = pl.DataFrame(
        {"country_id": ranked["country_id"], "place": range(ranked.height)},
        schema={"country_id": pl.String, "place": pl.Int64},
    )
    known = pairs.join(place, left_on="above_id", right_on="country_id").join(
        place, left_on="below_id", right_on="country_id", suffix="_below"
    )
    if known.is_empty():
        return
    neighbours = known.filter(pl.col("place_below") == pl.col("place") + 1)
    ids = ranked["score_id"].to_list()
    says = f"one of the two stands above the other in {settled:.0%} of the draws or more, ties half"
    yield Statistic(
        "stat-index-neighbours-told-apart",
        "Neighbours in the ranking of the index that can be told apart",
        value=float(_settled(neighbours, settled).height),
        unit="pairs",
        n=neighbours.height,
        method=f"Pairs of countries next to each other in the ranking of which {says}.",
        pool_ids=ids,
    )
    yield Statistic(
        "stat-index-pairs-told-apart",
        "Share of all pairs of countries that the index can tell apart",
        value=_settled(known, settled).height / known.height,
        unit="share",
        n=known.height,
        method=f"Pairs of countries of which {says}, over all pairs.",
        pool_ids=ids,
    )


def _settled(pairs: pl.DataFrame, settled: float) -> pl.DataFrame:
    probability = pl.col("probability")
    return pairs.filter(pl.max_horizontal(probability, 1 - probability) >= settled)


def _of_first_places(ranked: pl.DataFrame, places: int) -> Iterator[Statistic]:
    possible = ranked.filter(pl.col("rank_low") <= places)
    whole = ranked.filter(pl.col("rank_high") <= places)
    of: Sequence[tuple[str, str, pl.DataFrame, str]] = (
        ("possible", "that may be among", possible, "reaches"),
        ("whole", "whose whole rank interval lies among", whole, "ends"),
    )
    for name, words, found, reaches in of:
        yield Statistic(
            f"stat-index-first-{places}-{name}",
            f"Countries {words} the first {places} of the index",
            value=float(found.height),
            unit="countries",
            n=ranked.height,
            method=f"Countries whose 95% rank interval {reaches} at place {places} or before.",
            pool_ids=ranked["score_id"].to_list(),
        )
