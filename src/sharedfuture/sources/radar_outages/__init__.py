"""Cloudflare Radar's annotations of outages."""

from sharedfuture.sources.radar_outages.read import read

__all__ = ["read"]
