"""Two recipes on one table, or two editions of an index, side by side."""

import numpy as np
import polars as pl

from sharedfuture.analyse.composite.errors import TableRefused
from sharedfuture.analyse.composite.outputs.choices import difference_frame
from sharedfuture.analyse.composite.outputs.frames import frame_of, whole
from sharedfuture.analyse.composite.panel.change import Comparison, Run, compare_runs
from sharedfuture.analyse.composite.score import Scored

SAYS = {
    "about": "How many units both score, and how far apart the two rankings are",
    "shift": "Scores and ranks in both, the largest shift first",
    "difference": "Which choices differ",
}


def comparison_tables(first: Scored, second: Scored) -> dict[str, pl.DataFrame]:
    """What two scored indices have in common and where they part, matched by the units' codes.

    Raises TableRefused for a panel, of which a period has to be chosen first, and NotDefined where
    no unit has a score in both.
    """
    compared = compare_runs(_run(first), _run(second))
    tables = {
        "about": _about_frame(compared),
        "shift": _shift_frame(compared, _titles(first, second)),
        "difference": difference_frame(first.recipe, second.recipe),
    }
    contents = pl.DataFrame(
        [(name, SAYS[name], frame.height) for name, frame in tables.items()],
        schema={"table": pl.String, "says": pl.String, "row_count": pl.Int64},
        orient="row",
    )
    return {"contents": contents, **tables}


def _run(scored: Scored) -> Run:
    if scored.table.is_panel:
        raise TableRefused("two indices are compared over one period each, found several")
    return Run(scored.table.units, scored.index, scored.ranks())


def _titles(first: Scored, second: Scored) -> dict[str, str]:
    pairs = [*zip(second.table.units, second.table.titles, strict=True)]
    return dict([*pairs, *zip(first.table.units, first.table.titles, strict=True)])


def _shift_frame(compared: Comparison, titles: dict[str, str]) -> pl.DataFrame:
    """`shared_rank_gain` counts places among the units that both score: nobody else moves them."""
    frame = frame_of(
        {
            "unit": compared.units,
            "name": [titles[unit] for unit in compared.units],
            "first_rank": whole(compared.first_ranks),
            "second_rank": whole(compared.second_ranks),
            "rank_gain": whole(compared.rank_gains),
            "shared_rank_gain": whole(compared.shared_rank_gains),
            "first_score": compared.first_scores,
            "second_score": compared.second_scores,
            "score_change": compared.score_changes,
        }
    )
    return frame.sort(
        pl.col("shared_rank_gain").abs(),
        pl.col("second_rank"),
        descending=[True, False],
        nulls_last=True,
    )


def _about_frame(compared: Comparison) -> pl.DataFrame:
    correlation = compared.rank_correlation
    facts = {
        "units_in_both": float(compared.shared_count),
        "only_in_first": float(len(compared.only_first)),
        "only_in_second": float(len(compared.only_second)),
        "without_score_in_both": float(len(compared.without_score)),
        "rank_correlation": np.nan if correlation is None else correlation,
        "mean_absolute_rank_change": compared.mean_absolute_rank_change,
        "mean_absolute_rank_change_among_shared": compared.mean_absolute_shared_rank_change,
        "largest_absolute_rank_change": compared.largest_absolute_rank_change,
    }
    return frame_of({"fact": list(facts), "value": np.array(list(facts.values()))})
