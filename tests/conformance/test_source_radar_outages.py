"""The quoted answers of Cloudflare Radar, all that there are."""

from collections.abc import Callable

import pytest

from sharedfuture.sources.declaration import declaration
from tests.conformance.originals import Originals

pytestmark = pytest.mark.conformance

FOLDER = "measurement/cloudflare-radar"
OF_2026 = {
    "outage_key": "1585",
    "country_id": "SDN",
    "start_edtf": "2026-04-22T11:45:00Z",
    "end_edtf": "2026-04-22T15:15:00Z",
    "scope": "NATIONWIDE",
    "cause": "GOVERNMENT_DIRECTED",
    "network": "AS15706; AS36998; AS36972",
}


def test_quoted_answers(originals: Originals, say: Callable[[str, int, int], None]) -> None:
    (new,) = originals.read(
        "radar_outages",
        "2026",
        {"annotations": f"{FOLDER}/annotations_outages_excerpt_SD_2026-04-22.json"},
    )["outage"].rows(named=True)
    assert {name: new[name] for name in OF_2026} == OF_2026
    old = originals.read(
        "radar_outages",
        "2022",
        {"annotations": f"{FOLDER}/annotations_outages_docs_example_2022.json"},
    )["outage"]
    assert old.get_column("country_id").to_list() == ["UKR", "USA"]
    assert old.get_column("cause").to_list() == ["POWER_OUTAGE", "WEATHER"]
    assert old.get_column("end_edtf").to_list() == [None, "2022-11-02T00:00:00Z"]
    assert "no whole answer" in declaration("radar_outages").tried
    say("Cloudflare Radar, quoted answers", 1 + old.height, len(OF_2026) + 6)
