"""V-Dem's country-year dataset."""

from sharedfuture.sources.vdem.read import read

__all__ = ["read"]
