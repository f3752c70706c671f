"""How sure an index is: what else its scores and ranks could have been, and why."""
