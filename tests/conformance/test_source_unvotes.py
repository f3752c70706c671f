"""Voeten's own table, to 2015: every vote and roll call of the tidied tables as far as it goes.

Of the 11 recorded votes on information security, four are in it. The other seven are of 2016 to
2019: no original with them was to be had, neither of this table nor of the UN Digital Library.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest

from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

FILES = {
    "votes": "originals/voeten_un_votes/UNVotesPublished.RData.gz",
    "descriptions": "originals/voeten_un_votes/descriptions1-70latestversion.xls",
}
TIDY = "alignment/un_votes"
COUNTRIES = Path(__file__).parents[2] / "evidence" / "countries.csv"
IN_THE_ORIGINAL = {"A/RES/60/45", "A/RES/61/54", "A/RES/62/17", "A/RES/63/37"}
IN_NO_ORIGINAL = {
    *("A/RES/71/28", "A/RES/73/27", "A/RES/73/187", "A/RES/73/266"),
    *("A/RES/74/28", "A/RES/74/29", "A/RES/74/247"),
}
# States of the past by number, and the two German numbers, as the tidied table names them.
NAMED = {
    "255": "Germany",
    "260": "Germany",
    "265": "German Democratic Republic",
    "315": "Czechoslovakia",
    "345": "Yugoslavia",
    "511": "Zanzibar",
    "678": "Yemen Arab Republic",
    "680": "Yemen People's Republic",
}
VOTED = ("yes", "no", "abstain")


@pytest.fixture(scope="module")
def read(originals: Originals) -> Mapping[str, pl.DataFrame]:
    return originals.read("unvotes", "sessions-1-70", FILES)


def named(frame: pl.DataFrame, *, name: str, code: str) -> pl.DataFrame:
    """A tidied table of votes with the country as `key`: our key, or a name of `NAMED`."""
    west = pl.col(name).replace({"Federal Republic of Germany": "Germany"})
    listed = pl.read_csv(COUNTRIES, infer_schema=False).drop_nulls("iso2")
    ids = dict(listed.select("iso2", "country_id").iter_rows())
    kept = west.is_in(list(NAMED.values()))
    own = pl.col(code).replace_strict(ids, default=None, return_dtype=pl.String)
    return frame.with_columns(pl.when(kept).then(west).otherwise(own).alias("key"))


def votes_by_name(read: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    past = pl.col("country_as_written").replace_strict(NAMED, default=None, return_dtype=pl.String)
    return read["vote"].with_columns(pl.coalesce(past, "country_id").alias("key"))


def test_votes(
    originals: Originals, read: Mapping[str, pl.DataFrame], say: Callable[[str, int, int], None]
) -> None:
    assert read["vote"].height == 1_066_613
    assert dict(read["vote"].group_by("vote").len().iter_rows()) == {
        "yes": 588_800,
        "abstain": 95_099,
        "no": 54_865,
        "absent": 73_328,
        "not_a_member": 254_521,
    }
    ours = votes_by_name(read).filter(pl.col("vote").is_in(VOTED))
    tidy = originals.tidy(f"{TIDY}/unvotes_votes_1946_2019.csv.gz").filter(
        pl.col("rcid").is_in(read["roll_call"].get_column("roll_call_key").implode())
    )
    tidy = named(tidy, name="country", code="country_code")
    assert tidy.get_column("key").null_count() == 0
    both = ours.join(
        tidy, left_on=("roll_call_key", "key"), right_on=("rcid", "key"), suffix="_tidy"
    )
    assert ours.height == tidy.height == both.height == 738_764
    assert both.filter(pl.col("vote") != pl.col("vote_tidy")).is_empty()
    say("Voeten's votes, sessions 1 to 70", read["vote"].height, both.height)


def test_roll_calls(
    originals: Originals, read: Mapping[str, pl.DataFrame], say: Callable[[str, int, int], None]
) -> None:
    calls = read["roll_call"]
    tidy = originals.tidy(f"{TIDY}/unvotes_roll_calls_1946_2019.csv.gz")
    both = calls.join(tidy, left_on="roll_call_key", right_on="rcid", suffix="_tidy")
    assert calls.height == both.height == 5_429
    assert set(calls.get_column("roll_call_key")) == set(read["vote"].get_column("roll_call_key"))
    assert both.filter(pl.col("session").cast(pl.String) != pl.col("session_tidy")).is_empty()
    assert both.filter(pl.col("date_edtf") != pl.col("date")).is_empty()
    assert both.filter(pl.col("resolution").ne_missing(pl.col("unres"))).is_empty()
    say("Voeten's roll calls, sessions 1 to 70", calls.height, 3 * both.height)


def test_totals_are_the_publishers_own(read: Mapping[str, pl.DataFrame]) -> None:
    """In 20 roll calls the published totals are not what the published votes add up to."""
    counted = (
        read["vote"]
        .group_by("roll_call_key")
        .agg((pl.col("vote") == word).sum().alias(f"{word}_counted") for word in VOTED)
    )
    both = read["roll_call"].join(counted, on="roll_call_key")
    is_apart = pl.any_horizontal(pl.col(word) != pl.col(f"{word}_counted") for word in VOTED)
    assert (both.height, both.filter(is_apart).height) == (5_429, 20)


def test_votes_on_information_security(
    originals: Originals, read: Mapping[str, pl.DataFrame], say: Callable[[str, int, int], None]
) -> None:
    calls = originals.tidy(f"{TIDY}/cyber_roll_calls_2005_2019.csv")
    found = calls.join(read["roll_call"], left_on="rcid", right_on="roll_call_key", suffix="_read")
    assert set(calls.get_column("resolution")) == IN_THE_ORIGINAL | IN_NO_ORIGINAL
    assert set(found.get_column("resolution")) == IN_THE_ORIGINAL
    for row in found.rows(named=True):
        assert "A/RES" + row["resolution_read"].removeprefix("R") == row["resolution"]
        assert row["date"] == row["date_edtf"]
        assert str(row["session_read"]) == row["session"]
        assert [str(row[f"{word}_read"]) for word in VOTED] == [row[word] for word in VOTED]
    tidy = named(
        originals.tidy(f"{TIDY}/cyber_votes_by_country_2005_2019.csv"),
        name="country",
        code="country_code",
    ).filter(pl.col("resolution").is_in(IN_THE_ORIGINAL))
    both = votes_by_name(read).join(
        tidy, left_on=("roll_call_key", "key"), right_on=("rcid", "key"), suffix="_tidy"
    )
    assert both.height == tidy.height == 178 + 177 + 180 + 179
    assert both.filter(pl.col("vote") != pl.col("vote_tidy")).is_empty()
    told = votes_by_name(read).filter(
        pl.col("roll_call_key").is_in(found.get_column("rcid").implode())
        & pl.col("vote").is_in(VOTED)
    )
    assert told.height == both.height
    say("Votes on information security, 4 of 11", told.height, both.height + 3 * found.height)
