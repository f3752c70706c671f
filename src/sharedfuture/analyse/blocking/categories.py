"""Names of the categories that domains of the public test lists are in."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def read_categories() -> Mapping[str, str]:
    """The name of each category code, as the lists' legend has it."""
    file = files("sharedfuture.analyse.blocking").joinpath("categories.toml")
    return {code: str(name) for code, name in tomllib.loads(file.read_text("utf-8")).items()}
