"""The tables of sequences and partnerships as pages ask for them.

A country has a match of every playbook for every sponsor. Where no step is filled there is nothing
to show; such a row is in the tables to take away, and nothing on the site leads to it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sharedfuture.publish.site.shelf import Row, Shelf

SPONSORS = ("CHN", "RUS", "USA")
MOST_MATCHES = 9  # a dossier explains so many matches, the best first

Grouped = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class InferenceShelf:
    """Rows found by what they belong to, those that say most first.

    chances   by playbook, one for each sponsor
    matches   by playbook and sponsor, the best first
    filled    by match, what fills its steps, in the order of the steps
    partners  by target: candidates by rank, then those that have none
    layers    by country what its evidenced ties carry, with the number of ties
    chains    by the party where they begin
    """

    steps: Grouped
    step: Mapping[str, Row]
    chances: Grouped
    matches: Mapping[tuple[str, str], Sequence[Row]]
    matches_of: Grouped
    filled: Grouped
    history: Mapping[str, Row]
    target: Mapping[str, Row]
    partners: Grouped
    partners_of: Grouped
    reasons: Grouped
    checks: Grouped
    forecasts: Grouped
    scores: Grouped
    layers: Mapping[str, Sequence[tuple[str, int]]]
    chains: Grouped

    @property
    def country_ids(self) -> set[str]:
        """Countries of which a dossier has anything to show."""
        return {*self.matches_of, *self.partners_of, *self.layers, *self.chains}

    def in_dossier(self, country_id: str) -> Iterator[tuple[str, Sequence[Row]]]:
        """By column of the id, the rows that the country's dossier explains."""
        partners = self.partners_of.get(country_id, ())
        matches = self.matches_of.get(country_id, ())
        yield "partner_id", partners
        yield (
            "partner_reason_id",
            [reason for row in partners for reason in self.reasons_shown(row)],
        )
        yield "playbook_match_id", matches
        yield "history_id", list(self._happenings(matches))

    def case_words(self, chance: Row, playbook: Row, name: str) -> str:
        """Whether the country that a playbook was drawn from is among those that were found."""
        country_id = playbook["case_country_id"]
        held = self.matches.get((playbook["playbook_id"], chance["sponsor_id"]), ())
        if not any(row["is_whole"] and row["country_id"] == country_id for row in held):
            return ""
        return f"{name} itself" if chance["found"] == 1 else f"{name} among them"

    def reasons_shown(self, partner: Row) -> Sequence[Row]:
        """The reasons of a probability; for a comparator they are in the table to take away."""
        is_own = self.target.get(partner["target"], {}).get("sponsor_id") == SPONSORS[0]
        return self.reasons.get(partner["partner_id"], ()) if is_own else ()

    def _happenings(self, matches: Iterable[Row]) -> Iterator[Row]:
        """What fills a step of one of these matches, each once."""
        found = dict.fromkeys(
            row["history_id"]
            for match in matches
            for row in self.filled.get(match["playbook_match_id"], ())
            if row["history_id"] in self.history
        )
        return (self.history[key] for key in found)


def read_inference(shelf: Shelf) -> InferenceShelf:
    """The rows of a release, grouped and put in order."""
    steps = _grouped(shelf.rows("playbook_step"), "playbook_id", by="position")
    step = {row["playbook_step_id"]: row for row in shelf.rows("playbook_step")}
    matches = _matches(shelf)
    shown = {row["playbook_match_id"] for held in matches.values() for row in held}
    filled = _filled(shelf, step, shown)
    partners = _grouped(shelf.rows("partner"), "target", by="rank")
    return InferenceShelf(
        steps=steps,
        step=step,
        chances={
            key: sorted(rows, key=lambda row: sponsor_order(row["sponsor_id"]))
            for key, rows in _grouped(shelf.rows("playbook_chance"), "playbook_id").items()
        },
        matches=matches,
        matches_of=_best_of(matches),
        filled=filled,
        history={row["history_id"]: row for row in shelf.rows("history")},
        target={row["partner_target_id"]: row for row in _targets(shelf)},
        partners=partners,
        partners_of=_partners_of(shelf),
        reasons=_grouped(shelf.rows("partner_reason"), "partner_id", by="position"),
        checks=_grouped(shelf.rows("partner_check"), "target"),
        forecasts=_grouped(shelf.rows("forecast"), "target"),
        scores=_grouped(shelf.rows("forecast_score"), "forecast_id"),
        layers=_layers(shelf),
        chains=_grouped([row for row in shelf.rows("chain") if row["is_flow"]], "from_id"),
    )


