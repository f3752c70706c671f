"""What to fetch: one file of one edition of a source, and in which form it must come."""

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """What the bytes of a file must be; anything else is not a capture."""

    CSV = "csv"
    TEXT = "text"
    JSON = "json"
    ZIP = "zip"
    GZIP = "gzip"
    XLSX = "xlsx"
    XLS = "xls"
    RDATA = "rdata"


@dataclass(frozen=True, slots=True)
class Paging:
    """An interface that answers in pages, numbered from 1 by the query parameter `parameter`.

    `total` is the way to the number of pages inside the answer, such as `(0, "pages")`.
    """

    parameter: str
    total: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to fetch. The names are ours; none of them ever comes from a server."""

    source: str
    edition: str
    part: str
    url: str
    form: Form
    limit_bytes: int
    paging: Paging | None = None
