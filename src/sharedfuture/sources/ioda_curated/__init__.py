"""The curated list of outages and shutdowns seen in IODA's signals, 2018 to 2022."""

from sharedfuture.sources.ioda_curated.read import read

__all__ = ["read"]
