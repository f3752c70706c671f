"""One line for a reader about any row of the public tables."""

from collections.abc import Callable, Mapping
from typing import Any

from sharedfuture.findings.inference_words import INFERENCE_SAYINGS

Row = Mapping[str, Any]


def say_row(table: str, row: Row, stated: Row | None) -> str:
    """What the row says, and where in the ledger it is written."""
    say = _SAYINGS.get(table, _say_plain)
    where = f"  [{stated['file']}:{stated['line']}]" if stated else ""
    return f"{say(row)}{where}"


def _say_plain(row: Row) -> str:
    """The row's own sentence where it has one, else every cell of it."""
    if row.get("sentence"):
        return str(row["sentence"])
    return "; ".join(f"{key} {value}" for key, value in row.items() if value is not None)


_WITHHELD = "known, but a licence forbids to pass it on"


def _say_figure(row: Row) -> str:
    if row["gap"] == "licence":
        return f"{row['indicator_id']} {row['period']}: {_WITHHELD} ({row['country_as_written']})"
    value = row["gap"] if row["value"] is None else f"{row['value']:g}"
    return (
        f"{row['indicator_id']} {row['period']} = {value}{_bounds(row)} "
        f"(as written: {row['as_written']}, {row['country_as_written']})"
    )


def _say_spectrum(row: Row) -> str:
    return (
        f"{row['country_id']} in Figure 1: rank {row['rank']} "
        f"({row['rank_low']} to {row['rank_high']}), technology {_number(row['tech'], '.3f')}, "
        f"democracy {_number(row['democracy'], '.2f')}, probability of the corner "
        f"{_number(row['corner_probability'], '.2f')}"
    )


def _say_statistic(row: Row) -> str:
    value = "no value" if row["value"] is None else f"{row['value']:.4g}"
    return f"{row['title']} = {value}{_bounds(row)}; {row['method']}"


def _say_reading(row: Row) -> str:
    says = row["source_says"] or "nothing"
    return f"{row['aspect']}: the report says {row['report_says']}, the source {says}"


def _say_democracy(row: Row) -> str:
    return (
        f"democracy of {row['country_id']} by {row['measure']} = {_number(row['value'], '.2f')}"
        f"{_bounds(row)}"
    )


def _number(value: float | None, form: str) -> str:
    return _WITHHELD if value is None else format(value, form)


def _bounds(row: Row) -> str:
    if row["low"] is None or row["high"] is None:
        return ""
    return f" ({row['low']:.4g} to {row['high']:.4g})"


def _say_score(row: Row) -> str:
    who = f"{row['country_id']} on {row['element']} of {row['index_id']}"
    if row["value"] is None:
        return f"{who}: {'no score, ' + row['why_absent'] if row['why_absent'] else _WITHHELD}"
    rank = f"rank {row['rank']}"
    if row["rank_low"] is not None:
        rank += f" ({row['rank_low']} to {row['rank_high']})"
    return (
        f"{who} = {row['value']:.1f}{_bounds(row)}, {rank}, {row['period'] or 'no years'}, "
        f"{row['coverage']:.0%} of the indicators known"
    )


def _say_input(row: Row) -> str:
    what = f"{row['indicator_code']} of {row['country_id']}"
    if row["value"] is None:
        return f"{what}: {_WITHHELD if row['state'] == 'measured' else row['state']}"
    error = "" if not row["standard_error"] else f", standard error {row['standard_error']:.3g}"
    return f"{what} = {row['value']:g} ({row['state']}, {row['period'] or 'undated'}{error})"


def _say_pair(row: Row) -> str:
    value = "none" if row["correlation"] is None else f"{row['correlation']:.2f}"
    return f"correlation of {row['first']} and {row['second']} = {value}, {row['n']} countries"


def _say_china_index(row: Row) -> str:
    who = f"China Index {row['edition']}, {row['domain']}, {row['country_id']}"
    if row["points"] is None:
        return f"{who}: {row['why_absent']}"
    carried = ", answers carried over from the edition before" if row["is_carried"] else ""
    return (
        f"{who}: {row['points']} of {row['maximum']} points, rank {row['rank']} "
        f"({row['rank_low']} to {row['rank_high']}) of {row['countries']}{carried}"
    )


