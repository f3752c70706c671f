"""Ways to give weights: equal, given, read off the data, asked of people, or optimised.

All functions give weights of one group of siblings, shape (indicators,), that sum to 1, unless
they say otherwise; `weigh_by_group` applies any of them group by group. Source of the choice:
Handbook on Constructing Composite Indicators (OECD/JRC 2008), step 6.
"""
