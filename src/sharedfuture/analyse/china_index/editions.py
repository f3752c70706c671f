"""The answers edition by edition, and which countries carry theirs over from the edition before."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from sharedfuture.analyse.china_index.carried import carried
from sharedfuture.analyse.china_index.comparable import kept_items
from sharedfuture.analyse.china_index.score import OVERALL

SOURCE = "china_index"


@dataclass(frozen=True, slots=True)
class Asked:
    """One edition: its answers, and the captured files that they come from."""

    name: str
    answers: pl.DataFrame
    capture_ids: tuple[str, ...]

    @property
    def scopes(self) -> list[str]:
        """All questions, then each domain by name."""
        return [OVERALL, *self.answers.get_column("domain").unique().sort()]

    def within(self, scope: str) -> pl.DataFrame:
        """The answers to all questions, or to those of one domain."""
        return self.answers if scope == OVERALL else self.answers.filter(domain=scope)


def read_editions(answers: pl.DataFrame) -> tuple[Asked, ...]:
    """The editions of the China Index among all captured answers, oldest first.

    They are named by years, which is their order. When one came out is not: the last countries of
    edition 2021 came when that of 2022 was out.
    """
    own = answers.filter(pl.col("connector_id") == SOURCE, pl.col("country_id").is_not_null())
    return tuple(
        Asked(str(name), part, tuple(part.get_column("capture_ids").explode().unique().sort()))
        for (name,), part in own.sort("edition").group_by("edition", maintain_order=True)
    )


def neighbours(editions: tuple[Asked, ...]) -> Iterator[tuple[Asked, Asked]]:
    """Each edition with the one after it."""
    return pairwise(editions)


def carried_over(
    before: Asked, after: Asked, mapped: pl.DataFrame, *, least_share: float
) -> pl.DataFrame:
    """One row a country of both editions, as `carried` gives it; none where it cannot be told.

    It can where at least `least_share` of the later edition's questions are known to be those of
    the earlier one.
    """
    kept = kept_items(mapped, first=before.name, second=after.name)
    asked = after.answers.get_column("item_no").n_unique()
    earlier = before.answers.join(kept, left_on="item_no", right_on="item_first")
    earlier = earlier.with_columns(item_no="item_second")
    later = after.answers
    if len(kept) < least_share * asked:
        later = later.clear()
    return carried(earlier, later, least_share=least_share)
