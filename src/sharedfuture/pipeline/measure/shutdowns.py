"""The ledger's tables about shutdowns, made anew from captured registers and panels of signals.

    measurements/shutdown_counts.csv        by register, country and year
    measurements/shutdown_agreements.csv    register against register
    measurements/shutdown_measures.csv      published numbers beside ours
    measurements/shutdown_models.csv        the cause model and the detectors

Of single events only those are named that the observatory's signals are held to. Who has captured
Access Now's register and the curated list, and has the observatory's files, gets the same bytes.
"""

import gzip
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from sharedfuture.align.names import Names
from sharedfuture.analyse.shutdowns import agreement, clock, counts, identity, scopes
from sharedfuture.analyse.shutdowns.bundle.detection import Known, detections
from sharedfuture.analyse.shutdowns.bundle.measures import measures
from sharedfuture.analyse.shutdowns.bundle.models import cause_models
from sharedfuture.capture import Capture
from sharedfuture.extract.observatory_panels import Panel, observatory_panel
from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.pipeline.live.listen import Live, listen_here
from sharedfuture.pipeline.live.registers import registers_of
from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.errors import MeasurementsUnreadable, StoreUnwritable
from sharedfuture.sources import ledger
from sharedfuture.sources.ledger.layout import LAYOUTS

Row = dict[str, Any]

# The observatory's files by their published names: what the signal is called, and what to say.
PANELS: Mapping[str, tuple[str, str]] = {
    "irn-2019-11-11_gif.csv": (
        "iran-2019",
        "hourly index, mean of 73 counties; known: the curated list's blackout from 16 November "
        "2019, of which the file has the first three and a half days",
    ),
    "ven-2019-07-22_gif.csv": (
        "venezuela-2019",
        "hourly index, mean of 13 states; known: the curated list's power outage of 22 July 2019; "
        "two and a half days stand before it",
    ),
    "mmr-2021-04-09_Bago.csv": (
        "myanmar-2021",
        "answers to pings an hour, city of Bago; known: the curated list's nights of 2021 with a "
        "sound end, until the last of them",
    ),
}
_LEDGER_SOURCE = {
    "access_now": "src-access-now-shutdowns",
    "ioda_curated": "src-ioda-curated-2023",
    "top10vpn": "src-top10vpn-shutdown-cost",
}
_STUDY = "src-destination-unreachable-2023"
_OBSERVATORY = "src-monash-ip-observatory"
_MADE_UP = "src-sharedfuture-made-up-signals"
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def shutdown_tables(
    settings: Settings, panels: Path | None, *, tell: Callable[[str], None]
) -> dict[str, pl.DataFrame]:
    """The four tables by file name, as the ledger has them, from what is captured here.

    `panels` is a folder with files of `PANELS`, plain or with `.gz`; without it detection is judged
    on made-up signals alone. Raises MeasurementsUnreadable where a register is not captured.
    """
    names = Names(ledger.read(capture_ledger(settings), bands=False).rows)
    return tables_of(listen_here(settings, names), panels, tell=tell)


def tables_of(
    live: Sequence[Live], panels: Path | None, *, tell: Callable[[str], None]
) -> dict[str, pl.DataFrame]:
    """The same of sources that were listened to."""
    news = _stated(live, "access_now", "shutdown").with_columns(
        is_full_network=scopes.is_full_network()
    )
    outages = _stated(live, "ioda_curated", "outage")
    tell("registers against each other")
    counted, agreed = _counts(registers_of(live))
    tell("the numbers of the published study")
    measured = [
        row | {"source_id": _STUDY, "locator": _place_of_measure(row)}
        for row in measures(news, outages)
    ]
    tell("the cause model, split by split")
    models = [
        row
        | {
            "source_id": _LEDGER_SOURCE["ioda_curated"],
            "locator": "all rows of a country of the list, by their cause",
        }
        for row in cause_models(outages)
    ]
    tell("the detectors on signals with known events")
    models += [row | _place_of_signal(row["split"]) for row in detections(_known(panels, outages))]
    return {
        "shutdown_counts.csv": _frame("shutdown_count", counted),
        "shutdown_agreements.csv": _frame("shutdown_agreement", agreed),
        "shutdown_measures.csv": _frame("shutdown_measure", measured),
        "shutdown_models.csv": _frame("shutdown_model", models),
    }


