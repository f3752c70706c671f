"""The inventory of commercial spyware and digital forensics in the hands of governments."""

from sharedfuture.sources.spyware.read import read

__all__ = ["read"]
