"""The files of the ledger: where they lie and what stands in each column.

`evidence/README.md` says the same to a person; a test holds the two together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sharedfuture.records.stated import Cell
from sharedfuture.sources.ledger import fields
from sharedfuture.sources.ledger.fields import Field

ACTOR_KINDS = [
    "agency",
    "party_organ",
    "security_service",
    "ministry",
    "military",
    "company",
    "research_body",
    "university",
    "forum",
    "organisation",
    "instrument",
    "initiative",
    "platform",
    "bank",
    "industry_body",
    "threat_actor",
    "office",
    "region",
]
TIE_KINDS = [
    "founded",
    "oversees",
    "operates",
    "partners_with",
    "reports_vulnerabilities_to",
    "reports_incidents_to",
    "finances",
    "trains",
    "supplies",
    "hosts",
    "member_of",
    "signatory_of",
    "agreement_with",
    "participates_in",
    "part_of",
    "issues",
    "studies",
]
TIE_STATUSES = [
    "active",
    "signed",
    "announced",
    "applied",
    "prospective",
    "observer",
    "dialogue_partner",
    "partner_country",
    "attended",
    "cosponsor",
    "endorsed",
    "reported",
    "ended",
    "unknown",
    "not_party",
    "denied",
]
DISCLOSERS = ["china", "partner", "both", "organisation", "press", "leak", "researcher", "unknown"]
EVENT_KINDS = [
    "agreement_cybersecurity",
    "agreement_content_control",
    "agreement_digital",
    "agreement_police",
    "agreement_security",
    "cert_partnership",
    "cyber_operation",
    "election_delay",
    "finance_surveillance",
    "finance_telecom",
    "joint_statement",
    "military_base",
    "military_base_considered",
    "mining",
    "nationalisation",
    "police_equipment",
    "technology_surveillance",
    "telecom_contract",
    "training",
    "training_exchange",
    "forum_held",
    "document_issued",
    "statement_made",
    "regulation",
    "leak",
    "visit",
    "institution_founded",
    "shutdown",
    "uprising",
    "proposal_at_un",
    "publication",
]
CERTAINTIES = ["documented", "announced", "reported", "alleged", "assessed", "disputed"]
REDISTRIBUTIONS = ["open", "cite", "derived_only", "link_only"]
GAPS = ["not_covered", "withheld", "not_yet_published", "unreadable", "not_applicable"]
BASES = [
    "expert_judgement",
    "survey",
    "register",
    "record",
    "vote",
    "official_statistic",
    "composite",
]
EVENT_WIDTHS = ["all", "national", "regional", "network", "unknown", "country_years"]
SUBJECT_KINDS = ["website", "service", "technique", "product"]


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of file: what matches its name, what its rows become, what its columns hold.

    `id_field` is empty where the id is made from the row. Rows of a kind with `has_source` must
    say on what they rest.
    """

    matches: str
    kind: str
    id_field: str
    columns: Mapping[str, Field]
    has_source: bool = True
    entry: str = ""


def _must(parse: Callable[[Any], Cell]) -> Field:
    return Field(parse, is_required=True)


def _may(parse: Callable[[Any], Cell]) -> Field:
    return Field(parse)


_CITE = fields.array(
    fields.mapping(
        source=_must(fields.identifier("src-")), at=_must(fields.text), note=_may(fields.prose)
    ),
    least=0,
)
_COUNTRY_CODE = fields.pattern("[A-Z]{3}", says="an ISO 3166-1 alpha-3 code")
_EVENT: Mapping[str, Field] = {
    "event_id": _must(fields.identifier("ev-")),
    "kind": _must(fields.choice(*EVENT_KINDS)),
    "date_edtf": _must(fields.text),
    "title": _must(fields.text),
    "certainty": _must(fields.choice(*CERTAINTIES)),
    "parties": _must(fields.parties),
    "note": _may(fields.text),
}

