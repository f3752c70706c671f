"""Projects of AidData as happenings: which kind, with whom; the rules stand in `projects.toml`."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_FINANCIER = "act-exim"


@dataclass(frozen=True, slots=True)
class Project:
    """What a project is as an event: without a date, which editions have in different precision."""

    kind: str
    title: str
    certainty: str
    note: str
    # Role and party, the country first.
    parties: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: str
    title: str
    sectors: tuple[str, ...]
    must: tuple[re.Pattern[str], ...]
    must_not: re.Pattern[str]

    def fits(self, title: str, sector: str) -> bool:
        return (
            (not self.sectors or sector in self.sectors)
            and all(words.search(title) for words in self.must)
            and not self.must_not.search(title)
        )


def project_of(
    key: str, country_id: str, *, title: str, sector: str, status: str, parties: str = ""
) -> Project | None:
    """The happening that a project is; None where title and sector leave doubt, or the status does.

    `parties` are the bodies that the edition names; without them those in the title count.
    """
    rules, statuses, actors = _rules()
    rule = next((rule for rule in rules if rule.fits(title, sector)), None)
    if rule is None or status not in statuses:
        return None
    certainty, note = statuses[status]
    named = [actor for actor, words in actors.items() if words.search(f"{title}; {parties}")]
    if rule.kind == "training":
        with_whom = [("trainee", country_id), ("trainer", "CHN")]
    else:
        financier = _FINANCIER if _FINANCIER in named else "CHN"
        with_whom = [("country", country_id), ("financier", financier)]
        with_whom += [("vendor", actor) for actor in named if actor != _FINANCIER]
    return Project(
        rule.kind, f"{rule.title} (AidData record {key})", certainty, note, tuple(with_whom)
    )


@cache
def _rules() -> tuple[tuple[_Rule, ...], dict[str, tuple[str, str]], dict[str, re.Pattern[str]]]:
    text = files("sharedfuture.align").joinpath("projects.toml").read_text(encoding="utf-8")
    declared = tomllib.loads(text)
    rules = tuple(_rule(entry) for entry in declared["kind"])
    statuses = {name: (said[0], said[1]) for name, said in declared["statuses"].items()}
    actors = {name: re.compile(words, re.IGNORECASE) for name, words in declared["parties"].items()}
    return rules, statuses, actors


def _rule(entry: dict[str, Any]) -> _Rule:
    must = tuple(_one_of(entry[name]) for name in ("about", "has", "paid") if name in entry)
    sectors = tuple(entry.get("sectors", ()))
    return _Rule(entry["kind"], entry["title"], sectors, must, _one_of(entry["not"]))


def _one_of(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in words), re.IGNORECASE)
