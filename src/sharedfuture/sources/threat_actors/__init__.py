"""Threat actors as the MISP galaxy catalogues them."""

from sharedfuture.sources.threat_actors.read import read

__all__ = ["read"]
