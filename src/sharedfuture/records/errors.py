"""What can go wrong, in one small tree.

SharedfutureError
├── LedgerFaulty        the ledger has faults; nothing is published
├── IndexRefused        the table or the recipe of an index cannot be used
├── PlaybookRefused     a playbook has faults: where, expected, found
├── CaptureDamaged      captured bytes are gone, or not those that were captured
├── DeclarationFaulty   what is declared of a source is at fault, or names what is not there
├── CaptureRefused      a file or archive beyond its limits, damaged, or not in the form declared
├── FetchFailed         a file could not be had; what was captured before stays
├── SettingRefused      a setting of the environment that cannot be read
├── SourceChanged       a publisher's file is not as it was; its last good edition stays in use
├── MeasurementsUnreadable  a file or folder of measurements cannot be used
├── ForecastRefused     a forecast that may not be frozen: it stands already, or lies in the past
├── QueryRefused        a query that is not a single read-only SELECT, or that failed
├── UnknownRow          an id that no table of the release has
├── NoRelease           there is no release to read yet
├── BuildRunning        another build holds the lock and did not end in time
├── EngineRefused       an engine that cannot be started here, or data not in the form it expects
├── TaskFailed          one of many tasks failed; the item it was for is named
└── StoreUnwritable     the disk is full or a folder cannot be written
"""

from collections.abc import Sequence

from sharedfuture.records.fault import Fault


class SharedfutureError(Exception):
    """Base of all errors that a user can do something about."""


class LedgerFaulty(SharedfutureError):
    """The ledger has faults; all of them are carried here."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        count = len(self.faults)
        super().__init__(f"{count} fault{'' if count == 1 else 's'} in the ledger")


class IndexRefused(SharedfutureError):
    """The table or the recipe of an index cannot be used, or has no answer."""


class PlaybookRefused(SharedfutureError):
    """A playbook has faults; all of them are carried here."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class CaptureDamaged(SharedfutureError):
    """Captured bytes are gone, or are not those that were captured."""


class DeclarationFaulty(SharedfutureError):
    """What is declared of a source is at fault, or names what is not there."""


class CaptureRefused(SharedfutureError):
    """A file or an archive is beyond its limits, damaged, or not in the form declared."""


class FetchFailed(SharedfutureError):
    """A file could not be had; what was captured before stays."""


class SettingRefused(SharedfutureError):
    """A setting of the environment that cannot be read."""


class SourceChanged(SharedfutureError):
    """A publisher's file is not as its reader knows it: where, expected, found."""


class MeasurementsUnreadable(SharedfutureError):
    """A file or folder of measurements cannot be used: which, expected, found."""


class ForecastRefused(SharedfutureError):
    """A forecast that may not be frozen: it stands already, or its day is not today's to take."""


class QueryRefused(SharedfutureError):
    """A query that is not one read-only SELECT, that failed or took too long."""


class UnknownRow(SharedfutureError):
    """An id that no table of the release has."""


class NoRelease(SharedfutureError):
    """There is no release to read yet."""


class BuildRunning(SharedfutureError):
    """Another build holds the lock and did not end in time."""


class EngineRefused(SharedfutureError):
    """An engine that cannot be started here, or data that are not in the form it expects."""


class TaskFailed(SharedfutureError):
    """One of many tasks failed; the message names the item it was for."""


class StoreUnwritable(SharedfutureError):
    """The disk is full or a folder cannot be written."""
