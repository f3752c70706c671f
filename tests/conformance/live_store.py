"""The publishers' own files in a store, as if they had been fetched: the start of a live build."""

from collections.abc import Mapping
from pathlib import Path

from sharedfuture.capture import Store
from sharedfuture.sources.declaration import declaration
from tests.conformance.originals import Originals

_CHINA_INDEX = "originals/china_index"
_HOUSE = "originals/freedom_house"
_WGI = "originals/world_bank/wgi"
_VOTES = "originals/voeten_un_votes"
_OWID = "originals/our_world_in_data"
_AIDDATA = "originals/aiddata/gcdf_3.0"
_EUREPOC = "originals/eurepoc/EuRepoC"

# By source and edition: the parts, and where the publisher's file stands.
HELD: Mapping[tuple[str, str], Mapping[str, str]] = {
    **{
        ("rsf", year.name): {"ranking": f"originals/rsf/{year.name}.csv"}
        for year in declaration("rsf").edition
    },
    **{
        ("china_index", year): {
            "answers": f"{_CHINA_INDEX}/{year}/china_index_{year}.csv",
            "answers_long": f"{_CHINA_INDEX}/{year}/china_index_{year}_indicator_by_country.csv",
        }
        for year in ("2021", "2022", "2024")
    },
    ("eiu_democracy", "2023"): {
        "chart": f"{_OWID}/democracy-index-eiu.csv",
        "metadata": f"{_OWID}/democracy-index-eiu.metadata.json",
    },
    ("eiu_democracy", "2024"): {"chart": f"{_OWID}/later_download/democracy-index-eiu.csv"},
    ("vdem", "v15"): {"cut": "originals/vdem/column_subset/vdem.csv"},
    ("governance", "2024"): {"dataset": f"{_WGI}/edition_2024/wgidataset.xlsx.gz"},
    ("governance", "2023"): {"bulk": f"{_WGI}/edition_2023_bulk_csv/WGIData.csv.gz"},
    ("freedom_world", "2025"): {"items": f"{_HOUSE}/edition_2025/All_data_FIW_2013-2024.xlsx"},
    ("freedom_net", "2018"): {
        "scores": f"{_HOUSE}/edition_2018/FINAL_DATA_FOTN2018_TOTAL_and_CATEGORY_SCORES.xlsx"
    },
    ("freedom_net", "2024"): {"scores": f"{_HOUSE}/edition_2024/FOTN24_Country_Score_Data.xlsx"},
    ("ideal_points", "2020-04"): {"all_votes": f"{_VOTES}/IdealpointestimatesAll_Apr2020.csv"},
    ("unvotes", "sessions-1-70"): {
        "votes": f"{_VOTES}/UNVotesPublished.RData.gz",
        "descriptions": f"{_VOTES}/descriptions1-70latestversion.xls",
    },
    ("access_now", "2016-2022"): {
        "workbook": "measurement/accessnow/KeepItOn_STOP_2016-2022_raw_dataset.xlsx"
    },
    ("ioda_curated", "2018-2022"): {
        "outages": "measurement/ioda/ioda_investigated_outages_cleaned_phase1+2.csv"
    },
    ("aiddata", "gcdf_3.0_geospatial"): {"projects": f"{_AIDDATA}/final_input.csv.gz"},
    ("eurepoc", "1.1"): {
        "incidents": f"{_EUREPOC}_Global_Database_1.1.csv.gz",
        "attributions": f"{_EUREPOC}_Attribution_dataset_1.1.csv",
        "receivers": f"{_EUREPOC}_Receiver_dataset_1.1.csv",
    },
    ("cfr_operations", "2020-11"): {"incidents": "originals/cfr/cyber-operations-incidents.csv"},
    ("threat_actors", "336"): {"threat_actor": "originals/misp_galaxy/clusters/threat-actor.json"},
}


def fill_store(folder: Path, originals: Originals) -> Store:
    """A store below `folder` with every file of `HELD`."""
    store = Store(folder / "captures")
    incoming = folder / "incoming"
    incoming.mkdir(parents=True)
    for (source, edition), parts in HELD.items():
        for part, of in parts.items():
            path = incoming / Path(of.removesuffix(".gz")).name
            path.write_bytes(originals.data(of))
            store.add(source, edition, part, path=path)
            path.unlink()
    return store
