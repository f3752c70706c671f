"""A release as files: tables, what their columns mean, how to cite them, hashes of all."""

from sharedfuture.publish.release.write import write_release

__all__ = ["write_release"]
