"""EuRepoC's own tables, version 1.1 whole and the first rows of 1.3, against the tidied tables."""

import ast
from collections.abc import Callable

import polars as pl
import pytest

from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

FOLDER = "originals/eurepoc"
OF_1_1 = {
    "incidents": f"{FOLDER}/EuRepoC_Global_Database_1.1.csv.gz",
    "attributions": f"{FOLDER}/EuRepoC_Attribution_dataset_1.1.csv",
    "receivers": f"{FOLDER}/EuRepoC_Receiver_dataset_1.1.csv",
}
OF_1_3 = {
    part: f"{FOLDER}/v1.3_first_rows/eurepoc_{name}_dataset_1_3.first_rows.csv"
    for part, name in (
        ("incidents", "global"),
        ("attributions", "attribution"),
        ("receivers", "receiver"),
    )
}
TIDY = "alignment/cyber_incidents"
MISSING = ("Not available", "None", "nan", None)
INITIATORS = ("initiator", "attributed_initiator")


def in_a_list(cell: str | None) -> list[str]:
    """The texts of a cell as Python itself reads it."""
    if cell is None:
        return []
    return [item for item in ast.literal_eval(cell) if item not in MISSING]


def span(cell: str | None) -> str | None:
    found = sorted(day[:10] for day in (cell or "").split("; ") if day not in ("", "NaT"))
    if not found:
        return None
    return found[0] if found[0] == found[-1] else f"{found[0]}/{found[-1]}"


def named_together(table: pl.DataFrame, key: str, country: str, category: str) -> set[object]:
    """Each country once an incident, with its categories in their order."""
    found: dict[tuple[str, str], list[str]] = {}
    for incident, name, kind in table.select(key, country, category).iter_rows():
        if name in MISSING:
            continue
        kinds = found.setdefault((incident, name), [])
        if kind not in MISSING and kind not in kinds:
            kinds.append(kind)
    return {(*names, "; ".join(kinds) or None) for names, kinds in found.items()}


def test_version_1_1(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    frames = originals.read("eurepoc", "1.1", OF_1_1)
    incidents, parties = frames["incident"], frames["incident_party"]
    tidy = originals.tidy(f"{TIDY}/eurepoc_global_database_1.1.csv.gz")
    assert incidents.height == tidy.height == 1643
    expected = {
        "incident_key": tidy.get_column("ID").to_list(),
        "title": tidy.get_column("name").str.strip_chars().to_list(),
        "start_edtf": tidy.get_column("start_date").to_list(),
        "end_edtf": tidy.get_column("end_date").to_list(),
        "kind": tidy.get_column("incident_type").to_list(),
        "basis": [
            None if cell in MISSING else cell.strip()
            for cell in tidy.get_column("attribution_basis")
        ],
        "attributed_edtf": [span(cell) for cell in tidy.get_column("attribution_date")],
        "link": ["; ".join(in_a_list(cell)) or None for cell in tidy.get_column("sources_url")],
    }
    cells = 0
    for name, known in expected.items():
        assert incidents.get_column(name).to_list() == known, name
        cells += sum(cell is not None for cell in known)

    read = {
        role: set(of.select("incident_key", "country_as_written", "category").rows())
        for (role,), of in parties.group_by("role")
    }
    attributions = originals.tidy(f"{TIDY}/eurepoc_attribution_1.1.csv")
    assert attributions.height == 2643
    assert read["attributed_initiator"] == named_together(
        attributions,
        "incident_ID",
        "attributed_initiator_country",
        "attributed_initiator_category",
    )
    receivers = originals.tidy(f"{TIDY}/eurepoc_receiver_1.1.csv")
    assert receivers.height == 6333
    assert read["receiver"] == named_together(
        receivers, "ID", "receiver_country", "receiver_category"
    )
    pairs = {
        (key, country)
        for key, cell in tidy.select("ID", "initiator_country").iter_rows()
        for country in in_a_list(cell)
    }
    assert {row[:2] for row in read["initiator"]} == pairs
    assert parties.get_column("name").null_count() == parties.height
    say(
        "EuRepoC 1.1",
        incidents.height + attributions.height + receivers.height,
        cells + parties.height + 1,
    )


def test_incidents_with_an_initiator_of_the_prc(originals: Originals) -> None:
    frames = originals.read("eurepoc", "1.1", OF_1_1)
    prc = frames["incident_party"].filter(
        (pl.col("country_id") == "CHN") & pl.col("role").is_in(INITIATORS)
    )
    subset = originals.tidy(f"{TIDY}/eurepoc_1.1_prc_initiator_subset.csv")
    assert prc.get_column("incident_key").n_unique() == 245
    assert set(prc.get_column("incident_key")) == set(subset.get_column("ID"))
    assert prc.filter(pl.col("role") == "initiator").height == 240


def test_workbook_says_the_same_as_the_files(originals: Originals) -> None:
    files = originals.read("eurepoc", "1.1", OF_1_1)
    book = {"workbook": f"{FOLDER}/EuRepoC_Global_Database_1.1.xlsx"}
    sheets = originals.read("eurepoc", "1.1", book)
    for kind, frame in files.items():
        assert sheets[kind].drop("part").equals(frame.drop("part")), kind
    parts = sheets["incident_party"].get_column("part").unique().sort()
    assert parts.str.strip_prefix("workbook/").to_list() == [
        *("Attribution_dataset_1.1", "EuRepoC_Global_Database_1.1", "Receiver_dataset_1.1")
    ]


def test_first_rows_of_version_1_3(
    originals: Originals, say: Callable[[str, int, int], None]
) -> None:
    frames = originals.read("eurepoc", "1.3", OF_1_3, bands=False)
    incidents, parties = frames["incident"], frames["incident_party"]
    rows = [originals.tidy(path).height for path in OF_1_3.values()]
    assert rows == [2, 10, 28]
    days = ("incident_key", "start_edtf", "end_edtf", "attributed_edtf")
    assert incidents.select(days).rows() == [
        ("4163", "2024-12-19", "2024-12-19", "2024-12-19"),
        ("4161", "2024-06-01", None, None),
    ]
    assert incidents.get_column("kind").to_list() == [
        *("Disruption; Hijacking with Misuse", "Data theft; Hijacking with Misuse")
    ]
    assert not incidents.get_column("title")[0].startswith(" ")
    read = {
        role: set(of.select("incident_key", "country_as_written", "category").rows())
        for (role,), of in parties.group_by("role")
    }
    assert read["initiator"] == {
        ("4163", "Russia", "State"),
        ("4161", "Not attributed", "Not attributed"),
    }
    tables = {part: originals.tidy(path) for part, path in OF_1_3.items() if part != "incidents"}
    assert read["attributed_initiator"] == named_together(
        tables["attributions"], "incident_id", "initiator_country", "initiator_category"
    )
    assert read["receiver"] == named_together(
        tables["receivers"], "incident_id", "country", "category"
    )
    say("EuRepoC 1.3, first rows", sum(rows), parties.height + 8)
