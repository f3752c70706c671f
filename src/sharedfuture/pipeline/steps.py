"""Find the analysis steps, order them by what they read, run them, keep their lineage."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import import_module
from importlib.resources import files
from pkgutil import ModuleInfo, walk_packages
from types import ModuleType
from typing import Any

import polars as pl

from sharedfuture import analyse
from sharedfuture.analyse.step import Step, read_parameters
from sharedfuture.records.frames import schema_of
from sharedfuture.records.tables import TABLE
from sharedfuture.warehouse.engines.processes import ATTENTIVE_SECONDS

# Above this a result names a selection instead of its rows one by one.
_SELECTION_FROM = 200

_DECLARATION = "\nSTEP = Step("
_LINEAGE_COLUMNS = ("row_ids", "pool_ids")


@dataclass(slots=True)
class Board:
    """The frames of a build by stage and name (`aligned.figure`), and what steps left behind."""

    frames: dict[str, pl.DataFrame]
    lineage: set[tuple[str, str]] = field(default_factory=set)
    selections: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    runs: list[Mapping[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a step gave, with the parameters it ran by and the hash of what it was given."""

    results: Mapping[str, pl.DataFrame]
    parameters: dict[str, object]
    input_sha256: str


def find_steps() -> list[ModuleType]:
    """Every module of the room `analyse` that declares a STEP, in an order in which they can run.

    Two steps may write the same table; their rows are put together. Raises ValueError where steps
    wait for each other.
    """
    found = walk_packages(analyse.__path__, prefix="sharedfuture.analyse.")
    modules = [import_module(info.name) for info in found if _declares_step(info)]
    return list(_ordered(sorted(modules, key=lambda module: str(module.STEP.id))))


def _declares_step(info: ModuleInfo) -> bool:
    """Told from the text, so that libraries which no step needs are not loaded."""
    package, _, name = info.name.rpartition(".")
    return not info.ispkg and _DECLARATION in files(package).joinpath(f"{name}.py").read_text(
        encoding="utf-8"
    )


def _ordered(waiting: list[ModuleType]) -> Iterator[ModuleType]:
    while waiting:
        module = _first_ready(waiting, waiting)
        if module is None:
            raise ValueError(f"steps wait for each other: {[m.STEP.id for m in waiting]}")
        yield module
        waiting = [other for other in waiting if other is not module]


def _first_ready(
    waiting: Iterable[ModuleType], unfinished: Collection[ModuleType]
) -> ModuleType | None:
    """The first that reads no table which another, not finished yet, still writes."""
    for module in waiting:
        reads = set(module.STEP.reads.values())
        others = (other for other in unfinished if other is not module)
        if not any(reads.intersection(other.STEP.tables) for other in others):
            return module
    return None


def run_steps(
    modules: Sequence[ModuleType], board: Board, *, beside: Executor | None = None
) -> None:
    """Run each step as soon as the tables that it reads are there; `beside` is a second process.

    The board holds the same afterwards, however many ran at once. Raises what a step raises.
    """
    waiting = sorted(modules, key=lambda module: -len(_waiting_for(module, modules)))
    running: dict[Future[Ran], tuple[ModuleType, Executor]] = {}
    with ThreadPoolExecutor(max_workers=1) as here:
        idle: list[Executor] = [here] if beside is None else [here, beside]
        while waiting or running:
            unfinished = [*waiting, *(module for module, _ in running.values())]
            while idle and (module := _first_ready(waiting, unfinished)) is not None:
                waiting.remove(module)
                hand = idle.pop()
                running[hand.submit(run_one, *_asked(module, board))] = (module, hand)
            for future in wait(running, ATTENTIVE_SECONDS, FIRST_COMPLETED).done:
                module, hand = running.pop(future)
                _keep(module, future.result(), board)
                idle.append(hand)


def _waiting_for(module: ModuleType, modules: Collection[ModuleType]) -> set[str]:
    """The steps that cannot run before this one has, near and far."""
    found: set[str] = set()
    fresh = [module]
    while fresh:
        tables = fresh.pop().STEP.tables
        for other in modules:
            if other.STEP.id not in found and not set(tables).isdisjoint(other.STEP.reads.values()):
                found.add(other.STEP.id)
                fresh.append(other)
    return found


def _asked(
    module: ModuleType, board: Board
) -> tuple[str, Mapping[str, pl.DataFrame], dict[str, object]]:
    step: Step = module.STEP
    inputs = {name: board.frames[table] for name, table in step.reads.items()}
    return module.__name__, inputs, _parameters_of(module, step)


def run_one(name: str, inputs: Mapping[str, pl.DataFrame], parameters: dict[str, object]) -> Ran:
    """Run one step, in whichever process; its name is that of its module."""
    module = import_module(name)
    result: pl.DataFrame | Mapping[str, pl.DataFrame] = module.run(**inputs, **parameters)
    results = {module.STEP.tables[0]: result} if isinstance(result, pl.DataFrame) else result
    return Ran(results, parameters, hash_of(inputs))


def _keep(module: ModuleType, ran: Ran, board: Board) -> None:
    """Keep a step's tables, their lineage, the record of its run."""
    step: Step = module.STEP
    for stage in step.tables:
        _keep_table(board, stage, ran.results[stage])
    board.runs.append(
        {
            "step": step.id,
            "version": step.version,
            "parameters": json.dumps(ran.parameters, sort_keys=True),
            "seed": ran.parameters.get("seed"),
            "input_sha256": ran.input_sha256,
            "writes": ", ".join(stage.removeprefix("derived.") for stage in step.tables),
        }
    )


def _keep_table(board: Board, stage: str, result: pl.DataFrame) -> None:
    table = TABLE[stage.removeprefix("derived.")]
    frame = result.select(table.column_names).cast(schema_of(table))
    if (before := board.frames.get(stage)) is not None:
        frame = pl.concat([before, frame])
    board.frames[stage] = frame.sort(table.key)
    _keep_lineage(board, result, table.key[0])


def _parameters_of(module: ModuleType, step: Step) -> dict[str, object]:
    package, section = module.__name__.rpartition(".")[0], step.id.rpartition(".")[2]
    if not files(package).joinpath("parameters.toml").is_file():
        return {}
    return dict(read_parameters(package, section))


def _keep_lineage(board: Board, result: pl.DataFrame, key: str) -> None:
    """Each result rests on its `row_ids`; a pool, or more rows than can be read, on a selection."""
    for column in _LINEAGE_COLUMNS:
        if column not in result.columns:
            continue
        for result_id, row_ids in result.select(key, column).iter_rows():
            if column == "pool_ids" or len(row_ids) > _SELECTION_FROM:
                row_ids = _select(board, row_ids)
            board.lineage.update((result_id, row_id) for row_id in row_ids if row_id != result_id)


def _select(board: Board, row_ids: list[str]) -> list[str]:
    members = tuple(sorted(set(row_ids)))
    if not members:
        return []
    digest = sha256("\n".join(members).encode()).hexdigest()
    selection_id = f"sel-{digest[:16]}"
    board.selections[selection_id] = (digest, members)
    board.lineage.update((selection_id, member) for member in members)
    return [selection_id]


def hash_of(inputs: Mapping[str, pl.DataFrame]) -> str:
    """One hash of all rows of the frames."""
    digest = sha256()
    for name, frame in sorted(inputs.items()):
        digest.update(f"{name}\n{frame.write_ndjson()}".encode())
    return digest.hexdigest()
