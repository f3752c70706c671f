"""Every figure of the ledger that has a publisher's file: the same numbers, none lost."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from math import isclose

import polars as pl
import pytest

from sharedfuture.analyse.step import read_parameters

pytestmark = pytest.mark.conformance

Read = Callable[[str], list[dict[str, str]]]
Say = Callable[[str, int, int], None]
Tables = Mapping[str, pl.DataFrame]
Key = tuple[str, str]
Bounded = tuple[float | None, float | None, float | None]

ITEMS = {str(number) for number in range(56, 67)}
VOTE = {"yes": 1.0, "abstain": 0.0, "no": -1.0}


def _figures(tables: Tables, indicator_id: str) -> dict[Key, Bounded]:
    """Value and bounds by country as the publisher writes it, and period."""
    rows = tables["figure"].filter(indicator_id=indicator_id)
    columns = ("country_as_written", "period", "value", "low", "high")
    return {
        (country, period): (value, low, high)
        for country, period, value, low, high in rows.select(columns).iter_rows()
    }


def _values(tables: Tables, indicator_id: str) -> dict[Key, float | None]:
    return {key: bounded[0] for key, bounded in _figures(tables, indicator_id).items()}


def _require_same(ours: Mapping[Key, Bounded], theirs: Mapping[Key, Bounded]) -> None:
    """Raise unless both have the same keys and, to six decimals, the same numbers."""
    assert ours.keys() == theirs.keys()
    for key, numbers in ours.items():
        for one, other in zip(numbers, theirs[key], strict=True):
            assert one is not None
            assert other is not None
            assert isclose(one, other, abs_tol=1e-6), key


def test_eiu_overall(tables: Tables, publisher: Read, say: Say) -> None:
    rows = publisher("indices/eiu_democracy_index.csv")
    theirs = {(row["country"], row["year"]): float(row["overall"]) for row in rows}
    ours = _values(tables, "eiu_overall")
    assert len(ours) == 82
    assert ours == {key: theirs[key] for key in ours}
    say("EIU Democracy Index", len(rows), len(ours))


@pytest.fixture
def answers(publisher: Read) -> dict[str, list[int]]:
    """The answered technology items of each country in the publisher's own file of 2022."""
    rows = publisher("originals/china_index/2022/china_index_2022.csv")
    items = [row for row in rows if row["indicator no."] in ITEMS]
    assert len(items) == len(ITEMS)
    countries = [name for name in items[0] if name not in ("indicator no.", "grading", "domain")]
    return {name: [int(row[name]) for row in items if row[name] != "na"] for name in countries}


def test_china_index_technology(tables: Tables, answers: Mapping[str, list[int]], say: Say) -> None:
    points = {(name, "2022"): float(sum(given)) for name, given in answers.items()}
    most = {(name, "2022"): 4.0 * len(given) for name, given in answers.items()}
    assert _values(tables, "china_index_technology_points") == points
    assert _values(tables, "china_index_technology_maximum") == most
    count = sum(map(len, answers.values()))
    say("China Index 2022, Technology", count, len(points) + len(most))


def test_spread_of_items_within_a_country(answers: Mapping[str, list[int]], say: Say) -> None:
    """The ratio that the parameter `item_dispersion` states, from the same answers."""
    above = below = 0.0
    for given in answers.values():
        scores = [answer / 4 for answer in given]
        count = len(scores)
        mean = sum(scores) / count
        variance = sum((score - mean) ** 2 for score in scores) / (count - 1)
        above += variance
        below += mean * (1 - mean) + variance / count
    stated = read_parameters("sharedfuture.analyse.spectrum", "place")["item_dispersion"]
    assert round(above / below, 2) == stated
    assert sum(map(len, answers.values())) == 881
    say("China Index 2022, variance of items", 881, 1)


def test_vdem_polyarchy(tables: Tables, publisher: Read, say: Say) -> None:
    rows = [
        row
        for row in publisher("indices/vdem_v15_democracy_indices.csv")
        if int(row["year"]) >= 2012 and row["iso3"] not in ("PSG", "SML", "ZZB")
    ]
    name = "v2x_polyarchy"
    theirs: dict[Key, Bounded] = {
        (row["country"], row["year"]): (
            float(row[name]),
            float(row[f"{name}_codelow"]),
            float(row[f"{name}_codehigh"]),
        )
        for row in rows
    }
    _require_same(_figures(tables, "vdem_polyarchy"), theirs)
    say("V-Dem 15, polyarchy", len(rows), 3 * len(theirs))


def test_wgi_voice_and_accountability(tables: Tables, publisher: Read, say: Say) -> None:
    rows = [
        row
        for row in publisher("indices/wgi.csv.gz")
        if row["indicator"] == "va" and 2012 <= int(row["year"]) <= 2023
    ]
    theirs: dict[Key, Bounded] = {}
    for row in rows:
        value, error = float(row["estimate"]), float(row["std_error"])
        theirs[row["country"], row["year"]] = (value, value - error, value + error)
    ours = _figures(tables, "wgi_voice_accountability")
    _require_same(ours, {key: theirs[key] for key in ours})
    countries = {name for name, _ in theirs} - {name for name, _ in ours}
    known = set(tables["country"].get_column("name"))
    assert countries & known == set(), "left out are only territories that the ledger lacks"
    say("Worldwide Governance Indicators, voice", len(rows), 3 * len(ours))


