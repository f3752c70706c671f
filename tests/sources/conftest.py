"""The names that all sources share, from the ledger."""

from pathlib import Path

import pytest

from sharedfuture.align.names import Names
from sharedfuture.capture import capture_folder
from sharedfuture.sources import ledger

EVIDENCE = Path(__file__).parents[2] / "evidence"


@pytest.fixture(scope="session")
def names_of_the_ledger() -> Names:
    wanted = ("evidence/countries.csv", "evidence/spellings.csv")
    captures = [item for item in capture_folder(EVIDENCE) if item.name in wanted]
    return Names(ledger.read(captures, bands=False).rows)
