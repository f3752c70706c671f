"""What one source says and a party denies: both stay, and no query takes the denial for a tie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharedfuture.publish.site.words import relation

if TYPE_CHECKING:
    from tests.conftest import Ledger

SAID = (
    "tie-pact,agreement_with,Norway,act-sample-agency,2019,,reported,press,,"
    "src-sample-gazette,opening of the page\n"
)
DENIED = (
    "tie-pact-denied,agreement_with,Norway,act-sample-agency,2019-07-22,,denied,partner,,"
    "src-sample-gazette,opening of the page\n"
)


def test_statement_and_denial_stand_side_by_side(small_ledger: Ledger) -> None:
    small_ledger.append("ties/sample.csv", SAID + DENIED)
    assert small_ledger.faults() == []


def test_denial_is_told_as_one() -> None:
    assert relation({"kind": "agreement_with", "status": "denied"}) == "agreement with, denied"
    assert relation({"kind": "member_of", "status": "not_party"}) == "not member of"
    assert relation({"kind": "member_of", "status": "active"}) == "member of"
