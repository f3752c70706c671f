"""Expressions on Spark, by Ibis; frames in memory reach Spark as Arrow and keep their types."""

from typing import TYPE_CHECKING

from ibis.backends.pyspark import Backend

from sharedfuture.warehouse.engines.datasets import signed

if TYPE_CHECKING:
    from ibis.expr.operations import InMemoryTable
    from pyspark.sql import SparkSession


class _Backend(Backend):  # type: ignore[misc]  # Ibis has no types
    """The one of Ibis, but for frames: its way over pandas makes 1.0 of a 1 beside a gap."""

    def _register_in_memory_table(self, op: "InMemoryTable") -> None:
        rows = op.data.to_pyarrow(op.schema).cast(signed(op.schema).to_pyarrow())
        self._session.createDataFrame(rows).createOrReplaceTempView(op.name)


def connect_expressions(session: "SparkSession") -> Backend:
    """A connection of Ibis over a session."""
    backend = _Backend()
    backend.register_options()
    return backend.connect(session)
