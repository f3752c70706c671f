"""The World Bank's own files of its governance indicators, three editions in three layouts."""

from collections.abc import Callable

import polars as pl
import pytest

from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

FILES = {
    "2019": {"dataset": "originals/world_bank/wgi/edition_2019/wgidataset.xlsx"},
    "2023": {"bulk": "originals/world_bank/wgi/edition_2023_bulk_csv/WGIData.csv.gz"},
    "2024": {"dataset": "originals/world_bank/wgi/edition_2024/wgidataset.xlsx.gz"},
}
DIMENSIONS = {
    "va": "wgi_voice_accountability",
    "pv": "wgi_political_stability",
    "ge": "wgi_government_effectiveness",
    "rq": "wgi_regulatory_quality",
    "rl": "wgi_rule_of_law",
    "cc": "wgi_control_of_corruption",
}
COMPARED = {
    "value": "estimate",
    "error": "std_error",
    "value_rank": "percentile_rank",
    "low_rank": "percentile_rank_lower",
    "high_rank": "percentile_rank_upper",
}
ROUNDED = 5.0001e-6  # the tidied table has five decimals


def beside_each_other(originals: Originals, read: pl.DataFrame) -> pl.DataFrame:
    """The estimates of an edition, with their ranks, beside the rows of the tidied table."""
    key = ("indicator_id", "country", "period")
    read = read.with_columns(pl.coalesce("country_id", "country_as_written").alias("country"))
    is_rank = pl.col("indicator_id").str.ends_with("_rank")
    ranks = read.filter(is_rank).with_columns(pl.col("indicator_id").str.strip_suffix("_rank"))
    estimates = read.filter(~is_rank).drop_nulls("value").join(ranks, on=key, suffix="_rank")
    tidy = originals.tidy("indices/wgi.csv.gz").select(
        pl.col("indicator").replace_strict(DIMENSIONS).alias("indicator_id"),
        pl.col("iso3").alias("country"),
        pl.col("year").alias("period"),
        pl.col(*COMPARED.values()).cast(pl.Float64),
    )
    assert estimates.height == read.filter(~is_rank).drop_nulls("value").height
    return estimates.join(tidy, on=key, how="left")


def apart(both: pl.DataFrame, ours: str, theirs: str) -> pl.Series:
    return (both.get_column(ours) - both.get_column(theirs)).abs()


def test_edition_of_the_tidied_table(
    originals: Originals, say: Callable[[str, int, int], None]
) -> None:
    read = originals.read("governance", "2024", FILES["2024"])["value"]
    assert read.height == 2 * 32_100
    assert read.drop_nulls("gap").height == 2 * 1_126
    both = beside_each_other(originals, read)
    assert both.height == originals.tidy("indices/wgi.csv.gz").height == 30_974
    for ours, theirs in COMPARED.items():
        difference = apart(both, ours, theirs)
        assert difference.null_count() == 0
        assert (difference <= ROUNDED).all(), ours
    say("Worldwide Governance Indicators 2024", read.height, both.height * len(COMPARED))


def test_edition_of_2023_is_an_earlier_revision(
    originals: Originals, say: Callable[[str, int, int], None]
) -> None:
    read = originals.read("governance", "2023", FILES["2023"])["value"]
    assert set(read.get_column("period")) == {
        *("1996", "1998", "2000"),
        *(str(year) for year in range(2002, 2023)),
    }
    both = beside_each_other(originals, read)
    assert both.height == both.drop_nulls("estimate").height == 29_705
    same = [int((apart(both, *pair) <= ROUNDED).sum()) for pair in COMPARED.items()]
    assert same == [20_092, 20_881, 28_682, 28_740, 28_792]
    assert (apart(both, "value", "estimate") <= 0.3).all()
    say("Worldwide Governance Indicators 2023", read.height, sum(same))


def test_edition_of_2019_is_an_earlier_revision(
    originals: Originals, say: Callable[[str, int, int], None]
) -> None:
    read = originals.read("governance", "2019", FILES["2019"])["value"]
    assert not {"1997", "1999", "2001"} & set(read.get_column("period"))
    both = beside_each_other(originals, read)
    known = both.drop_nulls("estimate")
    assert (both.height, known.height) == (24_730, 24_600)
    same = [int((apart(known, *pair) <= ROUNDED).sum()) for pair in COMPARED.items()]
    assert same == [4_607, 4_948, 10_784, 10_985, 11_487]
    assert known.select(pl.corr("value", "estimate")).item() > 0.99
    say("Worldwide Governance Indicators 2019", read.height, sum(same))


def test_old_codes_of_the_publisher(originals: Originals) -> None:
    for edition, files in FILES.items():
        read = originals.read("governance", edition, files)["value"]
        keys = dict(read.select("country_as_written", "country_id").unique().iter_rows())
        old = {"ADO": "AND", "ZAR": "COD", "KSV": "XKX", "ROM": "ROU", "TMP": "TLS", "WBG": "PSE"}
        wanted = {new: new for new in old.values()} if edition == "2023" else old
        assert {code: keys[code] for code in wanted} == wanted
        assert sum(key is not None for key in keys.values()) == 200
