"""Detection on a real blackout, registers against each other, and the cause model, on real data."""

from collections.abc import Callable
from io import BytesIO

import polars as pl
import pytest

from sharedfuture.analyse.shutdowns import agreement, identity, scopes
from sharedfuture.analyse.shutdowns.causes import features, judge
from sharedfuture.analyse.shutdowns.records import each_once, records
from sharedfuture.analyse.shutdowns.rules import event_rule, season_rule, window_rules
from sharedfuture.analyse.shutdowns.signals.drops import Drop, drops
from sharedfuture.analyse.shutdowns.signals.levels import Leveled, season_levels, window_levels
from sharedfuture.capture import Capture
from sharedfuture.extract.ioda_signals import ioda_signals
from sharedfuture.sources.declaration import declaration
from tests.conformance.originals import Originals
from tests.conformance.test_source_access_now import as_csv

pytestmark = pytest.mark.conformance

LIST = "measurement/ioda/ioda_investigated_outages_cleaned_phase1+2.csv"
EXCERPTS = "measurement/ioda/api-excerpts"
IRAN = "measurement/monash-ip-observatory/irn-2019-11-11_gif.csv.gz"
RADAR = {
    "2022": "measurement/cloudflare-radar/annotations_outages_docs_example_2022.json",
    "2026": "measurement/cloudflare-radar/annotations_outages_excerpt_SD_2026-04-22.json",
}

# In coverage, same, part. Three quoted annotations are no register: their coverage is of no weight.
COUNTS = {
    ("access_now", "ioda_curated"): (836, 47, 13),
    ("access_now", "radar_outages"): (812, 0, 0),
    ("ioda_curated", "access_now"): (1630, 47, 111),
    ("ioda_curated", "radar_outages"): (0, 0, 0),
    ("radar_outages", "access_now"): (2, 0, 0),
    ("radar_outages", "ioda_curated"): (0, 0, 0),
}
# Access Now's events against the curated list.
WHY = {
    "same": 47,
    "part": 13,
    "before_coverage": 196,
    "after_coverage": 858,
    "no_country": 4,
    "service_only": 125,
    "other_width": 5,
    "other_area": 28,
    "taken": 6,
    "near": 6,
    "subnational": 532,
    "absent": 74,
}
# In both, in Top10VPN alone, in Access Now alone.
YEARS = [("access_now", 149, 17, 86)]
# AUC within folds, log loss, Brier score.
SCORES = {
    ("random", "share"): (0.50, 0.33, 0.09),
    ("random", "signs"): (0.89, 0.20, 0.06),
    ("random", "logistic"): (0.98, 0.10, 0.03),
    ("random", "trees"): (0.97, 0.11, 0.03),
    ("time", "share"): (0.50, 0.31, 0.08),
    ("time", "signs"): (0.92, 0.16, 0.04),
    ("time", "logistic"): (0.98, 0.07, 0.02),
    ("time", "trees"): (0.98, 0.10, 0.02),
    ("country", "share"): (0.50, 0.36, 0.10),
    ("country", "signs"): (0.87, 0.22, 0.07),
    ("country", "logistic"): (0.97, 0.11, 0.03),
    ("country", "trees"): (0.96, 0.17, 0.05),
}


def test_real_answers_of_the_interface(
    originals: Originals, say: Callable[[str, int, int], None]
) -> None:
    counts = {}
    for name in (
        "signals_raw_country_TR_bgp_excerpt.json",
        "signals_raw_asn_1299_upstream-delay_first9of24.json",
    ):
        data = originals.data(f"{EXCERPTS}/{name}")
        frame = ioda_signals(Capture(name=f"ioda/x/{name}", data=data, sha256=""))
        counts[frame.get_column("datasource")[0]] = (
            frame.height,
            frame.get_column("value").count(),
        )
    assert counts == {"bgp": (4, 4), "upstream-delay-penult-e2e-latency": (2 * 7 * 9, 70)}
    say("IODA interface, excerpts", 130, 74)


