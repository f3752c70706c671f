"""Events and reports as rows of the public tables, with a sentence and the reasons of absence."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from sharedfuture.analyse.shutdowns.agreement import REASONS
from sharedfuture.analyse.shutdowns.scopes import title
from sharedfuture.records.frames import schema_of
from sharedfuture.records.shutdown_ids import event_id, report_id
from sharedfuture.records.tables import TABLE

_CAUSES = {"shutdown": "Shutdown", "outage": "Outage", "unknown": "Shutdown or outage"}


def event_rows(
    records: pl.DataFrame, made: pl.DataFrame, *, names: Mapping[str, str]
) -> pl.DataFrame:
    """Rows of `shutdown_event`. Days are those that the registers state, by the capital's clock."""
    of = {f"{row['register']}:{row['key']}": row for row in records.iter_rows(named=True)}
    rows = []
    for event in made.iter_rows(named=True):
        members = [of[key] for key in event["keys"]]
        starts, ends = _days(members, "first_day"), _days(members, "last_day")
        row = {
            "shutdown_event_id": event_id(event["keys"][0]),
            "country_id": event["country_id"],
            "width": "regional" if event["width"] == "local" else event["width"],
            "cause": _cause(members),
            "start_earliest": min(starts, default=None),
            "start_latest": max(starts, default=None),
            "end_earliest": min(ends, default=None),
            "end_latest": max(ends, default=None),
            "registers": len(event["registers"]),
            "registers_names": "; ".join(title(name) for name in event["registers"]),
            "row_ids": sorted({each for member in members for each in member["capture_ids"]}),
        }
        rows.append({**row, "sentence": _sentence(row, members, names)})
    schema = schema_of(TABLE["shutdown_event"])
    schema["row_ids"] = pl.List(pl.String())
    return pl.DataFrame(rows, schema=schema)


def report_rows(records: pl.DataFrame, made: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """Rows of `shutdown_report`: every record, and of each that no other has, why."""
    of_event = {
        key: event_id(keys[0]) for (keys,) in made.select("keys").iter_rows() for key in keys
    }
    verdicts: dict[tuple[str, str], dict[str, str]] = {}
    for register, key, other, verdict, _ in said.iter_rows():
        verdicts.setdefault((register, key), {})[other] = verdict
    rows = []
    for row in records.iter_rows(named=True):
        met = verdicts.get((row["register"], row["key"]), {})
        is_matched = any(verdict in ("same", "part") for verdict in met.values())
        rows.append(
            {
                "shutdown_report_id": report_id(row["register"], row["key"]),
                "shutdown_event_id": of_event[f"{row['register']}:{row['key']}"],
                "register": row["register"],
                "key": row["key"],
                "country_id": row["country_id"],
                "start_edtf": row["start_edtf"],
                "end_edtf": row["end_edtf"],
                "width": "regional" if row["width"] == "local" else row["width"],
                "area": row["area"],
                "cause": row["cause_as_written"],
                "is_matched": is_matched,
                "reason": None if is_matched else _reason(met),
                "row_ids": row["capture_ids"],
            }
        )
    schema = schema_of(TABLE["shutdown_report"])
    schema["row_ids"] = pl.List(pl.String())
    return pl.DataFrame(rows, schema=schema)


def _reason(met: Mapping[str, str]) -> str:
    if not met:
        return "no other register was captured"
    return "; ".join(
        f"{title(other)}: {REASONS[verdict]}" for other, verdict in sorted(met.items())
    )


def _days(members: Sequence[Mapping[str, object]], name: str) -> list[date]:
    return [day for member in members if isinstance(day := member[name], date)]


def _cause(members: Sequence[Mapping[str, object]]) -> str:
    """What the registers that say agree on; where they do not, it is unknown."""
    said = {str(member["cause"]) for member in members} - {"unknown"}
    return said.pop() if len(said) == 1 else "unknown"


def _sentence(
    row: Mapping[str, object],
    members: Sequence[Mapping[str, object]],
    names: Mapping[str, str],
) -> str:
    where = names.get(str(row["country_id"]), "a place that is no country of the list")
    width = "" if row["width"] == "unknown" else f" ({row['width']})"
    begun = _between(row["start_earliest"], row["start_latest"])
    ended = _between(row["end_earliest"], row["end_latest"])
    end = f", ended {ended}" if ended else ", end not known"
    causes = {str(member["cause"]) for member in members}
    apart = "; they disagree on the cause" if causes >= {"shutdown", "outage"} else ""
    of = _CAUSES[str(row["cause"])]
    return f"{of} in {where}{width}, begun {begun}{end}; in {row['registers_names']}{apart}."


def _between(first: object, last: object) -> str:
    if first is None:
        return ""
    return f"on {first}" if first == last else f"between {first} and {last}"
