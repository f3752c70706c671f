"""OONI's raw measurements, one JSON object a line, to observations in columns.

In:       a stream of packed or plain lines
Out:      batches: measurements, observations, quarantine, counts that add up
Imports:  records, capture

What is not declared is not decoded: bodies are matched against fingerprints and dropped, the
probe's own address and its resolver's are never read, redirects keep only the host they lead to.
"""

from sharedfuture.extract.ooni.read import LONGEST_LINE, Batch, Reading
from sharedfuture.extract.ooni.reasons import SAYS, Reason
from sharedfuture.extract.ooni.schema import MEASUREMENT, OBSERVATION, QUARANTINE

__all__ = [
    "LONGEST_LINE",
    "MEASUREMENT",
    "OBSERVATION",
    "QUARANTINE",
    "SAYS",
    "Batch",
    "Reading",
    "Reason",
]
