"""What an audit concludes, computed from its tables by thresholds that are stated.

No sentence is written by hand for an index: each is filled from counts, and says `met` where no
threshold is passed, `look` where something needs a second look, `note` where it only informs. A
`look` is no verdict on the index: correlations need not be what the concept asks for (Handbook,
OECD/JRC 2008, p. 26).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import median

import polars as pl

from sharedfuture.analyse.composite.outputs.thresholds import (
    ALONE,
    ALPHA,
    AVAILABLE,
    CHANGED,
    IMBALANCE,
    IMPUTED,
    KMO,
    KURTOSIS,
    NEGATIVE,
    REDUNDANT,
    SETTLED,
    SILENT,
    SKEWNESS,
    WIDE,
    Threshold,
)

Tables = Mapping[str, pl.DataFrame]

_LISTED = 6


class Reading(Enum):
    """Whether a finding passes a threshold."""

    MET = "met"
    LOOK = "look"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One conclusion: where it belongs, by which thresholds, how it reads, in one sentence."""

    section: str
    thresholds: tuple[str, ...]
    reading: Reading
    says: str


def finding_frame(tables: Tables, *, level: float | None) -> pl.DataFrame:
    """All conclusions on the tables of an audit; `level` is that of its intervals, if any."""
    found = [*_on_data(tables), *_on_structure(tables), *_on_robustness(tables, level)]
    rows = [
        (finding.section, finding.reading.value, _signed(finding.says), *_ids(finding))
        for finding in found
    ]
    names = ("section", "reading", "says", "thresholds")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _on_data(tables: Tables) -> Iterator[Finding]:
    units, indicators = tables["unit"], tables["indicator"]
    share = sum(indicators["available_share"].to_list()) / indicators.height
    yield Finding("data", (), Reading.NOTE, f"{share:.1%} of all values are present as given.")
    yield _listing(
        "data",
        (AVAILABLE,),
        _names(indicators.filter(pl.col("available_share") < AVAILABLE.value)),
        f"of {indicators.height} indicators have less than {AVAILABLE.value:.0%} of their values",
    )
    yield _listing(
        "data",
        (AVAILABLE,),
        _names(units.filter((pl.col("available_share") < AVAILABLE.value) & pl.col("is_included"))),
        f"of {int(units['is_included'].sum())} units that stay have less than "
        f"{AVAILABLE.value:.0%} of their values",
    )
    imputed = int(units["imputed_count"].sum()) / max(units.height * indicators.height, 1)
    if imputed:
        reading = Reading.LOOK if imputed > IMPUTED.value else Reading.MET
        says = f"{imputed:.1%} of all values were filled in (limit {IMPUTED.value:.0%})."
        yield Finding("data", (IMPUTED.id,), reading, says)
    yield from _on_outliers(indicators, units.height)
    for problem in tables["problem"].iter_rows(named=True):
        about = "; ".join(part for part in (problem["indicators"], problem["units"]) if part)
        yield Finding("data", (), Reading.LOOK, f"{about or 'The table'}: {problem['says']}.")


def _on_outliers(indicators: pl.DataFrame, unit_count: int) -> Iterator[Finding]:
    def suspected(ending: str) -> pl.DataFrame:
        return indicators.filter(
            (pl.col(f"skewness{ending}").abs() > SKEWNESS.value)
            & (pl.col(f"kurtosis{ending}") > KURTOSIS.value)
        )

    limits = f"skewness above {SKEWNESS.value:g} and kurtosis above {KURTOSIS.value:g}"
    before = suspected("").height
    yield Finding(
        "data",
        (SKEWNESS.id, KURTOSIS.id),
        Reading.NOTE,
        f"{before} of {indicators.height} indicators have {limits} as given.",
    )
    yield _listing(
        "data",
        (SKEWNESS, KURTOSIS),
        _names(suspected("_after")),
        f"of {indicators.height} indicators have {limits} after treatment",
    )
    many = indicators.filter(pl.col("winsorised_count") > CHANGED.value * unit_count)
    says = (
        f"of {indicators.height} indicators had more than {CHANGED.value:.0%} of their values "
        "drawn in by winsorising"
    )
    yield _listing("data", (CHANGED,), _names(many), says)


