"""The pages of reference: sources, method, downloads."""

from collections import Counter
from collections.abc import Iterator

from sharedfuture.publish.release.cite import citation_text, release_bibtex
from sharedfuture.publish.site.evidence import evidence_of
from sharedfuture.publish.site.figure_pages import place_parameters, quadrant_cuts
from sharedfuture.publish.site.home import SELECTIONS, selection_page
from sharedfuture.publish.site.page import Page
from sharedfuture.publish.site.shelf import Row, Shelf
from sharedfuture.records.release import ReleaseFacts
from sharedfuture.records.tables import TABLES

DATA_FOLDER = "../release"  # the release lies beside the site


def reference_pages(shelf: Shelf, facts: ReleaseFacts) -> Iterator[Page]:
    """What a critical reader turns to: what it rests on, how it is made, how to take it away."""
    yield _sources(shelf)
    yield _method(shelf)
    yield _selections(shelf)
    for row in shelf.rows("selection"):
        yield _selection(shelf, row)
    yield _downloads(shelf, facts)


def _sources(shelf: Shelf) -> Page:
    resting = Counter(row["source_id"] for row in shelf.rows("citation"))
    ordered = sorted(
        shelf.rows("source"), key=lambda row: (-resting[row["source_id"]], row["source_id"])
    )
    return Page(
        path="sources.html",
        template="sources.html",
        title="Sources",
        description="Every publication that a row rests on: publisher, date, licence, what may be "
        "passed on, reliability, and how many rows cite it.",
        section="sources.html",
        context={
            "sources": [(row, resting[row["source_id"]]) for row in ordered],
            "grades": Counter(row["reliability"] for row in shelf.rows("source")),
        },
    )


def _method(shelf: Shelf) -> Page:
    statistics = [
        (row, evidence_of(shelf, row["statistic_id"], what=row["title"]))
        for row in shelf.rows("statistic")
    ]
    indicators = [
        (row, evidence_of(shelf, row["indicator_id"], what=row["title"], note=row["note"]))
        for row in shelf.rows("indicator")
    ]
    return Page(
        path="method.html",
        template="method.html",
        title="Method",
        description="How the numbers are made, every statistic with its method, the conventions, "
        "and what this cannot show.",
        section="method.html",
        context={
            "statistics": statistics,
            "indicators": indicators,
            "runs": shelf.rows("run"),
            "cuts": quadrant_cuts(shelf),
            "draws": place_parameters(shelf).get("draws"),
            "dispersion": place_parameters(shelf).get("item_dispersion"),
        },
    )


def _selections(shelf: Shelf) -> Page:
    return Page(
        path=SELECTIONS,
        template="selections.html",
        title="Selections of rows",
        description="The sets of rows that results rest on where they are too many to list beside "
        "the result, each with its hash.",
        section="method.html",
        context={"selections": shelf.rows("selection")},
    )


def _selection(shelf: Shelf, row: Row) -> Page:
    selection_id = row["selection_id"]
    return Page(
        path=selection_page(selection_id),
        template="selection.html",
        title=f"Selection {selection_id}",
        description=f"A set of rows that a result rests on: {row['title']}.",
        section="method.html",
        context={"item": row, "row_ids": shelf.inputs.get(selection_id, [])},
    )


def _downloads(shelf: Shelf, facts: ReleaseFacts) -> Page:
    return Page(
        path="downloads.html",
        template="downloads.html",
        title="Downloads and how to cite",
        description="Every table as CSV and Parquet, the whole as a DuckDB file, with a data "
        "package, licences and citation.",
        section="downloads.html",
        context={
            "tables": [(table, len(shelf.rows(table.name))) for table in TABLES],
            "data": DATA_FOLDER,
            "citation": citation_text(facts),
            "bibtex": release_bibtex(facts),
            "licences": Counter(
                (row["licence"] or "not stated", row["redistribution"])
                for row in shelf.rows("source")
            ),
        },
    )
