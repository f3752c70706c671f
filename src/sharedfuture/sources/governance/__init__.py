"""The World Bank's Worldwide Governance Indicators."""

from sharedfuture.sources.governance.read import read

__all__ = ["read"]
