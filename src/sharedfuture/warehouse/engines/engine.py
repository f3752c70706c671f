"""What an engine is: a place where expressions over large tables are worked out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

import polars as pl

if TYPE_CHECKING:
    import ibis

Item = TypeVar("Item")
Result = TypeVar("Result")


class Engine(Protocol):
    """DuckDB in this process or Spark on a cluster; a context manager.

    Both give the same rows for the same expression. Days are dates, times are UTC without a zone.
    """

    name: str

    def read(self, folder: Path, form: Mapping[str, pl.DataType]) -> "ibis.Table":
        """A dataset of Parquet files below a folder, in exactly the columns and types of `form`.

        Folders named `column=value` give columns. Files and folders whose names begin with a dot
        or an underscore are not part of it. Where there is no file, a table without rows. Raises
        EngineRefused where a column is lacking or is not of a kind that fits.
        """
        ...

    def write(
        self, table: "ibis.Table", folder: Path, *, by: Sequence[str], order: Sequence[str]
    ) -> None:
        """Rows as Parquet (zstd), in folders by the columns `by`, within each in the given order.

        One file a partition; the same rows give the same files where `order` leaves no ties. The
        folder appears when all of it is written; raises StoreUnwritable where it is there already
        or the disk is full or shut.
        """
        ...

    def fetch(self, table: "ibis.Table") -> pl.DataFrame:
        """The rows themselves, in memory; in no order but the one that the expression asks for."""
        ...

    def each(self, task: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """The result for each item, as they come, worked out side by side.

        A task may be begun more than once for the same item, and so must be one that can be. Task,
        items and results travel between processes. Raises TaskFailed, which names the item, at the
        first that fails; what has not begun by then never does.
        """
        ...

    def close(self) -> None:
        """End what was started; tables of this engine cannot be used any more."""
        ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
