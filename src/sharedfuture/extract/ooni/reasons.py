"""Why a line is set aside: every reason, with its sentence."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a line is in quarantine instead of among the measurements."""

    LINE_TOO_LONG = "line_too_long"
    TRUNCATED_GZIP = "truncated_gzip"
    DAMAGED_GZIP = "damaged_gzip"
    NOT_UTF8 = "not_utf8"
    MALFORMED_JSON = "malformed_json"
    NESTED_TOO_DEEP = "nested_too_deep"
    WRONG_TYPE = "wrong_type"
    NO_TEST_KEYS = "no_test_keys"
    BAD_BASE64 = "bad_base64"
    UNKNOWN_COUNTRY = "unknown_country"
    COUNTRY_DIFFERS = "country_differs_from_report"
    UNREADABLE_NETWORK = "unreadable_network"
    UNREADABLE_TIME = "unreadable_time"
    TIME_IN_FUTURE = "time_in_future"
    TIME_BEFORE_OONI = "time_before_ooni"


SAYS: dict[Reason, str] = {
    Reason.LINE_TOO_LONG: "The line is longer than any measurement is.",
    Reason.TRUNCATED_GZIP: "The packed file ends too early, in the middle of a line.",
    Reason.DAMAGED_GZIP: "The packed file cannot be unpacked from here on.",
    Reason.NOT_UTF8: "A text that is read is not UTF-8.",
    Reason.MALFORMED_JSON: "The line is not well-formed JSON, or not an object.",
    Reason.NESTED_TOO_DEEP: "Brackets are nested deeper than any measurement nests them.",
    Reason.WRONG_TYPE: "A field that is read has another type than its specification says.",
    Reason.NO_TEST_KEYS: "The measurement has no results: its test keys are absent or null.",
    Reason.BAD_BASE64: "A body said to be base64 is not.",
    Reason.UNKNOWN_COUNTRY: "The country code is absent or belongs to no country.",
    Reason.COUNTRY_DIFFERS: "The country is not the one in the report's own id: one was forged.",
    Reason.UNREADABLE_NETWORK: "The number of the network is not of the form AS1234.",
    Reason.UNREADABLE_TIME: "The time of the measurement cannot be read.",
    Reason.TIME_IN_FUTURE: "The measurement lies more than a day after the time of reading.",
    Reason.TIME_BEFORE_OONI: "The measurement lies before the first of OONI's.",
}


class Unfit(Exception):
    """A line that cannot be used, with the reason and what was found."""

    def __init__(self, reason: Reason, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"{reason}: {detail}")
