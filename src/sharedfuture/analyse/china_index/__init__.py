"""The China Index from its answers: scores, rank intervals, carried answers, what compares.

Every function takes answers: a row an answer, with `edition`, `country_id`, `item_no`, `domain`,
`layer` and `score` (0 to 4 points, null where the question was skipped).

In:       frames of answers
Out:      frames: scores, intervals, carried answers, changes; or a refusal to compare
Imports:  records
"""