def test_blackout_of_iran(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    """The mean over 73 counties, hour by hour, 11 to 20 November 2019; dark from the evening of
    the 16th, and still dark at the end of the file.

    The 24 hours of the routing rule forget what was before, and lose the blackout in pieces; the
    seven days of the probing rule and the alternative keep it as one.
    """
    table = pl.read_csv(BytesIO(originals.data(IRAN)))
    assert table.height == 16279
    mean = table.group_by("time_e").agg(pl.col("connectivity").mean()).sort("time_e")
    values = mean.get_column("connectivity").cast(pl.Float64).to_numpy()
    first = int(mean.get_column("time_e")[0])
    dark = 1573934400  # 16 November, 20:00

    def found(of: Leveled) -> list[Drop]:
        made = drops(values, first, 3600, of=of, rule=event_rule())
        return [drop for drop in made if drop.end_from > dark]

    routing = found(window_levels(values, 3600, rule=window_rules()["bgp"]))
    probing = found(window_levels(values, 3600, rule=window_rules()["ping-slash24"]))
    season = found(season_levels(values, 3600, rule=season_rule()))
    assert len(routing) > 5
    assert routing[0].start_to == dark
    (one,), (other,) = probing, season
    assert (one.start_to - dark, other.start_to - dark) == (3600, 0)
    assert one.end_to is None
    assert other.end_to is None
    assert other.is_critical
    assert round(other.greatest_loss, 2) == 0.97
    say("Monash, Iran 2019, three rules", table.height, 5)


@pytest.fixture(scope="module")
def registers(originals: Originals) -> pl.DataFrame:
    """The records of three registers."""
    news = originals.read("access_now", "2016-2025", {"combined": as_csv(originals)})["shutdown"]
    signals = originals.read("ioda_curated", "2018-2022", {"outages": LIST})["outage"]
    radar = pl.concat(
        [
            originals.read("radar_outages", edition, {"annotations": file})["outage"]
            for edition, file in RADAR.items()
        ]
    )
    once = each_once(news.with_columns(is_full_network=scopes.is_full_network()))
    return pl.concat(
        [
            records(once, register="access_now", key="shutdown_key"),
            records(signals, register="ioda_curated", key="outage_key"),
            records(radar, register="radar_outages", key="outage_key"),
        ]
    )


def test_registers_against_each_other(
    registers: pl.DataFrame, say: Callable[[str, int, int], None]
) -> None:
    met = identity.pairs(registers)
    made = identity.events(registers, met)
    of = agreement.coverages(registers)
    said = agreement.verdicts(registers, met, made, of=of)
    assert said.height == 2 * registers.height  # every record has a verdict against each other
    assert set(said.get_column("verdict")) <= {"same", "part", *agreement.REASONS}
    counts = {
        (row["register"], row["other_register"]): (row["covered"], row["same"], row["part"])
        for row in agreement.table(said).iter_rows(named=True)
    }
    assert counts == COUNTS
    reasons = said.filter(
        pl.col("register") == "access_now", pl.col("other_register") == "ioda_curated"
    )
    assert dict(reasons.group_by("verdict").len().iter_rows()) == WHY
    assert sum(WHY.values()) == registers.filter(pl.col("register") == "access_now").height
    say("Registers against each other", registers.height, 3 * len(counts) + len(WHY))


def test_top10vpn_by_country_and_year(
    originals: Originals, registers: pl.DataFrame, say: Callable[[str, int, int], None]
) -> None:
    """The report names countries and years and no events: only these can be held together."""
    values = pl.concat(
        [
            originals.read(
                "top10vpn",
                edition.name,
                {"costs": f"measurement/top10vpn/top10vpn_{edition.name}.csv"},
            )["value"]
            for edition in declaration("top10vpn").edition
        ]
    )
    years = values.select("country_id", pl.col("period").cast(pl.Int32).alias("year"))
    counted = agreement.years_in_common(registers, years)
    assert counted.filter(pl.col("register") == "access_now").rows() == YEARS
    say("Top10VPN by country and year", years.unique().height, 3)


def names_by_country(rows: pl.DataFrame, given: pl.DataFrame) -> dict[str, int]:
    """Shutdowns named by the logistic regression in the three countries with most, left out."""
    named = given.filter(
        (pl.col("split") == "country")
        & (pl.col("model") == "logistic")
        & (pl.col("verdict") == "shutdown")
        & pl.col("is_shutdown")
    )
    counted = rows.select("outage_key", "country_id").join(named, on="outage_key")
    most = counted.filter(pl.col("country_id").is_in(["IRQ", "MMR", "SYR"]))
    return dict(most.group_by("country_id").len().iter_rows())


def test_cause_model(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    """What `docs/method/shutdowns.md` prints, to the second decimal, and what must not slip."""
    outages = originals.read("ioda_curated", "2018-2022", {"outages": LIST})["outage"]
    rows = judge.with_label(features.with_features(outages))
    assert (rows.height, rows.get_column("is_shutdown").sum()) == (1704 - 74, 166)
    given = judge.out_of_fold(rows)
    measures = {
        (row["split"], row["model"]): row for row in judge.scores(given).iter_rows(named=True)
    }
    shown = {
        key: tuple(round(row[name], 2) for name in ("auc_in_fold", "log_loss", "brier"))
        for key, row in measures.items()
    }
    for key, expected in SCORES.items():
        assert shown[key] == pytest.approx(expected, abs=0.015), key
    assert set(SCORES) == set(shown)
    for split in ("random", "time", "country"):
        for model in ("logistic", "trees"):
            assert measures[split, model]["log_loss"] < measures[split, "signs"]["log_loss"]
            assert measures[split, model]["accused"] > 0.9
    named = {key: round(row["named"], 2) for key, row in measures.items() if key[1] == "logistic"}
    for split, share in (("random", 0.71), ("time", 0.85), ("country", 0.62)):
        assert named[split, "logistic"] == pytest.approx(share, abs=0.03)
    assert names_by_country(rows, given) == pytest.approx({"IRQ": 10, "MMR": 50, "SYR": 37}, abs=4)
    say("Cause model, three splits", rows.height, 3 * len(SCORES))
