"""Ids of rows about shutdowns, the same from the ledger and from captured registers."""


def count_id(register: str, country_id: str, year: int | None, other: str | None) -> str:
    """Of a country's count: of a year, or of all that another register covers too."""
    parts = ["shc", country_id, register]
    if other is not None:
        parts += ["in", other]
    return "-".join(parts if year is None else [*parts, str(year)])


def agreement_id(register: str, other: str, width: str) -> str:
    """Of how far one register's events stand in another."""
    return f"sha-{register}-in-{other}-{width}"


def model_id(task: str, model: str, split: str, measure: str) -> str:
    """Of one measure of a model, rule or baseline."""
    return f"shm-{task}-{model}-{split}-{measure}"


def event_id(key: str) -> str:
    """Of an event, by the first `register:key` that it has."""
    return f"she-{_plain(key)}"


def report_id(register: str, key: str) -> str:
    """Of what one register says of it."""
    return f"shr-{_plain(f'{register}:{key}')}"


def _plain(key: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in key)
