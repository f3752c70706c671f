"""Stated counts of measurements, and days of blocklist checks, to rows of the public tables."""

import re
from collections.abc import Mapping
from typing import Any

from sharedfuture.align.desk import Desk
from sharedfuture.records.stated import Stated

_PARTS = ("blocked", "down", "ok", "insufficient")
# Kinds whose measurements each come to one of the parts; of the others some show the subject.
_DECIDED = ("website", "service")
_LAST_ASN = 2**32 - 1


def turn_measurement_count(desk: Desk, stated: Stated) -> None:
    """Enter one count; its parts must add up, its period must have two ends."""
    cells = stated.cells
    country_id = desk.country(stated, cells["country"])
    earliest, latest = desk.span(stated, cells["period_edtf"])
    _check_subject(desk, stated)
    if cells["kind"] in _DECIDED:
        if (earliest is None) != (latest is None):
            desk.fault(stated, "a period with a first and a last day", repr(cells["period_edtf"]))
        _check_parts(desk, stated)
    else:
        _check_sighting(desk, stated)
    row_id = _count_id(stated, country_id)
    row = {
        **cells,
        "measurement_count_id": row_id,
        "country_id": country_id,
        "earliest_date": earliest,
        "latest_date": latest,
    }
    if country_id:
        desk.enter(stated, "measurement_count", row, row_id=row_id)


def _count_id(stated: Stated, country_id: str) -> str:
    cells = stated.cells
    parts = (
        country_id,
        "all" if cells["asn"] is None else cells["asn"],
        cells["kind"],
        cells["subject"] or "others",
        str(cells["period_edtf"]).replace("/", "-to-").removeprefix("-to-"),
        stated.cites[0].source_id.removeprefix("src-"),
    )
    return "mc-" + "-".join(str(part) for part in parts)


def _check_subject(desk: Desk, stated: Stated) -> None:
    cells: Mapping[str, Any] = stated.cells
    if cells["subject"] is None and cells["kind"] != "website":
        desk.fault(stated, f"the {cells['kind']} that was counted", "an empty cell")
    if cells["subject"] is not None and re.fullmatch(r"[0-9.]+", cells["subject"]):
        desk.fault(stated, "a name, not the address of a machine", repr(cells["subject"]))
    if cells["asn"] is not None and cells["asn"] > _LAST_ASN:
        desk.fault(stated, f"a network of at most {_LAST_ASN}", str(cells["asn"]))


def _check_parts(desk: Desk, stated: Stated) -> None:
    """Every measurement of a website or service came to exactly one of four things."""
    cells: Mapping[str, Any] = stated.cells
    if missing := [name for name in ("measured", *_PARTS) if cells[name] is None]:
        desk.fault(stated, f"a count of {', '.join(missing)}", "an empty cell")
        return
    total = sum(cells[name] for name in _PARTS)
    if total != cells["measured"]:
        desk.fault(stated, f"{', '.join(_PARTS)} that add up to {cells['measured']}", str(total))


def _check_sighting(desk: Desk, stated: Stated) -> None:
    """Of a technique or product there is what could have shown it and what did, or neither."""
    cells: Mapping[str, Any] = stated.cells
    if extra := [name for name in _PARTS[1:] if cells[name] is not None]:
        desk.fault(stated, f"no {', '.join(extra)} of a {cells['kind']}", str(cells[extra[0]]))
    measured, blocked = cells["measured"], cells["blocked"]
    if (measured is None) != (blocked is None):
        desk.fault(stated, "measured and blocked, or neither", "one of them")
    elif measured is not None and blocked > measured:
        desk.fault(stated, f"at most {measured} blocked", str(blocked))


def turn_blocklist_day(desk: Desk, stated: Stated) -> None:
    """Enter one day of a series of checks; what is empty was not checked on that day."""
    cells: Mapping[str, Any] = stated.cells
    day, _ = desk.span(stated, cells["day"])
    row_id = f"bld-{cells['series']}-{cells['position']:04}"
    for name, within in (
        ("blocked", "domains"),
        ("newly_blocked", "blocked"),
        ("unblocked", "domains"),
    ):
        most = cells[within]
        if most is not None and (cells[name] or 0) > most:
            desk.fault(stated, f"{name} of at most {most}", str(cells[name]))
    if not cells["position"]:
        desk.fault(stated, "a position from 1", "0")
    row = {**cells, "blocklist_day_id": row_id, "day": day}
    desk.enter(stated, "blocklist_day", row, row_id=row_id)
