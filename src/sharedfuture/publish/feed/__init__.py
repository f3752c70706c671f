"""What began or ceased to be blocked, as feeds that a reader's own program can follow."""

from sharedfuture.publish.feed.entries import About, Entry, entries_of
from sharedfuture.publish.feed.files import feed_files, write_feeds

__all__ = ["About", "Entry", "entries_of", "feed_files", "write_feeds"]
