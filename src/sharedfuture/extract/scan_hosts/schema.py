"""Columns of what a scan comes to. None of them can name a machine outside the process."""

from collections.abc import Mapping

import polars as pl

# One row a service that answered: the keyed hash of its machine, the country's number in the
# list that the reading was given (0 unknown), the network's number (0 unknown), the port, and a
# keyed hash of what it said (0 nothing).
SERVICE: Mapping[str, pl.DataType] = {
    "host": pl.UInt64(),
    "country": pl.UInt16(),
    "asn": pl.UInt32(),
    "port": pl.UInt16(),
    "said": pl.UInt32(),
}

# One row a text that was recognised: the machine, and the number of the product.
PRODUCT: Mapping[str, pl.DataType] = {"host": pl.UInt64(), "product": pl.UInt16()}

# One row a record set aside: number of the file, bytes before its line in the unpacked file,
# length of the line or document, place in the document, reason.
QUARANTINE: Mapping[str, pl.DataType] = {
    "file": pl.Int32(),
    "offset": pl.Int64(),
    "byte_count": pl.Int64(),
    "position": pl.Int64(),
    "reason": pl.String(),
}
