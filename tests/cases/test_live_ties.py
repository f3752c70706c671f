"""Memberships of a captured edition beside the ties of the ledger: what is added, what differs."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from sharedfuture.capture import Edition, Part
from sharedfuture.pipeline.live.listen import Heard, Live, State
from sharedfuture.pipeline.live.ties import membership_tables
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE
from sharedfuture.sources.declaration import declaration

NOBODY: frozenset[str] = frozenset()
CAPTURED_AT = datetime(2026, 3, 1, tzinfo=UTC)


def tie(tie_id: str, country: str, actor: str, status: str) -> dict[str, object]:
    kind = "member_of" if status == "active" else "participates_in"
    return {
        "tie_id": tie_id,
        "kind": kind,
        "from_id": country,
        "to_id": actor,
        "status": status,
    }


LEDGER = frame_of(
    TABLE["tie"],
    [
        tie("tie-irn-sco", "IRN", "act-sco", "active"),
        tie("tie-pak-sco", "PAK", "act-sco", "active"),
    ],
)


def live(source: str, edition: str, rows: list[tuple[str, str, str]]) -> Live:
    declared = declaration(source)
    said = pl.DataFrame(
        [
            (organisation, country, country, status, None, None, organisation, "repository", at)
            for at, (country, organisation, status) in enumerate(rows, 1)
        ],
        schema={
            **dict.fromkeys(("organisation", "country_as_written", "country_id"), pl.String),
            **dict.fromkeys(("status", "since_edtf", "until_edtf", "as_written"), pl.String),
            "part": pl.String,
            "row": pl.Int64,
        },
        orient="row",
    )
    part = Part("repository", Path("nowhere"), "f" * 64, CAPTURED_AT)
    (of,) = (item for item in declared.edition if item.name == edition)
    heard = Heard(Edition(source, edition, {"repository": part}), of, {"membership": said})
    return Live(source, declared, State.IN_USE, (heard,))


FACTBOOK = [("IRN", "SCO", "observer"), ("PAK", "SCO", "member"), ("THA", "ASEAN", "member")]


def test_ledger_stands_and_the_rest_is_added_with_its_place() -> None:
    found = membership_tables(LEDGER, [live("factbook", "2026-05", FACTBOOK)], licences_held=NOBODY)
    assert found["tie"].select("from_id", "to_id", "kind").rows() == [
        ("THA", "act-asean", "member_of")
    ]
    (added,) = found["tie"].get_column("tie_id")
    stated = found["stated"].row(0, named=True)
    assert (stated["row_id"], stated["line"], stated["file_sha256"]) == (added, 3, "f" * 64)
    assert stated["file"] == "src-live-factbook-2026-05/repository"
    difference = found["difference"].row(0, named=True)
    assert (difference["row_id"], difference["what"]) == ("tie-irn-sco", "status")
    assert difference["ledger_says"] == "member_of active"
    assert difference["file_says"] == "participates_in observer"
    assert difference["counts"] == "ledger"
    cited = dict(found["citation"].select("row_id", "locator").iter_rows())
    assert cited == {
        added: "repository, row 3",
        str(difference["difference_id"]): "repository, row 1",
    }


def test_ties_of_a_source_that_may_not_be_passed_on_stay_out() -> None:
    said = [live("cow_igo", "v3", [("THA", "asean", "member")])]
    without = membership_tables(LEDGER, said, licences_held=NOBODY)
    assert [frame.height for frame in without.values()] == [0, 0, 0, 0]
    held = membership_tables(LEDGER, said, licences_held=frozenset({"cow_igo"}))
    assert held["tie"].get_column("from_id").to_list() == ["THA"]
