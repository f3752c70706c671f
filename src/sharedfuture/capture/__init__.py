"""Get the bytes and keep them by hash.

What uses the network is entered through `sharedfuture.capture.fetch`, so that nobody else has to
wait for its libraries.

In:       folders, addresses
Out:      captures: name, bytes, hash; the log of how they were had
Imports:  records
"""

from sharedfuture.capture.edition import Edition, Part
from sharedfuture.capture.folder import Capture, capture_folder
from sharedfuture.capture.log import Fetch
from sharedfuture.capture.store import Store
from sharedfuture.capture.unpack import Bounds, each_member, gunzip, member, members
from sharedfuture.capture.wanted import Form, Paging, Wanted

__all__ = [
    "Bounds",
    "Capture",
    "Edition",
    "Fetch",
    "Form",
    "Paging",
    "Part",
    "Store",
    "Wanted",
    "capture_folder",
    "each_member",
    "gunzip",
    "member",
    "members",
]
