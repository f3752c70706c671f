"""Behaviour, by folder: rules, cases, identities, pages, the whole way, publishers."""
