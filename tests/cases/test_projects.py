"""Projects of AidData as happenings: what a title puts beyond doubt, and with whom it was."""

import pytest

from sharedfuture.align.projects import project_of


@pytest.mark.parametrize(
    ("sector", "title", "kind"),
    [
        ("COMMUNICATIONS", "Bank provides loan for Fiber Optic Backbone", "finance_telecom"),
        ("COMMUNICATIONS", "Government donates equipment to Telecom", None),
        ("COMMUNICATIONS", "Bank provides loan for Satellite Network Expansion", None),
        ("COMMUNICATIONS", "Bank provides loan to Telecom to repay debts", None),
        ("GOVERNMENT AND CIVIL SOCIETY", "Embassy donates de-mining equipment", None),
        ("INDUSTRY, MINING, CONSTRUCTION", "Bank provides loan for Mining Power Station", None),
        ("INDUSTRY, MINING, CONSTRUCTION", "Bank provides loan for Copper Mine", "mining"),
        (
            "GOVERNMENT AND CIVIL SOCIETY",
            "Bank provides loan for Safe City Project",
            "finance_surveillance",
        ),
        (
            "GOVERNMENT AND CIVIL SOCIETY",
            "Government donates 20 police motorcycles",
            "police_equipment",
        ),
        ("GOVERNMENT AND CIVIL SOCIETY", "Embassy donates office supplies to police", None),
        ("EDUCATION", "Chinese language training for 22 police officers", None),
        (
            "EDUCATION",
            "College provides training on cameras for public security agents",
            "training",
        ),
    ],
)
def test_what_a_title_leaves_in_doubt_is_left_out(
    sector: str, title: str, kind: str | None
) -> None:
    found = project_of("1", "SLB", title=title, sector=sector, status="Completion")
    assert (found and found.kind) == kind


@pytest.mark.parametrize(
    ("title", "bodies", "parties"),
    [
        (
            "China Eximbank provides loan for Huawei network expansion",
            "",
            ("act-exim", "act-huawei"),
        ),
        ("CDB provides loan for network expansion", "ZTE Corporation", ("CHN", "act-zte")),
        ("Bank provides loan for network expansion", "Export-Import Bank of China", ("act-exim",)),
    ],
)
def test_who_pays_and_who_sells_is_told_by_title_and_bodies(
    title: str, bodies: str, parties: tuple[str, ...]
) -> None:
    found = project_of(
        "7", "SLB", title=title, sector="COMMUNICATIONS", status="Completion", parties=bodies
    )
    assert found is not None
    assert found.parties[0] == ("country", "SLB")
    assert tuple(party for _, party in found.parties[1:]) == parties
    assert found.title.endswith("(AidData record 7)")


def test_a_commitment_is_announced_and_an_unknown_status_is_left_out() -> None:
    def found(status: str) -> object:
        said = project_of(
            "7",
            "SLB",
            title="Bank provides loan for backbone",
            sector="COMMUNICATIONS",
            status=status,
        )
        return said and said.certainty

    assert found("Pipeline: Commitment") == "announced"
    assert found("Completion") == "documented"
    assert found("Cancelled") is None
