"""What the commands on partners ask of a release, and of the ledger where they freeze."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from sharedfuture.analyse.partners.inputs.covariates import Tables
from sharedfuture.analyse.partners.inputs.named import Naming
from sharedfuture.analyse.partners.inputs.posing import pose
from sharedfuture.analyse.partners.inputs.targets import read_targets
from sharedfuture.analyse.partners.problem import Settings as ModelSettings
from sharedfuture.analyse.partners.solved import Solved, solve
from sharedfuture.analyse.step import read_parameters
from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.pipeline.fingerprint import data_hash
from sharedfuture.pipeline.forecasts.entry import Entry
from sharedfuture.pipeline.forecasts.freeze import freeze
from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.errors import ForecastRefused, UnknownRow
from sharedfuture.warehouse import read_tables

_FULL_DRAWS = 2000
_FULL_IMPUTATIONS = 20


def read_partners(release: Path) -> Mapping[str, pl.DataFrame]:
    """The tables of a release. Raises NoRelease where there is none."""
    return read_tables(release)


def one_target(tables: Mapping[str, pl.DataFrame], name: str | None) -> str | None:
    """The target of that name; raises UnknownRow with the targets that there are."""
    targets = tables["partner_target"].get_column("partner_target_id").to_list()
    if name is None or name in targets:
        return name
    raise UnknownRow(f"expected a target, one of {', '.join(targets)}, found {name!r}")


def one_country(tables: Mapping[str, pl.DataFrame], name: str) -> str:
    """Code of the country of that code or name; raises UnknownRow with the nearest."""
    names: dict[str, str] = {}
    for code, iso2, full in tables["country"].select("country_id", "iso2", "name").iter_rows():
        names |= {word.casefold(): code for word in (code, iso2, full) if word}
    if code := names.get(name.casefold()):
        return code
    close = get_close_matches(name.casefold(), names, n=3)
    hint = f"; nearest: {', '.join(close)}" if close else ""
    raise UnknownRow(f"expected a country, by code or name, found {name!r}{hint}")


def check_fully(
    tables: Mapping[str, pl.DataFrame], target: str | None, *, tell: Callable[[str], None]
) -> list[Solved]:
    """Every target, or the one named, with all named countries left out one at a time."""
    given = read_parameters("sharedfuture.analyse.partners", "estimate")
    posed = pose(
        Tables(tables["tie"], tables["figure"], tables["un_agreement"], tables["country"]),
        Naming(
            tables["tie"],
            tables["event"],
            tables["event_party"],
            tables["actor"],
            tables["citation"],
            tables["source"],
        ),
        [item for item in read_targets() if item.within is None and target in (None, item.id)],
        settings=ModelSettings(
            draws=_FULL_DRAWS,
            imputations=_FULL_IMPUTATIONS,
            least_coverage=given["least_coverage"],
            widest=given["widest"],
        ),
    )
    solved = []
    for place, item in enumerate(posed, start=1):
        tell(f"{item.target.id} ({place} of {len(posed)}): {item.labels} named countries")
        solved.append(
            solve(item, seed=given["seed"], least_names=given["least_names"], most_left_out=None)
        )
    return solved


def freeze_here(
    settings: Settings,
    target: str | None,
    *,
    day: date,
    today: date,
    tell: Callable[[str], None],
) -> list[Entry]:
    """Compute the ledger of these settings anew and freeze what it says of partners.

    Raises ForecastRefused for a day in the future or before what the ledger rests on, and where
    there is nothing to freeze; LedgerFaulty where ledger or register are at fault.
    """
    if day > today:
        raise ForecastRefused(f"{day}: expected a day not after today, {today}")
    from sharedfuture.pipeline.compute import compute  # which nothing else here needs

    captures = capture_ledger(settings)
    tell("reading the ledger")
    tables = compute(captures, replace(settings, as_of=None)).tables
    newest = tables["source"].filter(pl.col("published_by_date") <= today)
    latest = newest.select(pl.col("published_by_date").max()).item()
    if latest is not None and day < latest:
        raise ForecastRefused(
            f"{day}: expected a day not before that of the newest source, {latest}; "
            "a forecast cannot know what came after it"
        )
    partners = tables["partner"]
    has_numbers = partners.filter(pl.col("probability").is_not_null()).get_column("target")
    targets = [item.id for item in read_targets() if item.id in set(has_numbers)]
    if target is not None:
        targets = [item for item in targets if item == one_target(tables, target)]
    if not targets:
        raise ForecastRefused("expected a target with probabilities, found none")
    return freeze(
        settings.evidence,
        partners,
        targets=targets,
        day=day,
        data_sha256=data_hash(captures, settings),
        tell=tell,
    )
