"""Playbooks over the history as the public tables have them, and the words of the command."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.made_up_histories import Happening, history_of

from sharedfuture.analyse.playbooks import matches
from sharedfuture.analyse.playbooks.matching.pool import units_of
from sharedfuture.analyse.step import read_parameters
from sharedfuture.records.tables import TABLE

DAY = date(2015, 3, 1).toordinal()
PLAYBOOK = """
playbook_id = "two-steps"
title = "Hack, then sign"
statement = "An intrusion, then an agreement."
case_country = "SLB"
reason = "Made up."
cite = [{ source = "src-report", at = "paragraph 57" }]

[[step]]
id = "hack"
title = "Intrusion"
kinds = ["cyber_operation"]
party = "sponsor"
role = "required"

[[step]]
id = "sign"
title = "Agreement"
kinds = ["agreement_security", "agreement_digital"]
party = "sponsor"
role = "required"
after = ["hack"]
within_days = 730

[[step]]
id = "shut"
title = "Shutdown"
kinds = ["shutdown"]
party = "none"
role = "optional"
weight = 0.5
after = ["sign"]

[[step]]
id = "leave"
title = "The mines are taken"
kinds = ["nationalisation"]
party = "any"
role = "negative"
after = ["sign"]
"""
WHOLE: list[Happening] = [
    ("cyber_operation", DAY, DAY, "CHN"),
    ("agreement_digital", DAY + 100, DAY + 464, "CHN"),
    ("shutdown", DAY + 800, DAY + 800, None),
    ("visit", DAY, DAY, "CHN"),
]


def tables_of(
    countries: Mapping[str, list[Happening]], **changed: object
) -> dict[str, pl.DataFrame]:
    texts = pl.DataFrame({"playbook_id": ["two-steps"], "file": ["x"], "text": [PLAYBOOK]})
    names = pl.DataFrame(
        {"country_id": ["SLB", "PAK", "CHN", "RUS", "USA"], "name": ["Solomon Islands"] + ["x"] * 4}
    )
    parameters = {**read_parameters("sharedfuture.analyse.playbooks", "matches"), **changed}
    found = matches.run(texts, history_of(countries), names, **parameters)
    return {name.removeprefix("derived."): frame for name, frame in found.items()}


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    return tables_of({"SLB": WHOLE, "PAK": WHOLE[::-1][:2], "CHN": WHOLE}, shuffles=49)


def test_tables_are_as_declared(tables: Mapping[str, pl.DataFrame]) -> None:
    for name, frame in tables.items():
        assert set(TABLE[name].column_names) <= set(frame.columns)
        ids = frame.get_column(TABLE[name].key[0])
        assert ids.n_unique() == frame.height
    assert tables["playbook_chance"].height == 3


def test_match_says_what_fills_which_step(tables: Mapping[str, pl.DataFrame]) -> None:
    (match,) = tables["playbook_match"].filter(pl.col("sponsor_id") == "CHN").to_dicts()
    assert match["playbook_match_id"] == "match-two-steps-CHN-SLB"
    assert (match["is_whole"], match["filled"], match["missing"], match["rank"]) == (True, 3, "", 1)
    assert match["order_probability"] == 1.0
    assert match["fit"] == pytest.approx(0.85)
    assert (match["start_date"], match["end_date"]) == (
        date.fromordinal(DAY),
        date.fromordinal(DAY + 800),
    )
    assert set(match["row_ids"]) == {"two-steps", *(f"his-SLB-0000{n}" for n in range(3))}
    assert "no proof of cause" in match["sentence"]
    filled = tables["playbook_filled"].sort("playbook_filled_id")
    assert filled.get_column("history_id").to_list() == [
        "his-SLB-00000",
        None,
        "his-SLB-00002",
        "his-SLB-00001",
    ]
    assert filled.get_column("weight").sum() == pytest.approx(match["fit"])


def test_a_sponsor_has_no_match_with_itself(tables: Mapping[str, pl.DataFrame]) -> None:
    assert "CHN" not in tables["playbook_match"].get_column("country_id")


def test_what_must_not_happen_takes_away() -> None:
    after = [*WHOLE, ("nationalisation", DAY + 900, DAY + 900, None)]
    before = [*WHOLE, ("nationalisation", DAY - 900, DAY - 900, None)]
    (fit,) = tables_of({"SLB": after}, shuffles=9)["playbook_match"].get_column("fit")
    assert fit == pytest.approx(0.85 - 0.85 / 2.5)
    (fit,) = tables_of({"SLB": before}, shuffles=9)["playbook_match"].get_column("fit")
    assert fit == pytest.approx(0.85)


@pytest.mark.parametrize(
    ("first", "last", "low", "high"),
    [
        (DAY + 1, DAY + 1, 1.0, 1.0),
        (DAY, DAY, 0.5, 0.5),
        # Some day of the year of the intrusion, which was on the first of March.
        (date(2015, 1, 1).toordinal(), date(2015, 12, 31).toordinal(), 0.83, 0.85),
        # 20XX: two years of the hundred that the study does not wholly have.
        (date(2000, 1, 1).toordinal(), date(2099, 12, 31).toordinal(), 0.019, 0.021),
        # Before 2020: open to the bound of the study, 1990.
        (None, date(2019, 12, 31).toordinal(), 0.066, 0.068),
    ],
)
def test_uncertain_dates_match_with_their_uncertainty(
    first: int | None, last: int, low: float, high: float
) -> None:
    history: list[Happening] = [WHOLE[0], ("agreement_digital", first, last, "CHN")]
    found = tables_of({"SLB": history}, shuffles=9)["playbook_match"]
    # Below one half the agreement alone fits better than both: no sequence is claimed.
    if high < 0.5:
        assert found.height == 0
        return
    (row,) = found.to_dicts()
    assert low <= row["order_probability"] <= high


def test_certainty_and_origins_weigh() -> None:
    sure, unsure = (
        units_of(
            history_of({"SLB": WHOLE}, certainty=certainty),
            matches.study_of("1990-01-01", "2026-12-31", 0.15),
        )
        .get_column("weight")
        .max()
        for certainty in ("documented", "alleged")
    )
    assert sure == pytest.approx(0.85)
    assert unsure == pytest.approx(0.425)
    more = history_of({"SLB": WHOLE}).with_columns(origins=pl.lit(2))
    study = matches.study_of("1990-01-01", "2026-12-31", 0.15)
    assert units_of(more, study).get_column("weight").max() == pytest.approx(1 - 0.15**2)


def test_the_ledger_may_have_no_playbook_or_no_history() -> None:
    empty = pl.DataFrame(schema={"playbook_id": pl.String, "file": pl.String, "text": pl.String})
    names = pl.DataFrame({"country_id": ["SLB"], "name": ["Solomon Islands"]})
    parameters = read_parameters("sharedfuture.analyse.playbooks", "matches")
    found = matches.run(empty, history_of({"SLB": WHOLE}), names, **parameters)
    assert all(frame.height == 0 for frame in found.values())
    nothing = tables_of({}, shuffles=9)
    assert nothing["playbook"].height == 1
    assert nothing["playbook_match"].height == 0
    assert nothing["playbook_chance"].get_column("found").sum() == 0


def test_two_runs_give_the_same() -> None:
    first, again = (tables_of({"SLB": WHOLE}, shuffles=19) for _ in range(2))
    for name, frame in first.items():
        assert frame.equals(again[name]), name


def test_playbooks_of_the_ledger_can_be_read(repository: Path) -> None:
    from sharedfuture.pipeline.playbooks import read_one

    for path in sorted((repository / "evidence" / "playbooks").glob("*.toml")):
        playbook = read_one(path.read_text(encoding="utf-8"), file=path.name)
        assert json.dumps(playbook.title)
