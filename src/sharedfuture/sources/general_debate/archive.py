"""The files of the corpus's archive, whether it comes as a tarball or as a ZIP archive."""

import tarfile
from collections.abc import Iterator
from io import BytesIO

from sharedfuture.capture import Capture, Edition, each_member, gunzip
from sharedfuture.records.errors import SourceChanged

TARBALL, ZIP = "texts", "texts_zip"


def archived(edition: Edition) -> Iterator[tuple[str, str, bytes]]:
    """The part, and each file's path and bytes, in the archive's order.

    Raises SourceChanged where not exactly one of the two archives is held, and where the tarball
    is no tarball; CaptureRefused where an archive is damaged or beyond its limits.
    """
    held = [part for part in (TARBALL, ZIP) if edition.has(part)]
    if len(held) != 1:
        raise SourceChanged(
            f"{edition.source}/{edition.name}: expected part {TARBALL} or part {ZIP}, "
            f"found {' and '.join(held) or 'none of them'}"
        )
    (part,) = held
    capture = edition.capture(part)
    if part == ZIP:
        for file in each_member(capture):
            yield part, file.name.removeprefix(f"{capture.name}/"), file.data
    else:
        for path, data in _untarred(gunzip(capture)):
            yield part, path, data


def _untarred(capture: Capture) -> Iterator[tuple[str, bytes]]:
    """Plain files only: what a tape could hold besides, such as links, is not looked at."""
    try:
        with tarfile.open(fileobj=BytesIO(capture.data), mode="r:") as archive:
            for info in archive:
                if info.issparse():
                    raise SourceChanged(
                        f"{capture.name}: expected whole files, found {info.name!r} with holes"
                    )
                file = archive.extractfile(info) if info.isfile() else None
                if file is not None:
                    yield info.name, file.read()
    except tarfile.TarError as error:
        raise SourceChanged(f"{capture.name}: expected a tarball, found {error}") from error
