"""The statistical steps against the least they could cost, and against the plain way."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
from timing import in_turn

from sharedfuture.analyse.spectrum import association, place
from sharedfuture.analyse.step import read_parameters
from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.pipeline.compute import compute
from sharedfuture.pipeline.settings import Settings

Row = tuple[str, float, str, float, str]
ROOT = Path(__file__).parents[1]


def analysis_rows() -> list[Row]:
    """Ranks with their intervals, and the bootstrap of the correlation."""
    settings = Settings(evidence=ROOT / "evidence", out=Path(), var=Path())
    tables = compute(capture_ledger(settings), settings).tables
    return [_place_row(tables), _bootstrap_row(tables)]


def _place_row(tables: Mapping[str, pl.DataFrame]) -> Row:
    """10,000 draws for 82 countries, ranked; against drawing as many numbers and sorting them."""
    parameters = read_parameters("sharedfuture.analyse.spectrum", "place")
    countries, draws = tables["spectrum"].height, parameters["draws"]

    def ours() -> None:
        place.run(tables["figure"], tables["democracy_reading"], **parameters)

    def floor() -> None:
        generator = np.random.default_rng(0)
        generator.beta(2.0, 2.0, size=(draws, countries))
        np.sort(generator.normal(size=(draws, countries)), axis=1)

    measured, least = in_turn(ours, floor, runs=7)
    work = f"ranks with intervals, {draws:,} draws x {countries}"
    return work, measured, "drawing and sorting as many numbers", least, "at most 10"


def _bootstrap_row(tables: Mapping[str, pl.DataFrame]) -> Row:
    """The bootstrap of the correlation against the same as a loop over `numpy.corrcoef`."""
    parameters = read_parameters("sharedfuture.analyse.spectrum", "correlation")
    spectrum = tables["spectrum"]
    tech, democracy = spectrum["tech"].to_numpy(), spectrum["democracy"].to_numpy()
    resamples, seed = parameters["resamples"], parameters["seed"]

    def ours() -> None:
        association.bootstrap(association.pearson, tech, democracy, resamples=resamples, seed=seed)

    def plain() -> None:
        generator = np.random.default_rng(seed)
        for _ in range(resamples):
            chosen = generator.integers(0, len(tech), size=len(tech))
            np.corrcoef(tech[chosen], democracy[chosen])

    measured, looped = in_turn(ours, plain, runs=5)
    work = f"bootstrap of the correlation, {resamples:,} resamples"
    return work, measured, "a loop over numpy.corrcoef", looped, "below 0.2"
