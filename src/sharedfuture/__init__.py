"""An open, evidence-first observatory of the community with a shared future in cyberspace."""
