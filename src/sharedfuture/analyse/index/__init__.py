"""The observatory's own index of drift towards the shared future in cyberspace.

Step: `inputs`, what the index is made of. The other modules make its indicators, one module for
each kind of evidence: `series` (stated values), `registers` (counted entries), `relations` (lists
and events), `ballots` (votes). `evidence` and `rows` hold what they share.

In:       frames of figures, ties, events, parties in events, countries
Out:      frames: inputs of the index
Imports:  records
"""
