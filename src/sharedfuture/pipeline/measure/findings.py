"""What a dataset of measurements comes to: counts, rates, changes, and feeds of the changes."""

import csv
import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import polars as pl

from sharedfuture.analyse.blocking import changes, rates
from sharedfuture.analyse.blocking.counts import daily_counts, measurement_counts
from sharedfuture.analyse.step import read_parameters
from sharedfuture.pipeline.measure.dataset import COUNTED_BEFORE, COUNTING, FINDINGS, STANDING
from sharedfuture.pipeline.measure.references import References
from sharedfuture.publish.feed import About, write_feeds
from sharedfuture.warehouse.engines import Engine

_PACKAGE = "sharedfuture.analyse.blocking"

Tell = Callable[[str], None]


def write_findings(
    dataset: Path,
    engine: Engine,
    references: References,
    tell: Tell,
    *,
    countries: Path | None = None,
) -> Mapping[str, pl.DataFrame]:
    """Work out everything anew from the verdicts of a dataset and put it in its `findings/`.

    The folder is made aside and takes the place of the one before as a whole. Written are
    `measurement_count`, `blocking_rate` and `blocking_change` as Parquet, and `changes.atom` and
    `changes.json`; the frames are handed back. `countries` is the ledger's table of countries, for
    their names; without it sentences have their codes.
    """
    tell("counting verdicts")
    counts = count_verdicts(dataset, engine, references)
    names = _names(countries)
    tell(f"working out rates and changes from {counts.height:,} counts")
    found = derive_findings(counts, names)
    made = dataset / COUNTING
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    for name, frame in found.items():
        frame.write_parquet(made / f"{name}.parquet")
    write_feeds(
        found["blocking_change"], made, about=_about(dataset, counts), names=dict(names.iter_rows())
    )
    _exchange(dataset, made)
    tell(f"changes found: {found['blocking_change'].height:,}; all is in {dataset / FINDINGS}")
    return found


def count_verdicts(dataset: Path, engine: Engine, references: References) -> pl.DataFrame:
    """The table `measurement_count` of a dataset, counted by the engine."""
    verdicts = engine.read(dataset / "verdict", STANDING["verdict"])
    counted = engine.fetch(daily_counts(verdicts.filter(verdicts.country_id.notnull())))
    return measurement_counts(
        counted, networks=references.networks, categories=references.categories
    )


def derive_findings(counts: pl.DataFrame, names: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Counts, and what the steps make of them, as public tables; `names` has those of countries."""
    return {
        "measurement_count": counts,
        "blocking_rate": rates.run(counts, names, **read_parameters(_PACKAGE, "rates")).drop(
            "row_ids"
        ),
        "blocking_change": changes.run(counts, names, **read_parameters(_PACKAGE, "changes")).drop(
            "row_ids"
        ),
    }


def _names(countries: Path | None) -> pl.DataFrame:
    schema = {"country_id": pl.String, "name": pl.String}
    if countries is None:
        return pl.DataFrame(schema=schema)
    rows = csv.DictReader(countries.read_text(encoding="utf-8").splitlines())
    return pl.DataFrame([{key: row[key] for key in schema} for row in rows], schema=schema)


def _about(dataset: Path, counts: pl.DataFrame) -> About:
    last = counts.get_column("latest_date").max()
    as_of = last if isinstance(last, date) else date(1970, 1, 1)
    return About(
        key=f"dataset {dataset.name}",
        title=f"Blocked and unblocked, by the measurements of dataset {dataset.name}",
        as_of=as_of,
    )


def _exchange(dataset: Path, made: Path) -> None:
    """Put the new folder in the place of the old; whoever is stopped between leaves one of them."""
    target, before = dataset / FINDINGS, dataset / COUNTED_BEFORE
    shutil.rmtree(before, ignore_errors=True)
    if target.exists():
        target.rename(before)
    made.rename(target)
    shutil.rmtree(before, ignore_errors=True)
