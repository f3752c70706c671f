"""The public tables about what publishers' own files gave: who is listened to, and what was had."""

from sharedfuture.records.table import Table, boolean, date, integer, text

LIVE_TABLES: tuple[Table, ...] = (
    Table(
        "connector",
        "a publisher whose own files the observatory can read, and how it stands",
        ("connector_id",),
        (
            text("connector_id", "name of the reader"),
            text("title", "title of the data set"),
            text("publisher", "who publishes it"),
            text("homepage", "where the publisher speaks of it"),
            text("licence", "licence as stated by the publisher"),
            text("redistribution", "open, cite, derived_only or link_only"),
            text("cadence", "how often the publisher brings something new"),
            boolean("is_tried", "the reader was tried on a file of the publisher"),
            text("tried", "on which file it was tried, or on none"),
            text("addresses", "whether the addresses were opened, and when"),
            text("state", "in_use, stale, unreadable or never_captured"),
            text("because", "why a newer file is not in use"),
            text("edition", "newest edition in use"),
            text("published", "when that edition came out, EDTF"),
            date("captured_date", "day on which its files were had"),
            integer("editions", "editions in use"),
            integer("rows_in", "rows that they state"),
            integer("figures", "figures of this release that come from them"),
        ),
    ),
    Table(
        "capture",
        "a file of a publisher that this release was made from",
        ("capture_id",),
        (
            text("capture_id", "source, part and hash"),
            text("connector_id", "name of the reader"),
            text("source_id", "the edition, as a source that rows cite"),
            text("edition", "the edition by the publisher's name"),
            text("part", "part of the edition, by our name"),
            text("sha256", "hash of its bytes"),
            date("captured_date", "day on which these bytes were first had"),
        ),
    ),
)