def _say_china_index_change(row: Row) -> str:
    what = f"China Index {row['first_edition']} to {row['second_edition']}, {row['domain']}"
    who = f"{what}, {row['country_id']}" if row["country_id"] else what
    if row["change"] is None:
        return f"{who}: {row['reason']}"
    return f"{who}: {row['change']:+.1f} percentage points{_bounds(row)}, {row['items']} questions"


def _say_measurement_count(row: Row) -> str:
    network = row["network"] or f"AS{row['asn']}"
    where = row["country_id"] if row["asn"] is None else f"{row['country_id']}, {network}"
    what = f"{row['kind']} {row['subject'] or '(all others)'}, {where}, {row['period_edtf']}"
    if row["measured"] is None:
        return f"{what}: seen, not counted"
    if row["ok"] is None:
        return f"{what}: {row['blocked']:,} of {row['measured']:,}"
    return (
        f"{what}: {row['blocked']:,} blocked, {row['down']:,} down, {row['ok']:,} ok, "
        f"{row['insufficient']:,} undecided of {row['measured']:,}"
    )


def _say_blocklist_day(row: Row) -> str:
    when = row["day"] or f"day {row['position']}"
    if row["blocked"] is None:
        return f"block list {row['series']}, {when}: not checked"
    return f"block list {row['series']}, {when}: {row['blocked']:,} domains blocked"


_SAYINGS: Mapping[str, Callable[[Row], str]] = {
    "recipe": lambda row: f"recipe of the index: {row['title']} (sha256 {row['sha256'][:12]})",
    "score": _say_score,
    "index_input": _say_input,
    "audit_finding": lambda row: f"audit, {row['section']}, {row['reading']}: {row['says']}",
    "audit_part": lambda row: f"audit of {row['index_id']}: measures of {row['element']}",
    "audit_pair": _say_pair,
    "audit_component": lambda row: (
        f"component {row['component']} of the parts of {row['element']}: {row['share']:.0%} of "
        "their variance"
    ),
    "country": lambda row: f"{row['name']} ({row['country_id']}), {row['region']}",
    "source": lambda row: (
        f"{row['publisher']}, {row['title']}, {row['published'] or 'undated'}, "
        f"{row['licence']}, grade {row['reliability']}"
    ),
    "actor": lambda row: f"{row['name']}, {row['kind']}",
    "event": lambda row: f"{row['date_edtf']}: {row['title']} ({row['certainty']})",
    "tie": lambda row: (
        f"{row['from_as_written']} {row['kind'].replace('_', ' ')} {row['to_as_written']}, "
        f"{row['since_edtf'] or 'undated'}, {row['status']}"
    ),
    "tally": lambda row: f"{row['statement']} ({row['value']:g} {row['unit']})",
    "indicator": lambda row: f"{row['title']}, {row['unit']}",
    "figure": _say_figure,
    "doctrine": lambda row: f"{row['title']}: {row['statement']}",
    "claim": lambda row: f"{row['verdict']}: {row['statement']} Because: {row['because']}",
    "reading": _say_reading,
    "case_history": lambda row: str(row["title"]),
    "democracy_reading": _say_democracy,
    "spectrum": _say_spectrum,
    "statistic": _say_statistic,
    "capture": lambda row: (
        f"captured file {row['part']} of {row['connector_id']}, edition {row['edition']}, had on "
        f"{row['captured_date']} (sha256 {row['sha256'][:12]})"
    ),
    "difference": lambda row: (
        f"{row['row_id']}, {row['what']}: the ledger says {row['ledger_says']}, the file "
        f"{row['file_says'] or _WITHHELD}; the {row['counts']} counts"
    ),
    "china_index_score": _say_china_index,
    "china_index_change": _say_china_index_change,
    "un_agreement": lambda row: (
        f"{row['country_id']} voted as China in {row['votes_same']} of {row['votes_shared']} "
        f"roll calls on information security"
    ),
    "measurement_count": _say_measurement_count,
    "blocklist_day": _say_blocklist_day,
    "selection": lambda row: f"{row['row_count']} rows: {row['title']}",
    **INFERENCE_SAYINGS,
}
