"""Made-up signals with known outages, to hold detection to."""

from sharedfuture.analyse.shutdowns.bundle.made_up import PER_DAY, STEP_S, Signal, signal

__all__ = ["PER_DAY", "STEP_S", "Signal", "signal"]
