"""AidData: projects financed from China."""

from sharedfuture.sources.aiddata.read import read

__all__ = ["read"]
