"""Ideal points of states in the United Nations General Assembly (Bailey, Strezhnev, Voeten)."""

from sharedfuture.sources.ideal_points.read import read

__all__ = ["read"]
