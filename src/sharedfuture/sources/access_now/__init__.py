"""Access Now's register of internet shutdowns (#KeepItOn, STOP)."""

from sharedfuture.sources.access_now.read import read

__all__ = ["read"]
