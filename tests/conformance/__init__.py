"""The ledger against the publishers' own data, where they stand beside the checkout."""