def _layers(shelf: Shelf) -> dict[str, Sequence[tuple[str, int]]]:
    """Evidenced ties only: what was inferred is never counted with them."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in shelf.rows("network_edge"):
        if not row["is_inferred"]:
            for party in {row["from_id"], row["to_id"]} & shelf.country.keys():
                counts[party][row["layer"]] += 1
    return {
        key: sorted(held.items(), key=lambda pair: (-pair[1], pair[0]))
        for key, held in counts.items()
    }


def sponsor_order(sponsor_id: str | None) -> tuple[int, str]:
    """China first, then those it is compared with."""
    place = SPONSORS.index(sponsor_id) if sponsor_id in SPONSORS else len(SPONSORS)
    return place, sponsor_id or ""


def _matches(shelf: Shelf) -> dict[tuple[str, str], Sequence[Row]]:
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in shelf.rows("playbook_match"):
        if row["filled"]:
            found[row["playbook_id"], row["sponsor_id"]].append(row)
    return {key: sorted(rows, key=match_order) for key, rows in found.items()}


def match_order(row: Row) -> tuple[int, float, str]:
    """The best match first."""
    return row["rank"] or 10**6, -(row["fit"] or 0.0), str(row["playbook_match_id"])


def _best_of(matches: Mapping[tuple[str, str], Sequence[Row]]) -> dict[str, Sequence[Row]]:
    """By country the matches that its dossier shows: whole ones first, then by fit."""
    by_country: dict[str, list[Row]] = defaultdict(list)
    for held in matches.values():
        for row in held:
            by_country[row["country_id"]].append(row)
    return {key: sorted(rows, key=_worth)[:MOST_MATCHES] for key, rows in by_country.items()}


def _worth(row: Row) -> tuple[bool, float, tuple[int, str], str]:
    sponsor = sponsor_order(row["sponsor_id"])
    return not row["is_whole"], -(row["fit"] or 0.0), sponsor, str(row["playbook_id"])


def _filled(shelf: Shelf, step: Mapping[str, Row], shown: set[str]) -> dict[str, Sequence[Row]]:
    rows = [row for row in shelf.rows("playbook_filled") if row["playbook_match_id"] in shown]
    rows.sort(key=lambda row: _position(step.get(row["playbook_step_id"])))
    return _grouped(rows, "playbook_match_id")


def _position(step: Row | None) -> int:
    return int(step["position"] or 0) if step else 0


def _targets(shelf: Shelf) -> list[Row]:
    """China's first; those with a published total before those without, the greatest first."""

    def place(row: Row) -> tuple[int, bool, float]:
        return sponsor_order(row["sponsor_id"])[0], row["total"] is None, -(row["total"] or 0.0)

    return sorted(shelf.rows("partner_target"), key=place)


def _partners_of(shelf: Shelf) -> dict[str, Sequence[Row]]:
    order = {row["partner_target_id"]: at for at, row in enumerate(_targets(shelf))}
    groups = _grouped(shelf.rows("partner"), "country_id")
    return {
        key: sorted(rows, key=lambda row: order.get(row["target"], len(order)))
        for key, rows in groups.items()
    }


def _grouped(rows: Iterable[Row], column: str, *, by: str = "") -> dict[str, Sequence[Row]]:
    """Rows by the value of a column; in each group by another, what lacks it last."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    if by:
        for held in groups.values():
            held.sort(key=lambda row: (row[by] is None, row[by] or 0))
    return dict(groups)
