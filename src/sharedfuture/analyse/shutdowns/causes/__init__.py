"""Shutdown or outage: what is known of an event without its cause, models of it, how good they are.

In:       frames of events of registers
Out:      verdicts with probabilities; measures of models under honest splits
Imports:  records
"""
