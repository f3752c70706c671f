"""The catalogue of threat actors: what is not of its form is refused with the place."""

from pathlib import Path

import pytest
from tests.sources.samples import edition_of_sample

from sharedfuture.capture import Edition
from sharedfuture.records.errors import SourceChanged
from sharedfuture.sources.reading import read_edition


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('"50"', '"likely"', r"record 1 \('EXAMPLE PANDA'\).*0 to 100, found 'likely'"),
        ('"50"', '"101"', "expected a whole number from 0 to 100, found '101'"),
        ('"50"', '"-5"', "expected a whole number from 0 to 100, found '-5'"),
        ('"50"', "50", r"Expected `str`, got `int`.*values\[0\]\.meta"),
        ('"Japan", "Taiwan"', '"Japan", 7', r"Expected `str`, got `int`.*values\[0\]\.meta"),
        ('"value": "EXAMPLE PANDA"', '"name": "EXAMPLE"', r"missing required field `value`"),
        ('"version": 336', '"version": 337', "expected version 336, found 337"),
        ('"type": "threat-actor"', '"type": "tool"', "of type 'threat-actor', found 'tool'"),
        ('"version": 336\n}', "", "expected JSON of the known form, found"),
        ("000000000004", "000000000003", "expected each threat_actor once, found actor_key"),
    ],
)
def test_other_form_is_refused(before: str, after: str, says: str, tmp_path: Path) -> None:
    def change(_: str, data: bytes) -> bytes:
        changed = data.replace(before.encode(), after.encode())
        assert changed != data
        return changed

    edition = edition_of_sample("threat_actors", "336", into=tmp_path, change=change)
    with pytest.raises(SourceChanged, match=says):
        read_edition(edition, bands=False)


def test_current_document_states_its_own_version(tmp_path: Path) -> None:
    sample = edition_of_sample("threat_actors", "336", into=tmp_path)
    current = Edition("threat_actors", "current", sample.parts)
    assert read_edition(current, bands=False)["threat_actor"].height == 4
