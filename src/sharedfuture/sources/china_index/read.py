"""The China Index: questions, experts' answers, and the shares and ranks that are published.

Two tables of an edition are needed, the wide and the long one, and must say the same. An archive
of the publisher's whole repository may stand beside them; it has the texts of the questions (2024
only), the date and the evidence of the answers, and the published numbers. Every answer that it
repeats must be the answer of the tables.
"""

from collections.abc import Iterator

import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.records.errors import SourceChanged
from sharedfuture.records.statement import Statement
from sharedfuture.sources.china_index.editions import LAYOUTS
from sharedfuture.sources.china_index.repository import PART, Repository
from sharedfuture.sources.china_index.tables import read_tables


def read(edition: Edition) -> Iterator[Statement]:
    """Questions, answers, and values where the repository is held.

    An answer that was skipped has no score and the gap `not_covered`. Raises SourceChanged.
    """
    layout = LAYOUTS.get(edition.name)
    if layout is None:
        raise SourceChanged(
            f"{edition.source}/{edition.name}: expected an edition among {', '.join(LAYOUTS)}"
        )
    questions, answers = read_tables(edition, layout)
    if not edition.has(PART):
        yield Statement("item", questions)
        yield Statement("answer", answers)
        return
    repository = Repository(edition, layout)
    yield Statement("item", _with_texts(edition, questions, repository.questions()))
    yield Statement("answer", _with_evidence(edition, answers, repository.answers()))
    yield Statement("value", repository.values())


def _with_texts(
    edition: Edition, questions: pl.DataFrame, texts: pl.DataFrame | None
) -> pl.DataFrame:
    if texts is None:
        return questions
    if sorted(texts.get_column("item_no")) != sorted(questions.get_column("item_no")):
        raise SourceChanged(
            f"{edition.source}/{edition.name}/{PART}: expected the text of each of "
            f"{len(questions)} questions once, found {len(texts)} texts"
        )
    return questions.join(texts, on="item_no", how="left", maintain_order="left")


def _with_evidence(edition: Edition, answers: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    """The answers with date and evidence, where the country's file is held."""
    key = ["item_no", "country_as_written"]
    both = files.join(answers.select(*key, "score", "gap"), on=key, how="left")
    other = both.filter(
        ~pl.col("score_in_file").eq_missing(pl.col("score"))
        | (pl.col("score").is_null() & pl.col("gap").is_null())
        | files.select(key).is_duplicated()
    )
    for item_no, country, found, wanted, path in other.select(
        *key, "score_in_file", "score", "path"
    ).iter_rows():
        raise SourceChanged(
            f"{edition.source}/{edition.name}/{PART}/{path}, question {item_no}, {country}: "
            f"expected {_shown(wanted)} as in the tables and once, found {_shown(found)} "
            f"({len(other)} such answers)"
        )
    return answers.join(
        files.drop("score_in_file", "path"), on=key, how="left", maintain_order="left"
    )


def _shown(score: float | None) -> str:
    return "no answer" if score is None else f"{score:g}"
