"""Where on the site each row is explained."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sharedfuture.publish.site.inference.network.shown import network_homes
from sharedfuture.publish.site.inference.shelf import InferenceShelf, read_inference
from sharedfuture.publish.site.measured.shelf import (
    footprints_shown,
    is_same_box,
    read_measured,
    sightings_shown,
)
from sharedfuture.publish.site.shelf import Row, Shelf
from sharedfuture.publish.site.themes import has_evidence

CHINA = "CHN"
INSTITUTIONS = "institutions.html"
SELECTIONS = "selections.html"
INDEX_PAGE = "drift/index.html"
INDEX_METHOD_PAGE = "drift/method.html"
INDEX_AUDIT_PAGE = "drift/audit.html"
FRESHNESS_PAGE = "freshness.html"
AXES_PAGE = "figure-1.html"
CHINA_INDEX_PAGE = "china-index.html"
BLOCKING_PAGE = "blocking/index.html"
SHUTDOWNS_PAGE = "shutdowns/index.html"
EQUIPMENT_PAGE = "equipment/index.html"
SAME_BOX_PAGE = "equipment/same-box.html"
PLAYBOOKS_PAGE = "playbooks/index.html"
PARTNERS_PAGE = "partners/index.html"
MEMBERSHIP_KINDS = frozenset({"member_of", "signatory_of", "participates_in"})
TEXT_KINDS = frozenset({"instrument", "initiative"})

_PAGE_OF_TABLE = {
    "source": ("source_id", "sources.html"),
    "actor": ("actor_id", INSTITUTIONS),
    "tally": ("tally_id", INSTITUTIONS),
    "event": ("event_id", "events.html"),
    "doctrine": ("doctrine_id", "doctrine.html"),
    "claim": ("claim_id", "claims.html"),
    "reading": ("reading_id", "claims.html"),
    "statistic": ("statistic_id", "method.html"),
    "connector": ("connector_id", FRESHNESS_PAGE),
    "capture": ("capture_id", FRESHNESS_PAGE),
    "spectrum_alternative": ("alternative_id", AXES_PAGE),
    "china_index_score": ("china_index_score_id", CHINA_INDEX_PAGE),
    "china_index_change": ("china_index_change_id", CHINA_INDEX_PAGE),
    "indicator": ("indicator_id", "method.html"),
    "figure": ("figure_id", "country"),
    "spectrum": ("spectrum_id", "country"),
    "democracy_reading": ("reading_id", "country"),
    "un_agreement": ("un_agreement_id", "country"),
    "recipe": ("recipe_id", INDEX_METHOD_PAGE),
    "score": ("score_id", "country"),
    "index_input": ("index_input_id", "country"),
    "audit_finding": ("audit_finding_id", INDEX_AUDIT_PAGE),
    "audit_part": ("audit_part_id", INDEX_AUDIT_PAGE),
    "audit_pair": ("audit_pair_id", INDEX_AUDIT_PAGE),
    "audit_component": ("audit_component_id", INDEX_AUDIT_PAGE),
    "blocking_technique": ("technique_id", BLOCKING_PAGE),
    "blocklist_day": ("blocklist_day_id", BLOCKING_PAGE),
    "shutdown_agreement": ("shutdown_agreement_id", SHUTDOWNS_PAGE),
    "shutdown_measure": ("shutdown_measure_id", SHUTDOWNS_PAGE),
    "shutdown_model": ("shutdown_model_id", SHUTDOWNS_PAGE),
    "partner_target": ("partner_target_id", PARTNERS_PAGE),
    "partner_check": ("partner_check_id", PARTNERS_PAGE),
    "forecast": ("forecast_id", PARTNERS_PAGE),
    "forecast_score": ("forecast_score_id", PARTNERS_PAGE),
}


@dataclass(frozen=True, slots=True)
class Homes:
    """The page that carries the anchored evidence of each row, by row id."""

    page_of: Mapping[str, str]

    def find(self, row_id: str) -> str | None:
        """Page and anchor from the site's root; None for an id that no table has."""
        page = self.page_of.get(row_id)
        return None if page is None else f"{page}#{row_id}"


