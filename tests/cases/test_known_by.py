"""What could be known on a day: no row stays whose sources all came later."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sharedfuture.align import align, known_by
from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.frames import frame_of
from sharedfuture.records.inner_tables import CLAIM_REASON, READING_SPAN
from sharedfuture.records.tables import TABLE
from sharedfuture.sources import ledger

Frames = Mapping[str, pl.DataFrame]

EVIDENCE = Path(__file__).parents[2] / "evidence"
DAY = date(2022, 6, 15)
NAMES = (
    *("source", "country", "actor", "tie", "event", "event_party", "tally", "indicator", "figure"),
    *("measurement_count", "blocklist_day", "shutdown_count", "shutdown_agreement"),
    *("shutdown_model", "shutdown_measure"),
    *("reading", "claim", "claim_subject", "case_history", "case_step", "doctrine", "citation"),
    "stated",
)
# Tables whose rows wait for a source of their own.
WAITING = [
    name for name in NAMES if TABLE[name].id_column and name not in ("country", "source", "stated")
]
NAMING = (
    ("tie", "from_id"),
    ("tie", "to_id"),
    ("tally", "subject_id"),
    ("event_party", "party_id"),
    ("claim_subject", "party_id"),
)
BELONGING = {
    "event_party": ("event_id", "event"),
    "claim_subject": ("claim_id", "claim"),
    "claim_reason": ("claim_id", "claim"),
    "reading": ("claim_id", "claim"),
    "reading_span": ("reading_id", "reading"),
    "case_step": ("event_id", "event"),
}


@pytest.fixture(scope="module")
def real() -> Frames:
    """The ledger of this project, aligned."""
    nowhere = EVIDENCE / "nowhere"
    captures = capture_ledger(Settings(evidence=EVIDENCE, out=nowhere, var=nowhere))
    text = ledger.read(captures)
    hashes = {item.name: sha256(item.data).hexdigest() for item in captures}
    return align(text.rows, refused=text.refused, file_hashes=hashes).frames


def sources_of(frames: Frames) -> dict[str, set[str]]:
    """The sources that each row cites."""
    cited: dict[str, set[str]] = {}
    for row_id, source_id in frames["citation"].select("row_id", "source_id").iter_rows():
        cited.setdefault(row_id, set()).add(source_id)
    return cited


def named_in(frames: Frames) -> dict[str, set[str]]:
    """The ties, tallies and events that name each country or actor."""
    naming: dict[str, set[str]] = {}
    for name, column in NAMING:
        for party, row_id in frames[name].select(column, TABLE[name].key[0]).iter_rows():
            naming.setdefault(party, set()).add(row_id)
    return naming


def wrong_citations(frames: Frames, kept: Frames) -> list[tuple[str, ...]]:
    """Citations that nobody wrote, but for those of rows that name an actor; and any twice."""
    key = list(TABLE["citation"].key)
    written = set(frames["citation"].select(key).rows())
    sources, naming = sources_of(kept), named_in(kept)
    found = kept["citation"].select(key).rows()
    return [
        *(item for item in set(found) if found.count(item) > 1),
        *(
            (row_id, source_id, locator)
            for row_id, source_id, locator in set(found) - written
            if (by := locator.removeprefix("named in ")) not in naming.get(row_id, set())
            or source_id not in sources[by]
        ),
    ]


def published_by(frames: Frames, day: date) -> set[str]:
    return set(frames["source"].filter(pl.col("published_by_date") <= day)["source_id"])


def too_early(frames: Frames, kept: Frames, day: date) -> list[str]:
    """Rows that stay though every source they cite came later, or at an unknown time."""
    cited, early = sources_of(kept), published_by(frames, day)
    return [
        row_id
        for name in WAITING
        for row_id in kept[name].get_column(str(TABLE[name].id_column))
        if not cited.get(row_id, set()) & early
    ]


@pytest.mark.parametrize(
    "day",
    [
        date(2000, 1, 1),
        date(2015, 12, 31),
        date(2019, 8, 14),
        date(2022, 3, 24),
        date(2022, 12, 31),
        date(2023, 12, 12),
        date(2023, 12, 31),
        date(2025, 1, 1),
    ],
)
def test_no_row_of_the_ledger_is_known_too_early(real: Frames, day: date) -> None:
    kept = known_by(real, day)
    assert too_early(real, kept, day) == []
    cited, early = sources_of(real), published_by(real, day)
    for name in ("figure", "event", "tie", "tally", "actor", "doctrine", "indicator"):
        column = str(TABLE[name].id_column)
        known = {row for row in real[name].get_column(column) if cited[row] & early}
        if name == "actor":
            known |= set(named_in(kept)) & set(real["actor"]["actor_id"])
        assert set(kept[name].get_column(column)) == known, "and none that was known is lost"
    assert wrong_citations(real, kept) == []
    for name, column in NAMING:
        parties = set(kept[name].get_column(column))
        assert parties <= set(kept["actor"]["actor_id"]) | set(kept["country"]["country_id"])


def test_rows_that_belong_to_others_go_with_them(real: Frames) -> None:
    for day in (date(2019, 8, 14), date(2023, 12, 31)):
        kept = known_by(real, day)
        for name, (column, parent) in BELONGING.items():
            known = set(kept[parent].get_column(column))
            assert set(kept[name].get_column(column)) <= known, name
        present = {
            row_id
            for name in NAMES
            if TABLE[name].id_column and name != "stated"
            for row_id in kept[name].get_column(str(TABLE[name].id_column))
        }
        assert set(kept["citation"]["row_id"]) <= present
        assert set(kept["citation"]["source_id"]) <= set(kept["source"]["source_id"])
        assert set(kept["stated"]["row_id"]) <= present


def test_later_days_know_no_less(real: Frames) -> None:
    days = [date(2016, 1, 1), date(2022, 1, 1), date(2023, 12, 31), date(2026, 12, 31)]
    kept = [known_by(real, day) for day in days]
    for earlier, later in pairwise(kept):
        for name in WAITING:
            column = str(TABLE[name].id_column)
            assert set(earlier[name].get_column(column)) <= set(later[name].get_column(column))


def small_frames(
    days: list[date | None],
    actors: list[set[int]],
    countries: list[set[int]],
    ties: Sequence[set[int]] = (),
) -> Frames:
    """Sources with the days on which they appeared, and what rows cite.

    Tie n leads from actor n to the first country; the others name two places in each source.
    """
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in NAMES}
    rows["source"] = [
        {"source_id": f"src-{n}", "published_by_date": day} for n, day in enumerate(days)
    ]
    named = {f"act-{n}": cites for n, cites in enumerate(actors)}
    named |= {f"CC{n}": cites for n, cites in enumerate(countries)}
    named |= {f"tie-{n}": cites for n, cites in enumerate(ties[: len(actors)])}
    for row_id, cites in named.items():
        if row_id.startswith("tie-"):
            actor_id = row_id.replace("tie-", "act-")
            rows["tie"].append({"tie_id": row_id, "from_id": actor_id, "to_id": "CC0"})
        elif row_id.startswith("act-"):
            rows["actor"].append({"actor_id": row_id, "name": row_id})
        else:
            rows["country"].append({"country_id": row_id, "name": row_id})
        for cite in sorted({cite % len(days) for cite in cites}):
            rows["citation"] += [
                {"row_id": row_id, "source_id": f"src-{cite}", "locator": f"{row_id}, {place}"}
                for place in ("first place", "second place")[: 1 if row_id[:3] == "tie" else 2]
            ]
    frames = {name: frame_of(TABLE[name], rows[name]) for name in NAMES}
    return frames | {item.name: frame_of(item, []) for item in (READING_SPAN, CLAIM_REASON)}


DAYS = st.lists(
    st.none() | st.integers(-2, 2).map(lambda days: DAY + timedelta(days)), min_size=1, max_size=5
)
CITES = st.lists(st.sets(st.integers(0, 9), min_size=1, max_size=3), max_size=5)


@given(DAYS, CITES)
def test_no_row_is_known_before_its_first_source(
    days: list[date | None], actors: list[set[int]]
) -> None:
    frames = small_frames(days, actors, [])
    kept = known_by(frames, DAY)
    assert too_early(frames, kept, DAY) == []
    cited, early = sources_of(frames), published_by(frames, DAY)
    assert set(kept["actor"]["actor_id"]) == {row for row in cited if cited[row] & early}
    assert set(kept["source"]["source_id"]) == early


@given(DAYS, CITES, CITES)
def test_countries_do_not_wait(
    days: list[date | None], actors: list[set[int]], countries: list[set[int]]
) -> None:
    frames = small_frames(days, actors, countries)
    kept = known_by(frames, DAY)
    assert kept["country"].equals(frames["country"])
    cited = kept["citation"].filter(pl.col("row_id").str.starts_with("CC"))
    assert cited.height == 2 * sum(len({cite % len(days) for cite in cites}) for cites in countries)


@given(DAYS, CITES, CITES)
@example([DAY + timedelta(1)], [{0}], [{0}])
def test_no_row_is_known_early_because_a_country_cites_its_source(
    days: list[date | None], actors: list[set[int]], countries: list[set[int]]
) -> None:
    frames = small_frames(days, actors, countries)
    assert too_early(frames, known_by(frames, DAY), DAY) == []


@given(DAYS, CITES, CITES)
@example([DAY, DAY + timedelta(1)], [{1}], [{0}])
@example([DAY, DAY + timedelta(1)], [{0}], [{1}])
def test_actor_is_known_with_the_first_row_that_names_it(
    days: list[date | None], actors: list[set[int]], ties: list[set[int]]
) -> None:
    frames = small_frames(days, actors, [{0}], ties)
    kept = known_by(frames, DAY)
    cited, early = sources_of(frames), published_by(frames, DAY)
    known = {row for row in cited if cited[row] & early}
    assert set(kept["tie"]["tie_id"]) == {row for row in known if row.startswith("tie-")}
    named = {row.replace("tie-", "act-") for row in kept["tie"]["tie_id"]}
    assert set(kept["actor"]["actor_id"]) == {row for row in known if row[:4] == "act-"} | named
    assert too_early(frames, kept, DAY) == []
    assert wrong_citations(frames, kept) == []
    spoken = kept["citation"].filter(pl.col("locator").str.starts_with("named in "))
    assert set(spoken["row_id"]) == named - known
