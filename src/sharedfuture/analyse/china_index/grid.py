"""Answers of one edition as a grid of countries and questions, and samples of the questions."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Quantile = Literal["linear", "inverted_cdf"]


@dataclass(frozen=True, slots=True)
class Grid:
    """Points by country (rows) and question (columns), both in order; NaN where skipped."""

    country_ids: tuple[str, ...]
    item_nos: tuple[int, ...]
    points: Numbers


def read_grid(answers: pl.DataFrame) -> Grid:
    """The answers of one edition. Raises ValueError where a country answers a question twice."""
    countries = answers.get_column("country_id").unique().sort()
    items = answers.get_column("item_no").unique().sort()
    points = np.full((len(countries), len(items)), np.nan)
    row = countries.search_sorted(answers.get_column("country_id")).to_numpy()
    column = items.search_sorted(answers.get_column("item_no")).to_numpy()
    if answers.select("country_id", "item_no").is_duplicated().any():
        raise ValueError("expected each question once a country, found one twice")
    points[row, column] = answers.get_column("score").cast(pl.Float64).fill_null(np.nan).to_numpy()
    return Grid(tuple(countries), tuple(items), points)


def shared_sample_means(values: Numbers, *, draws: int, seed: int) -> Numbers:
    """Means by draw and country where each draw takes one sample of the questions for all."""
    counts = _samples(values.shape[1], size=(draws,), seed=seed)
    known = ~np.isnan(values)
    return _means(counts @ np.where(known, values, 0.0).T, counts @ known.T.astype(np.float64))


def own_sample_means(values: Numbers, *, draws: int, seed: int) -> Numbers:
    """Means by draw and country where each country has a sample of the questions of its own."""
    counts = _samples(values.shape[1], size=(draws, len(values)), seed=seed)
    known = ~np.isnan(values)
    sums = np.einsum("dci,ci->dc", counts, np.where(known, values, 0.0))
    return _means(sums, np.einsum("dci,ci->dc", counts, known.astype(np.float64)))


def means(values: Numbers) -> Numbers:
    """Mean of the known values of each country; NaN where there is none."""
    return _means(np.nansum(values, axis=1), (~np.isnan(values)).sum(axis=1).astype(np.float64))


def middle(values: Numbers, *, level: float, method: Quantile) -> tuple[Numbers, Numbers]:
    """The middle `level` of each column; NaN draws are passed over, NaN if nothing is left."""
    known = ~np.isnan(values).all(axis=0)
    bounds = np.full((2, values.shape[1]), np.nan)
    ends = [(1 - level) / 2, (1 + level) / 2]
    bounds[:, known] = np.nanquantile(values[:, known], ends, axis=0, method=method)
    return bounds[0], bounds[1]


def _samples(item_count: int, *, size: tuple[int, ...], seed: int) -> Numbers:
    """How often each question is in samples of as many questions, taken with replacement."""
    if not item_count:
        return np.empty((*size, 0))
    even = np.full(item_count, 1 / item_count)
    generator = np.random.default_rng(seed)
    counts: Numbers = generator.multinomial(item_count, even, size=size).astype(np.float64)
    return counts


def _means(sums: Numbers, numbers: Numbers) -> Numbers:
    """Quotients of whole numbers: equal ones are equal to the last digit; NaN where none."""
    quotients: Numbers = np.where(numbers > 0, sums / np.where(numbers > 0, numbers, 1.0), np.nan)
    return quotients
