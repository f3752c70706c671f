"""The layouts of the register over the years: names of its columns, and what is left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout. `columns` leads from our column to the publisher's; what it lacks is not there.

    `year` is the column with the year in which the register counts an event, or the year that the
    sheet itself stands for; `key` is the column that numbers the events of a sheet.
    """

    year: str | int
    start: str
    end: str
    country: str
    columns: Mapping[str, str]
    ignoring: tuple[str, ...] = field(repr=False)
    key: str | None = None

    @property
    def wanted(self) -> tuple[str, ...]:
        """Every column that is read."""
        own = (self.start, self.end, self.country, *self.columns.values())
        year = () if isinstance(self.year, int) else (self.year,)
        return (*own, *year, *(() if self.key is None else (self.key,)))


_COLUMNS_FROM_2020 = {
    "kind": "shutdown_type",
    "scope": "geo_scope",
    "area": "area_name",
    "network": "affected_network",
    "extent": "shutdown_extent",
    "ordered_by": "ordered_by",
    "cause": "actual_cause",
    "justification": "gov_justification",
    "status": "shutdown_status",
    "link": "info_source_link",
}
# The decision makers are left out for good: now and then a person stands there.
_IGNORED_FROM_2020 = (
    *("start_date_type", "decision_maker", "actual_cause_details"),
    *("info_source", "gov_just_details", "gov_ack", "legal_just", "legal_method"),
    *("gov_ack_source", "gov_ack_quote", "facebook_affected", "twitter_affected"),
    *("whatsapp_affected", "instagram_affected", "telegram_affected", "other_affected"),
    *("sms_affected", "phonecall_affected", "telcos_involved", "telco_ack", "telco_ack_source"),
    *("telco_ack_quote", "election", "violence", "hr_abuse_reported", "users_targeted"),
    *("users_target_detail", "users_notified", "econ_impact", "event", "an_link"),
)


def _from_2020(year: str | int, *ignoring: str) -> Layout:
    return Layout(
        year=year,
        start="start_date",
        end="end_date",
        country="country",
        columns=_COLUMNS_FROM_2020,
        ignoring=(*_IGNORED_FROM_2020, *ignoring),
    )


COMBINED = _from_2020("count_year", "duration", "region")

# Names end in spaces where the publisher's do.
_OF_2019 = Layout(
    year=2019,
    key="ID",
    start="start_date",
    end="end_date ",
    country="country ",
    columns={
        "kind": "shutdown_type_new",
        "scope": "geo_scope",
        "area": "area_name ",
        "network": "affected_network",
        "extent": "full or service-based",
        "ordered_by": "ordered_by ",
        "cause": "actual_cause",
        "justification": "official_just",
        "link": "news_link ",
    },
    ignoring=(
        *("duration", "Info_source ", "continent", "sub-region", "decision_maker"),
        *("Facebook_affected", "Twitter_affected", "WhatsApp_affected"),
        *("Instagram_affected", "Telegram_affected", "other_service_details (specify) "),
        *("SMS_and_phone_call_affected", "telcos_involved ", "gov_ack", "other_just_details"),
        *("off_statement", "other_cause_details", "election", "violence", "hr_abuse_reported"),
        *("users_notified", "users_affected/targetted ", "legal_justif", "legal_method "),
        *("telco_resp", "telco_ ack", "econ_impact", "event ", "an_link ", "notes"),
    ),
)

_OF_2016_TO_2018 = Layout(
    year="year",
    key="id",
    start="start_date",
    end="end_date",
    country="country",
    columns={
        "kind": "shutdown_type",
        "scope": "geo_scope",
        "area": "area_name",
        "network": "services_affected",
        "extent": "shutdown_type_group",
        "ordered_by": "ordered_by",
        "cause": "actual_cause",
        "justification": "official_just",
        "link": "news_link",
    },
    ignoring=(
        *("duration_days", "duration_hours", "info_source", "continent", "sub_region"),
        *("econ_impact", "event", "an_link", "service_details"),
        *("notes", "latitude", "longitude"),
    ),
)

# The older workbook: a sheet a year or so, in the publisher's order.
SHEETS: Mapping[str, Layout] = {
    "2022 Data": _from_2020(2022, "duration"),
    "2021 Data": _from_2020(2021, "Duration"),
    "2020 Data": _from_2020(2020, "Duration"),
    "2019": _OF_2019,
    "2016+2017+2018 ": _OF_2016_TO_2018,
}
# Three rows without a header or a date: notes of the publisher to itself.
SHEETS_LEFT_OUT = ("Need more details",)

# What stands for an end that is not a day, in small letters: words, which are a status, and two
# sentences. The first does not say whether day or month comes first; the second names a month
# before the start.
STATUS_WORDS = ("ongoing", "unknown", "unkown")
NOT_A_DAY = (
    *STATUS_WORDS,
    "4/1/2018 upon caf visit",
    "april/2017 following the inauguration of the new prime minister",
)
