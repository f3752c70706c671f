"""The captured files of the editions in use, as rows that results rest on; the answers in them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import polars as pl

from sharedfuture.pipeline.live.listen import Heard, Live
from sharedfuture.records.frames import frame_of, schema_of
from sharedfuture.records.stated_tables import STATED_TABLE
from sharedfuture.records.tables import TABLE

_ANSWER = STATED_TABLE["answer"]


def answers_of(live: Sequence[Live]) -> pl.DataFrame:
    """Every expert's answer of the editions in use.

    Beside the stated columns: `country_id` (null for what is no country), `connector_id`,
    `edition`, and `capture_ids`, the rows of the table `capture` that the edition comes from. The
    answers themselves are no table of the release.
    """
    schema = schema_of(_ANSWER)
    schema.update(country_id=pl.String(), connector_id=pl.String(), edition=pl.String())
    schema.update(capture_ids=pl.List(pl.String()))
    found = [
        heard.frames["answer"]
        .with_columns(
            connector_id=pl.lit(item.name),
            edition=pl.lit(heard.edition.name),
            capture_ids=pl.lit([capture_id(heard, part) for part in heard.edition.parts]),
        )
        .select(schema.names())
        .cast(schema)
        for item in live
        for heard in item.heard
        if "answer" in heard.frames
    ]
    return pl.concat(found) if found else pl.DataFrame(schema=schema)


def capture_id(heard: Heard, part: str) -> str:
    """Id of a captured file in the release."""
    return f"cap-{heard.source_id.removeprefix('src-live-')}-{part}"


def captures_of(used: Iterable[Heard]) -> pl.DataFrame:
    """The rows of the table `capture` for the parts of these editions."""
    return frame_of(TABLE["capture"], _rows(used))


def citations_of(used: Iterable[Heard]) -> pl.DataFrame:
    """Each of these files cites the edition that it is a part of."""
    rows = (
        {"row_id": capture_id(heard, name), "source_id": heard.source_id, "locator": f"part {name}"}
        for heard in used
        for name in heard.edition.parts
    )
    return frame_of(TABLE["citation"], rows)


def _rows(used: Iterable[Heard]) -> Iterator[dict[str, str | date]]:
    for heard in used:
        for name, part in heard.edition.parts.items():
            yield {
                "capture_id": capture_id(heard, name),
                "connector_id": heard.edition.source,
                "source_id": heard.source_id,
                "edition": heard.edition.name,
                "part": name,
                "sha256": part.sha256,
                "captured_date": part.captured_at.date(),
            }
