"""Candidates of the real ledger: sums, sources, commands, and a forecast frozen in a copy."""

import json
import random
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from subprocess import CompletedProcess

import polars as pl
import pytest

from sharedfuture.analyse.partners.inputs.targets import read_targets
from sharedfuture.findings import load_evidence, trace
from sharedfuture.pipeline.settings import Settings
from sharedfuture.warehouse import read_tables
from tests.conftest import Ledger

Command = Callable[..., CompletedProcess[str]]
Tables = Mapping[str, pl.DataFrame]

DRAWN = 60
SEED = 20231213


@pytest.fixture(scope="module")
def tables(release: Settings) -> Tables:
    """The release in place."""
    return read_tables(release.release)


def test_the_expected_total_is_the_published_one_within_its_bounds(tables: Tables) -> None:
    told = {row["partner_target_id"]: row for row in tables["partner_target"].to_dicts()}
    published = dict(tables["tally"].select("tally_id", "value").iter_rows())
    for target in read_targets():
        row = told[target.id]
        assert target.tally_id is None or published[target.tally_id] == target.total
        assert target.total_low - 1e-6 <= row["expected"] <= target.total_high + 1e-6
        partners = tables["partner"].filter(target=target.id)
        assert partners["probability"].sum() <= row["expected"] + 1e-6
        assert partners.filter(status="abstained").height == row["abstained"]
        assert partners.filter(status="known").height == row["known"]
    assert told["cncert"]["total"] == 81
    assert told["memorandum"]["total"] == 33


def test_every_country_stands_once_and_only_documented_ones_are_known(tables: Tables) -> None:
    partners = tables["partner"]
    assert partners.select("target", "country_id").is_duplicated().sum() == 0
    for because in partners.filter(status="inferred")["because"]:
        assert because.startswith("candidate, probability ")
    benin = partners.filter(target="cncert", country_id="BEN").to_dicts()[0]
    assert benin["status"] == "inferred"  # spoke at a conference, and the report names it
    sri_lanka = partners.filter(target="cncert", country_id="LKA").to_dicts()[0]
    assert sri_lanka["status"] == "known"
    assert partners.filter(target="cncert", country_id="CHN").is_empty()


def test_a_model_that_is_not_surely_better_is_said_to_be_no_better(tables: Tables) -> None:
    lifts = tables["partner_check"].filter(split="one_out", measure="lift")
    for row in tables["partner_target"].iter_rows(named=True):
        own = lifts.filter(target=row["partner_target_id"])
        if own.is_empty():
            continue
        is_better = bool((own["value_low"] > 0).any())
        assert (row["best"] != "baseline") == is_better
        assert ("no better than the baseline" in row["sentence"]) != is_better


def test_candidates_and_reasons_walk_back_to_sources(tables: Tables) -> None:
    evidence = load_evidence(tables)
    drawn = [
        *tables["partner"]["partner_id"],
        *tables["partner_reason"]["partner_reason_id"],
        *tables["partner_check"]["partner_check_id"],
    ]
    for row_id in random.Random(SEED).sample(drawn, DRAWN):
        leaves = {leaf.table for leaf in trace(evidence, row_id).leaves()}
        assert leaves == {"source"}, (row_id, leaves)


def test_show(release: Settings, command: Command) -> None:
    folder = release.out.parent
    done = command("partners", "show", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "81 countries are published" in done.stdout
    done = command("partners", "show", "cncert", "--first", "5", folder=folder)
    assert "known: " in done.stdout
    assert "Sri Lanka" in done.stdout
    done = command("partners", "show", "cncert", "--country", "Pakistan", folder=folder)
    assert "candidate, probability " in done.stdout
    assert "sharedfuture explain partner-cncert-PAK" in done.stdout
    done = command("partners", "show", "--country", "PAK", "--format", "json", folder=folder)
    rows = json.loads(done.stdout)
    assert {row["target"] for row in rows} == {target.id for target in read_targets()}
    assert any(row["reasons"] for row in rows)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("show", "cncer"), "expected a target, one of "),
        (("show", "--country", "Pakistn"), "nearest: pakistan"),
        (("check", "cncer"), "expected a target, one of "),
    ],
)
def test_what_is_not_known_is_told(
    release: Settings, command: Command, words: tuple[str, ...], says: str
) -> None:
    done = command("partners", *words, folder=release.out.parent)
    assert done.returncode == 1
    assert says in done.stderr


def test_check_leaves_out_every_named_country(release: Settings, command: Command) -> None:
    done = command("partners", "check", "agreement", folder=release.out.parent)
    assert done.returncode == 0, done.stderr
    assert "agreement (1 of 1)" in done.stderr
    for split in ("one_out", "region_out", "origin_out"):
        assert split in done.stdout


def test_without_forecasts_there_is_nothing_to_score(tables: Tables) -> None:
    if tables["forecast"].is_empty():
        assert tables["forecast_score"].is_empty()
    for row in tables["forecast_score"].filter(disclosed=0).iter_rows(named=True):
        assert row["value"] is None
        assert row["sentence"].startswith("Nothing was disclosed since")


@pytest.mark.conformance
def test_a_forecast_is_frozen_once_checked_and_scored(
    real_ledger: Ledger, command: Command
) -> None:
    evidence = real_ledger.settings.evidence
    shutil.rmtree(evidence / "forecasts")  # as before the first of them
    folder = real_ledger.settings.out.parent
    today = datetime.now(UTC).date()

    def freeze(*words: str) -> CompletedProcess[str]:
        return command("partners", "freeze", *words, folder=folder, evidence=evidence)

    done = freeze("--target", "cncert")
    assert done.returncode == 0, done.stderr
    assert f"frozen: forecast-cncert-{today}" in done.stderr
    refused = freeze("--target", "cncert", "--date", str(today))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "what is frozen is never changed" in refused.stderr
    refused = freeze("--date", str(today + timedelta(days=1)))
    assert refused.returncode == 1
    assert "expected a day not after today" in refused.stderr

    tables = real_ledger.tables()
    (row,) = tables["forecast"].filter(target="cncert", frozen_date=today).to_dicts()
    values = tables["forecast_value"].filter(forecast_id=row["forecast_id"])
    now = tables["partner"].filter(target="cncert")
    assert values.height == now.height
    assert row["countries"] == values["probability"].count()
    assert row["expected"] == pytest.approx(now["probability"].sum(), abs=1e-3)
    tree = trace(load_evidence(tables), values["forecast_value_id"][0])
    assert {leaf.table for leaf in tree.leaves()} == {"source"}
    scores = tables["forecast_score"].filter(forecast_id=row["forecast_id"])
    assert scores["value"].null_count() == scores.height == 4

    name = f"forecasts/forecast-cncert-{today}.csv"
    real_ledger.write(name, real_ledger.read(name).replace("PAK,inferred", "PAK,known"))
    assert any("they were edited" in fault for fault in real_ledger.faults())
    done = freeze()
    assert done.returncode == 2
    assert f"evidence/{name}:1: expected rows as they were frozen" in done.stdout
