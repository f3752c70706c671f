"""The page of partnerships: what is published, who is known, who may be, and how sure that is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sharedfuture.publish.site import words
from sharedfuture.publish.site.evidence import Cited, cited_by
from sharedfuture.publish.site.figure_pages import map_context
from sharedfuture.publish.site.home import CHINA, PARTNERS_PAGE
from sharedfuture.publish.site.inference import words as inference_words
from sharedfuture.publish.site.inference.shelf import InferenceShelf
from sharedfuture.publish.site.measured.evidence import Group, Traced, trace_row
from sharedfuture.publish.site.page import Page
from sharedfuture.publish.site.sentences import Sentence
from sharedfuture.publish.site.shelf import Row, Shelf
from sharedfuture.publish.site.tilemap import Layer, make_layer

MOST_CANDIDATES = 25
MOST_FURTHER = 60
MOST_COMPARED = 10
MOST_SOURCES = 3
BOUNDS = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
ABSTAINED = "no probability: too little is known"
KNOWN = "known, from sources"
ORIGIN = "computed here"
LICENCE = "CC BY 4.0"
# What is shown of the checks; the others are in the table to take away.
MEASURES = (
    *("recall_at_20", "recall_at_total", "median_rank", "lift", "calibration_error"),
    *("calibration_floor", "rank_stability"),
)
MODELS = ("logistic", "second", "mean", "baseline")


@dataclass(frozen=True, slots=True)
class Known:
    """A country of which sources say it, with the first of them."""

    row: Row
    cited: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One measure on one way of dividing what is known, model by model."""

    measure: str
    split: str
    n: int | None
    by_model: Mapping[str, Row]


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of partnership with what is published, known and inferred about it."""

    row: Row
    tally: Row | None
    tally_cited: tuple[Cited, ...]
    known: Sequence[Known]
    inferred: Sequence[Row]
    candidates: Sequence[Row]
    further: Sequence[Row]
    left_out: int
    abstained: Sequence[Row]
    strongest: Mapping[str, Row]
    models: Sequence[str]
    checks: Sequence[CheckLine]
    verdict: Sentence
    forecasts: Sequence[tuple[Row, Sequence[Row]]]


def partners_page(shelf: Shelf, held: InferenceShelf) -> Page:
    """Every target, those of China first; the map of probabilities; what was frozen when."""
    targets = [_target(shelf, held, row) for row in held.target.values()]
    evidence = _evidence(shelf, targets)
    own = [target for target in targets if target.row["sponsor_id"] == CHINA]
    return Page(
        path=PARTNERS_PAGE,
        template="partners.html",
        title="Hidden partnerships: known, and candidates",
        description="Partnerships of which only a total is published: the countries that are "
        "known, with sources, and apart from them candidates with a probability, its interval and "
        "the reasons for and against.",
        section=PARTNERS_PAGE,
        context={
            "targets": own,
            "comparators": [target for target in targets if target not in own],
            "evidence": evidence,
            "iw": inference_words,
            **map_context(shelf, [layer for layer in map(_layer, targets) if layer.level]),
        },
        here=frozenset(item.row_id for _, rows in evidence for item in rows),
    )


def _target(shelf: Shelf, held: InferenceShelf, row: Row) -> Target:
    target_id = row["partner_target_id"]
    partners = held.partners.get(target_id, ())
    inferred = [item for item in partners if item["status"] == "inferred"]
    known = [item for item in partners if item["status"] == "known"]
    tally = {item["tally_id"]: item for item in shelf.rows("tally")}.get(row["tally_id"])
    checks = held.checks.get(target_id, ())
    is_own = row["sponsor_id"] == CHINA
    most = MOST_CANDIDATES if is_own else MOST_COMPARED
    return Target(
        row=row,
        tally=tally,
        tally_cited=cited_by(shelf, row["tally_id"]) if tally else (),
        known=[
            Known(item, sources_below(shelf, item["partner_id"])[:MOST_SOURCES])
            for item in sorted(known, key=lambda item: shelf.name(item["country_id"]))
        ],
        inferred=inferred,
        candidates=inferred[:most],
        further=inferred[most:MOST_FURTHER] if is_own else (),
        left_out=max(len(inferred) - (MOST_FURTHER if is_own else most), 0),
        abstained=sorted(
            (item for item in partners if item["status"] == "abstained"),
            key=lambda item: shelf.name(item["country_id"]),
        ),
        strongest={
            item["partner_id"]: reasons[0]
            for item in inferred
            if (reasons := held.reasons.get(item["partner_id"]))
        },
        models=[name for name in MODELS if any(item["model"] == name for item in checks)],
        checks=_check_lines(checks if is_own else [c for c in checks if c["split"] == "one_out"]),
        verdict=inference_words.model_sentence(row, checks),
        forecasts=[
            (item, held.scores.get(item["forecast_id"], ()))
            for item in sorted(
                held.forecasts.get(target_id, ()), key=lambda item: str(item["frozen_date"])
            )
        ],
    )


def sources_below(shelf: Shelf, row_id: str, *, depth: int = 4) -> tuple[Cited, ...]:
    """The publications that a computed row rests on, each once, those nearest to it first."""
    found: dict[str, Cited] = {}
    level = [row_id]
    for _ in range(depth):
        for item in level:
            for cited in cited_by(shelf, item):
                found.setdefault(cited.source_id, cited)
        level = [below for item in level for below in shelf.inputs.get(item, ())]
        level = [item for item in level if not item.startswith("sel-")]
        if found or not level:
            break
    return tuple(found.values())


def _check_lines(checks: Sequence[Row]) -> list[CheckLine]:
    lines: dict[tuple[str, str], dict[str, Row]] = {}
    for row in checks:
        if row["measure"] not in MEASURES:
            continue
        lines.setdefault((row["measure"], row["split"]), {})[row["model"]] = row
    order = list(inference_words.MEASURES)
    splits = list(inference_words.SPLITS)

    def place(key: tuple[str, str]) -> tuple[int, int]:
        measure, split = key
        return (
            splits.index(split) if split in splits else len(splits),
            order.index(measure) if measure in order else len(order),
        )

    return [
        CheckLine(
            measure=key[0],
            split=key[1],
            n=next((row["n"] for row in lines[key].values()), None),
            by_model=lines[key],
        )
        for key in sorted(lines, key=place)
    ]


def _layer(target: Target) -> Layer:
    """Probabilities in classes; known countries a class of their own; abstentions without one."""
    inferred = target.inferred
    layer = make_layer(
        target.row["partner_target_id"],
        (f"Probability: {target.row['title']}", "probability, 0 to 1", ORIGIN, LICENCE),
        absence=ABSTAINED,
        values={row["country_id"]: row["probability"] for row in inferred},
        row_id={row["country_id"]: row["partner_id"] for row in inferred},
        bounds=BOUNDS,
        say=lambda value: words.number_text(value, 2),
    )
    for row in inferred:
        layer.text[row["country_id"]] = (
            f"candidate, probability {inference_words.probability_text(row)}"
        )
    for item in target.known:
        country_id = item.row["country_id"]
        layer.level[country_id] = len(BOUNDS)
        layer.text[country_id] = KNOWN
        layer.value[country_id] = 1.0
        layer.row_id[country_id] = item.row["partner_id"]
    return replace(layer, labels=(*layer.labels, KNOWN))


def _evidence(shelf: Shelf, targets: Sequence[Target]) -> list[Group]:
    """What each row of the page rests on, target by target."""
    return [
        (inference_words.title_text(target.row), [*_traced(shelf, target)]) for target in targets
    ]


def _traced(shelf: Shelf, target: Target) -> Iterator[Traced]:
    yield trace_row(shelf, target.row, "partner_target_id")
    for line in target.checks:
        for check in line.by_model.values():
            yield trace_row(shelf, check, "partner_check_id")
    for forecast, scores in target.forecasts:
        said = f"Forecast frozen on {forecast['frozen_date']}."
        yield trace_row(shelf, {**forecast, "sentence": said}, "forecast_id")
        for score in scores:
            yield trace_row(shelf, score, "forecast_score_id")
