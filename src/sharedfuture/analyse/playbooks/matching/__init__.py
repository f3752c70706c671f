"""The engine of playbooks: from a playbook and histories to occurrences, their fit and chance.

In:       a playbook as text; happenings as a frame
Out:      occurrences with fit, order probability and chance
Imports:  records
"""
