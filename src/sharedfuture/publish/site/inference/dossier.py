"""What a dossier says of what is inferred about the country."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sharedfuture.publish.site.inference.evidence import inferred_evidence
from sharedfuture.publish.site.inference.shelf import SPONSORS, InferenceShelf
from sharedfuture.publish.site.measured.evidence import Group
from sharedfuture.publish.site.shelf import Row, Shelf

CHINA = SPONSORS[0]


@dataclass(frozen=True, slots=True)
class Standing:
    """A country and one kind of partnership, with the reasons for and against."""

    target: Row
    row: Row
    reasons: Sequence[Row]

    def towards(self, direction: str) -> list[Row]:
        """The reasons of one direction, the strongest first."""
        return [row for row in self.reasons if row["direction"] == direction]


@dataclass(frozen=True, slots=True)
class InferredHere:
    """The part of a dossier about inferences; without rows all of it is empty.

    standings  one for each kind of partnership, China's first
    matches    a playbook's row, its match, and the steps of the playbook
    layers     what the country's evidenced ties carry, with their number
    chains     how information of the country could go to others, as far as ties are evidenced
    """

    standings: Sequence[Standing]
    matches: Sequence[tuple[Row, Row, Sequence[Row]]]
    layers: Sequence[tuple[str, int]]
    chains: Sequence[Row]
    evidence: list[Group]

    @property
    def own(self) -> list[Standing]:
        """Partnerships with China."""
        return [item for item in self.standings if item.target["sponsor_id"] == CHINA]

    @property
    def compared(self) -> list[Standing]:
        """Those with other sponsors."""
        return [item for item in self.standings if item.target["sponsor_id"] != CHINA]

    @property
    def row_ids(self) -> list[str]:
        """Ids of the rows explained in the dossier."""
        return [row.row_id for _, rows in self.evidence for row in rows]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is inferred."""
        return not (self.standings or self.matches or self.layers or self.chains)


def inferred_here(shelf: Shelf, held: InferenceShelf, country_id: str) -> InferredHere:
    """A country's part, from the rows that the site shows of it."""
    playbook: Mapping[str, Row] = {row["playbook_id"]: row for row in shelf.rows("playbook")}
    return InferredHere(
        standings=[
            Standing(held.target[row["target"]], row, held.reasons_shown(row))
            for row in held.partners_of.get(country_id, ())
            if row["target"] in held.target
        ],
        matches=[
            (playbook[row["playbook_id"]], row, held.steps.get(row["playbook_id"], ()))
            for row in held.matches_of.get(country_id, ())
            if row["playbook_id"] in playbook
        ],
        layers=held.layers.get(country_id, ()),
        chains=held.chains.get(country_id, ()),
        evidence=inferred_evidence(shelf, held, country_id),
    )
