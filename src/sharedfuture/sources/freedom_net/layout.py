"""The workbooks of Freedom on the Net, by edition: where what stands, and which way it counts."""

from collections.abc import Mapping
from dataclasses import dataclass

QUESTIONS = {"A": 5, "B": 8, "C": 8}
INDICATORS = {
    "A": "freedom_net_access",
    "B": "freedom_net_content",
    "C": "freedom_net_rights",
    "Total": "freedom_net_total",
}
# Most points, as the workbook of 2024 states them.
MOST = {"A": 25, "B": 35, "C": 40, "Total": 100}
STATUS = "freedom_net_status"
# Least and most points, on the scale on which more is freer, for each status.
SPAN = {"1": (0, 39), "2": (40, 69), "3": (70, 100)}


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout. `columns` leads from our names of categories and total to the publisher's.

    `is_turned`: more points are less free, and values are what is left to the most points.
    """

    sheet: str
    header_row: int
    status: str
    words: Mapping[str, str]
    columns: Mapping[str, str]
    edition: str | None
    has_questions: bool
    is_turned: bool


LAYOUTS = {
    "2018": Layout(
        sheet="2018",
        header_row=1,
        status='"Freedom on the Net 2018" Status',
        words={"NOT FREE": "1", "PARTLY FREE": "2", "FREE": "3"},
        columns={
            "A": "A: Obstacles to Access",
            "B": "B: Limits on Content",
            "C": "C: Violations of User Rights",
            "Total": '"Freedom on the Net 2018" Total Score',
        },
        edition=None,
        has_questions=False,
        is_turned=True,
    ),
    "2024": Layout(
        sheet="FOTN 2024 score data",
        header_row=2,
        status="Status",
        words={"NF": "1", "PF": "2", "F": "3"},
        columns={"A": "A", "B": "B", "C": "C", "Total": "Total"},
        edition="Edition",
        has_questions=True,
        is_turned=False,
    ),
}
