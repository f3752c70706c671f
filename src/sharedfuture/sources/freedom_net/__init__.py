"""Freedom House's Freedom on the Net."""

from sharedfuture.sources.freedom_net.read import read

__all__ = ["read"]
