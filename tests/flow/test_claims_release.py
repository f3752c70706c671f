"""What the real release says: its claims, the known disagreements, the numbers of Figure 1."""

import polars as pl
import pytest

from sharedfuture.pipeline.settings import Settings
from sharedfuture.warehouse import ask_release


def ask(release: Settings, query: str) -> pl.DataFrame:
    """Rows of a query over the release."""
    return ask_release(release.release / "sharedfuture.duckdb", query, limit_seconds=20)


def test_the_report_is_taken_apart(release: Settings) -> None:
    assert ask(release, "select count(*) as n from claim").item() > 60
    kinds = ask(release, "select distinct kind from claim order by kind").to_series().to_list()
    assert kinds == ["fact", "figure", "forecast", "inference"]


def test_every_decided_claim_has_citation_and_lineage(release: Settings) -> None:
    bare = ask(
        release,
        """
        select claim_id from claim
        where verdict in ('supported', 'contradicted')
          and (claim_id not in (select row_id from citation)
               or claim_id not in (select result_id from lineage))
        """,
    )
    assert bare.to_series().to_list() == []


def test_every_claim_says_why(release: Settings) -> None:
    silent = ask(release, "select claim_id from claim where coalesce(trim(because), '') = ''")
    assert silent.to_series().to_list() == []


KNOWN_DISAGREEMENTS = (
    "claim-058-election-delay-to-december",
    "claim-047-cuba-agreement-2023",
    "claim-058-cybersecurity-agreement-2023",
    "claim-071-founders-names",
    "claim-063-agreement-signed-2019",
)


@pytest.mark.parametrize("claim_id", KNOWN_DISAGREEMENTS)
def test_known_disagreements_are_shown(release: Settings, claim_id: str) -> None:
    found = ask(release, "select claim_id, verdict, because from claim").filter(claim_id=claim_id)
    row = found.row(0, named=True)
    assert row["verdict"] in ("weaker", "contradicted")
    assert len(row["because"]) > 20
    page = (release.site / "claims.html").read_text(encoding="utf-8")
    assert f'<article id="{claim_id}" data-verdict="{row["verdict"]}"' in page


def test_figure_one_is_reproduced(release: Settings) -> None:
    assert ask(release, "select count(*) as n from spectrum").item() == 82
    row = ask(
        release,
        "select value, low, high, level, n from statistic where statistic_id = 'stat-pearson'",
    ).row(0, named=True)
    assert round(row["value"], 2) == -0.27
    assert row["n"] == 82
    assert row["level"] == 0.95
    assert abs(row["low"] - -0.43) <= 0.015
    assert abs(row["high"] - -0.10) <= 0.015


def test_pakistan_is_the_extreme_of_technology(release: Settings) -> None:
    top = ask(release, "select country_id, tech from spectrum order by tech desc limit 3")
    assert top.get_column("country_id").to_list() == ["PAK", "ZAF", "SGP"]
    assert [round(value, 3) for value in top.get_column("tech")] == [0.977, 0.932, 0.909]
