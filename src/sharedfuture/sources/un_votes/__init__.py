"""Votes in the United Nations General Assembly, as the UN Digital Library publishes them."""

from sharedfuture.sources.un_votes.read import read

__all__ = ["read"]
