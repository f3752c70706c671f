"""Made-up answers in the layout of the China Index's edition 2024, as many as an edition has."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

from sharedfuture.capture import Store

DOMAINS = (
    *("Media", "Academia", "Economy", "Society", "Military", "Law Enforcement", "Technology"),
    *("Domestic Politics", "Foreign Policy"),
)
QUESTIONS = 99
PER_DOMAIN = QUESTIONS // len(DOMAINS)
EDITION = "2024"

# Points of a country, by its name, on a question, from 1; None where it was skipped.
Points = Callable[[str, int], int | None]


def domain_of(question: int) -> str:
    """The domain of a question, from 1."""
    return DOMAINS[(question - 1) // PER_DOMAIN]


def capture_answers(store: Store, countries: Sequence[str], points: Points, *, into: Path) -> None:
    """Put both tables of answers into the store."""
    into.mkdir(parents=True, exist_ok=True)
    wide, long = into / "answers.csv", into / "answers_long.csv"
    numbers = range(1, QUESTIONS + 1)
    with wide.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["indicator no.", "grading", "domain", *countries])
        for number in numbers:
            cells = [points(country, number) for country in countries]
            words = ["na" if cell is None else cell for cell in cells]
            table.writerow([number, 1, domain_of(number), *words])
    with long.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(
            ["indicator no.", "Grading", "Domain", "Country", "Score", "Region", "Layer"]
        )
        for number in numbers:
            for country in countries:
                cell = points(country, number)
                word = "NA" if cell is None else cell
                table.writerow([f"{number:02}", 1, "", country, word, "Somewhere", "Exposure"])
    store.add("china_index", EDITION, "answers", path=wide)
    store.add("china_index", EDITION, "answers_long", path=long)
