"""The ledger's dated happenings that are carried over from publishers' own files.

`python -m tests.conformance.happenings_bundle` writes `evidence/events/aiddata.csv`,
`evidence/figures/eurepoc.csv` and `evidence/ties/forums.csv` from the files beside this checkout
(`../shared/data`); `test_happenings_bundle.py` makes the same rows and holds the ledger to them, so
that none is written by hand.

Which projects of AidData are carried is decided by sector and by the words of their titles
(`sharedfuture.align.projects`); what is not certain by these is left out. Titles are ours.
"""

import csv
import gzip
import html
import io
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from sharedfuture.align.memberships import AS_TIE
from sharedfuture.align.names import Names
from sharedfuture.align.projects import project_of
from sharedfuture.capture import capture_folder
from sharedfuture.sources import ledger
from sharedfuture.sources.factbook.statuses import STATUS
from tests.conformance.measurement_bundle import Row, written
from tests.conformance.originals import Originals

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
LEDGER = ROOT / "evidence"


def day_of(commitment: str) -> str:
    """The day of commitment as EDTF.

    The publisher writes the first of January where it knows the year alone, and the first of a
    month where it knows the month; a day that was the first by chance loses precision by this.
    """
    year, month, day = commitment.split("-")
    if (month, day) == ("01", "01"):
        return year
    return f"{year}-{month}" if day == "01" else commitment


def aiddata() -> list[Row]:
    """Projects of AidData as events."""
    countries = _countries()
    rows = []
    for project in _projects():
        country, record = project["recipient_iso3"], project["aiddata_record_id"]
        found = project_of(
            record,
            country,
            title=project["title"],
            sector=project["sector"],
            status=project["status"],
        )
        if found is None or country not in countries:
            continue
        rows.append(
            {
                "event_id": f"ev-aiddata-{record}",
                "kind": found.kind,
                "date_edtf": day_of(project["commitment_date"]),
                "title": found.title,
                "certainty": found.certainty,
                "parties": "; ".join(f"{role}={party}" for role, party in found.parties),
                "source_id": "src-aiddata-gcdf-3",
                "locator": f"record {record}",
                "note": found.note,
            }
        )
    return rows


def _projects() -> list[dict[str, str]]:
    name = "alignment/finance/aiddata_gcdf3_geospatial_projects_2000_2021.csv.gz"
    text = gzip.decompress((DATA / name).read_bytes()).decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text))
    return sorted(rows, key=lambda row: int(row["aiddata_record_id"]))


INITIATORS = {"China": "china", "Russia": "russia", "United States": "united_states"}


def eurepoc_counts() -> tuple[Counter[tuple[str, str, str]], Counter[str]]:
    """Incidents by country that received them, indicator and year; and what was left out, why.

    An incident counts once for each initiator and receiver that it names.
    """
    frames = _originals().read("eurepoc", "1.1", EUREPOC)
    parties = frames["incident_party"].select(
        "incident_key", "role", "country_as_written", "country_id"
    )
    initiators = parties.filter(
        pl.col("role") == "initiator", pl.col("country_as_written").is_in(list(INITIATORS))
    ).select("incident_key", initiator="country_as_written")
    receivers = parties.filter(pl.col("role") == "receiver")
    started = frames["incident"].select("incident_key", year=pl.col("start_edtf").str.head(4))
    pairs = initiators.join(receivers, on="incident_key", how="left").join(
        started, on="incident_key"
    )
    counts: Counter[tuple[str, str, str]] = Counter()
    left_out: Counter[str] = Counter()
    for row in pairs.to_dicts():
        if row["country_as_written"] is None:
            left_out["no receiver"] += 1
        elif row["country_id"] is None:
            left_out["a region, organisation or territory"] += 1
        elif row["year"] is None:
            left_out["no beginning"] += 1
        else:
            indicator = f"eurepoc_incidents_by_{INITIATORS[row['initiator']]}"
            counts[row["country_id"], indicator, row["year"]] += 1
    return counts, left_out


