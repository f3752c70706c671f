"""The Global Cybersecurity Index of the ITU, as the World Bank hands it on."""

from sharedfuture.sources.gci.read import read

__all__ = ["read"]
