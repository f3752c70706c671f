"""The pages of playbooks: all of them in short, and each with its matches side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sharedfuture.publish.site import words
from sharedfuture.publish.site.evidence import Evidence, evidence_of
from sharedfuture.publish.site.home import CHINA, PLAYBOOKS_PAGE, playbook_page
from sharedfuture.publish.site.inference import words as inference_words
from sharedfuture.publish.site.inference.lanes import (
    Filled,
    Lanes,
    draw_lanes,
    entries_of,
    filled_steps,
    is_crowded,
)
from sharedfuture.publish.site.inference.order import Order, draw_order
from sharedfuture.publish.site.inference.shelf import InferenceShelf, sponsor_order
from sharedfuture.publish.site.page import Page, row_ids_of
from sharedfuture.publish.site.sentences import Sentence
from sharedfuture.publish.site.shelf import Row, Shelf

MOST_RANKED = 20
MOST_FURTHER = 60
MOST_LANES = {CHINA: 8}
LANES_OF_OTHERS = 5
LEAST_IN_LANE = 2  # a lane with a single step shows no sequence
BEST = 3


@dataclass(frozen=True, slots=True)
class Playbook:
    """A playbook with its steps, their order drawn, and what chance gives for each sponsor."""

    row: Row
    steps: Sequence[Row]
    order: Order
    chances: Sequence[Row]
    says: Sequence[Sentence]
    best: Sequence[Row]

    @property
    def page(self) -> str:
        """Path of its page."""
        return playbook_page(self.row["playbook_id"])


@dataclass(frozen=True, slots=True)
class SponsorPart:
    """What the page of a playbook shows for one sponsor."""

    sponsor_id: str
    chance: Row | None
    ranked: Sequence[Row]
    further: Sequence[Row]
    left_out: int
    shown: Sequence[Row]
    lanes: Lanes | None
    close_up: Lanes | None
    filled: Mapping[str, Sequence[Filled]]


def playbook_pages(shelf: Shelf, held: InferenceShelf) -> Iterator[Page]:
    """The index, and a page for each playbook."""
    playbooks = [_playbook(shelf, held, row) for row in sorted(shelf.rows("playbook"), key=_order)]
    yield _index(playbooks)
    for playbook in playbooks:
        yield _page(shelf, held, playbook)


def _order(row: Row) -> tuple[bool, int, str]:
    """Those drawn from a case of the report first, the longest before the others."""
    return row["case_country_id"] is None, -(row["steps"] or 0), str(row["playbook_id"])


def _playbook(shelf: Shelf, held: InferenceShelf, row: Row) -> Playbook:
    playbook_id = row["playbook_id"]
    steps = held.steps.get(playbook_id, ())
    return Playbook(
        row=row,
        steps=steps,
        order=draw_order(steps),
        chances=held.chances.get(playbook_id, ()),
        says=chance_sentences(shelf, held, row),
        best=[match for match in held.matches.get((playbook_id, CHINA), ()) if match["is_whole"]][
            :BEST
        ],
    )


def chance_sentences(shelf: Shelf, held: InferenceShelf, playbook: Row) -> list[Sentence]:
    """A playbook beside chance, sponsor by sponsor."""
    case = shelf.name(playbook["case_country_id"] or "")
    return [
        inference_words.chance_sentence(
            row, shelf.name(row["sponsor_id"]), case=held.case_words(row, playbook, case)
        )
        for row in held.chances.get(playbook["playbook_id"], ())
    ]


def _index(playbooks: Sequence[Playbook]) -> Page:
    return Page(
        path=PLAYBOOKS_PAGE,
        template="playbooks.html",
        title="Playbooks: the same sequence elsewhere",
        description="Sequences of events that the report tells of, looked for in every country and "
        "for three sponsors, beside what chance alone would give.",
        section=PLAYBOOKS_PAGE,
        context={"playbooks": playbooks, "iw": inference_words},
    )


def _page(shelf: Shelf, held: InferenceShelf, playbook: Playbook) -> Page:
    row = playbook.row
    evidence = _evidence(shelf, playbook)
    return Page(
        path=playbook.page,
        template="playbook.html",
        title=str(row["title"]),
        description=f"{row['statement']} Looked for in every country, for three sponsors, beside "
        "what chance alone would give.",
        section=PLAYBOOKS_PAGE,
        context={
            "playbook": playbook,
            "parts": [_part(shelf, held, playbook, sponsor) for sponsor in _sponsors(held, row)],
            "evidence": evidence,
            "shuffles": max((item["shuffles"] or 0 for item in playbook.chances), default=0),
            "iw": inference_words,
        },
        here=row_ids_of(evidence),
    )


def _sponsors(held: InferenceShelf, playbook: Row) -> list[str]:
    """Sponsors for whom the playbook was looked for, China first."""
    playbook_id = playbook["playbook_id"]
    found = {sponsor for key, sponsor in held.matches if key == playbook_id}
    found.update(row["sponsor_id"] for row in held.chances.get(playbook_id, ()))
    return sorted(found, key=sponsor_order)


def _part(shelf: Shelf, held: InferenceShelf, playbook: Playbook, sponsor_id: str) -> SponsorPart:
    row = playbook.row
    matches = held.matches.get((row["playbook_id"], sponsor_id), ())
    case = row["case_country_id"] if sponsor_id == CHINA else None
    shown = _in_lanes(matches, case, MOST_LANES.get(sponsor_id, LANES_OF_OTHERS))
    entries = entries_of(
        shown,
        playbook.steps,
        filled=held.filled,
        history=held.history,
        name=shelf.name,
        case=case,
    )
    return SponsorPart(
        sponsor_id=sponsor_id,
        chance=next((item for item in playbook.chances if item["sponsor_id"] == sponsor_id), None),
        ranked=matches[:MOST_RANKED],
        further=matches[MOST_RANKED:MOST_FURTHER],
        left_out=max(len(matches) - MOST_FURTHER, 0),
        shown=shown,
        lanes=draw_lanes(entries),
        close_up=draw_lanes(entries[:1]) if is_crowded(entries) else None,
        filled={
            match["playbook_match_id"]: filled_steps(
                match, playbook.steps, filled=held.filled, history=held.history
            )
            for match in shown
        },
    )


def _in_lanes(matches: Sequence[Row], case: str | None, most: int) -> list[Row]:
    """The case, wherever it ranks, then the best of the others that show a sequence at all."""
    of_case = [row for row in matches if row["country_id"] == case]
    others = [
        row for row in matches if row["country_id"] != case and row["filled"] >= LEAST_IN_LANE
    ]
    return [*of_case, *others[: most - len(of_case)]]


def _evidence(shelf: Shelf, playbook: Playbook) -> list[Evidence]:
    """What the playbook, its steps and the counts beside chance rest on."""
    row = playbook.row
    return [
        evidence_of(shelf, row["playbook_id"], what=row["title"], note=row["reason"]),
        *(
            evidence_of(
                shelf, step["playbook_step_id"], what=f"Step {step['position']}: {step['title']}"
            )
            for step in playbook.steps
        ),
        *(
            evidence_of(
                shelf,
                item["playbook_chance_id"],
                what=f"{shelf.name(item['sponsor_id'])}: how often, beside chance",
                note=item["sentence"],
            )
            for item in playbook.chances
        ),
    ]


def happening_says(item: Filled) -> str:
    """What fills a step: when, how certain, from how many publishers."""
    row = item.happening
    if row is None:
        return "nothing found"
    origins = words.counted(row["origins"] or 0, "publisher")
    return f"{inference_words.when_text(row)}; {row['certainty']}; {origins}"
