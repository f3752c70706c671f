"""Shutdowns: drops of a signal, events that registers share, published numbers, causes.

Read what you need from its modules: `signals` makes events of signals by the rules of
`detection.toml`; `identity` and `agreement` find which records of several registers are one event;
`published` has the measures of the study that the curated list was made for; `causes` tells
shutdowns from outages and says how well; `bundle` makes what the ledger carries.

In:       arrays of values; frames of stated shutdowns and outages with a key for each country
Out:      events with brackets, frames of matches, agreements and reasons, measures of models
Imports:  records
"""
