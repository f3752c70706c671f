"""Exports of internet-wide scans to services in columns that name no machine.

In:       a stream of packed or plain JSON: Censys v1, v2 and Platform, Shodan, ZGrab2, BinaryEdge
Out:      batches: services and recognised products by keyed hash, quarantine, counts that add up
Imports:  records, capture

What machines say is matched while it is read, then dropped. Addresses and names become keyed
hashes under a key that lives as long as the process; certificates are not read at all.
"""

from sharedfuture.extract.scan_hosts.layouts import Layout
from sharedfuture.extract.scan_hosts.read import Batch, Reading
from sharedfuture.extract.scan_hosts.reasons import SAYS, Reason
from sharedfuture.extract.scan_hosts.schema import PRODUCT, QUARANTINE, SERVICE

__all__ = [
    "PRODUCT",
    "QUARANTINE",
    "SAYS",
    "SERVICE",
    "Batch",
    "Layout",
    "Reading",
    "Reason",
]
