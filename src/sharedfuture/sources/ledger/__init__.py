"""The ledger: what the project itself has read, kept in `evidence/`."""

from sharedfuture.sources.ledger.read import LedgerText, read

__all__ = ["LedgerText", "read"]
