"""Tasks on a cluster: one task of Spark an item, whose result comes as soon as it is there."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from pyspark import AccumulatorParam, InheritableThread, cloudpickle

from sharedfuture.records.errors import TaskFailed
from sharedfuture.warehouse.engines.engine import Item, Result
from sharedfuture.warehouse.engines.processes import ATTENTIVE_SECONDS, named_failure

if TYPE_CHECKING:
    from pyspark import SparkContext

# The number of an item with its result, or with what its task failed of. Results are whatever a
# task gives, hence `Any`.
_Answer = tuple[int, Any]


class _Gathered(AccumulatorParam[list[_Answer]]):
    """On a worker: the answers of the tasks that it just ended."""

    def zero(self, value: list[_Answer]) -> list[_Answer]:
        return []

    def addInPlace(self, value1: list[_Answer], value2: list[_Answer]) -> list[_Answer]:  # noqa: N802
        return [*value1, *value2]


class _Arriving(_Gathered):
    """Where the session is: hands answers on as they come, and keeps none."""

    def __init__(self, answers: "SimpleQueue[_Answer | None]") -> None:
        self._answers = answers

    def addInPlace(self, value1: list[_Answer], value2: list[_Answer]) -> list[_Answer]:  # noqa: N802
        for answer in value2:
            self._answers.put(answer)
        return value1

    def __reduce__(self) -> tuple[type[_Gathered], tuple[()]]:
        return _Gathered, ()


def each_on_spark(
    context: "SparkContext", task: Callable[[Item], Result], items: Sequence[Item]
) -> Iterator[Result]:
    """See `Engine.each`.

    Spark takes what a task adds to an accumulator when the task has ended well; on that way each
    result comes while others are still being worked out. One that should come twice, because its
    machine was lost after it had answered, counts once.
    """
    if not items:
        return
    answers: SimpleQueue[_Answer | None] = SimpleQueue()
    group = f"sharedfuture-{uuid4()}"
    job = InheritableThread(target=_run, args=(context, group, task, items, answers))
    job.start()
    waiting = set(range(len(items)))
    try:
        while (answer := _next(answers)) is not None:
            number, result = answer
            if isinstance(result, TaskFailed):
                raise result
            if number in waiting:
                waiting.remove(number)
                yield result
    finally:
        context.cancelJobGroup(group)
        job.join()
    if waiting:
        raise TaskFailed(f"{items[min(waiting)]}: expected a result, found none")


def _next(answers: "SimpleQueue[_Answer | None]") -> _Answer | None:
    while True:
        try:
            return answers.get(timeout=ATTENTIVE_SECONDS)
        except Empty:
            continue


def _run(
    context: "SparkContext",
    group: str,
    task: Callable[[Item], Result],
    items: Sequence[Item],
    answers: "SimpleQueue[_Answer | None]",
) -> None:
    """Run all tasks to their end; a failure that Spark could not cure is an answer too."""
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]

    try:
        context.setJobGroup(group, "a task an item", interruptOnCancel=True)
        arriving = context.accumulator([], _Arriving(answers))
        held = context.broadcast(_carried(task))
        numbered = context.parallelize(list(enumerate(items)), numSlices=len(items))
        numbered.foreach(lambda pair: arriving.add([_answer(held.value, *pair)]))
        held.unpersist()
    except Py4JError as error:
        answers.put((0, TaskFailed(f"Spark: {first_cause(error)}")))
    finally:
        answers.put(None)


def _answer(pickled: bytes, number: int, item: Item) -> _Answer:
    """What Python raises would be raised again: it is an answer, and only lost machines are not."""
    try:
        return number, _loaded(pickled)(item)
    except Exception as error:  # noqa: BLE001 - it travels on, with the item's name
        return number, named_failure(item, error)


def _carried(task: Callable[[Any], Any]) -> bytes:
    pickled: bytes = cloudpickle.dumps(task)  # type: ignore[no-untyped-call]
    return pickled


@lru_cache(maxsize=1)
def _loaded(pickled: bytes) -> Callable[[Any], Any]:
    """The task, made once in a process and not once an item: it may carry much with it."""
    task: Callable[[Any], Any] = cloudpickle.loads(pickled)
    return task


def first_cause(error: BaseException) -> str:
    """The line of a trace of Java that says what happened."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return next((line for line in lines if "Exception" in line), lines[0] if lines else "nothing")