def _on_structure(tables: Tables) -> Iterator[Finding]:
    name = _name_of(tables)
    inside = tables["correlation"].filter(pl.col("has_same_parent"))
    for limit, beyond, says in (
        (REDUNDANT, pl.col("correlation") > REDUNDANT.value, "correlate above"),
        (NEGATIVE, pl.col("correlation") < NEGATIVE.value, "correlate below"),
    ):
        found = [
            f"{name[row['first']]} with {name[row['second']]} ({row['correlation']:.2f})"
            for row in inside.filter(beyond).iter_rows(named=True)
        ]
        says = f"of {inside.height} pairs within an element {says} {limit.value:g}"
        yield _listing("structure", (limit,), found, says)
    yield _on_silence(tables)
    for limit, column, what in (
        (ALPHA, "alpha", "an alpha below"),
        (KMO, "kmo", "a sampling adequacy below"),
    ):
        known = tables["reliability"].filter(pl.col(column).is_not_null())
        if limit is KMO:  # that of two children is 0.5, whatever they are
            known = known.filter(pl.col("child_count") > 2)
        low = known.filter(pl.col(column) < limit.value).iter_rows(named=True)
        found = [f"{name[row['code']]} ({row[column]:.2f})" for row in low]
        says = f"of {known.height} elements for which it says something show {what} {limit.value:g}"
        yield _listing("structure", (limit,), found, says)
    yield _on_dimensions(tables)
    yield _on_balance(tables)


def _on_silence(tables: Tables) -> Finding:
    name, top = _name_of(tables), tables["framework"]["code"][0]
    related = tables["ancestor"].filter((pl.col("level") == 1) & (pl.col("above") == top))
    silent = related.filter(pl.col("correlation") < SILENT.value).sort("correlation")
    found = [
        f"{name[row['code']]} ({row['correlation']:.2f})" for row in silent.iter_rows(named=True)
    ]
    says = f"of {related.height} indicators correlate with the index below {SILENT.value:g}"
    return _listing("structure", (SILENT,), found, says)


def _on_dimensions(tables: Tables) -> Finding:
    name = _name_of(tables)
    known = tables["reliability"].filter(pl.col("above_chance_count").is_not_null())
    several = known.filter(pl.col("above_chance_count") > 1).iter_rows(named=True)
    found = [f"{name[row['code']]} ({row['above_chance_count']})" for row in several]
    says = f"of {known.height} elements have more than one component that says more than chance"
    return _listing("structure", (), found, says)


def _on_balance(tables: Tables) -> Finding:
    name = _name_of(tables)
    known = tables["weight"].filter(
        (pl.col("level") == 1) & pl.col("importance_share").is_not_null()
    )
    ratio = pl.col("importance_share") / pl.col("effective_weight")
    apart = known.filter(
        (pl.col("effective_weight") > 0)
        & ((ratio > IMBALANCE.value) | (ratio < 1 / IMBALANCE.value))
    ).with_columns(ratio.alias("ratio"))
    found = [
        f"{name[row['code']]} ({row['ratio']:.1f})"
        for row in apart.sort("ratio").iter_rows(named=True)
    ]
    says = (
        f"of {known.height} indicators matter more than {IMBALANCE.value:g} times, or less than "
        f"1/{IMBALANCE.value:g}, of what they weigh"
    )
    return _listing("structure", (IMBALANCE,), found, says)


def _on_robustness(tables: Tables, level: float | None) -> Iterator[Finding]:
    if "interval" in tables and level is not None:
        yield from _on_intervals(tables["interval"], level)
        yield _on_neighbours(tables["neighbour"])
    if "sensitivity" in tables:
        yield _on_causes(tables["sensitivity"])
    if "left_out" in tables:
        yield _on_parts(tables["left_out"].filter(pl.col("level") == 1), _ranked(tables))


