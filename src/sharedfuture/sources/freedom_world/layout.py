"""The columns of Freedom in the World: what each is called here, its range, and its parts."""

QUESTIONS = {"A": 3, "B": 4, "C": 3, "D": 4, "E": 3, "F": 4, "G": 4}
SUBTOTALS = {
    "A": "freedom_world_electoral_process",
    "B": "freedom_world_pluralism",
    "C": "freedom_world_government",
    "D": "freedom_world_expression",
    "E": "freedom_world_association",
    "F": "freedom_world_rule_of_law",
    "G": "freedom_world_personal_autonomy",
}
TOTALS = {
    "PR": "freedom_world_political_rights",
    "CL": "freedom_world_civil_liberties",
    "Total": "freedom_world_total",
}
RATINGS = {"PR rating": "freedom_world_pr_rating", "CL rating": "freedom_world_cl_rating"}
STATUS = "freedom_world_status"
STATUS_WORDS = {"NF": "1", "PF": "2", "F": "3"}

# Sums that the publisher states, each of these columns; the points of Add Q are taken off.
PARTS: dict[str, tuple[str, ...]] = {
    **{
        name: tuple(f"{name}{number}" for number in range(1, count + 1))
        for name, count in QUESTIONS.items()
    },
    "PR": ("A", "B", "C", "Add A"),
    "CL": ("D", "E", "F", "G"),
    "Total": ("PR", "CL"),
}
TAKEN_OFF = {"PR": "Add Q"}

# Column: indicator, least and most points.
POINTS: dict[str, tuple[str, int, int]] = {
    **{
        question: (f"freedom_world_{question.lower()}", 0, 4)
        for name in QUESTIONS
        for question in PARTS[name]
    },
    **{name: (SUBTOTALS[name], 0, 4 * count) for name, count in QUESTIONS.items()},
    "Add Q": ("freedom_world_add_q", 0, 4),
    "Add A": ("freedom_world_add_a", 0, 4),
    "PR": (TOTALS["PR"], -4, 44),
    "CL": (TOTALS["CL"], 0, 60),
    "Total": (TOTALS["Total"], -4, 104),
    "PR rating": (RATINGS["PR rating"], 1, 7),
    "CL rating": (RATINGS["CL rating"], 1, 7),
}
# Given up with edition 2018: the only column that may be without a value.
GIVEN_UP = "Add A"
NOT_APPLICABLE = "N/A"

# The ratings workbook: its sheets, without the space that one of them ends in, and its blocks.
RATINGS_SHEETS = ("Country Ratings, Statuses", "Territory Ratings, Statuses")
HEADER_CELLS = ("Survey Edition", "Year(s) Under Review", None)
BLOCK = {"PR": RATINGS["PR rating"], "CL": RATINGS["CL rating"], "Status": STATUS}
UNRATED = "-"
# South Africa of 1972 was rated twice, for its white and for its black population.
RATED_TWICE = ("2(5)", "3(6)", "F (NF)")
