"""The figures that the index needs besides: the same numbers as in the publishers' files."""

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
Bounded = tuple[float | None, float | None, float | None]

TECHNOLOGY = range(56, 67)
GEOSPATIAL = "alignment/finance/aiddata_gcdf3_geospatial_projects_2000_2021.csv.gz"
# Correlates of War number 345, which the voting data name after the country that had it before.
_YUGOSLAVIA = {"YUG": "SRB"}


def figures_by_country(tables: Tables, indicator_id: str) -> dict[str, Bounded]:
    rows = tables["figure"].filter(indicator_id=indicator_id)
    return {
        country: (value, low, high)
        for country, value, low, high in rows.select(
            "country_id", "value", "low", "high"
        ).iter_rows()
    }


def values_by_country(tables: Tables, indicator_id: str) -> dict[str, float | None]:
    return {key: value for key, (value, *_) in figures_by_country(tables, indicator_id).items()}


@pytest.fixture
def known(tables: Tables) -> set[str]:
    """Countries of the ledger."""
    return set(tables["country"]["country_id"])


def test_internet_censorship(tables: Tables, publisher: Read, say: Say, known: set[str]) -> None:
    rows = [row for row in publisher("indices/fbic_china_influence.csv") if row["year"] == "2024"]
    theirs = {
        row["iso3"]: float(row["v2mecenefi"])
        for row in rows
        if row["v2mecenefi"] and row["iso3"] in known
    }
    assert values_by_country(tables, "vdem_internet_censorship") == theirs
    say("V-Dem 15, internet censorship", len(rows), len(theirs))


def test_digital_repression(tables: Tables, publisher: Read, say: Say, known: set[str]) -> None:
    rows = publisher("indices/feldstein_digital_repression_2021.csv")
    theirs = {row["iso3"]: float(row["digital_repression_index"]) for row in rows}
    assert set(theirs) - known == {"PSG", "SML", "ZZB"}
    ours = values_by_country(tables, "digital_repression_index")
    assert ours == {key: value for key, value in theirs.items() if key in known}
    say("Carnegie, digital repression", len(rows), len(ours))


def test_positions_in_the_general_assembly(tables: Tables, publisher: Read, say: Say) -> None:
    rows = [
        row
        for row in publisher("alignment/un_votes/ideal_points_all_1946_2019.csv.gz")
        if row["session"] == "74"
    ]
    theirs = {
        _YUGOSLAVIA.get(row["iso3c"], row["iso3c"]): tuple(
            float(row[column]) for column in ("IdealPoint", "Q5%", "Q95%")
        )
        for row in rows
    }
    assert figures_by_country(tables, "un_ideal_point") == theirs
    say("UN votes, ideal points", len(rows), 3 * len(theirs))


@pytest.fixture
def answers(publisher: Read) -> dict[str, dict[int, int]]:
    """The answers of each country in the publisher's own file of 2024, by indicator."""
    given: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for row in publisher("originals/china_index/2024/china_index_2024.csv"):
        number = int(row["indicator no."])
        for country, answer in row.items():
            if country not in ("indicator no.", "grading", "domain") and answer != "na":
                given[country][number] = int(answer)
    return dict(given)


def test_china_index_2024(
    tables: Tables, answers: Mapping[str, Mapping[int, int]], say: Say
) -> None:
    figure = tables["figure"]
    ids = dict(figure.select("country_as_written", "country_id").iter_rows())
    theirs: dict[str, dict[str, float | None]] = {
        "technology_points": {}, "technology_maximum": {}, "police_agreement": {},
        "police_training": {},
    }  # fmt: skip
    for country, given in answers.items():
        items = [given[number] for number in TECHNOLOGY if number in given]
        theirs["technology_points"][ids[country]] = float(sum(items))
        theirs["technology_maximum"][ids[country]] = 4.0 * len(items)
        theirs["police_agreement"][ids[country]] = given.get(90)
        theirs["police_training"][ids[country]] = given.get(93)
    for name, values in theirs.items():
        assert len(values) == 101
        assert values_by_country(tables, f"china_index_2024_{name}") == values, name
    say("China Index 2024", sum(map(len, answers.values())), 4 * 101)


def parameters_of(code: str) -> dict[str, object]:
    """What the entry of an indicator of the index says."""
    entries = read_parameters("sharedfuture.analyse.index", "inputs")["indicators"]
    (entry,) = (entry for entry in entries if entry["code"] == code)
    return dict(entry)


def test_spread_of_items_within_a_country(
    answers: Mapping[str, Mapping[int, int]], say: Say
) -> None:
    """The ratio that `item_dispersion` states, from the answers of 2024."""
    above = below = 0.0
    count = 0
    for given in answers.values():
        scores = [given[number] / 4 for number in TECHNOLOGY if number in given]
        mean = sum(scores) / len(scores)
        variance = sum((score - mean) ** 2 for score in scores) / (len(scores) - 1)
        above += variance
        below += mean * (1 - mean) + variance / len(scores)
        count += len(scores)
    assert round(above / below, 2) == parameters_of("technology_exposure")["item_dispersion"]
    assert count == 1089
    say("China Index 2024, variance of items", count, 1)


def test_records_of_chinese_finance(
    tables: Tables, publisher: Read, say: Say, known: set[str]
) -> None:
    rows = publisher(GEOSPATIAL)
    unique = {row["aiddata_record_id"]: row for row in rows}.values()
    kept = [row for row in unique if row["recipient_iso3"] in known]
    everything = Counter(row["recipient_iso3"] for row in kept)
    works = Counter(row["recipient_iso3"] for row in kept if row["infrastructure"] == "Yes")
    assert values_by_country(tables, "aiddata_projects") == dict(everything)
    assert values_by_country(tables, "aiddata_infrastructure_projects") == dict(works)
    for code in ("ict_projects", "infrastructure_projects", "mining_projects"):
        assert parameters_of(code)["counted_share"] == round(len(unique) / 20_985, 3)
    say("AidData 3.0, records", len(rows), len(everything) + len(works))


def test_commitments_of_chinese_finance(
    tables: Tables, publisher: Read, say: Say, known: set[str]
) -> None:
    rows = publisher("alignment/finance/aiddata_gcdf3_country_year_totals_cow.csv")
    codes = {
        row["ccode"]: _YUGOSLAVIA.get(row["iso3c"], row["iso3c"])
        for row in publisher("alignment/un_votes/ideal_points_all_1946_2019.csv.gz")
    }
    adjusted: defaultdict[str, float] = defaultdict(float)
    stated: defaultdict[str, float] = defaultdict(float)
    for row in rows:
        for kind in ("oof", "oda", "vof"):
            adjusted[codes[row["ccode"]]] += float(row[f"{kind}_adj"])
            stated[codes[row["ccode"]]] += float(row[f"{kind}_amt"])
    ours = values_by_country(tables, "aiddata_commitments_usd2021")
    assert ours.keys() == adjusted.keys() & known == adjusted.keys()
    for country, value in ours.items():
        assert value is not None
        assert isclose(value, adjusted[country], abs_tol=0.01), country
    second = publisher("alignment/finance/aiddata_gcdf3_country_commitments.csv")
    totals = {row["iso3c"]: float(row["total_commitments_bn"]) * 1e9 for row in second}
    shared = totals.keys() & stated.keys()
    assert len(shared) == 137
    assert all(isclose(totals[key], stated[key], rel_tol=1e-9) for key in shared)
    say("AidData 3.0, commitments", len(rows), len(ours))
