"""How a stated row of each kind becomes rows of the public tables."""

from collections.abc import Callable, Mapping
from typing import Any

from sharedfuture.align.desk import Desk
from sharedfuture.align.measured import turn_blocklist_day, turn_measurement_count
from sharedfuture.align.shutdowns import (
    turn_shutdown_agreement,
    turn_shutdown_count,
    turn_shutdown_model,
)
from sharedfuture.records.numbers import is_number
from sharedfuture.records.stated import Cite, Stated
from sharedfuture.records.tables import TABLE

REPORT = "src-report"


def _plain(table: str) -> Callable[[Desk, Stated], None]:
    """A row that is entered as it stands."""
    columns = TABLE[table].column_names

    def turn(desk: Desk, stated: Stated) -> None:
        row = {name: stated.cells.get(name) for name in columns}
        desk.enter(stated, table, row)

    return turn


def _turn_country(desk: Desk, stated: Stated) -> None:
    for written in (stated.row_id, str(stated.cells["name"])):
        if desk.names.country(written) != stated.row_id:
            other = desk.names.country(written)
            desk.fault(stated, f"a name of one country, not also of {other}", repr(written))
    _plain("country")(desk, stated)


def _turn_source(desk: Desk, stated: Stated) -> None:
    _, latest = desk.span(stated, stated.cells["published"])
    row = {**stated.cells, "published_by_date": latest}
    desk.enter(stated, "source", row)


def _turn_spelling(desk: Desk, stated: Stated) -> None:
    written, country_id = str(stated.cells["as_written"]), str(stated.cells["country_id"])
    if desk.names.country(country_id) != country_id:
        if not desk.refused.excuses(country_id, "country"):
            desk.fault(stated, "a code of countries.csv", repr(country_id))
    elif desk.names.country(written) != country_id:
        desk.fault(
            stated,
            f"a spelling of one country, not also of {desk.names.country(written)}",
            repr(written),
        )


def _turn_actor(desk: Desk, stated: Stated) -> None:
    if stated.cells["country_id"] is not None:
        desk.country(stated, stated.cells["country_id"])
    _plain("actor")(desk, stated)


def _turn_tie(desk: Desk, stated: Stated) -> None:
    cells = stated.cells
    earliest, since_latest = desk.span(stated, cells["since_edtf"])
    _, until_latest = desk.span(stated, cells["until_edtf"])
    if earliest and until_latest and until_latest < earliest:
        desk.fault(stated, "an end that is not before the beginning", repr(cells["until_edtf"]))
    row = {
        **cells,
        "from_id": desk.party(stated, cells["from"]),
        "to_id": desk.party(stated, cells["to"]),
        "from_as_written": cells["from"],
        "to_as_written": cells["to"],
        "earliest_date": earliest,
        "latest_date": until_latest if cells["until_edtf"] else since_latest,
    }
    desk.enter(stated, "tie", row)


def _turn_event(desk: Desk, stated: Stated) -> None:
    earliest, latest = desk.span(stated, stated.cells["date_edtf"])
    row = {**stated.cells, "earliest_date": earliest, "latest_date": latest}
    desk.enter(stated, "event", row)
    parties: Any = stated.cells["parties"]
    for role, party in dict.fromkeys(parties):
        desk.put(
            "event_party",
            {
                "event_id": stated.row_id,
                "party_id": desk.party(stated, party),
                "role": role,
            },
        )


def _turn_tally(desk: Desk, stated: Stated) -> None:
    desk.span(stated, stated.cells["as_of"])
    row = {**stated.cells, "subject_id": desk.party(stated, stated.cells["subject"])}
    desk.enter(stated, "tally", row)


def _turn_indicator(desk: Desk, stated: Stated) -> None:
    row = {name: stated.cells.get(name) for name in TABLE["indicator"].column_names}
    row["source_id"] = stated.cites[0].source_id
    desk.enter(stated, "indicator", row)


def _turn_figure(desk: Desk, stated: Stated) -> None:
    cells = stated.cells
    country_id = desk.country(stated, cells["country"])
    period = str(cells["period"])
    figure_id = f"fig-{country_id}-{cells['indicator_id']}-{period.replace('/', '-')}"
    row = {
        **cells,
        "figure_id": figure_id,
        "country_id": country_id,
        "country_as_written": cells["country"],
    }
    _check_figure(desk, stated)
    first, _, last = period.partition("/")
    if last and last < first:
        desk.fault(stated, "a period that ends after it begins", repr(period))
    if not country_id:
        desk.has_lost_figures = True
    else:
        desk.enter(stated, "figure", row, row_id=figure_id)


def _check_figure(desk: Desk, stated: Stated) -> None:
    cells: Mapping[str, Any] = stated.cells
    value, low, high = cells["value"], cells["low"], cells["high"]
    indicator = desk.indicators.get(str(cells["indicator_id"]))
    if indicator is None:
        if not desk.refused.excuses(str(cells["indicator_id"]), "indicator"):
            desk.fault(stated, "an indicator of indicators.toml", repr(cells["indicator_id"]))
        return
    if (value is None) == (cells["gap"] is None):
        desk.fault(
            stated, "a value, or the reason of its gap", "both" if cells["gap"] else "neither"
        )
    if value is None:
        return
    if cells["as_written"] is None:
        desk.fault(stated, "the value as the publisher writes it", "an empty cell")
    limits: Mapping[str, Any] = indicator.cells
    least, most = limits.get("minimum"), limits.get("maximum")
    if (least is not None and value < least) or (most is not None and value > most):
        desk.fault(stated, f"{cells['indicator_id']} between {least} and {most}", str(value))
    if (low is not None and low > value) or (high is not None and high < value):
        desk.fault(stated, f"bounds around {value}", f"{low} to {high}")


