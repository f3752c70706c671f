"""Made-up networks for tests."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE


def edge(number: int, first: str, second: str, **cells: Any) -> dict[str, Any]:
    """A row of `network_edge` with what most tests need; `cells` say otherwise."""
    row = {
        "edge_id": f"edge-{number:05d}",
        "row_id": f"tie-{number:05d}",
        "from_id": first,
        "to_id": second,
        "layer": "agreement",
        "kind": "agreement_with",
        "flow": "both",
        "earliest_date": date(2010, 1, 1),
        "latest_date": date(2010, 1, 1),
        "certainty": "documented",
        "is_inferred": False,
        "origins": 1,
        "strength": 0.5,
        "sentence": f"{first} and {second}",
    }
    return row | cells


def edges_of(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """The rows as the table."""
    return frame_of(TABLE["network_edge"], rows)
