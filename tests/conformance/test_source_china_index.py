"""The China Index's own files give every answer, total and rank of the tidied tables."""

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import polars as pl
import pytest

from sharedfuture.analyse.china_index.carried import carried, same_answers
from sharedfuture.analyse.china_index.comparable import NotComparable, change, item_map, kept_items
from sharedfuture.analyse.china_index.resample import rank_intervals
from sharedfuture.analyse.china_index.score import domain_scores, layer_scores, overall_scores
from sharedfuture.sources.declaration import declaration
from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

Say = Callable[[str, int, int], None]
Frames = Mapping[str, Mapping[str, pl.DataFrame]]

FOLDER = "originals/china_index"
EDITIONS = ("2021", "2022", "2024")
COUNTRY_FILES = {"2021": 24, "2022": 33, "2024": 35}
DOMAINS = {
    "Media": "media",
    "Academia": "academia",
    "Economy": "economy",
    "Society": "society",
    "Military": "military",
    "Law Enforcement": "law_enforcement",
    "Technology": "technology",
    "Domestic Politics": "domestic_politics",
    "Foreign Policy": "foreign_policy",
}
# The tidied texts are those of the site; the file of texts words two of them otherwise.
TEXTS_APART = {61, 66}
# The site's pages of two domains, as they stood with edition 2022, gave the texts of these
# questions, and how many countries were affected of those that answered.
PAGES_OF_2022 = {
    12: (57, 82),
    45: (31, 82),
    46: (4, 81),
    47: (20, 82),
    48: (46, 82),
    49: (55, 82),
    50: (41, 82),
}
# Ranks of the site that are better than the points give, among equal scores.
RANKS_APART = {"AFG", "BIH", "CRI", "EST", "JOR", "PRT", "SEN", "GBR"}


@pytest.fixture(scope="module")
def archive(originals: Originals) -> bytes:
    """The publisher's files in an archive such as its host makes of a repository."""
    manifest = originals.data("originals/MANIFEST.tsv").decode("utf-8").splitlines()
    paths = [line.split("\t")[0] for line in manifest]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for path in sorted(path for path in paths if path.startswith("china_index/")):
            inside = f"China-Index-raw-data-HEAD/{path.partition('/')[2]}"
            target.writestr(inside, originals.data(f"originals/{path}"))
    return packed.getvalue()


def tables_of(edition: str) -> dict[str, str | bytes]:
    stem = f"{FOLDER}/{edition}/china_index_{edition}"
    return {"answers": f"{stem}.csv", "answers_long": f"{stem}_indicator_by_country.csv"}


@pytest.fixture(scope="module")
def read(originals: Originals, archive: bytes) -> Frames:
    """All that each edition says."""
    return {
        edition: originals.read(
            "china_index", edition, {**tables_of(edition), "repository": archive}
        )
        for edition in EDITIONS
    }


@pytest.fixture(scope="module")
def answers(read: Frames) -> pl.DataFrame:
    """The answers of all editions, as analyses take them."""
    return pl.concat(
        read[edition]["answer"].with_columns(edition=pl.lit(edition)) for edition in EDITIONS
    )


def of(answers: pl.DataFrame, edition: str, *, domain: str | None = None) -> pl.DataFrame:
    chosen = answers.filter(pl.col("edition") == edition)
    return chosen if domain is None else chosen.filter(pl.col("domain") == domain)