def _ranked(tables: Tables) -> int:
    return int(tables["score"]["rank"].count())


def _on_intervals(intervals: pl.DataFrame, level: float) -> Iterator[Finding]:
    known = intervals.filter(pl.col("rank").is_not_null())
    count, limit = known.height, WIDE.value * known.height
    widths = known["rank_width"].to_list()
    wide = sum(width > limit for width in widths)
    yield Finding(
        "robustness",
        (WIDE.id,),
        Reading.LOOK if wide else Reading.MET,
        f"Half of the {count} ranked units have a {level:.0%} rank interval of {median(widths):g} "
        f"places or less; {wide} have one of more than {limit:.0f} places "
        f"({WIDE.value:.0%} of the ranking).",
    )
    outside = known.filter(
        (pl.col("rank") < pl.col("rank_low")) | (pl.col("rank") > pl.col("rank_high"))
    )
    says = f"of {count} ranks lie outside of their own {level:.0%} interval"
    yield _listing("robustness", (), _names(outside), says)
    shifts = (known["rank"] - known["rank_median"]).abs().to_list()
    yield Finding(
        "robustness",
        (),
        Reading.NOTE,
        f"The rank of {sum(shift <= 1 for shift in shifts)} of {count} units is within one place "
        f"of its median over all replicates; the largest distance is {max(shifts):g}.",
    )


def _on_neighbours(pairs: pl.DataFrame) -> Finding:
    settled = int((pairs["probability_above"] >= SETTLED.value).sum())
    return Finding(
        "robustness",
        (SETTLED.id,),
        Reading.MET if settled == pairs.height else Reading.LOOK,
        f"For {settled} of {pairs.height} pairs of neighbours in the ranking the order is settled: "
        f"the first stands above the second with a probability of {SETTLED.value:g} or more.",
    )


def _on_causes(indices: pl.DataFrame) -> Finding:
    first = indices.sort("total", descending=True).row(0, named=True)
    alone = indices["first"].sum()
    return Finding(
        "robustness",
        (),
        Reading.NOTE,
        f"Most of the shift of ranks is owed to {first['variation']}: total-order index "
        f"{first['total']:.2f} (interval {first['total_low']:.2f} to {first['total_high']:.2f}), "
        f"first-order {first['first']:.2f}. The first orders sum to {alone:.2f}; the rest belongs "
        "to choices acting together.",
    )


def _on_parts(left_out: pl.DataFrame, ranked: int) -> Finding:
    limit = ALONE.value * ranked
    strong = left_out.filter(pl.col("mean_shift") > limit).sort("mean_shift", descending=True)
    found = [f"{row['name']} ({row['mean_shift']:.1f})" for row in strong.iter_rows(named=True)]
    says = (
        f"of {left_out.height} indicators move the ranks by more than {limit:.1f} places on "
        "average when they are left out"
    )
    return _listing("robustness", (ALONE,), found, says)


def _listing(section: str, limits: Sequence[Threshold], found: Sequence[str], says: str) -> Finding:
    """A finding that counts what is beyond a limit, and names it."""
    ids = tuple(limit.id for limit in limits)
    if not found:
        return Finding(section, ids, Reading.MET, f"None {says}.")
    listed = ", ".join(found[:_LISTED])
    rest = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
    return Finding(section, ids, Reading.LOOK, f"{len(found)} {says}: {listed}{rest}.")


def _ids(finding: Finding) -> tuple[str]:
    return (", ".join(finding.thresholds),)


def _signed(sentence: str) -> str:
    """With a true minus sign before numbers."""
    return re.sub(r"(?<![\w.])-(?=\d)", "−", sentence)


def _names(rows: pl.DataFrame) -> list[str]:
    return rows["name"].to_list()


def _name_of(tables: Tables) -> dict[str, str]:
    return dict(tables["framework"].select("code", "name").iter_rows())
