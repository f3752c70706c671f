"""Memberships of states in intergovernmental organisations, as the Correlates of War codes them."""

from sharedfuture.sources.cow_igo.read import read

__all__ = ["read"]
