"""What the inferred rows of a dossier rest on, in few bytes: every row is an anchor."""

from collections.abc import Iterator, Mapping
from typing import Final

from sharedfuture.publish.site import words
from sharedfuture.publish.site.evidence import cited_by
from sharedfuture.publish.site.inference import words as inference_words
from sharedfuture.publish.site.inference.shelf import InferenceShelf
from sharedfuture.publish.site.measured.evidence import Group, Traced
from sharedfuture.publish.site.shelf import Row, Shelf

MOST_INPUTS: Final = 8
TITLES: Final[Mapping[str, str]] = {
    "partner_id": "Whether there is a partnership: known, or a probability",
    "partner_reason_id": "Reasons for and against",
    "playbook_match_id": "Sequences like those of a playbook",
    "history_id": "What fills their steps",
}


def inferred_evidence(shelf: Shelf, held: InferenceShelf, country_id: str) -> list[Group]:
    """The inferred rows of a country, table by table."""
    return [
        (TITLES[column], [_traced(shelf, held, row, column) for row in rows])
        for column, rows in held.in_dossier(country_id)
        if rows
    ]


def _traced(shelf: Shelf, held: InferenceShelf, row: Row, column: str) -> Traced:
    row_id = row[column]
    inputs = list(
        dict.fromkeys([*_above_lineage(held, row, column), *shelf.inputs.get(row_id, ())])
    )
    return Traced(
        row_id=row_id,
        says=_said(held, row, column),
        cited=tuple(
            (cited.source_id, cited.publisher or cited.title, cited.locator)
            for cited in cited_by(shelf, row_id)
        ),
        inputs=tuple(inputs[:MOST_INPUTS]),
        further=max(len(inputs) - MOST_INPUTS, 0),
    )


def _above_lineage(held: InferenceShelf, row: Row, column: str) -> Iterator[str]:
    """Rows that stand between a result and its lineage: the reasons, what fills the steps."""
    if column == "partner_id":
        yield from (item["partner_reason_id"] for item in held.reasons_shown(row))
    if column == "playbook_match_id":
        yield from (
            item["history_id"]
            for item in held.filled.get(row["playbook_match_id"], ())
            if item["history_id"] in held.history
        )
    if column == "history_id":
        yield row["row_id"]


def _said(held: InferenceShelf, row: Row, column: str) -> str:
    if column == "history_id":
        return (
            f"{inference_words.when_text(row)}: {row['title']} ({words.plain(row['kind'])}; "
            f"{row['certainty']}; {words.counted(row['origins'] or 0, 'publisher')})"
        )
    if column == "partner_id":
        target = held.target.get(row["target"])
        title = inference_words.title_text(target) if target else row["target"]
        return f"{title}: {_standing(row)}"
    return str(row["sentence"] or "")


def _standing(row: Row) -> str:
    if row["status"] == "known":
        return "known, from sources"
    if row["probability"] is None:
        return f"no probability: {inference_words.reason_text(row)}"
    return f"candidate, probability {inference_words.probability_text(row)}"
