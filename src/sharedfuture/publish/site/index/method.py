"""The page of method of the index: every choice with its reason, and what follows from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from sharedfuture.publish.site.evidence import evidence_of
from sharedfuture.publish.site.home import INDEX_METHOD_PAGE, INDEX_PAGE
from sharedfuture.publish.site.index import recipe as index_recipe
from sharedfuture.publish.site.index import words as index_words
from sharedfuture.publish.site.index.charts import Whisker, axis_of, draw_whisker
from sharedfuture.publish.site.index.shelf import IndexShelf, is_audited, step_parameters
from sharedfuture.publish.site.page import Page, row_ids_of
from sharedfuture.publish.site.shelf import Row, Shelf

# Where a comment is made. The first and the last of these are the JRC's (COIN Tool User Guide,
# 2019), the others conventions of the engine's audit; the page states all of them.
SILENT = 0.3  # correlation with the index
IMBALANCE = 2.0  # times of importance over effective weight, either way
ALONE = 0.05  # mean shift of ranks, in shares of the ranking
COVERED = 0.65  # share of the scored countries with a value
REDUNDANT = 0.92  # correlation of two indicators of one pillar
STRAIGHT = 1e-9
# How the ids of statistics of the ranking as a whole begin.
STANDING = (
    *("stat-index-rank-", "stat-index-pairs-", "stat-index-neighbours-"),
    "stat-index-first-",
)
THRESHOLDS = {
    "silent": SILENT,
    "imbalance": IMBALANCE,
    "alone": ALONE,
    "covered": COVERED,
    "redundant": REDUNDANT,
}


@dataclass(frozen=True, slots=True)
class Made:
    """An indicator: what it is made of, and what its values are."""

    row: Row
    because: str
    period: str
    transformed: str
    states: tuple[tuple[str, int], ...]
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """An element: how much it was meant to count, how much it does, what is to be said of it."""

    row: Row
    relative: float | None
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Influence:
    """One thing that was varied: its indices as drawn, and its part in the widths."""

    row: Row
    title: str
    first: Whisker | None
    total: Whisker | None
    alone: float | None
    relieved: float | None


def method_page(shelf: Shelf, index: IndexShelf) -> Page:
    """How the index is made, what is varied, what the ranking owes to what, and its limits."""
    recipe = evidence_of(shelf, index.recipe_id, what="The recipe of the index")
    context = {
        "index": index,
        "recipe": recipe,
        "recipe_row": shelf.rows("recipe")[0],
        "stages": index_recipe.stages_of(index),
        "varied": index_recipe.varied_of(index),
        "run": index.choices.get("uncertainty", {}),
        "cause_replicates": step_parameters(shelf, "index.score").get("cause_replicates", 0),
        "thresholds": THRESHOLDS,
        "is_audited": is_audited(shelf),
        **_parts(index),
        **sensitivity_context(index),
        **_statistical(shelf, index),
    }
    return Page(
        path=INDEX_METHOD_PAGE,
        template="index_method.html",
        title="Method of the index",
        description="Every choice of the index with its reason, its indicators and their errors, "
        "what the draws vary, what the ranking owes to what, and the limits.",
        section=INDEX_PAGE,
        context=context,
        here=row_ids_of([recipe]),
    )


def is_straight(pairs: Sequence[tuple[float, float]]) -> bool:
    """Whether scores are a straight line in the values they were made from.

    If not, the values were transformed before they were put on the common scale.
    """
    x_mean = sum(x for x, _ in pairs) / len(pairs)
    y_mean = sum(y for _, y in pairs) / len(pairs)
    xx = sum((x - x_mean) ** 2 for x, _ in pairs)
    yy = sum((y - y_mean) ** 2 for _, y in pairs)
    xy = sum((x - x_mean) * (y - y_mean) for x, y in pairs)
    return bool(xy * xy >= (1 - STRAIGHT) * xx * yy)


def remarks_on(row: Row, relative: float | None, count: int) -> tuple[str, ...]:
    """What the numbers of an element ask to be said, each by one of the stated thresholds."""
    found = []
    correlation, effective, shift = row["correlation"], row["effective_weight"], row["shift"]
    if correlation is not None and correlation < 0:
        found.append("points against the index")
    elif correlation is not None and correlation < SILENT:
        found.append("hardly moves with the index")
    if relative is not None and effective:
        if relative > IMBALANCE * effective:
            found.append("matters more than its weight says")
        elif relative * IMBALANCE < effective:
            found.append("matters less than its weight says")
    if shift is not None and row["level"] == 1 and shift > ALONE * count:
        found.append("moves many ranks when left out")
    if row["covered"] is not None and row["covered"] < COVERED * count:
        found.append("known for few of the countries")
    return tuple(found)


def _parts(index: IndexShelf) -> dict[str, object]:
    """Pillars and indicators: what they are made of, and how much they count."""
    none_recorded = {
        code for (_, code), row in index.inputs.items() if row["state"] == "none_recorded"
    }
    return {
        "made": [
            (pillar, [_made(index, row) for row in index.under(pillar)]) for pillar in index.pillars
        ],
        "weighed": [
            (pillar, [_weighed(index, row) for row in index.under(pillar)])
            for pillar in index.pillars
        ],
        "pillars": [_weighed(index, pillar) for pillar in index.pillars],
        "none_recorded": len(none_recorded),
    }


def sensitivity_context(index: IndexShelf) -> dict[str, object]:
    """What the ranking owes to what was varied."""
    return {
        "influences": list(_influences(index)),
        "axis": axis_of(index.sensitivity, _BOUNDS),
        "first_sum": sum(row["first_order"] or 0.0 for row in index.sensitivity),
    }


def _statistical(shelf: Shelf, index: IndexShelf) -> dict[str, object]:
    """Statistics of the release about the ranking and its parts; correlations come first."""
    return {
        "between": _between_pillars(shelf, index),
        "siblings": statistics_of(shelf, "stat-index-siblings-"),
        "standing": statistics_of(shelf, *STANDING),
        "comparison": sorted(
            statistics_of(shelf, "stat-index-figure-"), key=lambda row: row["unit"] != "correlation"
        ),
    }


def _made(index: IndexShelf, row: Row) -> Made:
    code = row["element"]
    inputs = [item for (_, of), item in index.inputs.items() if of == code]
    known = [item for item in inputs if item["value"] is not None]
    years = sorted({year for item in known for year in (item["period"] or "").split("/") if year})
    counts = [
        (state, sum(item["state"] == state for item in inputs)) for state in index_words.STATES
    ]
    pairs = [
        (item["value"], index.score[item["country_id"], code]["value"])
        for item in known
        if (item["country_id"], code) in index.score
    ]
    return Made(
        row=row,
        because=index.because.get(code, ""),
        period=index_words.span_text("/".join((years[0], years[-1])) if years else None),
        transformed="" if not pairs or is_straight(pairs) else "logarithm",
        states=tuple((state, count) for state, count in counts if count),
        errors=tuple(sorted({item["error_basis"] for item in known if item["error_basis"]})),
    )


def _weighed(index: IndexShelf, row: Row) -> Weighed:
    level = [item for item in index.elements.values() if item["level"] == row["level"]]
    total = sum(item["importance"] or 0.0 for item in level)
    relative = None if row["importance"] is None or not total else row["importance"] / total
    return Weighed(row, relative, remarks_on(row, relative, len(index.ranked)))


_BOUNDS = ("first_low", "first_high", "total_low", "total_high")


def _influences(index: IndexShelf) -> Iterator[Influence]:
    axis = axis_of(index.sensitivity, _BOUNDS)
    for row in index.sensitivity:
        of = [
            item for rows in index.causes.values() for item in rows if item["cause"] == row["cause"]
        ]
        yield Influence(
            row=row,
            title=index_recipe.title_of(row["cause"]),
            first=draw_whisker(row["first_order"], row["first_low"], row["first_high"], axis=axis),
            total=draw_whisker(row["total_order"], row["total_low"], row["total_high"], axis=axis),
            alone=_median(of, "alone"),
            relieved=_median(of, "relieved"),
        )


def _median(rows: list[Row], column: str) -> float | None:
    known = [row[column] for row in rows if row[column] is not None]
    return median(known) if known else None


def statistics_of(shelf: Shelf, *prefixes: str) -> list[Row]:
    """The statistics of the release whose ids begin with one of these."""
    return [row for row in shelf.rows("statistic") if row["statistic_id"].startswith(prefixes)]


def _between_pillars(shelf: Shelf, index: IndexShelf) -> list[tuple[Row, list[Row | None]]]:
    """For each pillar its correlation with every other; None with itself."""
    codes = [pillar["element"] for pillar in index.pillars]

    def found(first: str, second: str) -> Row | None:
        low, high = sorted((first, second))
        return shelf.statistic.get(f"stat-index-correlation-{low}-{high}")

    return [
        (
            pillar,
            [
                found(pillar["element"], code) if code != pillar["element"] else None
                for code in codes
            ],
        )
        for pillar in index.pillars
    ]
