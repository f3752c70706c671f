"""From a signal to events: alert levels, drops with brackets, and how well they meet known events.

In:       arrays of values; the rules of `detection.toml`
Out:      drops with brackets; counts of what was found and what was not
Imports:  records
"""
