"""The tables of one scored index, by name, with a table of contents."""

from collections.abc import Mapping

import polars as pl

from sharedfuture.analyse.composite.outputs import draws, frames
from sharedfuture.analyse.composite.outputs.choices import choice_frame
from sharedfuture.analyse.composite.score import Scored
from sharedfuture.analyse.composite.uncertainty.montecarlo import Simulated

# What each table says, in the order in which a workbook shows them.
SAYS: Mapping[str, str] = {
    "about": "What was audited: counts, seed, level of the intervals",
    "findings": "Conclusions, computed from the tables by the thresholds",
    "thresholds": "The limits that the conclusions use, and where each comes from",
    "score": "Rank and score of the index and the scores of all elements, the best first",
    "interval": "Nominal and median rank, intervals of rank and score",
    "choice": "The recipe: what was chosen at each stage, and why",
    "variation": "What the uncertainty run varied, and why",
    "framework": "Indicators and elements, with their weights",
    "problem": "What a reader should know of the data beforehand",
    "indicator": "Each indicator before and after treatment",
    "unit": "What each unit had, what was filled in, whether it stayed",
    "change": "Every value that the treatment of outliers changed",
    "imputed": "Every value that was filled in",
    "correlation": "Correlations of all pairs on each level, directions turned",
    "ancestor": "Correlation of each part with everything above it",
    "reliability": "Alpha, sampling adequacy, Bartlett's test, first component of each element",
    "without": "Alpha of an element without each of its children",
    "component": "Principal components of each element's children, with loadings",
    "weight": "What each part is meant to count in the index, and what it does",
    "rank": "Ranks on the index, every element and every indicator",
    "probability": "Probability of each rank",
    "neighbour": "Probability that a unit stands above the next one in the ranking",
    "pair": "Probability that the unit of the row stands above that of the column",
    "sensitivity": "First- and total-order Sobol' indices of the mean absolute rank shift",
    "cause": "Width of each rank interval and what it is owed to",
    "left_out": "Shift of the ranks without each part",
    "left_out_rank": "Ranks without each part",
    "raw": "Values as given",
    "treated": "Values after imputation and treatment",
    "normalised": "Values after normalisation, directions turned: what is aggregated",
    "draw": "Every replicate: what it has drawn, and all scores of the index",
    "note": "What could not be computed, and why",
}


def score_tables(scored: Scored, simulated: Simulated | None = None) -> dict[str, pl.DataFrame]:
    """Scores, ranks and all that led to them; with a run, intervals and every draw.

    Table `contents` names the others in their order.
    """
    tables = {
        "score": frames.score_frame(scored),
        "choice": choice_frame(scored.recipe),
        "framework": frames.framework_frame(scored),
        "problem": frames.problem_frame(scored),
        "indicator": frames.indicator_frame(scored),
        "unit": frames.unit_frame(scored),
        "change": frames.change_frame(scored),
        "imputed": frames.imputed_frame(scored),
        "rank": frames.rank_frame(scored),
        "raw": frames.value_frame(scored, "raw"),
        "normalised": frames.value_frame(scored, "normalise"),
    }
    if "treat" in scored.values:
        tables["treated"] = frames.value_frame(scored, "treat")
    if simulated is not None:
        tables |= {
            "interval": draws.interval_frame(simulated),
            "draw": draws.draw_frame(simulated),
        }
    return in_order(tables)


def in_order(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The tables in the order of `SAYS`, behind a table of contents."""
    ordered = {name: tables[name] for name in SAYS if name in tables}
    contents = pl.DataFrame(
        [(name, SAYS[name], frame.height) for name, frame in ordered.items()],
        schema={"table": pl.String, "says": pl.String, "row_count": pl.Int64},
        orient="row",
    )
    return {"contents": contents, **ordered}