def test_answers(originals: Originals, read: Frames, answers: pl.DataFrame, say: Say) -> None:
    tidy = originals.tidy("indices/china_index_items.csv.gz").select(
        "edition",
        *("domain", "layer", "grading"),
        country_id="iso3",
        item_no=pl.col("indicator_no").cast(pl.Int64),
        score=pl.col("score").cast(pl.Float64),
    )
    both = answers.join(tidy, on=("edition", "country_id", "item_no"), how="inner", suffix="_tidy")
    assert answers.height == tidy.height == both.height == 4_554 + 8_118 + 9_999
    both = both.with_columns(pl.col("layer").str.to_lowercase())  # as the tidied table has it
    for column in ("score", "domain", "layer", "grading"):
        apart = both.filter(~pl.col(column).eq_missing(pl.col(f"{column}_tidy")))
        assert apart.is_empty(), column
    skipped = answers.filter(pl.col("score").is_null())
    assert dict(skipped.group_by("edition").len().iter_rows()) == {
        "2021": 125,
        "2022": 205,
        "2024": 158,
    }
    assert set(skipped["gap"]) == {"not_covered"}
    assert [read[edition]["item"].height for edition in EDITIONS] == [99, 99, 99]
    say("China Index, answers", answers.height, 4 * both.height)


def test_the_tables_alone_say_the_same_answers(originals: Originals, read: Frames) -> None:
    for edition in EDITIONS:
        alone = originals.read("china_index", edition, tables_of(edition))["answer"]
        shared = [name for name in alone.columns if name not in ("gathered", "evidence_urls")]
        assert alone.select(shared).equals(read[edition]["answer"].select(shared))


def points(written: str) -> float | None:
    return None if written in ("skip", "na", "NA", "") else float(written)


def test_every_copy_says_the_same_answers(
    originals: Originals, archive: bytes, read: Frames, say: Say
) -> None:
    """Wide table, long table and countries' files, compared here without the reader's own check."""
    compared = Counter[str]()
    for edition in EDITIONS:
        answer = read[edition]["answer"]
        known = {
            (name, item): score
            for name, item, score in answer.select(
                "country_as_written", "item_no", "score"
            ).iter_rows()
        }
        wide = originals.data(str(tables_of(edition)["answers"])).decode("utf-8-sig")
        table = pl.read_csv(io.StringIO(wide), infer_schema=False)
        for row in table.iter_rows(named=True):
            for name in table.columns[3:]:
                assert points(row[name]) == known[name, int(row["indicator no."])]
                compared["wide"] += 1
        for country in country_files(archive, edition):
            name = {"Bolivia": answer_name(answer)}.get(country["name"], country["name"])
            for entries in country["answer"].values():
                for entry in entries:
                    assert points(entry["score"]) == known[name, int(entry["number"])]
                    compared["file"] += 1
    assert compared == {"wide": 22_671, "file": 99 * sum(COUNTRY_FILES.values())}
    say("China Index, copies of the answers", 22_671, compared.total())


def answer_name(answer: pl.DataFrame) -> str:
    """How the tables of an edition spell Bolivia."""
    spelt: str = answer.filter(pl.col("country_id") == "BOL")["country_as_written"][0]
    return spelt


