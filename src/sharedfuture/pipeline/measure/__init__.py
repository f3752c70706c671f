"""Measurements of networks, read in and counted by the commands of `sharedfuture measure`."""
