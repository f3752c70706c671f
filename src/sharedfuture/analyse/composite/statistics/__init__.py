"""What an audit reads off the arrays: description, correlation, reliability, components, effect.

All functions take values of shape (indicators, units) unless they say otherwise; NaN is missing.
None of them changes an index. The order of questions follows the Handbook on Constructing
Composite Indicators (OECD/JRC 2008), steps 4 and 8.
"""
