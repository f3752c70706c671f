"""A second process for a build: it takes steps of the analysis, then pages, beside the first."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from sharedfuture.records.errors import TaskFailed
from sharedfuture.warehouse.engines.processes import end_with_parent


@contextmanager
def second_process(processes: int) -> Iterator[Executor | None]:
    """Start it and have it load what it will need, while the first reads; None for one process.

    Raises TaskFailed where it was ended from outside.
    """
    if processes < 2:
        yield None
        return
    spawn = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(1, spawn, initializer=end_with_parent) as executor:
            executor.submit(_get_ready)
            yield executor
            executor.shutdown(cancel_futures=True)
    except BrokenProcessPool as error:
        raise TaskFailed(
            "the second process of the build ended in the middle of its work, as when memory runs "
            "out; SHAREDFUTURE_PROCESSES=1 builds without it"
        ) from error


def _get_ready() -> None:
    from sharedfuture.pipeline.steps import find_steps
    from sharedfuture.publish.site import compile_templates

    find_steps()
    compile_templates()