@dataclass(frozen=True, slots=True)
class Place:
    """Links as seen from one page; rows in `here` are explained on the page itself."""

    path: str
    homes: Homes
    here: frozenset[str] = frozenset()

    @property
    def root(self) -> str:
        """The way from this page up to the root of the site."""
        return "../" * self.path.count("/")

    def to_row(self, row_id: str) -> str | None:
        """Relative address of the row's evidence; None for an id that no table has."""
        if row_id in self.here:
            return f"{posixpath.basename(self.path)}#{row_id}"
        target = self.homes.find(row_id)
        return None if target is None else self.root + target


def find_homes(shelf: Shelf) -> Homes:
    """The page of every row that the site explains."""
    pages: dict[str, str] = {}
    rows_of = {
        "figure": [row for row in shelf.rows("figure") if has_evidence(shelf, row)],
        "blocklist_day": [row for row in shelf.rows("blocklist_day") if row["blocked"] is not None],
    }
    for table, (column, page) in _PAGE_OF_TABLE.items():
        for row in rows_of.get(table) or shelf.rows(table):
            pages[row[column]] = country_page(row["country_id"]) if page == "country" else page
    for row in shelf.rows("tie"):
        pages[row["tie_id"]] = tie_page(shelf, row)
    pages.update(_pages_of_measured(shelf))
    pages.update(_pages_of_inferred(shelf, read_inference(shelf)))
    pages.update(network_homes(shelf))
    for row in shelf.rows("case_history"):
        pages[row["case_id"]] = case_page(row["case_id"])
    for row in shelf.rows("selection"):
        pages[row["selection_id"]] = selection_page(row["selection_id"])
    for country_id in shelf.country:
        pages[country_id] = country_page(country_id)
    return Homes(pages)


def _pages_of_measured(shelf: Shelf) -> Iterator[tuple[str, str]]:
    """Where rows about measurements are explained, as far as the site shows them."""
    measured = read_measured(shelf)
    for country_id in measured.country_ids:
        for column, rows in measured.in_dossier(country_id):
            for row in rows:
                yield row[column], country_page(country_id)
    for row in sightings_shown(shelf):
        is_same = is_same_box(row, CHINA)
        yield row["equipment_sighting_id"], SAME_BOX_PAGE if is_same else EQUIPMENT_PAGE
    for row in footprints_shown(shelf):
        yield row["footprint_id"], EQUIPMENT_PAGE


def _pages_of_inferred(shelf: Shelf, held: InferenceShelf) -> Iterator[tuple[str, str]]:
    """Where inferred rows are explained: playbooks on their pages, the others in dossiers."""
    for table in ("playbook", "playbook_step", "playbook_chance"):
        for row in shelf.rows(table):
            yield row[f"{table}_id"], playbook_page(row["playbook_id"])
    for country_id in held.country_ids:
        for column, rows in held.in_dossier(country_id):
            for row in rows:
                yield row[column], country_page(country_id)


def playbook_page(playbook_id: str) -> str:
    """Path of a playbook with its matches."""
    return f"playbooks/{playbook_id}.html"


def country_page(country_id: str) -> str:
    """Path of a country's dossier."""
    return f"country/{country_id}.html"


def case_page(case_id: str) -> str:
    """Path of a case history."""
    return f"cases/{case_id}.html"


def selection_page(selection_id: str) -> str:
    """Path of a set of rows that results rest on."""
    return f"selections/{selection_id}.html"


def is_institutional(shelf: Shelf, tie: Row) -> bool:
    """Whether a tie belongs in the network.

    An actor stands at one end or both, and it is no membership: neither by its kind nor as a
    country's adherence to a text.
    """
    actors = [
        shelf.actor[party] for party in (tie["from_id"], tie["to_id"]) if party in shelf.actor
    ]
    if not actors or tie["kind"] in MEMBERSHIP_KINDS:
        return False
    return not (len(actors) == 1 and actors[0]["kind"] in TEXT_KINDS)


def tie_page(shelf: Shelf, tie: Row) -> str:
    """The page that explains a tie: the network's, or the dossier of the country abroad."""
    if is_institutional(shelf, tie):
        return INSTITUTIONS
    countries = [party for party in (tie["from_id"], tie["to_id"]) if party in shelf.country]
    abroad = [party for party in countries if party != CHINA]
    if abroad or countries:
        return country_page((abroad or countries)[0])
    return INSTITUTIONS