def write_tables(tables: Mapping[str, pl.DataFrame], folder: Path) -> None:
    """Write them as the ledger's files. Raises StoreUnwritable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, frame in tables.items():
            frame.write_csv(folder / name)
    except OSError as error:
        raise StoreUnwritable(f"{folder}: {error}") from error


def _stated(live: Sequence[Live], source: str, kind: str) -> pl.DataFrame:
    for item in live:
        if item.name == source and item.heard and kind in item.heard[-1].frames:
            return item.heard[-1].frames[kind]
    raise MeasurementsUnreadable(
        f"{source}: expected its register captured, found none; `sharedfuture fetch {source}` "
        "gets it, or takes a copy of yours with --file"
    )


def _counts(frames: Mapping[str, pl.DataFrame]) -> tuple[list[Row], list[Row]]:
    records = frames["aligned.shutdown_record"]
    met = identity.pairs(records)
    made = identity.events(records, met)
    of = agreement.coverages(records)
    said = agreement.verdicts(records, met, made, of=of)
    held = counts.agreements(records, frames["aligned.shutdown_year"], said, of=of)
    counted = [
        row
        | {
            "country": row["country_id"],
            "source_id": _LEDGER_SOURCE.get(row["register"]),
            "locator": _place_of_count(row),
        }
        for row in counts.by_country(records, said).iter_rows(named=True)
    ]
    agreed = [
        row
        | {
            "source_id": _LEDGER_SOURCE.get(row["register"]),
            "locator": f"{row['width']}, looked for in "
            f"{_LEDGER_SOURCE.get(row['other_register'], row['other_register'])}",
        }
        for row in held.iter_rows(named=True)
    ]
    return [row for row in counted if row["source_id"]], [row for row in agreed if row["source_id"]]


def _place_of_count(row: Row) -> str:
    if row["year"] is not None:
        return f"rows of {row['country_id']} that begin in {row['year']}, each event once"
    other = _LEDGER_SOURCE.get(row["other_register"], row["other_register"])
    return f"rows of {row['country_id']} while both kept records, looked for in {other}"


def _place_of_measure(row: Row) -> str:
    if row["published"] is None:
        return "worked out again; not in the study"
    return "notebook summary-and-technical-analysis" + (
        ", and section 5 of the paper" if row["unit"] == "share" else ""
    )


def _place_of_signal(signal: str) -> Row:
    for file, (name, _) in PANELS.items():
        if name == signal:
            return {"source_id": _OBSERVATORY, "locator": file}
    return {"source_id": _MADE_UP, "locator": "seeds 0 to 9"}


def _known(panels: Path | None, outages: pl.DataFrame) -> list[Known]:
    """The observatory's signals with the curated list's national outages in their time."""
    if panels is None:
        return []
    return [
        _with_events(observatory_panel(_read(panels / file)), outages, name=name, note=note)
        for file, (name, note) in PANELS.items()
    ]


def _with_events(panel: Panel, outages: pl.DataFrame, *, name: str, note: str) -> Known:
    """Cut where the list has nothing more to say: of what comes after, nothing is known.

    An event that goes on when the signal ends is known until there.
    """
    own = outages.filter(pl.col("country_id") == panel.country_id, pl.col("scope") == "Country")
    starts, ends = (
        clock.local_epoch(own.get_column(column).str.to_datetime(_MOMENT), panel.country_id)
        for column in ("start_edtf", "end_edtf")
    )
    last = panel.first_s + panel.step_s * len(panel.values)
    events = sorted(
        (start, min(end, last))
        for start, end in zip(starts, ends, strict=True)
        if start is not None and end is not None and panel.first_s <= start < min(end, last)
    )
    values = panel.values
    if len(events) > 1:  # a list of nights: it ends with the last of them
        values = values[: (events[-1][1] - panel.first_s) // panel.step_s]
    return Known(name, values, panel.first_s, panel.step_s, tuple(events), note)


def _read(path: Path) -> Capture:
    for candidate in (path, path.with_name(f"{path.name}.gz")):
        if candidate.is_file():
            data = candidate.read_bytes()
            data = gzip.decompress(data) if candidate.suffix == ".gz" else data
            return Capture(path.name, data, sha256(data).hexdigest())
    raise MeasurementsUnreadable(f"{path}: expected the observatory's file, found none")


def _frame(kind: str, rows: Sequence[Row]) -> pl.DataFrame:
    """Rows in the columns of the ledger's file."""
    (layout,) = (layout for layout in LAYOUTS if layout.kind == kind)
    columns = [*layout.columns, "source_id", "locator"]
    return pl.DataFrame(
        [[row.get(name) for name in columns] for row in rows],
        schema=columns,
        orient="row",
        infer_schema_length=None,
    )
