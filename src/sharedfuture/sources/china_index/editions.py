"""What differs from edition to edition of the China Index, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Layout:
    """How one edition is written.

    `number` heads the numbers of the questions in the long table, `unanswered` is its word for
    no answer (None: an empty cell), `has_domain` whether its column of domains is filled.
    `layers` leads from the layers' shares in a country's file to the indicators. `spellings` are
    countries that a country's file spells otherwise than the tables. `website` is the folder of
    the site's own files, `questions` the file of the texts; None where an edition has none.
    """

    number: str
    unanswered: str | None
    has_domain: bool
    layers: Mapping[str, str]
    spellings: Mapping[str, str] = field(default_factory=dict)
    website: str | None = None
    questions: str | None = None


_FIRST_LAYERS = {
    "exposure": "china_index_exposure_pct",
    "pressure": "china_index_pressure_pct",
    "effect": "china_index_effect_pct",
}
_LAYERS = {
    "exposure": "china_index_exposure_pct",
    "pressure": "china_index_pressure_pct",
    "alignment": "china_index_alignment_pct",
}

LAYOUTS: Mapping[str, Layout] = {
    "2021": Layout("Indicator No.", None, True, _FIRST_LAYERS, {"Bolivia": "Bolívia"}),
    "2022": Layout("indicator no.", None, True, _FIRST_LAYERS, {"Bolivia": "Bolívia"}),
    "2024": Layout(
        "indicator no.",
        "NA",
        False,
        _LAYERS,
        website="2024/website_json_file",
        questions="2024/indicator_2023.json",
    ),
}

# `country_score.json` gives the domains by position only; this is their order in 2024, found by
# comparing all 909 shares with the answers.
DOMAINS_OF_SCORES = (
    "media",
    "academia",
    "economy",
    "society",
    "military",
    "law_enforcement",
    "technology",
    "domestic_politics",
    "foreign_policy",
)
