"""Outputs as whole texts, each beside the one that is kept."""
