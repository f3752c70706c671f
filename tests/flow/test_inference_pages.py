"""What is inferred on the built site: candidates and never more, cases first, ways to sources."""

import re
from collections.abc import Iterator, Mapping

import polars as pl
import pytest

from sharedfuture.findings import load_evidence, trace
from sharedfuture.pipeline.settings import Settings
from sharedfuture.warehouse import read_tables

# A country is called a partner only where the publisher's own word for a total is quoted.
CALLED = re.compile(r"\b(?:is|as|a|hidden|undisclosed|likely|probable) partners?\b", re.I)


@pytest.fixture(scope="module")
def tables(release: Settings) -> Mapping[str, pl.DataFrame]:
    return read_tables(release.release)


def inferred_blocks(release: Settings) -> Iterator[tuple[str, str]]:
    """Page and text of every place that shows an inferred country."""
    paths = [release.site / "partners" / "index.html", *(release.site / "country").glob("*.html")]
    for path in paths:
        page = path.read_text(encoding="utf-8")
        for _, text in re.findall(r'<(tr|div) data-status="inferred">(.*?)</\1>', page, re.S):
            yield path.name, " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_no_inferred_country_is_called_more_than_a_candidate(release: Settings) -> None:
    found = 0
    for name, text in inferred_blocks(release):
        assert not CALLED.search(text), f"{name}: {text}"
        found += 1
    assert found > 100
    dossier = (release.site / "country" / "PAK.html").read_text(encoding="utf-8")
    said = re.sub(r"<[^>]+>", "", dossier)
    assert re.search(r"candidate, probability 0\.\d+ \(0\.\d+ to [01]\.\d+\), because", said)


def test_case_histories_come_first_in_their_own_playbook(release: Settings) -> None:
    for playbook, country in (("solomon-islands", "Solomon Islands"), ("russia", "Russia")):
        page = (release.site / "playbooks" / f"{playbook}.html").read_text(encoding="utf-8")
        lanes = page[page.index('id="of-CHN"') :]
        first = re.search(r'class="country case"[^>]*>([^<]+)<', lanes)
        assert first is not None
        assert first.group(1) == country
        assert "the case itself" in lanes


def test_every_playbook_stands_beside_chance_for_every_sponsor(
    release: Settings, tables: Mapping[str, pl.DataFrame]
) -> None:
    for playbook_id in tables["playbook"]["playbook_id"]:
        page = (release.site / "playbooks" / f"{playbook_id}.html").read_text(encoding="utf-8")
        for sponsor in ("CHN", "RUS", "USA"):
            assert f'data-row="chance-{playbook_id}-{sponsor}"' in page


def test_front_page_answers_three_questions(release: Settings) -> None:
    page = (release.site / "index.html").read_text(encoding="utf-8")
    part = page[page.index('id="inferred-heading"') :].split("</section>")[0]
    assert part.count("<h3>") == 3
    assert "Who else went the way of Solomon Islands?" in part


def test_probabilities_and_matches_end_in_sources(tables: Mapping[str, pl.DataFrame]) -> None:
    evidence = load_evidence(tables)
    partners = tables["partner"].sort("rank", nulls_last=True)["partner_id"]
    matches = tables["playbook_match"].sort("rank")["playbook_match_id"]
    for row_id in [*partners.gather_every(40), *matches.gather_every(40)]:
        leaves = list(trace(evidence, row_id).leaves())
        assert [leaf.row_id for leaf in leaves if not leaf.is_source] == [], row_id