def test_shutdowns_by_year_and_country(tables: Tables, publisher: Read, say: Say) -> None:
    rows = publisher("indices/access_now_shutdowns.csv.gz")
    figures = tables["figure"].filter(indicator_id="access_now_shutdowns")
    ids = dict(figures.select("country_as_written", "country_id").iter_rows())
    known = set(tables["country"].get_column("country_id"))
    counts: Counter[Key] = Counter()
    used = 0
    for row in rows:
        named = [name.strip() for name in row["country"].split(";")]
        found = [ids.get(name, row["iso3"]) for name in named]
        kept = [code for code in found if code in known]
        counts.update((code, row["count_year"]) for code in kept)
        used += bool(kept)
    ours = {
        (country, period): int(value)
        for country, period, value in figures.select("country_id", "period", "value").iter_rows()
    }
    assert ours == dict(counts)
    assert (used, sum(counts.values())) == (2098, 2104)
    say("Access Now, shutdowns", len(rows), len(ours))


def test_votes_in_the_general_assembly(tables: Tables, publisher: Read, say: Say) -> None:
    rows = publisher("alignment/un_votes/cyber_votes_by_country_2005_2019.csv")
    theirs: defaultdict[str, dict[Key, float]] = defaultdict(dict)
    for row in rows:
        indicator_id = "un_vote_" + row["resolution"].lower().replace("/", "_")
        theirs[indicator_id][row["country"], row["date"][:4]] = VOTE[row["vote"]]
    for indicator_id, votes in theirs.items():
        assert _values(tables, indicator_id) == votes, indicator_id
    say("UN votes, country by country", len(rows), sum(map(len, theirs.values())))


def test_totals_of_votes(tables: Tables, publisher: Read, say: Say) -> None:
    rows = publisher("alignment/un_votes/cyber_roll_calls_2005_2019.csv")
    for row in rows:
        indicator_id = "un_vote_" + row["resolution"].lower().replace("/", "_")
        cast = Counter(_values(tables, indicator_id).values())
        assert {way: cast[value] for way, value in VOTE.items()} == {
            way: int(row[way]) for way in VOTE
        }, row["resolution"]
    say("UN votes, totals", len(rows), 3 * len(rows))


def test_surveillance_technology(tables: Tables, publisher: Read, say: Say) -> None:
    rows = publisher("indices/feldstein_aigs_2022.csv")
    columns = (
        "china_tech",
        "facial_recognition",
        "safe_city",
        "smart_policing",
        "social_media_surveillance",
    )
    for column in columns:
        theirs = {(row["country"], "2022"): float(row[column]) for row in rows}
        assert _values(tables, f"aigs_{column}") == theirs, column
    say("Carnegie, AI surveillance", len(rows), len(columns) * len(rows))


# The definition that the notes of the indicators state.
_ICT_WORDS = re.compile(
    r"\b(ICT|e-government|internet|safe city|surveillance|CCTV|satellites?|cyber"
    r"|telecommunications?)\b",
    re.IGNORECASE,
)
_MINING_SECTORS = {"INDUSTRY, MINING, CONSTRUCTION", "BUSINESS AND OTHER SERVICES", "ENERGY"}


def _is_ict(row: Mapping[str, str]) -> bool:
    if "1" in (row["flag_communications"], row["flag_huawei_zte"]):
        return True
    return row["flag_ict_terms"] == "1" and bool(_ICT_WORDS.search(row["title"]))


def _is_mining(row: Mapping[str, str]) -> bool:
    return row["flag_mining"] == "1" and row["sector"] in _MINING_SECTORS


@pytest.mark.parametrize(
    ("kind", "is_it", "total"), [("ict", _is_ict, 333), ("mining", _is_mining, 121)]
)
def test_chinese_finance(
    tables: Tables,
    publisher: Read,
    say: Say,
    kind: str,
    is_it: Callable[[Mapping[str, str]], bool],
    total: int,
) -> None:
    rows = publisher("alignment/finance/aiddata_gcdf3_geospatial_projects_2000_2021.csv.gz")
    unique = {row["aiddata_record_id"]: row for row in reversed(rows)}
    amounts: defaultdict[Key, list[str]] = defaultdict(list)
    for row in filter(is_it, unique.values()):
        if row["recipient_iso3"]:
            amounts[row["recipient"], "2000/2021"].append(row["amount_constant_usd_2021"])
    counts = {key: float(len(stated)) for key, stated in amounts.items()}
    assert _values(tables, f"aiddata_{kind}_projects") == counts
    assert sum(counts.values()) == total
    sums = _values(tables, f"aiddata_{kind}_amount_usd2021")
    assert sums.keys() == amounts.keys()
    for key, stated in amounts.items():
        known = [float(amount) for amount in stated if amount not in ("", "NA")]
        ours = sums[key]
        if not known:
            assert ours is None, "no amount is no sum, not a sum of zero"
        else:
            assert ours is not None
            assert isclose(ours, sum(known), abs_tol=0.5), key
    say(f"AidData 3.0, {kind}", len(rows), 2 * len(counts))
