"""Composite indicators as the OECD/JRC handbook asks, with uncertainty: a library on its own.

In:       a table (units by indicators), a framework, a recipe
Out:      scores and ranks, their uncertainty and its causes, statistics for an audit
Imports:  nothing

`sharedfuture.composite` is its public face. Inside, the bottom are pure functions on arrays
(`arrays`, `weights`, `statistics`, and the designs and estimators of `uncertainty`); `methods`
are the choices that a recipe can name; `plan`, `walk` and `cohort` compute one index or thousands
of variants of it; `inputs` and `outputs` read and write other people's forms.
"""
