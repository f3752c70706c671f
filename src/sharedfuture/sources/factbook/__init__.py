"""The CIA World Factbook: which countries take part in which organisations."""

from sharedfuture.sources.factbook.read import read

__all__ = ["read"]
