"""The World Bank's indicators: its API, and the tables that it offers for download."""

from sharedfuture.sources.world_bank.read import read

__all__ = ["read"]
