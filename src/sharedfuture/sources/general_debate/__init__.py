"""Speeches in the General Debate of the United Nations (UN General Debate Corpus)."""

from sharedfuture.sources.general_debate.read import read

__all__ = ["read"]
