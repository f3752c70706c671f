"""Whose equipment stands in a country, by what machines say of themselves: rates, never machines.

In:       fingerprints, a frame of services under keys that mean nothing outside the process
Out:      what a text shows; rows of the table footprint, small cells kept back
Imports:  records
"""

from sharedfuture.analyse.footprint.hosts import Filters, read_filters
from sharedfuture.analyse.footprint.recognise import Recogniser
from sharedfuture.analyse.footprint.table import FEWEST_LEAST, Footprint, Scan, footprint
from sharedfuture.analyse.footprint.vendors import Product, patterns, rebrands, vendors

__all__ = [
    "FEWEST_LEAST",
    "Filters",
    "Footprint",
    "Product",
    "Recogniser",
    "Scan",
    "footprint",
    "patterns",
    "read_filters",
    "rebrands",
    "vendors",
]
