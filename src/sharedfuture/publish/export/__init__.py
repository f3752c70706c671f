"""Tables of a release in other people's formats."""

from sharedfuture.publish.export.tables import export_tables

__all__ = ["export_tables"]
