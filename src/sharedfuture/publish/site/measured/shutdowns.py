"""The page of shutdowns: registers, how far they agree, what detects them, what caused them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sharedfuture.publish.site.home import SHUTDOWNS_PAGE
from sharedfuture.publish.site.measured import words as measured_words
from sharedfuture.publish.site.measured.shelf import MeasuredShelf
from sharedfuture.publish.site.page import Page
from sharedfuture.publish.site.sentences import Number, Sentence
from sharedfuture.publish.site.shelf import Row, Shelf

MOST_COUNTRIES = 30
MOST_EVENTS = 60
LEAST_IN_YEAR = 5  # countries, for a year to have a column
ALL_WIDTHS = "all"
TASKS = {
    "cause": "Shutdown or outage: the cause of events that are known",
    "detection": "Event or none: found in a signal",
}


@dataclass(frozen=True, slots=True)
class Register:
    """One register: its countries with most events, a row of years for each, and their number."""

    name: str
    says: str
    key: str
    years: tuple[int, ...]
    countries: list[tuple[str, list[Row | None], int]]
    left_out: int
    is_shown: bool

    @property
    def row_ids(self) -> list[str]:
        """Ids of the rows that are shown."""
        return [row["shutdown_count_id"] for _, held, _ in self.countries for row in held if row]


@dataclass(frozen=True, slots=True)
class Trial:
    """One task: its divisions or signals, each with a line for each model and a column for each
    measure; and what the columns or signals are."""

    task: str
    title: str
    measures: list[str]
    groups: list[tuple[str, list[tuple[Row, list[Row | None]]]]]
    notes: list[tuple[str, str]]

    @property
    def row_ids(self) -> list[str]:
        """Ids of all its rows."""
        return [
            row["shutdown_model_id"]
            for _, lines in self.groups
            for _, held in lines
            for row in held
            if row
        ]


def shutdowns_page(shelf: Shelf, measured: MeasuredShelf) -> Page:
    """What registers and signals say of shutdowns; what is missing where nothing is there."""
    registers = list(_registers(shelf, measured))
    agreements = shelf.rows("shutdown_agreement")
    return Page(
        path=SHUTDOWNS_PAGE,
        template="shutdowns.html",
        title="Shutdowns, as registered and measured",
        description="Registers of internet shutdowns by country and year, how far they agree, "
        "published numbers worked out again, and how well shutdowns are told from outages.",
        section=SHUTDOWNS_PAGE,
        context={
            "registers": registers,
            "agreements": agreements,
            "measures": sorted(
                shelf.rows("shutdown_measure"), key=lambda row: row["unit"] != "share"
            ),
            "trials": list(_trials(shelf.rows("shutdown_model"))),
            "cause": cause_of_unknown_country(shelf.rows("shutdown_model")),
            "events": _events(measured),
            "event_count": len(shelf.rows("shutdown_event")),
            "report_count": len(shelf.rows("shutdown_report")),
            "mw": measured_words,
        },
        here=frozenset(
            [
                *(row["shutdown_agreement_id"] for row in agreements),
                *(row["shutdown_measure_id"] for row in shelf.rows("shutdown_measure")),
                *(row["shutdown_model_id"] for row in shelf.rows("shutdown_model")),
            ]
        ),
    )


def counts_by_year(rows: Iterable[Row]) -> dict[str, dict[int, Row]]:
    """Of each register the count of each year, in all widths together where that is given."""
    found: dict[str, dict[int, Row]] = {}
    for row in rows:
        if row["other_register"] or row["year"] is None:
            continue
        years = found.setdefault(row["register"], {})
        if row["year"] not in years or row["width"] == ALL_WIDTHS:
            years[row["year"]] = row
    return found


def _registers(shelf: Shelf, measured: MeasuredShelf) -> Iterable[Register]:
    of_country = {
        country_id: counts_by_year(rows) for country_id, rows in measured.shutdown_counts.items()
    }
    names = sorted({name for held in of_country.values() for name in held})
    for place, name in enumerate(names):
        held = {key: years[name] for key, years in of_country.items() if name in years}
        span = [year for rows in held.values() for year in rows]
        years = _years(span)
        totals = {
            key: sum(row["events"] or 0 for row in rows.values()) for key, rows in held.items()
        }
        order = sorted(held, key=lambda key: (-totals[key], shelf.name(key)))
        yield Register(
            name=measured_words.register_text(name),
            says=measured_words.REGISTER_SAYS.get(name, ""),
            key=f"register-{place + 1}",
            years=years,
            countries=[
                (key, [held[key].get(year) for year in years], totals[key])
                for key in order[:MOST_COUNTRIES]
            ],
            left_out=max(len(order) - MOST_COUNTRIES, 0),
            is_shown=place == 0,
        )


def _years(span: Sequence[int]) -> tuple[int, ...]:
    """Years from the first in which several countries have any; single earlier events apart."""
    known = Counter(span)
    first = min(
        (year for year, count in known.items() if count >= LEAST_IN_YEAR), default=min(span)
    )
    return tuple(range(first, max(span) + 1))


def _trials(rows: Sequence[Row]) -> Iterable[Trial]:
    for task in sorted({row["task"] for row in rows}):
        own = [row for row in rows if row["task"] == task]
        measures = _in_order({row["measure"] for row in own}, measured_words.MEASURES)
        splits = _in_order({row["split"] or "" for row in own}, measured_words.SPLITS)
        yield Trial(
            task=task,
            title=TASKS.get(task, task),
            measures=measures,
            groups=[
                (split, _lines([row for row in own if (row["split"] or "") == split], measures))
                for split in splits
            ],
            notes=_notes(own),
        )


def _lines(rows: Sequence[Row], measures: Sequence[str]) -> list[tuple[Row, list[Row | None]]]:
    """A line for each model: one of its rows, and a row or none for each measure."""
    found = {(row["model"], row["measure"]): row for row in rows}
    models = _in_order({row["model"] for row in rows}, measured_words.MODELS)
    return [
        (
            next(row for row in rows if row["model"] == model),
            [found.get((model, measure)) for measure in measures],
        )
        for model in models
    ]


def _in_order(names: set[str], known: Mapping[str, str]) -> list[str]:
    """Names in the order in which they are known, others after them."""
    order = list(known)
    return sorted(
        names, key=lambda name: (order.index(name) if name in known else len(order), name)
    )


def cause_of_unknown_country(rows: Sequence[Row]) -> Sentence:
    """What the best model makes of shutdowns in a country that it never saw; empty without one."""
    own = {
        (row["model"], row["measure"]): row
        for row in rows
        if row["task"] == "cause" and row["split"] == "country" and row["value"] is not None
    }
    best = max(
        (row for (_, measure), row in own.items() if measure == "auc"),
        key=lambda row: (row["value"], row["model"]),
        default=None,
    )
    if best is None:
        return []
    named, missed = own.get((best["model"], "named")), own.get((best["model"], "missed"))
    if named is None or missed is None:
        return []
    return [
        "In a country that it never saw, the best model (",
        measured_words.model_text(best["model"]),
        ") calls ",
        _number(named),
        " of the shutdowns a shutdown (interval ",
        _range(named),
        "), passes off ",
        _number(missed),
        " as an outage, and says nothing of the rest.",
    ]


def _number(row: Row) -> Number:
    return Number(row["shutdown_model_id"], measured_words.model_value(row))


def _range(row: Row) -> Number:
    return Number(row["shutdown_model_id"], measured_words.model_range(row))


def _notes(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """What is said of a measure in all splits alike, else of a split, each once."""
    measures = {row["measure"]: set[str]() for row in rows}
    for row in rows:
        measures[row["measure"]].add(row["note"] or "")
    if all(len(notes) == 1 for notes in measures.values()):
        of = {measured_words.measure_title(key): min(notes) for key, notes in measures.items()}
    else:
        of = {measured_words.split_text(row["split"]): row["note"] for row in rows if row["note"]}
    return [(name, note) for name, note in of.items() if note]


def _events(measured: MeasuredShelf) -> list[Row]:
    """The latest events that dossiers show."""
    rows = [row for held in measured.shutdown_events.values() for row in held]
    rows.sort(key=lambda row: (str(row["start_latest"] or ""), str(row["shutdown_event_id"])))
    return rows[::-1][:MOST_EVENTS]
