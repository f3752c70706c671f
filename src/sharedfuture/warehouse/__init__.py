"""Tables: the only room that opens the database.

In:       frames, queries
Out:      frames, table files
Imports:  records
"""

from sharedfuture.warehouse.connection import telling_of_the_disk
from sharedfuture.warehouse.files import neutral, read_tables, write_tables
from sharedfuture.warehouse.query import ask_each, ask_release
from sharedfuture.warehouse.store import keep_stated

__all__ = [
    "ask_each",
    "ask_release",
    "keep_stated",
    "neutral",
    "read_tables",
    "telling_of_the_disk",
    "write_tables",
]