LAYOUTS: tuple[Layout, ...] = (
    Layout(
        "sources/*.csv",
        "source",
        "source_id",
        {
            "source_id": _must(fields.identifier("src-")),
            "title": _must(fields.text),
            "publisher": _must(fields.text),
            "published": _may(fields.text),
            "url": _may(fields.url),
            "licence": _must(fields.text),
            "redistribution": _must(fields.choice(*REDISTRIBUTIONS)),
            "reliability": _must(fields.choice(*"ABCDEF")),
            "note": _may(fields.text),
        },
        has_source=False,
    ),
    Layout(
        "countries.csv",
        "country",
        "country_id",
        {
            "country_id": _must(_COUNTRY_CODE),
            "name": _must(fields.text),
            "iso2": _may(fields.pattern("[A-Z]{2}", says="an ISO 3166-1 alpha-2 code")),
            "region": _must(fields.text),
            "is_un_member": _must(fields.boolean),
            "tile_column": _must(fields.integer),
            "tile_row": _must(fields.integer),
        },
    ),
    Layout(
        "spellings.csv",
        "spelling",
        "",
        {
            "as_written": _must(fields.text),
            "country_id": _must(_COUNTRY_CODE),
            "note": _may(fields.text),
        },
        has_source=False,
    ),
    Layout(
        "actors.csv",
        "actor",
        "actor_id",
        {
            "actor_id": _must(fields.identifier("act-")),
            "name": _must(fields.text),
            "name_zh": _may(fields.text),
            "kind": _must(fields.choice(*ACTOR_KINDS)),
            "country_id": _may(_COUNTRY_CODE),
            "wikidata_id": _may(fields.pattern(r"Q[1-9]\d*", says="a Wikidata item (Q…)")),
            "note": _may(fields.text),
        },
    ),
    Layout(
        "ties/*.csv",
        "tie",
        "tie_id",
        {
            "tie_id": _must(fields.identifier("tie-")),
            "kind": _must(fields.choice(*TIE_KINDS)),
            "from": _must(fields.text),
            "to": _must(fields.text),
            "since_edtf": _may(fields.text),
            "until_edtf": _may(fields.text),
            "status": _must(fields.choice(*TIE_STATUSES)),
            "disclosed_by": _must(fields.choice(*DISCLOSERS)),
            "note": _may(fields.text),
        },
    ),
    Layout("events.csv", "event", "event_id", _EVENT),
    Layout("events/*.csv", "event", "event_id", _EVENT),
    Layout(
        "tallies.csv",
        "tally",
        "tally_id",
        {
            "tally_id": _must(fields.identifier("tally-")),
            "kind": _must(fields.text),
            "subject": _must(fields.text),
            "as_of": _may(fields.text),
            "value": _must(fields.number),
            "unit": _must(fields.text),
            "statement": _must(fields.text),
            "note": _may(fields.text),
        },
    ),
    Layout(
        "figures/*.csv",
        "figure",
        "",
        {
            "country": _must(fields.text),
            "indicator_id": _must(fields.identifier("")),
            "period": _must(
                fields.pattern(r"(?:19|20)\d\d(?:/(?:19|20)\d\d)?", says="a year, or first/last")
            ),
            "value": _may(fields.number),
            "low": _may(fields.number),
            "high": _may(fields.number),
            "gap": _may(fields.choice(*GAPS)),
            "as_written": _may(fields.as_written),
        },
    ),
    Layout(
        "measurements/shutdown_counts.csv",
        "shutdown_count",
        "",
        {
            "register": _must(fields.identifier("")),
            "other_register": _may(fields.identifier("")),
            "country": _must(fields.text),
            "year": _may(fields.count),
            "events": _must(fields.count),
            "national": _must(fields.count),
            "ordered": _may(fields.count),
            "matched": _may(fields.count),
            "note": _may(fields.text),
        },
    ),
    Layout(
        "measurements/shutdown_agreements.csv",
        "shutdown_agreement",
        "",
        {
            "register": _must(fields.identifier("")),
            "other_register": _must(fields.identifier("")),
            "width": _must(fields.choice(*EVENT_WIDTHS)),
            "since_date": _must(fields.text),
            "until_date": _must(fields.text),
            "events": _must(fields.count),
            "matched": _must(fields.count),
        },
    ),
    Layout(
        "measurements/shutdown_models.csv",
        "shutdown_model",
        "",
        {
            "task": _must(fields.choice("cause", "detection")),
            "model": _must(fields.identifier("")),
            "split": _must(fields.identifier("")),
            "tested": _must(fields.count),
            "positive": _must(fields.count),
            "measure": _must(fields.identifier("")),
            "value": _may(fields.number),
            "value_low": _may(fields.number),
            "value_high": _may(fields.number),
            "level": _may(fields.number),
            "note": _may(fields.text),
        },
    ),
    Layout(
        "measurements/shutdown_measures.csv",
        "shutdown_measure",
        "shutdown_measure_id",
        {
            "shutdown_measure_id": _must(fields.identifier("shp-")),
            "title": _must(fields.text),
            "of": _must(fields.text),
            "unit": _must(fields.choice("share", "hours", "events")),
            "published": _may(fields.number),
            "here": _must(fields.number),
            "n": _must(fields.count),
            "because": _may(fields.text),
        },
    ),
    Layout(
        "measurements/blocklist.csv",
        "blocklist_day",
        "",
        {
            "series": _must(fields.identifier("")),
            "day": _may(fields.pattern(r"20\d\d-[01]\d-[0-3]\d", says="a day such as 2023-11-05")),
            "position": _must(fields.count),
            "domains": _may(fields.count),
            "blocked": _may(fields.count),
            "newly_blocked": _may(fields.count),
            "unblocked": _may(fields.count),
            "days_since": _may(fields.count),
        },
    ),
    Layout(
        "measurements/*.csv",
        "measurement_count",
        "",
        {
            "country": _must(fields.text),
            "asn": _may(fields.count),
            "network": _may(fields.text),
            "kind": _must(fields.choice(*SUBJECT_KINDS)),
            "subject": _may(fields.identifier("")),
            "category": _may(fields.pattern("[A-Z]{2,5}", says="a category code such as NEWS")),
            "period_edtf": _must(fields.text),
            "measured": _may(fields.count),
            "blocked": _may(fields.count),
            "down": _may(fields.count),
            "ok": _may(fields.count),
            "insufficient": _may(fields.count),
            "note": _may(fields.text),
        },
    ),
    Layout(
        "readings.csv",
        "reading",
        "reading_id",
        {
            "reading_id": _must(fields.identifier("reading-")),
            "claim_id": _must(fields.identifier("claim-")),
            "aspect": _must(fields.text),
            "weight": _must(fields.choice("core", "detail")),
            "type": _must(fields.choice("date", "number", "name", "yes_no")),
            "report_says": _must(fields.as_written),
            "source_says": _may(fields.as_written),
            "tolerance": _may(fields.not_negative),
            "note": _may(fields.text),
        },
    ),
    Layout(
        "citations.csv",
        "citation",
        "",
        {"row_id": _must(fields.text), "note": _may(fields.text)},
    ),
    Layout(
        "indicators.toml",
        "indicator",
        "indicator_id",
        {
            "indicator_id": _must(fields.identifier("")),
            "title": _must(fields.text),
            "unit": _must(fields.text),
            "better": _must(fields.choice("higher", "lower", "none")),
            "basis": _must(fields.choice(*BASES)),
            "minimum": _may(fields.number),
            "maximum": _may(fields.number),
            "decimals": _must(fields.integer),
            "absence": _must(fields.choice("not_covered", "none_recorded")),
            "note": _may(fields.prose),
            "cite": _must(_CITE),
        },
        entry="indicator",
    ),
    Layout(
        "doctrine.toml",
        "doctrine",
        "doctrine_id",
        {
            "doctrine_id": _must(fields.identifier("doc-")),
            "kind": _must(fields.choice("principle", "proposal", "edition", "term")),
            "position": _must(fields.integer),
            "title": _must(fields.text),
            "title_zh": _may(fields.text),
            "statement": _must(fields.prose),
            "date_edtf": _may(fields.text),
            "cite": _must(_CITE),
        },
        entry="doctrine",
    ),
    Layout(
        "claims/*.toml",
        "claim",
        "claim_id",
        {
            "claim_id": _must(fields.identifier("claim-")),
            "paragraph": _must(fields.integer),
            "kind": _must(fields.choice("fact", "figure", "inference", "forecast")),
            "statement": _must(fields.prose),
            "quote": _may(fields.quote),
            "about": _may(fields.names),
            "test": _must(
                fields.mapping(
                    kind=_must(fields.choice("sql", "readings", "untestable")),
                    sql=_may(fields.query),
                    why=_may(fields.prose),
                )
            ),
            "because": _may(
                fields.mapping(
                    supported=_may(fields.prose),
                    weaker=_may(fields.prose),
                    contradicted=_may(fields.prose),
                    insufficient=_may(fields.prose),
                )
            ),
            "cite": _may(_CITE),
        },
        has_source=False,
        entry="claim",
    ),
    Layout(
        "cases.toml",
        "case_history",
        "case_id",
        {
            "case_id": _must(fields.identifier("case-")),
            "country": _must(fields.text),
            "title": _must(fields.text),
            "summary": _must(fields.prose),
            "step": _must(
                fields.array(
                    fields.mapping(event=_must(fields.identifier("ev-")), text=_must(fields.prose)),
                    least=1,
                )
            ),
            "cite": _must(_CITE),
        },
        entry="case",
    ),
)
