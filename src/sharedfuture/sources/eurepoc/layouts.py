"""The layouts of EuRepoC's three tables in its versions: names, lists, days.

Left out on purpose, besides much else, is every column in which persons stand: names of
initiators and receivers (groups and persons in one column), and who attributed or answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

# How a cell holds several values: as a list of Python, or parted by a sign.
PYTHON_LIST = "python"


@dataclass(frozen=True, slots=True)
class Incidents:
    """The table of incidents: names of its columns, and how its cells hold several values.

    `twice` are names that occur a second time and must do so: else the second, which speaks of the
    settled attribution, would be taken for the first.
    """

    key: str
    start: str
    end: str
    links: str
    # How initiators and links stand in a cell, and the sign between values everywhere else.
    lists: str
    sign: str
    ignoring: tuple[str, ...] = field(repr=False)
    twice: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[str, ...]:
        """Every column that is read."""
        return (
            *self.twice,
            *(self.key, "name", self.start, self.end, "incident_type", "attribution_basis"),
            *("attribution_date", self.links, "initiator_country", "initiator_category"),
        )


@dataclass(frozen=True, slots=True)
class Parties:
    """A table with a row for each party to an incident. `codes` says how many countries it is."""

    role: str
    key: str
    country: str
    category: str
    ignoring: tuple[str, ...]
    codes: str | None = None

    @property
    def wanted(self) -> tuple[str, ...]:
        """Every column that is read."""
        codes = () if self.codes is None else (self.codes,)
        return (self.key, self.country, self.category, *codes)


@dataclass(frozen=True, slots=True)
class Layout:
    """One version: its tables by the names of their parts, and their sheets in its workbook."""

    incidents: Incidents
    parties: Mapping[str, Parties]
    # How a day, a month or a year is written, and what each becomes in the order of ISO.
    days: Mapping[str, str]
    sheets: Mapping[str, str] = field(default_factory=dict)


_OF_1_1 = Layout(
    incidents=Incidents(
        key="ID",
        start="start_date",
        end="end_date",
        links="sources_url",
        lists=PYTHON_LIST,
        sign="; ",
        ignoring=(
            *("description", "inclusion_criteria", "inclusion_criteria_subcode"),
            *("source_incident_detection_disclosure", "receiver_name", "receiver_country"),
            *("receiver_region", "receiver_category", "receiver_category_subcode"),
            *("initiator_name", "initiator_category_subcode", "number_of_attributions"),
            *("attribution_type", "attributing_actor", "attribution_it_company"),
            *("attributing_country", "attributed_initiator", "attributed_initiator_country"),
            *("attributed_initiator_category", "attributed_initiator_subcategory"),
            *("sources_attribution", "cyber_conflict_issue", "offline_conflict_issue"),
            *("offline_conflict_name_HIIK", "offline_conflict_intensity"),
            *("offline_conflict_intensity_subcode", "number_of_political_responses"),
            *("political_response_date", "political_response_type"),
            *("political_response_type_subcode", "political_response_country"),
            *("political_response_actor", "zero_days", "zero_days_subcode"),
            *("MITRE_initial_access", "MITRE_impact", "user_interaction", "has_disruption"),
            *("data_theft", "disruption", "hijacking", "physical_effects_spatial"),
            *("physical_effects_temporal", "unweighted_cyber_intensity", "target_multiplier"),
            *("weighted_cyber_intensity", "impact_indicator", "impact_indicator_value"),
            *("functional_impact", "intelligence_impact", "political_impact_affected_entities"),
            *("political_impact_affected_entities_exact_value",),
            *("political_impact_third_countries", "political_impact_third_countries_exact_value"),
            *("economic_impact", "economic_impact_exact_value", "economic_impact_currency"),
            *("state_responsibility_indicator", "IL_breach_indicator"),
            *("IL_breach_indicator_subcode", "evidence_for_sanctions_indicator"),
            *("number_of_legal_responses", "legal_response_date", "legal_response_type"),
            *("legal_response_type_subcode", "legal_response_country", "legal_response_actor"),
            *("legal_attribution_reference", "legal_attribution_reference_subcode"),
            *("legal_response_indicator", "casualties"),
        ),
    ),
    parties={
        "attributions": Parties(
            role="attributed_initiator",
            key="incident_ID",
            country="attributed_initiator_country",
            category="attributed_initiator_category",
            ignoring=(
                *("attribution_ID", "attribution_date", "attribution_type", "attribution_basis"),
                *("attributing_actor", "attribution_it_company", "attributing_country"),
                *("attributed_initiator",),
            ),
        ),
        "receivers": Parties(
            role="receiver",
            key="ID",
            country="receiver_country",
            category="receiver_category",
            ignoring=("receiver_region", "receiver_name", "receiver_category_subcode"),
        ),
    },
    days={r"^(\d{4}-\d\d-\d\d)(?: 00:00:00)?$": "$1"},
    sheets={
        "incidents": "EuRepoC_Global_Database_1.1",
        "attributions": "Attribution_dataset_1.1",
        "receivers": "Receiver_dataset_1.1",
    },
)

_OF_1_3 = Layout(
    incidents=Incidents(
        key="incident_id",
        start="start_date",
        end="end_date",
        links="source_url",
        lists=";",
        sign=";",
        twice=("initiator_country#2", "initiator_category#2"),
        ignoring=(
            *("description", "inclusion_criterion", "inclusion_criterion_subcode"),
            *("source_disclosure", "receiver_name", "receiver_country"),
            *("receiver_country_alpha_2_code", "receiver_regions", "receiver_category"),
            *("receiver_subcategory", "initiator_name", "initiator_alpha_2"),
            *("initiator_subcategory", "number_attributions", "attribution_id"),
            *("attribution_type", "attributing_actor", "attributing_company"),
            *("attributing_country", "settled_initiator", "attribution_source_url"),
            *("cyber_conflict_issue",),
            *("offline_conflict_issue", "offline_conflict_name", "offline_conflict_intensity"),
            *("offline_conflict_intensity_subcode", "number_political_responses"),
            *("political_response_date", "political_response_type", "political_response_subtype"),
            *("political_response_responding_country", "political_response_responding_actor"),
            *("zero_days", "zero_days_subcode", "mitre_initial_access", "mitre_impact"),
            *("user_interaction", "has_disruption", "data_theft", "disruption", "hijacking"),
            *("physical_effects_spatial", "physical_effects_temporal", "unweighted_intensity"),
            *("target_multiplier", "weighted_intensity", "impact_indicator_label"),
            *("impact_indicator_score", "functional_impact", "intelligence_impact"),
            *("affected_entities", "affected_entities_value", "affected_third_countries"),
            *("affected_third_countries_value", "economic_impact", "economic_impact_value"),
            *("economic_impact_currency", "state_responsibility_actor", "il_breach_indicator"),
            *("il_breach_indicator_subcode", "evidence_for_sanctions_indicator"),
            *("number_legal_responses", "legal_response_date", "legal_response_type"),
            *("legal_response_subtype", "legal_response_responding_country"),
            *("legal_response_responding_actor", "attribution_legal_reference"),
            *("attribution_legal_reference_subcode", "response_indicator", "casualties"),
            *("added_to_db", "updated_at"),
        ),
    ),
    parties={
        "attributions": Parties(
            role="attributed_initiator",
            key="incident_id",
            country="initiator_country",
            category="initiator_category",
            codes="initiator_alpha_2",
            ignoring=(
                *("attribution_id", "attribution_year", "attribution_month", "attribution_day"),
                *("attribution_date", "attribution_basis", "attribution_type"),
                *("attribution_subtype", "attributing_country", "attributing_actor"),
                *("attributing_company", "settled_attribution", "initiator_name"),
                *("initiator_subcategory",),
            ),
        ),
        "receivers": Parties(
            role="receiver",
            key="incident_id",
            country="country",
            category="category",
            ignoring=("id", "name", "subcategory"),
        ),
    },
    days={
        r"^(\d\d)\.(\d\d)\.(\d{4})$": "$3-$2-$1",
        r"^(\d\d)\.(\d{4})$": "$2-$1",
        r"^(\d{4})$": "$1",
    },
)

LAYOUTS: Mapping[str, Layout] = {"1.1": _OF_1_1, "1.3": _OF_1_3}
