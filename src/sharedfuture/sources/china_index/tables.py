"""The two tables of answers of an edition, which must say the same.

The wide one has a row a question and a column a country, the long one a row an answer. The long
one names the layers, the wide one the domains (the long table of 2024 leaves them empty). Rows
of answers are numbered as in the long table, because there a row is one answer.
"""

import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.extract import Sheet, csv_sheet
from sharedfuture.records.errors import SourceChanged
from sharedfuture.sources.china_index.editions import Layout

_UNANSWERED_IN_WIDE = "na"
_MOST_POINTS = 4
_WORDS_IN_WIDE = ("0", "1", "2", "3", "4", _UNANSWERED_IN_WIDE)
_GRADING = {"1": "graded", "0": "binary"}


def read_tables(edition: Edition, layout: Layout) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The questions (item_no, domain, layer, grading), and the answers with the same columns.

    Raises SourceChanged where the two tables differ in any country, question, grading, domain or
    answer, where an answer is missing from one, or is none that its grading allows.
    """
    long = csv_sheet(
        edition.capture("answers_long"),
        columns=(layout.number, "Grading", "Domain", "Country", "Score", "Layer"),
        ignoring=("Region",),
    )
    countries = long.text("Country", required=True).unique(maintain_order=True).to_list()
    wide = csv_sheet(
        edition.capture("answers"), columns=("indicator no.", "grading", "domain", *countries)
    )
    answers, questions = _answers(long, layout), _questions(wide)
    cells = _cells(wide, questions, countries)
    layers = _layers(long, answers)
    questions = questions.join(layers, on="item_no", how="left", maintain_order="left")
    _require_the_same(long, answers, cells, layout)
    domains = questions.select("item_no", "domain")
    return questions, answers.drop("domain").join(
        domains, on="item_no", how="left", maintain_order="left"
    )


def _questions(wide: Sheet) -> pl.DataFrame:
    part, row = wide.at()
    questions = pl.DataFrame(
        {
            "item_no": wide.whole("indicator no."),
            "domain": wide.text("domain", required=True),
            "grading": wide.choice("grading", _GRADING, required=True),
            "part": part,
            "row": row,
        }
    )
    unfit = questions.get_column("item_no").is_null() | questions.select("item_no").is_duplicated()
    wide.refuse(unfit, "indicator no.", "each number once")
    return questions


def _answers(long: Sheet, layout: Layout) -> pl.DataFrame:
    part, row = long.at()
    gaps = () if layout.unanswered is None else (layout.unanswered,)
    if layout.unanswered is not None:
        long.refuse(long.text("Score").is_null(), "Score", f"a value or {layout.unanswered!r}")
    score = long.whole("Score", gaps=gaps)
    grading = long.choice("Grading", _GRADING, required=True)
    long.refuse(~score.is_between(0, _MOST_POINTS), "Score", f"0 to {_MOST_POINTS} points")
    odd = (grading == "binary") & ~score.is_in([0, _MOST_POINTS])
    long.refuse(
        odd.fill_null(False), "Score", f"0 or {_MOST_POINTS} points, the question is binary"
    )
    return pl.DataFrame(
        {
            "item_no": long.whole(layout.number),
            "country_as_written": long.text("Country"),
            "domain": long.text("Domain"),
            "layer": long.text("Layer", required=True),
            "grading": grading,
            "score": score.cast(pl.Float64),
            "gap": long.gap("Score", dict.fromkeys(gaps, "not_covered"), empty="not_covered"),
            "part": part,
            "row": row,
        }
    )


def _layers(long: Sheet, answers: pl.DataFrame) -> pl.DataFrame:
    """The layer of each question, which must be the same for every country."""
    layers = answers.group_by("item_no", maintain_order=True).agg(
        pl.col("layer").first(), count=pl.col("layer").n_unique()
    )
    mixed = layers.filter(pl.col("count") > 1).get_column("item_no")
    long.refuse(answers.get_column("item_no").is_in(mixed.implode()), "Layer", "one layer a number")
    return layers.drop("count")


def _cells(wide: Sheet, questions: pl.DataFrame, countries: list[str]) -> pl.DataFrame:
    """The cells of the wide table, a row each."""
    cells = (
        wide.frame.select(pl.col(countries).str.strip_chars())
        .with_columns(
            questions.select("item_no", grading_in_wide="grading", domain_in_wide="domain")
        )
        .unpivot(
            on=countries,
            index=["item_no", "grading_in_wide", "domain_in_wide"],
            variable_name="country_as_written",
            value_name="written",
        )
    )
    if not cells.get_column("written").is_in(_WORDS_IN_WIDE).fill_null(False).all():
        for country in countries:
            unfit = ~wide.text(country).is_in(_WORDS_IN_WIDE).fill_null(False)
            wide.refuse(unfit, country, f"one of {', '.join(map(repr, _WORDS_IN_WIDE))}")
    return cells.with_columns(
        score_in_wide=pl.col("written").replace(_UNANSWERED_IN_WIDE, None).cast(pl.Float64)
    ).drop("written")


def _require_the_same(
    long: Sheet, answers: pl.DataFrame, cells: pl.DataFrame, layout: Layout
) -> None:
    key = ["item_no", "country_as_written"]
    long.refuse(answers.select(key).is_duplicated(), "Country", "each country once a number")
    both = answers.join(cells, on=key, how="left", maintain_order="left")
    lost = both.get_column("grading_in_wide").is_null()
    long.refuse(lost, layout.number, "a number that the wide table has")
    if len(answers) != len(cells):
        raise SourceChanged(
            f"{long.name}: expected an answer for each of the {len(cells)} cells of the wide "
            f"table, found {len(answers)}"
        )
    same_score = both.get_column("score").eq_missing(both.get_column("score_in_wide"))
    long.refuse(~same_score, "Score", "the same answer as in the wide table")
    same_grading = both.get_column("grading") == both.get_column("grading_in_wide")
    long.refuse(~same_grading, "Grading", "the same grading as in the wide table")
    domain = both.get_column("domain")
    if layout.has_domain:
        same_domain = domain.eq_missing(both.get_column("domain_in_wide"))
        long.refuse(~same_domain, "Domain", "the same domain as in the wide table")
    else:
        long.refuse(domain.is_not_null(), "Domain", "an empty cell, as in this edition")
