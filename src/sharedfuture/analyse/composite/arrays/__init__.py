"""Pure functions on arrays: the statistics of the composite engine, without names or tables.

All take and return float64 arrays, never change their input, and keep to one shape,
`(..., indicators, units)`: the last axis runs over units, the axis before it over indicators, and
leading axes are a batch of replicates. A function that looks at each indicator alone works along
the last axis, so it takes one vector as well. NaN is a missing value and stays missing; infinite
values are refused before they come here. Where a method has no answer for the values it raises
`NotDefined` with the positions of the indicators along their axis (0 for one vector); a present
value never becomes NaN or infinite.
"""
