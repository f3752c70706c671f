"""Erik Voeten's table of roll-call votes in the United Nations General Assembly."""

from sharedfuture.sources.unvotes.read import read

__all__ = ["read"]
