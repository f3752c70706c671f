"""The published day-by-day check: its size, its sums, and the lists published beside it."""

import lzma
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import IO, cast

import polars as pl
import pytest

from sharedfuture.extract.gfw_matrix import read_matrix
from sharedfuture.pipeline.measure.blocklist import FIRST_DAY, read_blocklist
from tests.conformance.conftest import DATA
from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

Say = Callable[[str, int, int], None]
FOLDER = "measurement/gfw-report/sp25-regional"
DAYS_OF_LISTS = ("2023-11-05", "2023-12-25", "2024-02-25", "2025-01-28", "2025-02-25")
SERIES = {"GFW": "gfw", "Henan Firewall": "henan"}


@pytest.fixture(scope="module")
def tables(originals: Originals) -> Mapping[str, pl.DataFrame]:
    assert originals
    path = DATA / FOLDER / "gfw-day-by-day-check.txt.xz"
    return read_blocklist(path, first_day=FIRST_DAY)


def test_sums_are_those_that_are_stated(tables: Mapping[str, pl.DataFrame], say: Say) -> None:
    days = tables["blocklist_day"]
    sizes = days.group_by("series", maintain_order=True).agg(pl.col("domains").first(), pl.len())
    # 225,006 lines; 4,104 domains stand in both lists.
    assert sizes.rows() == [("gfw", 8_442, 513), ("henan", 216_564, 513)]
    assert days["blocked"].sum() == 9_195_596
    first = days.filter(position=1).select("series", "blocked").rows()
    assert first == [("gfw", 4_630), ("henan", 80_792)]  # together the 85,422 that are stated
    changes = tables["change"]
    assert changes.group_by("series", "change").len().sort("series", "change").rows() == [
        ("gfw", "blocked", 7_635),
        ("gfw", "unblocked", 6_118),
        ("henan", "blocked", 304_278),
        ("henan", "unblocked", 381_863),
    ]
    say("GFW day-by-day check", 225_006, 9_195_596 + changes.height)


def test_lists_of_single_days_are_the_columns_of_these_days(originals: Originals) -> None:
    """Ten lists of five days: their domains are those with a 1 in the column of the day."""
    columns = {(date.fromisoformat(day) - FIRST_DAY).days: day for day in DAYS_OF_LISTS}
    marked: dict[tuple[int, str], set[str]] = {}
    with lzma.open(DATA / FOLDER / "gfw-day-by-day-check.txt.xz") as stream:
        for flags in read_matrix(cast(IO[bytes], stream), "check"):
            for column, day in columns.items():
                rows = flags.blocked[:, column].nonzero()[0].tolist()
                own = marked.setdefault((flags.part, day), set())
                own.update(flags.domains[row] for row in rows)
    for part, place in enumerate(("california", "guangzhou"), start=1):
        for day in DAYS_OF_LISTS:
            packed = originals.data(f"{FOLDER}/censored-sni-{place}_{day}.txt.xz")
            text = lzma.decompress(packed) if packed.startswith(b"\xfd7zXZ") else packed
            assert marked[part, day] == set(text.decode().split())


def test_published_totals_agree_wherever_the_check_was_made(
    tables: Mapping[str, pl.DataFrame], originals: Originals, say: Say
) -> None:
    """Totals of 98 days and two filters; added and dropped where both know the day before."""
    published = pl.read_csv(originals.data(f"{FOLDER}/data.csv")).select(
        series=pl.col("Censor").replace_strict(SERIES),
        day=pl.col("Timestamp").str.to_date(),
        total="Domain Count",
        added="Added",
        dropped="Dropped",
    )
    both = published.join(tables["blocklist_day"], on=["series", "day"])
    assert both.height == published.height == 2 * 98
    checked = both.drop_nulls("blocked")
    assert (checked["total"] == checked["blocked"]).all()
    # The publisher dropped these days from the matrix: totals of 0, or twice those beside them.
    assert both.height - checked.height == 2 * 16
    # Nothing is known of the day before its first; after a gap the day before is another.
    known = checked.filter(pl.col("day") > date(2023, 11, 28), days_since=1)
    # Its added and dropped are never less than one: an empty list was counted as one line.
    least_one = [pl.col(name).clip(lower_bound=1) for name in ("newly_blocked", "unblocked")]
    agree = known.filter(
        pl.col("added") == least_one[0],
        pl.col("dropped") == least_one[1],
    )
    assert agree.height == known.height == 154
    say("GFW and Henan, totals of days", published.height, checked.height + 2 * agree.height)


def test_gaps_that_the_publisher_names_are_gaps(tables: Mapping[str, pl.DataFrame]) -> None:
    days = tables["blocklist_day"]
    for first, last in (("2024-11-10", "2024-11-13"), ("2025-01-11", "2025-01-17")):
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
        within = days.filter(pl.col("day").is_between(begin, end))
        assert within["blocked"].null_count() == within.height == 2 * ((end - begin).days + 1)
    assert days["day"].max() == FIRST_DAY + timedelta(days=512) == date(2025, 3, 31)
