"""Sequences of happenings: what is dated in a country, and how well a playbook fits it.

In:       frames of ties, events, figures, measured beginnings; playbooks as text
Out:      frames: histories, playbooks and their steps, matches and what fills them, chance
Imports:  records
"""
