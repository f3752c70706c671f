"""Sources of the user's own, beside those of the package."""

from sharedfuture.pipeline.settings import Settings
from sharedfuture.sources.declaration import add_sources


def add_own_sources(settings: Settings) -> None:
    """Have them known to whoever asks for declarations from here on.

    Raises DeclarationFaulty where the folder that the settings name is not there.
    """
    if settings.own_sources is not None:
        add_sources(settings.own_sources)
