"""What came first: an agreement with China, or what was measured in the country.

In:       frames of ties, events, parties, actors; of sightings, changes, shutdowns
Out:      a frame: one row for each agreement and measured beginning of a country
Imports:  records
"""
