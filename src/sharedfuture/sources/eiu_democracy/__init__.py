"""The Economist Intelligence Unit's Democracy Index."""

from sharedfuture.sources.eiu_democracy.read import read

__all__ = ["read"]
