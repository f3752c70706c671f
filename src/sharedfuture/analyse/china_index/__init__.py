"""The China Index from its answers: scores, rank intervals, carried answers, what compares.

Every function takes answers: a row an answer, with `edition`, `country_id`, `item_no`, `domain`,
`layer` and `score` (0 to 4 points, null where the question was skipped).

The steps are `standing` (scores and ranks) and `moving` (change); the method is written out in
`docs/method/china-index.md`.

In:       frames of answers
Out:      frames: scores, intervals, carried answers, changes; or a refusal to compare
Imports:  records
"""
