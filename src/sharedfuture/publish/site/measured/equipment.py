"""The pages of equipment: products and vendors seen in networks, and what came before them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sharedfuture.publish.site.home import CHINA, EQUIPMENT_PAGE, SAME_BOX_PAGE
from sharedfuture.publish.site.measured import words as measured_words
from sharedfuture.publish.site.measured.shelf import (
    MeasuredShelf,
    footprints_shown,
    is_same_box,
    sightings_shown,
)
from sharedfuture.publish.site.page import Page
from sharedfuture.publish.site.shelf import Row, Shelf

MOST_ORDERS = 3


@dataclass(frozen=True, slots=True)
class Product:
    """One product, technique or vendor: where it was seen, and how often looked for in vain."""

    kind: str
    title: str
    vendor: str
    vendor_country_id: str | None
    rows: list[Row]
    countries: int
    unseen: int

    @property
    def row_ids(self) -> list[str]:
        """Ids of its rows."""
        return [row["equipment_sighting_id"] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan or publication: its rates, how many cells are too small to be shown, and how many
    this page has no room for."""

    name: str
    rows: list[Row]
    suppressed: int
    left_out: int


def equipment_pages(shelf: Shelf, measured: MeasuredShelf) -> Iterable[Page]:
    """Both pages; each says what is missing where nothing is there."""
    yield _equipment(shelf)
    yield _same_box(shelf, measured)


def _equipment(shelf: Shelf) -> Page:
    sightings = [row for row in shelf.rows("equipment_sighting") if row["kind"] != "technique"]
    shown = [row for row in sightings_shown(shelf) if row["kind"] != "technique"]
    footprints = footprints_shown(shelf)
    return Page(
        path=EQUIPMENT_PAGE,
        template="equipment.html",
        title="Equipment seen in networks",
        description="Filtering products that answered measurements, vendors' share of scanned "
        "hosts by country, and how to bring an own scan without an address leaving.",
        section=EQUIPMENT_PAGE,
        context={
            "products": _products(sightings, shown),
            "scans": list(_scans(shelf, footprints)),
            "mw": measured_words,
        },
        here=frozenset(
            [
                *(row["footprint_id"] for row in footprints),
                *(row["equipment_sighting_id"] for row in shown if not is_same_box(row, CHINA)),
            ]
        ),
    )


def _same_box(shelf: Shelf, measured: MeasuredShelf) -> Page:
    sightings = [row for row in sightings_shown(shelf) if is_same_box(row, CHINA)]
    by_country: dict[str, list[Row]] = {}
    for row in sightings:
        by_country.setdefault(row["country_id"], []).append(row)
    return Page(
        path=SAME_BOX_PAGE,
        template="same_box.html",
        title="Same box, same technique",
        description="Where a filtering product from China or a technique like that of China's "
        "national filter was seen: counts, denominators, dates, and what came first.",
        section=EQUIPMENT_PAGE,
        context={
            "countries": [
                (key, by_country[key], _orders(by_country[key], measured.precedence.get(key, ())))
                for key in sorted(by_country, key=shelf.name)
            ],
            "counts": Counter(row["kind"] for row in sightings),
            "mw": measured_words,
        },
        here=frozenset(row["equipment_sighting_id"] for row in sightings),
    )


def _orders(sightings: Sequence[Row], precedence: Sequence[Row]) -> list[Row]:
    """What came first, for the things seen in a country: those with a clear order first."""
    seen = {row["equipment_sighting_id"] for row in sightings}
    found = [row for row in precedence if row["measured_id"] in seen]
    clear = sorted(found, key=lambda row: (row["sequence"] == "unclear", row["precedence_id"]))
    return clear[:MOST_ORDERS]


def _products(sightings: Iterable[Row], shown: Iterable[Row]) -> list[Product]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in shown:
        groups.setdefault((row["kind"], row["subject"]), []).append(row)
    looked = Counter((row["kind"], row["subject"]) for row in sightings)
    made = [
        Product(
            kind=key[0],
            title=held[0]["title"] or key[1],
            vendor=held[0]["vendor"] or "",
            vendor_country_id=held[0]["vendor_country_id"],
            rows=held,
            countries=len({row["country_id"] for row in held}),
            unseen=looked[key] - len(held),
        )
        for key, held in groups.items()
    ]
    return sorted(made, key=lambda item: (-item.countries, item.title))


def _scans(shelf: Shelf, shown: Sequence[Row]) -> Iterable[Scan]:
    everything = Counter(row["scan"] for row in shelf.rows("footprint"))
    kept_back = Counter(row["scan"] for row in shelf.rows("footprint") if row["is_suppressed"])
    for name, count in sorted(everything.items()):
        rows = [row for row in shown if row["scan"] == name]
        yield Scan(name, rows, kept_back[name], count - kept_back[name] - len(rows))
