"""CFR's tracker of cyber operations that states are suspected of."""

from sharedfuture.sources.cfr_operations.read import read

__all__ = ["read"]
