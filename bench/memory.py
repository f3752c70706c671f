"""The most memory that a process has held."""

import re
from pathlib import Path


def peak_memory() -> float:
    """Bytes that this process held at the most since its program began.

    Read from Linux; the rusage of a process begins with what its parent held, and is no measure.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    assert found is not None
    return float(found.group(1)) * 1024