def country_files(archive: bytes, edition: str) -> list[dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        names = [name for name in packed.namelist() if f"/{edition}/country_json/" in name]
        return [json.loads(packed.read(name).decode("utf-8-sig")) for name in names]


def test_dates_and_evidence(archive: bytes, read: Frames, say: Say) -> None:
    addresses = 0
    for edition in EDITIONS:
        answer = read[edition]["answer"]
        dated = answer.filter(pl.col("gathered").is_not_null())
        assert dated.height == 99 * COUNTRY_FILES[edition]
        assert dated["country_id"].n_unique() == COUNTRY_FILES[edition]
        said = [line for cell in answer["evidence_urls"].drop_nulls() for line in cell.split("\n")]
        entries = [
            " ".join(url.split())
            for country in country_files(archive, edition)
            for group in country["answer"].values()
            for entry in group
            for url in entry["evidence_urls"]
        ]
        written = [url for url in entries if "http" in url or url.startswith("www.")]
        assert sorted(said) == sorted(written)
        words = [url for url in entries if url not in written]
        assert not any("//" in entry or "www." in entry for entry in words)
        addresses += len(said)
    assert addresses == 12_368
    labels = read["2022"]["answer"].drop_nulls("gathered").unique("country_id")
    assert Counter(labels["gathered"]) == {"2021": 20, "2022": 13}
    say("China Index, addresses of evidence", 99 * sum(COUNTRY_FILES.values()), addresses)


def test_overall_scores(
    originals: Originals, read: Frames, answers: pl.DataFrame, say: Say
) -> None:
    tidy = originals.tidy("indices/china_index_country_scores.csv").rename({"iso3": "country_id"})
    both = overall_scores(answers).join(tidy, on=("edition", "country_id"), how="inner")
    assert both.height == tidy.height == 229
    for column in ("score_sum", "score_max", "answered"):
        assert both[column].to_list() == both[f"{column}_right"].cast(pl.Int64).to_list()
    assert both["pct"].round(4).to_list() == both["pct_right"].cast(pl.Float64).to_list()
    assert both["rank"].to_list() == both["rank_computed"].cast(pl.Int64).to_list()
    apart = both.filter(pl.col("rank") != pl.col("published_rank").cast(pl.Int64))
    assert set(apart["edition"]) == {"2024"}
    assert set(apart["country_id"]) == RANKS_APART
    published = pl.concat(read[edition]["value"] for edition in EDITIONS)
    for indicator, column, countries in (
        ("china_index_overall_points", "score_sum", 158),
        ("china_index_overall_maximum", "score_max", 158),
        ("china_index_overall_rank", "published_rank", 158),
        ("china_index_overall_pct", "published_overall_pct", 158),
    ):
        stated = published.filter(pl.col("indicator_id") == indicator).join(
            both, left_on=("period", "country_id"), right_on=("edition", "country_id")
        )
        assert stated.height == countries
        assert stated["value"].to_list() == stated[column].cast(pl.Float64).to_list(), indicator
    best = both.sort("edition", "rank").group_by("edition", maintain_order=True).head(3)
    assert best.select("edition", "country_id", pl.col("pct").round(1)).rows()[3:] == [
        ("2022", "PAK", 63.7),
        ("2022", "KHM", 62.0),
        ("2022", "SGP", 59.4),
        ("2024", "PAK", 72.1),
        ("2024", "KHM", 69.0),
        ("2024", "SGP", 66.7),
    ]
    say("China Index, overall scores", answers.height, 5 * 229 + 4 * 158)


def test_domain_scores(originals: Originals, read: Frames, answers: pl.DataFrame, say: Say) -> None:
    tidy = originals.tidy("indices/china_index_domain_scores.csv").rename(
        {"iso3": "country_id", "domain": "scope"}
    )
    both = domain_scores(answers).join(tidy, on=("edition", "country_id", "scope"), how="inner")
    assert both.height == tidy.height == 2_061
    for column in ("score_sum", "score_max", "answered"):
        assert both[column].to_list() == both[f"{column}_right"].cast(pl.Int64).to_list()
    assert both["pct"].round(4).to_list() == both["pct_right"].cast(pl.Float64).to_list()
    assert both["rank"].to_list() == both["rank_computed"].cast(pl.Int64).to_list()
    assert both["country_count"].to_list() == both["n_countries"].cast(pl.Int64).to_list()
    stated = read["2024"]["value"]
    for suffix, column in (("pct", "published_pct"), ("rank", "published_rank")):
        names = {f"china_index_{name}_{suffix}": domain for domain, name in DOMAINS.items()}
        domains = stated.filter(pl.col("indicator_id").is_in(list(names))).with_columns(
            scope=pl.col("indicator_id").replace_strict(names)
        )
        pairs = domains.join(both.filter(edition="2024"), on=("country_id", "scope"))
        assert pairs.height == 909
        assert pairs["value"].to_list() == pairs[column].cast(pl.Float64).to_list()
        if suffix == "pct":
            apart = (pairs["value"] - pairs["pct"]).abs()
            assert apart.filter(apart > 0.05 + 1e-9).is_empty()  # published with one decimal
        else:
            assert pairs["value"].to_list() == pairs["rank"].cast(pl.Float64).to_list()
    say("China Index, domain scores", answers.height, 6 * 2_061 + 2 * 909)


def test_technology_domain(read: Frames, answers: pl.DataFrame, say: Say) -> None:
    scores = domain_scores(answers).filter(scope="Technology")
    assert scores.height == 229
    first = scores.filter(edition="2022").sort("rank")
    assert first.select("country_id", pl.col("pct").round(1)).rows()[:3] == [
        ("PAK", 97.7),
        ("ZAF", 93.2),
        ("SGP", 90.9),
    ]
    assert first["pct"].n_unique() == 45
    assert first.filter(pl.col("answered") < 11).height == 20
    technology = answers.filter(domain="Technology")
    layers = technology.group_by("edition").agg(pl.col("layer").str.to_lowercase().unique())
    assert all(layer.to_list() == ["exposure"] for layer in layers["layer"])
    stated = read["2024"]["value"]
    for indicator, column in (
        ("china_index_2024_technology_points", "score_sum"),
        ("china_index_2024_technology_maximum", "score_max"),
    ):
        pairs = stated.filter(indicator_id=indicator).join(
            scores.filter(edition="2024"), on="country_id"
        )
        assert pairs.height == 101
        assert pairs["value"].to_list() == pairs[column].cast(pl.Float64).to_list()
    say("China Index, Technology", technology.height, 229 + 202)


def correlation(first: pl.Series, second: pl.Series) -> float:
    return round(float(np.corrcoef(first.cast(pl.Float64), second.cast(pl.Float64))[0, 1]), 3)


def test_layers(originals: Originals, read: Frames, answers: pl.DataFrame, say: Say) -> None:
    scores = layer_scores(answers)
    wide = scores.pivot(on="scope", index=["edition", "country_id"], values="pct").with_columns(
        effect=pl.coalesce("effect", "alignment")
    )
    found = {}
    for edition in EDITIONS:
        one = wide.filter(edition=edition)
        found[edition] = tuple(
            correlation(one[a], one[b])
            for a, b in (("exposure", "effect"), ("pressure", "effect"), ("exposure", "pressure"))
        )
    assert found == {
        "2021": (0.715, -0.029, 0.371),
        "2022": (0.722, -0.006, 0.361),
        "2024": (0.758, -0.071, 0.264),
    }
    tidy = originals.tidy("indices/china_index_country_scores.csv").rename({"iso3": "country_id"})
    published = {
        "china_index_exposure_pct": "published_exposure_pct",
        "china_index_pressure_pct": "published_pressure_pct",
        "china_index_effect_pct": "published_effect_or_alignment_pct",
        "china_index_alignment_pct": "published_effect_or_alignment_pct",
    }
    # Known correlations are of the published shares; in 2024 these do not follow from the answers.
    assert [
        correlation(one["published_exposure_pct"], one["published_effect_or_alignment_pct"])
        for one in (tidy.filter(edition=edition) for edition in EDITIONS)
    ] == [0.713, 0.721, 0.761]
    count = 0
    for edition in EDITIONS:
        for indicator, column in published.items():
            stated = read[edition]["value"].filter(indicator_id=indicator)
            pairs = stated.join(tidy.filter(edition=edition), on="country_id")
            assert pairs["value"].to_list() == pairs[column].cast(pl.Float64).to_list()
            count += pairs.height
    assert count == 3 * sum(COUNTRY_FILES.values())
    say("China Index, layers", answers.height, count + 9)


def test_questions(originals: Originals, archive: bytes, read: Frames, say: Say) -> None:
    tidy = originals.tidy("indices/china_index_indicators_2024.csv").with_columns(
        item_no=pl.col("indicator_no").cast(pl.Int64)
    )
    both = read["2024"]["item"].join(tidy, on="item_no")
    assert both.height == 99
    assert set(both.filter(pl.col("question") != pl.col("text"))["item_no"]) == TEXTS_APART
    for column in ("domain", "layer"):
        assert both[column].to_list() == both[f"{column}_right"].to_list()
    # The file of texts has a third grading, 2, where both tables of answers have 1: the questions
    # that are answered with 0, 2 or 4 points.
    third = both.filter(pl.col("grading") != pl.col("grading_right"))
    assert third.select("item_no", "grading", "grading_right").rows() == [
        (number, "graded", "2") for number in (19, 20, 21, 22)
    ]
    of_third = read["2024"]["answer"].filter(pl.col("item_no").is_between(19, 22))
    assert set(of_third["score"].drop_nulls()) == {0.0, 2.0, 4.0}
    assert all(read[edition]["item"]["question"].is_null().all() for edition in ("2021", "2022"))
    site = website(archive, "indicators.json")
    plain = {
        number: re.sub(r"<[^>]*>", "", site[f"{number:02}"]["indicator"])
        for number in both["item_no"]
    }
    assert plain == dict(both.select("item_no", "text").iter_rows())
    say("China Index, questions", 3 * 99, 4 * 99 - len(TEXTS_APART) - 4)


def website(archive: bytes, name: str) -> dict[str, Any]:
    """One of the site's own files."""
    path = f"China-Index-raw-data-HEAD/2024/website_json_file/{name}"
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        found: dict[str, Any] = json.loads(packed.read(path))
    return found


def test_the_site_says_the_same_answers(archive: bytes, read: Frames, say: Say) -> None:
    """The site's files by domain, by question and by country, none of which the reader needs."""
    regions = website(archive, "country_list.json")
    listed = {code: entry for region in regions.values() for code, entry in region.items()}
    answer = read["2024"]["answer"].select("country_as_written", "item_no", "score")
    known = {(name, item): score for name, item, score in answer.iter_rows()}
    compared = 0
    for domain in DOMAINS:
        file = website(archive, f"domain/{domain.lower().replace(' ', '-')}.json")
        for question in (entry for layer in file["layer"].values() for entry in layer):
            for word, codes in question["answer"].items():
                for code in codes:
                    name = listed[code]["country"]
                    assert points(word) == known[name, int(question["number"])]
                    compared += 1
    assert compared == 9_999
    for number in ("01", "56", "57", "60"):
        for code, entry in website(archive, f"indicator/{number}.json").items():
            assert points(entry["score"]) == known[listed[code]["country"], int(number)]
            compared += 1
    for code in ("BO", "CZ", "JP", "PK", "PY"):
        country = website(archive, f"country/{code}.json")
        for entry in (item for group in country["answer"].values() for item in group):
            assert points(entry["score"]) == known[country["name"], int(entry["number"])]
            compared += 1
    say("China Index, the site's copies", 9_999, compared)


def test_the_site_has_no_change_since_the_edition_before(archive: bytes) -> None:
    regions = website(archive, "country_list.json")
    listed = [entry for region in regions.values() for entry in region.values()]
    before = Counter(entry.get("previous_score") for entry in listed)
    assert before == {"0%": 81, None: 20}
    assert all(
        entry["score_change"] == f"+{entry['overall']}"
        for entry in listed
        if "previous_score" in entry
    )
    declared = {indicator.id for indicator in declaration("china_index").indicator}
    assert not [name for name in declared if "change" in name or "previous" in name]


def test_answers_carried_from_2021_into_2022(
    originals: Originals, answers: pl.DataFrame, say: Say
) -> None:
    first, second, third = (of(answers, edition) for edition in EDITIONS)
    found = carried(first, second, least_share=0.9)
    assert found.height == found["is_carried"].sum() == 46
    assert found["item_count"].sum() == 4_554
    assert found["same_count"].sum() == 4_543
    revised = found.filter(pl.col("changed_count") > 0)
    assert dict(revised.select("country_id", "changed_count").iter_rows()) == {
        "GEO": 1,
        "KAZ": 5,
        "KGZ": 4,
        "TJK": 1,
    }
    technology = same_answers(first, second).filter(pl.col("item_no").is_between(56, 66))
    assert technology["is_same"].all()
    # The publisher's label of the year is of 36 countries only: the first version had these. The
    # ten that joined it later are labelled 2022 in edition 2022, with the same answers.
    tidy = originals.tidy("indices/china_index_country_scores.csv").filter(edition="2022")
    labelled = set(tidy.filter(data_year="2021")["iso3"])
    assert len(labelled) == 36
    assert set(found["country_id"]) - labelled == {
        *("ALB", "EGY", "GBR", "JOR", "LBN", "LVA", "MNE", "SRB", "TUR", "UZB"),
    }
    assert labelled < set(found["country_id"])
    later = carried(second, third, least_share=0.9)
    assert later.height == 81
    assert later["is_carried"].sum() == 0
    say("China Index, answers carried into 2022", first.height + second.height, 4_554)


@pytest.mark.parametrize(
    ("edition", "domain", "width", "within"),
    [
        ("2022", "Technology", 51, 1),
        ("2024", "Technology", 56, 1),
        ("2022", None, 28, 1),
        ("2024", None, 35, 1),
    ],
)
def test_rank_intervals(
    edition: str, domain: str | None, width: int, within: int, answers: pl.DataFrame, say: Say
) -> None:
    chosen = of(answers, edition, domain=domain)
    medians = [
        rank_intervals(chosen, draws=500, level=0.95, seed=seed)["width"].median()
        for seed in range(5)
    ]
    assert all(isinstance(median, float) and abs(median - width) <= within for median in medians)
    say(f"China Index, rank intervals {edition} {domain or 'overall'}", chosen.height, len(medians))


def test_what_compares_between_editions(read: Frames, answers: pl.DataFrame, say: Say) -> None:
    mapped = item_map()
    items = {edition: read[edition]["item"] for edition in EDITIONS}
    assert kept_items(mapped, first="2021", second="2022").height == 99
    core = kept_items(mapped, first="2022", second="2024")
    assert core["item_first"].to_list() == [12, 45, 47, 48, 49, 50]
    counted = (
        of(answers, "2022")
        .group_by("item_no")
        .agg(affected=(pl.col("score") > 0).sum(), answered=pl.col("score").count())
    )
    for number, affected, answered in counted.iter_rows():
        assert PAGES_OF_2022.get(number, (affected, answered)) == (affected, answered)
    for first, second in (("2021", "2022"), ("2022", "2024")):
        pairs = (
            kept_items(mapped, first=first, second=second)
            .join(items[first], left_on="item_first", right_on="item_no")
            .join(items[second], left_on="item_second", right_on="item_no", suffix="_second")
        )
        for column in ("domain", "grading"):
            assert pairs[column].to_list() == pairs[f"{column}_second"].to_list()
        named = {"effect": "alignment"} if second == "2024" else {}
        layer = pairs["layer"].replace(named)
        assert layer.to_list() == pairs["layer_second"].str.to_lowercase().to_list()
    for domain in DOMAINS:
        found = compared(answers, mapped, "2022", "2024", domain=domain)
        assert isinstance(found, NotComparable) == (domain != "Economy")
    overall = compared(answers, mapped, "2022", "2024")
    assert isinstance(overall, pl.DataFrame)
    assert overall.height == 81
    assert overall["item_count"].max() == 6
    same = compared(answers, mapped, "2021", "2022")
    assert isinstance(same, pl.DataFrame)
    moved = same.filter(pl.col("change_pct") != 0)["country_id"].to_list()
    assert moved == ["GEO", "KAZ", "KGZ", "TJK"]
    say("China Index, common core of questions", mapped.height, 99 + 6 + 2 * len(PAGES_OF_2022))


def compared(
    answers: pl.DataFrame,
    mapped: pl.DataFrame,
    first: str,
    second: str,
    *,
    domain: str | None = None,
) -> pl.DataFrame | NotComparable:
    return change(
        of(answers, first, domain=domain),
        of(answers, second, domain=domain),
        mapped,
        first=first,
        second=second,
        least_items=5,
        draws=200,
        level=0.95,
        seed=1,
    )
