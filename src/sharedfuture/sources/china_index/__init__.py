"""The China Index of Doublethink Lab: experts' answers to 99 questions about each country."""

from sharedfuture.sources.china_index.read import read

__all__ = ["read"]
