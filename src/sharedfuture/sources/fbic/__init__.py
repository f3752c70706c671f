"""China's Formal Bilateral Influence Capacity over each country."""

from sharedfuture.sources.fbic.read import read

__all__ = ["read"]
