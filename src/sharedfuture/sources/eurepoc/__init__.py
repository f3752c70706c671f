"""EuRepoC: cyber operations with initiators, receivers and attributions."""

from sharedfuture.sources.eurepoc.read import read

__all__ = ["read"]
