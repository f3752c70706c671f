"""RSF's World Press Freedom Index."""

from sharedfuture.sources.rsf.read import read

__all__ = ["read"]
