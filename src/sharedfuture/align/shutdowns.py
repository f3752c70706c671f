"""Stated counts of shutdowns, agreements of registers and measures of models, with their ids."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sharedfuture.align.desk import Desk
from sharedfuture.records.shutdown_ids import agreement_id, count_id, model_id
from sharedfuture.records.stated import Stated


def turn_shutdown_count(desk: Desk, stated: Stated) -> None:
    """Enter one count; nothing of it is more than the whole."""
    cells: Mapping[str, Any] = stated.cells
    country_id = desk.country(stated, cells["country"])
    _check_parts(desk, stated, ("national", "ordered", "matched"))
    if (cells["other_register"] is None) == (cells["matched"] is not None):
        desk.fault(stated, "another register and how many it has, or neither", "one of them")
    if not country_id:
        return
    row_id = count_id(cells["register"], country_id, cells["year"], cells["other_register"])
    row = {**cells, "shutdown_count_id": row_id, "country_id": country_id, "width": "all"}
    desk.enter(stated, "shutdown_count", row, row_id=row_id)


def turn_shutdown_agreement(desk: Desk, stated: Stated) -> None:
    """Enter how many events of a register another has; shares are worked out of it later."""
    cells: Mapping[str, Any] = stated.cells
    _check_parts(desk, stated, ("matched",))
    since, until = (_day(desk, stated, name) for name in ("since_date", "until_date"))
    if since and until and until < since:
        desk.fault(stated, "a last day that is not before the first", str(until))
    row_id = agreement_id(cells["register"], cells["other_register"], cells["width"])
    row = {
        **cells,
        "shutdown_agreement_id": row_id,
        "since_date": since,
        "until_date": until,
    }
    desk.enter(stated, "shutdown_agreement", row, row_id=row_id)


def turn_shutdown_model(desk: Desk, stated: Stated) -> None:
    """Enter one measure of one model under one split."""
    cells: Mapping[str, Any] = stated.cells
    if cells["positive"] > cells["tested"]:
        desk.fault(stated, f"at most {cells['tested']} positive", str(cells["positive"]))
    row_id = model_id(cells["task"], cells["model"], cells["split"], cells["measure"])
    desk.enter(stated, "shutdown_model", {**cells, "shutdown_model_id": row_id}, row_id=row_id)


def _check_parts(desk: Desk, stated: Stated, names: tuple[str, ...]) -> None:
    cells: Mapping[str, Any] = stated.cells
    for name in names:
        if cells[name] is not None and cells[name] > cells["events"]:
            desk.fault(stated, f"{name} of at most {cells['events']} events", str(cells[name]))


def _day(desk: Desk, stated: Stated, name: str) -> date | None:
    earliest, latest = desk.span(stated, stated.cells[name])
    if earliest != latest:
        desk.fault(stated, f"{name}: one day", repr(stated.cells[name]))
    return earliest
