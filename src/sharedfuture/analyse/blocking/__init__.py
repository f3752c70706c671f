"""Blocking: verdicts on measurements, what they add up to, how it is done and with what.

`judging` says of each measurement whether it was blocked, down or ok, by rules that are data.
`counts` adds verdicts up, as an Ibis expression; the steps make of counts rates with intervals,
changes with brackets, likeness to the techniques recorded for China, and sightings of products.

In:       frames of measurements and observations; tables of verdicts of any size; frames of counts
Out:      verdicts with the rule that fired; counts; frames of the public tables
Imports:  records
"""
