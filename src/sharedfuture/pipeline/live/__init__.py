"""Listen to the publishers: what was captured, read, and put beside the ledger."""
