"""Freedom House's Freedom in the World."""

from sharedfuture.sources.freedom_world.read import read

__all__ = ["read"]
