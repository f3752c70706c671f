"""Bytes to records, strictly: text with the line or row on which it stands.

In:       captures
Out:      written rows, sheets, typed documents, faults
Imports:  records, capture
"""

from sharedfuture.extract.csv_rows import csv_rows
from sharedfuture.extract.csv_sheet import csv_header, csv_sheet
from sharedfuture.extract.json_document import json_document
from sharedfuture.extract.r_frame import r_frame
from sharedfuture.extract.sheet import Sheet
from sharedfuture.extract.toml_rows import toml_rows
from sharedfuture.extract.workbook import (
    Grid,
    sheet_names,
    sheet_of_grid,
    workbook_grid,
    workbook_sheet,
)
from sharedfuture.extract.written import Extracted, Written

__all__ = [
    "Extracted",
    "Grid",
    "Sheet",
    "Written",
    "csv_header",
    "csv_rows",
    "csv_sheet",
    "json_document",
    "r_frame",
    "sheet_names",
    "sheet_of_grid",
    "toml_rows",
    "workbook_grid",
    "workbook_sheet",
]
