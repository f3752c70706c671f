"""Which countries the ledger names for a target, how surely, and on whose word.

A country is known where something documents it, whoever published it being reliable enough; one
that is only reported is a name with a weight. Publishers are counted, not rows: what one publisher
says fifty times has the weight of saying it once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from sharedfuture.analyse.origins import CERTAINTY_OF_STATUS, CLAIMED, said_by
from sharedfuture.analyse.partners.inputs.targets import Target, Words, read_words


@dataclass(frozen=True, slots=True)
class Named:
    """What is said of one country: `level` is documented, reported, denied or out.

    `trust` is how far the statements are to be believed, 0 to 1, from certainty and the
    reliability of each independent publisher. `denied` are the rows that deny what others say.
    """

    country_id: str
    level: str
    trust: float
    origins: tuple[str, ...]
    row_ids: tuple[str, ...]
    denied: tuple[str, ...] = ()

    @property
    def is_label(self) -> bool:
        """Whether a model may learn from it."""
        return self.level in ("documented", "reported") and bool(self.origins)

    def is_known(self, *, least_trust: float) -> bool:
        """Whether it counts as documented: by a document, undenied, from publishers to trust."""
        return self.level == "documented" and not self.denied and self.trust >= least_trust


@dataclass(frozen=True, slots=True)
class Naming:
    """The tables that name partners."""

    ties: pl.DataFrame
    events: pl.DataFrame
    parties: pl.DataFrame
    actors: pl.DataFrame
    citations: pl.DataFrame
    sources: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Said:
    country_id: str
    row_id: str
    level: str
    certainty: str


_STRONGEST_FIRST = ("documented", "reported", "denied", "out")


def name_countries(naming: Naming, target: Target, countries: frozenset[str]) -> dict[str, Named]:
    """What is said of each country for the target; those of whom nothing is said are left out."""
    words = read_words()
    of_actor = dict(
        naming.actors.filter(pl.col("country_id").is_not_null())
        .select("actor_id", "country_id")
        .iter_rows()
    )
    own = target.sponsor if target.is_own else None
    said: dict[str, list[_Said]] = {}
    for item in (
        *_said_by_ties(naming.ties, target, words, of_actor),
        *_said_by_events(naming, target, words, of_actor),
    ):
        if item.country_id in countries and item.country_id != own:
            said.setdefault(item.country_id, []).append(item)
    rows = {item.row_id for items in said.values() for item in items}
    cited = naming.citations.filter(pl.col("row_id").is_in(list(rows)))
    publishers = _publishers(cited, naming.sources)
    return {country: _named(country, items, publishers) for country, items in sorted(said.items())}


def _said_by_ties(
    ties: pl.DataFrame, target: Target, words: Words, of_actor: Mapping[str, str]
) -> Iterator[_Said]:
    chosen = ties.filter(pl.col("kind").is_in(target.tie_kinds))
    for row in chosen.select("tie_id", "from_id", "to_id", "status").iter_rows(named=True):
        ends = row["from_id"], row["to_id"]
        for body, party in (ends, ends[::-1]):
            level = _level(row["status"], words)
            if body in target.bodies and party not in target.bodies and level:
                certainty = CERTAINTY_OF_STATUS.get(row["status"], "reported")
                yield _Said(of_actor.get(party, party), row["tie_id"], level, certainty)


def _said_by_events(
    naming: Naming, target: Target, words: Words, of_actor: Mapping[str, str]
) -> Iterator[_Said]:
    """An event counts where one of the target's bodies signs; its other signatories are named."""
    chosen = naming.events.filter(pl.col("kind").is_in(target.event_kinds))
    parties: dict[str, list[tuple[str, str]]] = {}
    for event_id, party, role in naming.parties.select("event_id", "party_id", "role").iter_rows():
        parties.setdefault(event_id, []).append((party, role))
    for event_id, certainty in chosen.select("event_id", "certainty").iter_rows():
        present = parties.get(event_id, [])
        if not any(party in target.bodies for party, role in present if role == "signatory"):
            continue
        level = "documented" if certainty == "documented" else _level(certainty, words)
        countries = {
            of_actor.get(party, party)
            for party, role in present
            if role in ("country", "signatory") and party not in target.bodies
        }
        for country in sorted(countries):
            yield _Said(country, event_id, level or "reported", certainty)


def _level(status: str, words: Words) -> str | None:
    if status in words.documented:
        return "documented"
    if status in words.reported:
        return "reported"
    if status in words.denied:
        return "denied"
    return "out" if status in words.out else None


def _publishers(citations: pl.DataFrame, sources: pl.DataFrame) -> dict[str, dict[str, float]]:
    """By row, each publisher and how far its most reliable source is trusted."""
    found: dict[str, dict[str, float]] = {}
    for row_id, origin, trust in said_by(citations, sources).iter_rows():
        found.setdefault(row_id, {})[origin] = trust
    return found


def _named(
    country_id: str, said: list[_Said], publishers: Mapping[str, Mapping[str, float]]
) -> Named:
    """All that is said of a country; what is said and denied is disputed, and weighs as that."""
    level = min((item.level for item in said), key=_STRONGEST_FIRST.index)
    positive = [item for item in said if item.level in ("documented", "reported")]
    denied = tuple(sorted({item.row_id for item in said if item.level == "denied"}))
    speaking = positive or said
    of_origin: dict[str, float] = {}
    for item in speaking:
        certainty = "disputed" if denied and positive else item.certainty
        for origin, trust in publishers.get(item.row_id, {}).items():
            believed = trust * CLAIMED.get(certainty, CLAIMED["reported"])
            of_origin[origin] = max(of_origin.get(origin, 0.0), believed)
    doubt = 1.0
    for believed in of_origin.values():
        doubt *= 1 - believed
    return Named(
        country_id,
        level,
        trust=(1 - doubt) if positive else 0.0,
        origins=tuple(sorted(of_origin)),
        row_ids=tuple(sorted({item.row_id for item in speaking})),
        denied=denied if positive else (),
    )
