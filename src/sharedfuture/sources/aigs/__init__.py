"""The AI Global Surveillance Index and the Digital Repression Index of S. Feldstein."""

from sharedfuture.sources.aigs.read import read

__all__ = ["read"]
