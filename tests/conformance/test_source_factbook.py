"""The Factbook's own files, 18 of them, against the parsed table of all countries."""

import io
import zipfile
from collections.abc import Callable

import polars as pl
import pytest

from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

TIDY = "alignment/memberships/factbook_org_memberships_2026-01.csv"
FILES = (
    *("africa/iv", "africa/wi", "antarctica/ay", "central-asia/rs", "east-n-southeast-asia/cb"),
    *("east-n-southeast-asia/ch", "east-n-southeast-asia/sn", "east-n-southeast-asia/th"),
    *("east-n-southeast-asia/tw", "europe/ee", "europe/gm", "europe/kv", "middle-east/ir"),
    *("middle-east/we", "north-america/us", "south-america/pa", "south-asia/pk", "world/xx"),
)
SILENT = {"ay", "we", "xx"}  # files without the field
STATUS = {
    "member": "member",
    "observer": "observer",
    "dialogue partner": "dialogue_partner",
    "sectoral dialogue partner": "dialogue_partner",
    "partner": "partner",
}
KEY = ["organisation", "country_as_written"]


def archive(originals: Originals) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name in FILES:
            data = originals.data(f"originals/cia_factbook/{name}.json")
            file.writestr(f"factbook.json-master/{name}.json", data)
    return packed.getvalue()


def test_participation_of_the_countries_held(
    originals: Originals, say: Callable[[str, int, int], None]
) -> None:
    edition = {"repository": archive(originals)}
    read = originals.read("factbook", "2026-05", edition, bands=False)["membership"]
    codes = {name.rpartition("/")[2] for name in FILES}
    assert set(read.get_column("country_as_written")) == codes - SILENT
    tidy = originals.tidy(TIDY).filter(pl.col("gec").is_in(sorted(codes)))
    organisations = sorted(originals.tidy(TIDY).get_column("organisation").unique())
    theirs = tidy.select(
        pl.col("organisation"),
        pl.col("gec").alias("country_as_written"),
        pl.col("iso3").alias("country_id"),
        pl.col("status").replace_strict(STATUS),
    ).sort(KEY)
    ours = read.filter(
        pl.col("organisation").is_in(organisations) & pl.col("country_id").is_not_null()
    ).select(theirs.columns)
    assert ours.sort(KEY).equals(theirs)
    say("CIA World Factbook, participation (18 files)", read.height, theirs.height)


def test_numbers_of_the_files(originals: Originals) -> None:
    edition = {"repository": archive(originals)}
    read = originals.read("factbook", "2026-05", edition, bands=False)["membership"]
    stale = read.filter(organisation="SCO", status="observer").get_column("country_id").to_list()
    assert stale == ["IRN"]
    members = read.filter(organisation="SCO", status="member").get_column("country_id")
    assert sorted(members) == ["CHN", "PAK", "RUS"]
    assert read.filter(status="represented").get_column("as_written").unique().sort().to_list() == [
        "ICC (national committees)",
        "ITUC (NGOs)",
        "WFTU (NGOs)",
    ]
