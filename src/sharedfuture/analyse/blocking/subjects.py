"""What stands in a count where a domain or a network is not known, or must not be named."""

NUMERIC_SUBJECT = "(numeric address)"  # of machines; all count together, so that none leaves
NO_SUBJECT = "(no domain)"
UNKNOWN_NETWORK = 0
