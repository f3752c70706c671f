"""Playbooks that cannot be used: each fault with where it is, what was expected, what was found."""

import pytest
from tests.conftest import Ledger
from tests.made_up_histories import CHAIN, ISLAND, NEGATIVE, playbook_of

from sharedfuture.records.errors import PlaybookRefused

AT = "evidence/playbooks/x.toml"


def line_of(text: str, step: str) -> int:
    return 1 + next(n for n, line in enumerate(text.splitlines()) if line == f'id = "{step}"')


# What is changed in the text, the step that the fault is in (None for the playbook), the fault.
FAULTS: dict[str, tuple[str, str, str | None, str]] = {
    "a cycle": (
        'kinds = ["pact"]',
        'kinds = ["pact"]\nafter = ["training"]',
        "pact",
        "pact: expected steps without a cycle, found pact after training after deal after pact",
    ),
    "after itself": (
        'after = ["pact"]',
        'after = ["deal"]',
        "deal",
        "deal: expected steps without a cycle, found deal after deal",
    ),
    "an unknown kind": (
        'kinds = ["deal"]',
        'kinds = ["deals"]',
        "deal",
        "deal: expected a kind of the vocabulary (nearest: deal), found 'deals'",
    ),
    "a kind twice": (
        'kinds = ["deal"]',
        'kinds = ["deal", "deal"]',
        "deal",
        "deal: expected each kind once, found 'deal' again",
    ),
    "an unknown step": (
        'after = ["pact"]',
        'after = ["pakt"]',
        "deal",
        "deal: expected a step of the playbook in after (nearest: pact), found 'pakt'",
    ),
    "a step in after twice": (
        'after = ["pact"]',
        'after = ["pact", "pact"]',
        "deal",
        "deal: expected each step in after once, found 'pact' again",
    ),
    "a window of nothing": (
        'after = ["pact"]\nwithin_days = 400',
        'after = ["pact"]\nwithin_days = 0',
        "deal",
        "deal: expected within_days above 0, found 0",
    ),
    "a window before it begins": (
        'after = ["pact"]\nwithin_days = 400',
        'after = ["pact"]\nwithin_days = -5',
        "deal",
        "deal: expected within_days above 0, found -5",
    ),
    "a wait below nothing": (
        'after = ["pact"]',
        'after = ["pact"]\nat_least_days = -1',
        "deal",
        "deal: expected at_least_days of 0 or more, found -1",
    ),
    "a window that cannot be met": (
        'after = ["pact"]\nwithin_days = 400',
        'after = ["pact"]\nat_least_days = 100\nwithin_days = 10',
        "deal",
        "deal: expected a window that can be met: at_least_days at most within_days, "
        "found at least 100 and within 10 days",
    ),
    "waits longer than the study": (
        'after = ["deal"]\nwithin_days = 400',
        'after = ["deal"]\nat_least_days = 20000',
        "training",
        "training: expected a window that can be met within the 9,496 days of the study, "
        "found at least 20,000 days after the first step",
    ),
    "a window after nothing": (
        'after = ["pact"]\nwithin_days = 400',
        "within_days = 400",
        "deal",
        "deal: expected a window that begins after some step, found no step in after",
    ),
    "a step without kinds": (
        'kinds = ["deal"]',
        "kinds = []",
        "deal",
        "deal: expected kinds; a step without any would match everything, found none",
    ),
    "a step that matches everything": (
        'kinds = ["deal"]\nparty = "sponsor"',
        'kinds = ["pact", "hack", "delay", "deal", "training", "filter", "noise", "other"]\n'
        'party = "any"',
        "deal",
        "deal: expected a step that does not match everything, found all kinds of any party",
    ),
    "an id twice": (
        'id = "training"\ntitle = "Training"',
        'id = "pact"\ntitle = "Training"',
        "pact",
        "pact: expected an id that no other step has, found it a second time",
    ),
    "a weight of nothing": (
        'title = "Deal"',
        'title = "Deal"\nweight = 0.0',
        "deal",
        "deal: expected a weight above 0, found 0.0",
    ),
    "a weight that is no number": (
        'title = "Deal"',
        'title = "Deal"\nweight = nan',
        "deal",
        "deal: expected a weight above 0, found nan",
    ),
    "no required step": (
        'role = "required"',
        'role = "optional"',
        None,
        "expected a step of role required, found none",
    ),
    "no sponsor": (
        'party = "sponsor"',
        'party = "any"',
        None,
        "expected a step that the sponsor takes part in (party sponsor, not negative), found none",
    ),
    "no source": (
        '{ source = "src-a", at = "page 1" }',
        "",
        None,
        "expected a source in cite, found none",
    ),
    "an id with spaces": (
        'playbook_id = "chain"',
        'playbook_id = "Chain 1"',
        None,
        "expected playbook_id of a-z, 0-9 and -, found 'Chain 1'",
    ),
    "an unknown key": (
        'title = "Deal"',
        'title = "Deal"\ncolour = "red"',
        None,
        "expected the keys and values of a playbook, "
        "found Object contains unknown field `colour` - at `$.step[1]`",
    ),
    "an unknown role": (
        'title = "Deal"\nkinds = ["deal"]\nparty = "sponsor"\nrole = "required"',
        'title = "Deal"\nkinds = ["deal"]\nparty = "sponsor"\nrole = "maybe"',
        None,
        "expected the keys and values of a playbook, "
        "found Invalid enum value 'maybe' - at `$.step[1].role`",
    ),
    "no TOML": ('title = "Chain"', "title = Chain", None, "expected TOML, found Invalid value"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_says_where_what_was_expected_and_found(name: str) -> None:
    old, new, step, says = FAULTS[name]
    assert old in CHAIN
    text = CHAIN.replace(old, new)
    with pytest.raises(PlaybookRefused) as refused:
        playbook_of(text)
    found = [str(fault) for fault in refused.value.faults]
    line = 1 if step is None else line_of(text, step)
    expected = says if step is None else f"expected {says.replace(': expected', ':', 1)}"
    assert any(fault.startswith(f"{AT}:{line}: {expected}") for fault in found), found


def test_nothing_comes_after_what_must_not_happen() -> None:
    text = NEGATIVE.replace('after = ["delay", "deal"]', 'after = ["delay", "deal", "filter"]')
    with pytest.raises(PlaybookRefused, match="a negative one must not, found 'filter'"):
        playbook_of(text)
    alone = NEGATIVE.replace('after = ["deal"]\nwithin_days = 730', "")
    with pytest.raises(PlaybookRefused, match="a negative step must not come after"):
        playbook_of(alone)


def test_all_faults_are_told_at_once() -> None:
    text = ISLAND.replace('["delay"]', '["dely"]').replace('["training"]', '["trainings"]')
    with pytest.raises(PlaybookRefused) as refused:
        playbook_of(text)
    assert len(refused.value.faults) == 2


def test_check_prints_the_faults_of_playbooks(small_ledger: Ledger) -> None:
    real = CHAIN.replace('kinds = ["pact"]', 'kinds = ["agreement_security"]')
    real = real.replace('kinds = ["deal"]', 'kinds = ["telecom_contract"]')
    name = "playbooks/mine.toml"
    small_ledger.write(name, real)
    (fault,) = small_ledger.faults()
    assert fault == f"evidence/{name}:1: expected a source of sources/*.csv, found 'src-a'"
    small_ledger.write(name, real.replace("src-a", "src-report").replace("Chain", "<b>Chain</b>"))
    (fault,) = small_ledger.faults()
    assert fault.startswith(f"evidence/{name}:1: expected plain text, found HTML")
    small_ledger.write(name, real.replace("src-a", "src-report"))
    assert small_ledger.faults() == []
    small_ledger.write("playbooks/again.toml", real.replace("src-a", "src-report"))
    (fault,) = small_ledger.faults()
    assert "expected a playbook_id not used before" in fault
    small_ledger.write("playbooks/again.toml", b"\xff\xfe")
    (fault,) = small_ledger.faults()
    assert fault.startswith("evidence/playbooks/again.toml:1: expected UTF-8")
