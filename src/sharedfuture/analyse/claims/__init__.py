"""Decide what holds of each claim of the report."""
