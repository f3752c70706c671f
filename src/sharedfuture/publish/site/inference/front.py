"""Three questions on the front page, with what this release answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sharedfuture.publish.site import words
from sharedfuture.publish.site.home import CHINA, PARTNERS_PAGE, playbook_page
from sharedfuture.publish.site.inference import words as inference_words
from sharedfuture.publish.site.inference.network.shown import NETWORK_PAGE
from sharedfuture.publish.site.inference.playbooks import chance_sentences
from sharedfuture.publish.site.inference.shelf import InferenceShelf
from sharedfuture.publish.site.sentences import Number, Part, Sentence
from sharedfuture.publish.site.shelf import Row, Shelf

NAMED = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """A question, what this release answers, and where more stands."""

    question: str
    says: Sequence[Sentence]
    page: str
    link: str


def front_answers(shelf: Shelf, held: InferenceShelf) -> list[Answer]:
    """The questions that this release has an answer to."""
    return [*_chain(shelf), *_sequence(shelf, held), *_partners(shelf, held)]


def _chain(shelf: Shelf) -> Iterator[Answer]:
    """The longest way on which information of a country could go, with its weakest link."""
    ways = [
        row
        for row in shelf.rows("chain")
        if row["is_flow"] and row["steps"] and row["from_id"] in shelf.country
    ]
    if ways:
        row = max(ways, key=lambda row: row["steps"])
        says: Sentence = [f"{row['sentence']} (", Number(row["chain_id"], "the chain"), ")"]
        yield Answer(row["question"], [says], NETWORK_PAGE, "The network")


def _sequence(shelf: Shelf, held: InferenceShelf) -> Iterator[Answer]:
    """The longest playbook that was drawn from a case, beside chance and other sponsors."""
    drawn = [
        row
        for row in shelf.rows("playbook")
        if row["case_country_id"] and held.chances.get(row["playbook_id"])
    ]
    if drawn:
        row = max(drawn, key=lambda row: row["steps"] or 0)
        yield Answer(
            f"Who else went the way of {shelf.name(row['case_country_id'])}?",
            chance_sentences(shelf, held, row),
            playbook_page(row["playbook_id"]),
            "The sequence, country by country",
        )


def _partners(shelf: Shelf, held: InferenceShelf) -> Iterator[Answer]:
    """The kind of partnership with the greatest published total."""
    own = [row for row in held.target.values() if row["sponsor_id"] == CHINA and row["total"]]
    if not own:
        return
    target = max(own, key=lambda row: row["total"])
    target_id = target["partner_target_id"]
    inferred = [row for row in held.partners.get(target_id, ()) if row["probability"] is not None]
    candidates = [row for row in inferred if row["status"] == "inferred"][:NAMED]
    says: list[Sentence] = [_told(target)]
    if candidates:
        says.append(["Candidates, not known to be any: ", *_named(shelf, candidates), "."])
    says.append(inference_words.model_sentence(target, held.checks.get(target_id, ())))
    yield Answer(
        "Who are the undisclosed partners?", says, PARTNERS_PAGE, "All candidates, with reasons"
    )


def _told(target: Row) -> Sentence:
    row_id = target["partner_target_id"]
    return [
        f"{inference_words.title_text(target)}: ",
        Number(row_id, words.number_text(target["total"], 0)),
        " are published as a total, ",
        Number(row_id, words.number_text(target["known"], 0)),
        " are known by name.",
    ]


def _named(shelf: Shelf, candidates: Sequence[Row]) -> Iterator[Part]:
    for at, row in enumerate(candidates):
        yield f"{', ' if at else ''}{shelf.name(row['country_id'])}, probability "
        yield Number(row["partner_id"], inference_words.probability_text(row))
