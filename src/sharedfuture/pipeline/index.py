"""Anyone's own index: read the recipe and the data, score, audit or compare, write the results."""

import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

import msgspec
import polars as pl

from sharedfuture.analyse.composite.errors import CompositeError
from sharedfuture.analyse.composite.framework import Framework
from sharedfuture.analyse.composite.inputs import (
    Intervals,
    Precision,
    StandardErrors,
    coin_tool_of,
    coinr_of,
    framework_of,
    table_of,
)
from sharedfuture.analyse.composite.outputs import (
    audit,
    audit_tables,
    comparison_tables,
    score_tables,
)
from sharedfuture.analyse.composite.outputs.scores import in_order
from sharedfuture.analyse.composite.reading import read_recipe
from sharedfuture.analyse.composite.recipe import Recipe
from sharedfuture.analyse.composite.score import score
from sharedfuture.analyse.composite.table import Table
from sharedfuture.analyse.composite.uncertainty.montecarlo import simulate
from sharedfuture.analyse.composite.uncertainty.run import Uncertainty
from sharedfuture.records.errors import IndexRefused

Tables = dict[str, pl.DataFrame]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table comes from and how it is laid out.

    `layout` is `table` (ours), `coinr` (iData and iMeta) or `coin-tool` (a workbook of the JRC).
    The names of columns are those of the first layout. `intervals` is the level, such as 0.95, of
    intervals that stand beside the values in columns CODE_low and CODE_high.
    """

    data: Path
    metadata: Path | None = None
    layout: str = "table"
    unit: str = "unit"
    name: str | None = None
    period: str | None = None
    intervals: float | None = None


@dataclass(frozen=True)
class Index:
    """A recipe with the table that it is for, and the columns that nothing of it uses."""

    table: Table
    recipe: Recipe
    uncertainty: Uncertainty | None
    unused: tuple[str, ...]
    files: tuple[Path, ...]


def read_index(
    recipe: Path, source: Source, *, seed: int | None = None, replicates: int | None = None
) -> Index:
    """The recipe and the table; `seed` and `replicates` go before those of the recipe.

    Raises IndexRefused with the file, what was expected and what was found.
    """
    text = _text(recipe)
    unused: tuple[str, ...] = ()
    with _refusing(source.data):
        if source.layout == "table":
            table, framework, unused = _own(source, text, recipe)
        elif source.layout == "coinr":
            if source.metadata is None:
                raise IndexRefused("layout coinr: expected --metadata with iMeta, found none")
            table, framework = coinr_of(_csv(source.data), _csv(source.metadata))
        else:
            table, framework = coin_tool_of(_bytes(source.data))
    with _refusing(recipe):
        written = read_recipe(text, framework=framework)
    run = _overridden(written.uncertainty, recipe, seed, replicates)
    files = tuple(path for path in (recipe, source.data, source.metadata) if path is not None)
    return Index(table, written.recipe, run, unused, files)


def score_index(index: Index) -> Tables:
    """Scores and all that led to them; with an uncertainty run, intervals. Raises IndexRefused."""
    with _refusing(index.files[0]):
        scored = score(index.table, index.recipe)
        simulated = None
        if index.uncertainty is not None:
            simulated = simulate(index.table, index.recipe, index.uncertainty)
        return score_tables(scored, simulated)


def audit_index(index: Index, *, tell: Tell) -> Tables:
    """Every table of an audit, with what it was made of in the table `about`."""
    with _refusing(index.files[0]):
        tables = audit_tables(audit(index.table, index.recipe, index.uncertainty, tell=tell))
    facts = [
        (f"file {path.name}", f"sha256 {sha256(_bytes(path)).hexdigest()}") for path in index.files
    ]
    facts.append(("sharedfuture", version("sharedfuture")))
    facts += [(name, version(name)) for name in ("numpy", "scipy", "polars")]
    made = pl.DataFrame(facts, schema=tables["about"].schema, orient="row")
    tables.pop("contents")
    return in_order(tables | {"about": pl.concat([tables["about"], made])})


def compare_indices(first: Index, second: Index) -> Tables:
    """Shifts between two indices, and which choices differ. Raises IndexRefused."""
    with _refusing(first.files[0]):
        one = score(first.table, first.recipe)
    with _refusing(second.files[0]):
        other = score(second.table, second.recipe)
        return comparison_tables(one, other)


def write_audit(tables: Tables, page: Path) -> list[Path]:
    """Write the page and, beside it, the workbook; the paths written. Raises StoreUnwritable."""
    from sharedfuture.publish.audit import write_report, write_workbook

    return [write_report(tables, page), *write_workbook(tables, page.with_suffix(".xlsx"))]


def write_tables(tables: Tables, target: Path, *, first: str) -> list[Path]:
    """Write results as one CSV (of the table `first`), a workbook, or a folder of CSV files."""
    from sharedfuture.publish.audit.files import write_results

    return write_results(tables, target, first=first)


def _own(
    source: Source, text: str, recipe: Path
) -> tuple[Table, Framework | None, tuple[str, ...]]:
    """The table in our layout; the framework where it is a metadata table, else the recipe's."""
    frame = _csv(source.data)
    given = None
    if source.metadata is not None:
        with _refusing(source.metadata):
            given = framework_of(_csv(source.metadata), level_names=_level_names(text))
    if given is None and "[[indicator]]" not in text.replace(" ", ""):
        raise IndexRefused(
            f"{recipe}: expected [[indicator]] entries, or a metadata table by --metadata; "
            "found neither"
        )
    with _refusing(recipe):
        framework = given or read_recipe(text).recipe.framework
    denominators = {i.denominator for i in framework.indicators if i.denominator is not None}
    precision = _precision(source, frame, framework)
    name = source.name or ("name" if "name" in frame.columns else None)
    groups = _groups(text, frame, [source.unit, name, source.period])
    table = table_of(
        frame,
        unit=source.unit,
        name=name,
        period=source.period,
        groups=groups,
        denominators=sorted(denominators),
        indicators=framework.codes,
        precision=precision,
    )
    endings = () if precision is None else precision.columns
    used = {source.unit, name, source.period, *groups, *denominators, *framework.codes}
    used |= {f"{code}{ending}" for code in framework.codes for ending in endings}
    return table, given, tuple(column for column in frame.columns if column not in used)


