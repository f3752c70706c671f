"""Get the bytes and keep them by hash.

In:       folders
Out:      captures: name, bytes, hash
Imports:  records
"""

from sharedfuture.capture.folder import Capture, capture_folder

__all__ = ["Capture", "capture_folder"]