def _turn_reading(desk: Desk, stated: Stated) -> None:
    _require_other_source(desk, stated)
    _check_reading(desk, stated)
    desk.enter(stated, "reading", {**stated.cells, "outcome": ""})


def _require_other_source(desk: Desk, stated: Stated) -> None:
    """The report is no witness for itself."""
    if any(cite.source_id == REPORT for cite in stated.cites):
        desk.fault(stated, "a source other than the report itself", REPORT)


def _check_reading(desk: Desk, stated: Stated) -> None:
    report, source = stated.cells["report_says"], stated.cells["source_says"]
    if stated.cells["type"] == "date":
        report_span, source_span = desk.span(stated, report), desk.span(stated, source)
        desk.put(
            "reading_span",
            {
                "reading_id": stated.row_id,
                "report_earliest": report_span[0],
                "report_latest": report_span[1],
                "source_earliest": source_span[0],
                "source_latest": source_span[1],
            },
        )
    if stated.cells["tolerance"] is not None and stated.cells["type"] != "number":
        desk.fault(stated, "a tolerance on numbers only", f"one on a {stated.cells['type']}")
    if stated.cells["type"] == "yes_no":
        for said in (report, source):
            if said not in ("yes", "no", None):
                desk.fault(stated, "yes or no on both sides", repr(said))
    if stated.cells["type"] == "number":
        for said in (report, source):
            if said is not None and not is_number(str(said)):
                desk.fault(stated, "a number on both sides", repr(said))


def _turn_claim(desk: Desk, stated: Stated) -> None:
    cells: Mapping[str, Any] = stated.cells
    test = cells["test"]
    row = {
        **cells,
        "test_kind": test["kind"],
        "test": test.get("sql") or test.get("why"),
        "verdict": "",
        "because": "",
    }
    desk.enter(stated, "claim", row)
    desk.cite(stated, stated.row_id, Cite(REPORT, f"paragraph {cells['paragraph']}"))
    for verdict, template in (cells["because"] or {}).items():
        if test["kind"] != "sql" and ("{" in template or "}" in template):
            desk.fault(stated, "a sentence without places: no query fills them", repr(template))
        reason = {"claim_id": stated.row_id, "verdict": verdict, "template": template}
        desk.put("claim_reason", reason)
    for party in dict.fromkeys(cells["about"] or ()):
        party_id = desk.party(stated, party)
        desk.put("claim_subject", {"claim_id": stated.row_id, "party_id": party_id})


def _turn_case(desk: Desk, stated: Stated) -> None:
    cells: Mapping[str, Any] = stated.cells
    row = {**cells, "country_id": desk.country(stated, cells["country"])}
    desk.enter(stated, "case_history", row)
    for position, step in enumerate(cells["step"], start=1):
        desk.put(
            "case_step",
            {
                "case_id": stated.row_id,
                "position": position,
                "event_id": step["event"],
                "text": step["text"],
            },
        )


def _turn_doctrine(desk: Desk, stated: Stated) -> None:
    desk.span(stated, stated.cells["date_edtf"])
    _plain("doctrine")(desk, stated)


def _turn_citation(desk: Desk, stated: Stated) -> None:
    if str(stated.cells["row_id"]).startswith("reading-"):
        _require_other_source(desk, stated)
    desk.cite(stated, str(stated.cells["row_id"]), stated.cites[0])


TURNS: Mapping[str, Callable[[Desk, Stated], None]] = {
    "source": _turn_source,
    "country": _turn_country,
    "spelling": _turn_spelling,
    "actor": _turn_actor,
    "tie": _turn_tie,
    "event": _turn_event,
    "tally": _turn_tally,
    "indicator": _turn_indicator,
    "figure": _turn_figure,
    "measurement_count": turn_measurement_count,
    "blocklist_day": turn_blocklist_day,
    "shutdown_count": turn_shutdown_count,
    "shutdown_agreement": turn_shutdown_agreement,
    "shutdown_model": turn_shutdown_model,
    "shutdown_measure": _plain("shutdown_measure"),
    "reading": _turn_reading,
    "claim": _turn_claim,
    "case_history": _turn_case,
    "doctrine": _turn_doctrine,
    "citation": _turn_citation,
}

WRITES = (
    "source",
    "country",
    "actor",
    "tie",
    "event",
    "event_party",
    "tally",
    "indicator",
    "figure",
    "measurement_count",
    "blocklist_day",
    "shutdown_count",
    "shutdown_agreement",
    "shutdown_model",
    "shutdown_measure",
    "footprint",
    "reading",
    "claim",
    "claim_subject",
    "case_history",
    "case_step",
    "doctrine",
    "citation",
    "stated",
)
