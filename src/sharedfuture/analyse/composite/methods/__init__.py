"""Every choice that a recipe can name: a frozen record with its parameters, which can be called.

A record knows how it is written in TOML (`method = "..."` and its parameters) and which function
on arrays does the work; it holds no data. All take values of shape (..., indicators, rows) and a
`Setting`, and give values of the same shape, or (..., rows) for aggregators.
"""
