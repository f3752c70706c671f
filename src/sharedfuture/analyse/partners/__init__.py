"""Who may be a partner though nobody says so: candidates, with how sure and why.

In:       frames of ties, events, figures, countries and published totals
Out:      frames: targets, candidates with probabilities, reasons, checks
Imports:  records
"""