def _precision(source: Source, frame: pl.DataFrame, framework: Framework) -> Precision | None:
    if source.intervals is not None:
        return Intervals(level=source.intervals)
    errors = StandardErrors()
    has_any = any(f"{code}{errors.column}" in frame.columns for code in framework.codes)
    return errors if has_any else None


def _groups(text: str, frame: pl.DataFrame, named: list[str | None]) -> list[str]:
    """Columns that the recipe imputes by; the engine refuses one that is not there."""
    try:
        impute = tomllib.loads(text).get("impute", {})
    except tomllib.TOMLDecodeError:
        return []  # the recipe is refused where it is read
    group = impute.get("group") if isinstance(impute, dict) else None
    return [group] if group in frame.columns and group not in named else []


def _level_names(text: str) -> tuple[str, ...]:
    try:
        index = tomllib.loads(text).get("index", {})
    except tomllib.TOMLDecodeError:
        return ()  # the recipe is refused where it is read
    names = index.get("levels", ()) if isinstance(index, dict) else ()
    return tuple(str(name) for name in names)


def _overridden(
    run: Uncertainty | None, recipe: Path, seed: int | None, replicates: int | None
) -> Uncertainty | None:
    if run is None:
        if seed is not None or replicates is not None:
            raise IndexRefused(
                f"{recipe}: expected [uncertainty] for --seed or --replicates, found none"
            )
        return None
    return msgspec.structs.replace(
        run,
        seed=run.seed if seed is None else seed,
        replicates=run.replicates if replicates is None else replicates,
    )


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Errors of the engine as errors of a command, with the file in front."""
    try:
        yield
    except CompositeError as error:
        raise IndexRefused(f"{path}: {error}") from error


def _csv(path: Path) -> pl.DataFrame:
    """Every cell as it is written."""
    try:
        return pl.read_csv(_bytes(path), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        says = str(error).splitlines()[0]
        raise IndexRefused(f"{path}: expected a CSV file, found none: {says}") from error


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise IndexRefused(f"{path}: expected UTF-8 text, found {error.reason}") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        _refuse(path, error)


def _refuse(path: Path, error: OSError) -> NoReturn:
    raise IndexRefused(f"{path}: expected a file, found none: {error.strerror}") from error
