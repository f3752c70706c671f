"""A release as files: tables, what their columns mean, how to cite them, hashes of all."""

from sharedfuture.publish.release.withhold import withhold
from sharedfuture.publish.release.write import write_release

__all__ = ["withhold", "write_release"]
