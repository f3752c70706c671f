"""Figure 1 with uncertainty: technology influence against democracy, and how near the corner.

The method is written out in `docs/method/spectrum.md`. Steps, in order: `democracy`, `place`,
`correlation`, `ranking`, `alternatives`. The other modules hold what they share.

In:       frames of figures and of democracy readings
Out:      frames: democracy readings, places in the figure, statistics, alternative axes
Imports:  records
"""
