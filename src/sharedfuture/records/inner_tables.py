"""Tables that pass between rooms during a build and are not published."""

from sharedfuture.records.table import Column, Kind, Table

READING_SPAN = Table(
    "reading_span",
    "the days that the two dates of a reading allow",
    ("reading_id",),
    (
        Column("reading_id", "the reading"),
        Column("report_earliest", "first day of the report's date", Kind.DATE),
        Column("report_latest", "last day of the report's date", Kind.DATE),
        Column("source_earliest", "first day of the source's date", Kind.DATE),
        Column("source_latest", "last day of the source's date", Kind.DATE),
    ),
)

CLAIM_REASON = Table(
    "claim_reason",
    "the sentence that a claim gives for a verdict, to be filled from its query",
    ("claim_id", "verdict"),
    (
        Column("claim_id", "the claim"),
        Column("verdict", "the verdict it belongs to"),
        Column("template", "sentence with {column} places"),
    ),
)

CLAIM_ANSWER = Table(
    "claim_answer",
    "what the query of a claim answered",
    ("claim_id",),
    (
        Column("claim_id", "the claim"),
        Column("holds", "whether the claim holds; empty where it cannot be told", Kind.BOOLEAN),
        Column("partly", "whether a claim that does not hold does so in part", Kind.BOOLEAN),
        Column("row_ids", "ids of the rows it rests on, JSON"),
        Column("answer", "all columns of the query, JSON"),
    ),
)

PLAYBOOK_TEXT = Table(
    "playbook_text",
    "a playbook of the ledger as it is written",
    ("playbook_id",),
    (
        Column("playbook_id", "id of the playbook"),
        Column("file", "file of the ledger"),
        Column("text", "the file, TOML"),
        Column("sha256", "hash of the file"),
    ),
)