EUREPOC = {
    "incidents": "originals/eurepoc/EuRepoC_Global_Database_1.1.csv.gz",
    "attributions": "originals/eurepoc/EuRepoC_Attribution_dataset_1.1.csv",
    "receivers": "originals/eurepoc/EuRepoC_Receiver_dataset_1.1.csv",
}


def eurepoc() -> list[Row]:
    """Counts of EuRepoC's incidents as figures; a year without an incident has no row."""
    counts, _ = eurepoc_counts()
    names = _countries()
    return [
        {
            "country": names[country],
            "indicator_id": indicator,
            "period": year,
            "value": str(count),
            "low": "",
            "high": "",
            "gap": "",
            "as_written": str(count),
            "source_id": "src-eurepoc-counts",
            "locator": f"version 1.1, incidents begun in {year} with this initiator and receiver",
        }
        for (country, indicator, year), count in sorted(counts.items())
    ]


FORUMS = {
    "AU": ("act-african-union-states", "au"),
    "LAS": ("act-las", "las"),
    "ASEAN": ("act-asean", "asean"),
    "CELAC": ("act-celac", "celac"),
    "CICA": ("act-cica", "cica"),
}

# Observers in the Factbook of 2026, but members for years: the ledger's file of memberships has
# them from the press, as it has all members of the SCO.
STALE = {("CICA", "BGD"), ("CICA", "LKA"), ("CICA", "QAT")}


def forums() -> list[Row]:
    """Memberships of the forums that the report names, undated, by the World Factbook."""
    countries = _countries()
    text = (DATA / "alignment/memberships/factbook_org_memberships_2026-01.csv").read_text("utf-8")
    rows = []
    for said in csv.DictReader(io.StringIO(text)):
        if said["organisation"] not in FORUMS or said["iso3"] not in countries:
            continue
        if (said["organisation"], said["iso3"]) in STALE:
            continue
        actor, name = FORUMS[said["organisation"]]
        country = html.unescape(said["country"])
        kind, status = AS_TIE[STATUS[said["status"]]]
        rows.append(
            {
                "tie_id": f"tie-{said['iso3'].lower()}-{name}",
                "kind": kind,
                "from": countries[said["iso3"]],
                "to": actor,
                "since_edtf": "",
                "until_edtf": "",
                "status": status,
                "disclosed_by": "organisation",
                "note": "Suspended." if said["status"] == "suspended" else "",
                "source_id": "src-factbook-2026-01",
                "locator": f"{country}, Government, International organization participation",
            }
        )
    return sorted(rows, key=lambda row: row["tie_id"])


def _countries() -> dict[str, str]:
    """Names of the countries of the ledger, by code."""
    text = (LEDGER / "countries.csv").read_text(encoding="utf-8")
    return {row["country_id"]: row["name"] for row in csv.DictReader(io.StringIO(text))}


def _originals() -> Originals:
    wanted = ("evidence/countries.csv", "evidence/spellings.csv")
    captures = [item for item in capture_folder(LEDGER) if item.name in wanted]
    names = Names(ledger.read(captures, bands=False).rows)
    return Originals(DATA, into=Path(tempfile.mkdtemp()), names=names)


FILES: Mapping[str, Callable[[], list[Row]]] = {
    "events/aiddata.csv": aiddata,
    "figures/eurepoc.csv": eurepoc,
    "ties/forums.csv": forums,
}


def main() -> None:
    """Write every file."""
    for name, make in FILES.items():
        rows = make()
        (LEDGER / name).parent.mkdir(exist_ok=True)
        (LEDGER / name).write_text(written(rows), encoding="utf-8")
        print(f"{name}: {len(rows)} rows")
    for reason, number in sorted(eurepoc_counts()[1].items()):
        print(f"figures/eurepoc.csv: {number} pairs of initiator and receiver left out: {reason}")


if __name__ == "__main__":
    main()
