"""Why a record is set aside: every reason, with its sentence."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a record is in quarantine instead of among the hosts."""

    LINE_TOO_LONG = "line_too_long"
    DOCUMENT_TOO_LONG = "document_too_long"
    TRUNCATED_GZIP = "truncated_gzip"
    DAMAGED_GZIP = "damaged_gzip"
    NOT_UTF8 = "not_utf8"
    MALFORMED_JSON = "malformed_json"
    NESTED_TOO_DEEP = "nested_too_deep"
    WRONG_TYPE = "wrong_type"
    UNKNOWN_LAYOUT = "unknown_layout"
    NO_ADDRESS = "no_address"


SAYS: dict[Reason, str] = {
    Reason.LINE_TOO_LONG: "The line is longer than any record is.",
    Reason.DOCUMENT_TOO_LONG: "The document is too long to be read at once; export it as lines.",
    Reason.TRUNCATED_GZIP: "The packed file ends too early, in the middle of a record.",
    Reason.DAMAGED_GZIP: "The packed file cannot be unpacked from here on.",
    Reason.NOT_UTF8: "A text that is read is not UTF-8.",
    Reason.MALFORMED_JSON: "The record is not well-formed JSON.",
    Reason.NESTED_TOO_DEEP: "Brackets are nested deeper than any record nests them.",
    Reason.WRONG_TYPE: "A field that is read has another type than its layout says.",
    Reason.UNKNOWN_LAYOUT: "The record is in none of the known layouts.",
    Reason.NO_ADDRESS: "The record names no machine: no address, or none that can be read.",
}


class Unfit(Exception):
    """A record that cannot be used. It says why, and never what was found: that may name one."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(str(reason))
