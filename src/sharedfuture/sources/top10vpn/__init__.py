"""Top10VPN's yearly estimates of what internet shutdowns cost."""

from sharedfuture.sources.top10vpn.read import read

__all__ = ["read"]
