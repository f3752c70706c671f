"""A publisher's JSON to typed records: only what is declared is decoded, and it must be there."""

from typing import TypeVar

import msgspec

from sharedfuture.capture import Capture
from sharedfuture.records.errors import SourceChanged

_Document = TypeVar("_Document")


def json_document(capture: Capture, form: type[_Document]) -> _Document:
    """The whole document as `form`, a msgspec structure or a type of plain values.

    Raises SourceChanged with the way to the value that does not fit.
    """
    try:
        return msgspec.json.decode(capture.data.removeprefix(b"\xef\xbb\xbf"), type=form)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SourceChanged(
            f"{capture.name}: expected JSON of the known form, found {error}"
        ) from error
