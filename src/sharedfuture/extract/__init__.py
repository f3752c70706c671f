"""Bytes to records, strictly: text with the line on which it stands.

In:       captures
Out:      written rows, faults
Imports:  records, capture
"""

from sharedfuture.extract.csv_rows import csv_rows
from sharedfuture.extract.toml_rows import toml_rows
from sharedfuture.extract.written import Extracted, Written

__all__ = ["Extracted", "Written", "csv_rows", "toml_rows"]
