"""A source that does not exist, as one folder: what a newcomer would write to add one."""

from pathlib import Path

from sharedfuture import sources
from sharedfuture.capture import Store
from sharedfuture.pipeline.settings import Settings
from sharedfuture.sources import declaration, reading

NAME = "sample_press"
READER = '''"""A made-up index of the press: one row a country, two numbers."""

import polars as pl

from sharedfuture.extract import csv_sheet
from sharedfuture.records.statement import Statement


def read(edition):
    sheet = csv_sheet(edition.capture("scores"), columns=("Country", "Score", "Low", "High"))
    part, row = sheet.at()
    yield Statement(
        "value",
        pl.DataFrame(
            {
                "indicator_id": "INDICATOR",
                "country_as_written": sheet.text("Country", required=True),
                "period": edition.name,
                "value": sheet.number("Score", gaps=["n/a"]),
                "low": sheet.number("Low"),
                "high": sheet.number("High"),
                "gap": sheet.gap("Score", {"n/a": "withheld"}, empty="not_covered"),
                "as_written": sheet.text("Score"),
                "part": part,
                "row": row,
            }
        ),
    )
'''
DECLARED = """
title = "Sample Press Index"
publisher = "Sample Institute"
homepage = "https://example.org/press"
licence = "a licence of this test"
redistribution = "REDISTRIBUTION"
reliability = "B"
cadence = "yearly"
states = ["value"]
editions = "EDITIONS"
is_tried = false
tried = "made for a test"
addresses = "made for a test"

[expect]
value = { min = 1, max = 9 }

[[file]]
part = "scores"
form = "csv"
url = "ADDRESS"

[[edition]]
name = "2022"
published = "2024-06"

[[edition]]
name = "2023"
published = "2025-06"

[[indicator]]
id = "INDICATOR"
title = "Sample democracy of the press"
unit = "points, 0 to 10"
better = "higher"
basis = "expert_judgement"
spread = "columns Low and High"
decimals = 2
minimum = 0.0
maximum = 10.0
"""
HEADER = "Country,Score,Low,High\n"


class MadeUpSource:
    """Writes the folder of the source and captures of it; `forget` takes it out of the package."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.settings = settings

    def declare(
        self,
        *,
        redistribution: str = "open",
        editions: str = "add",
        indicator: str = "sample_press",
        address: str = "https://example.org/{edition}.csv",
    ) -> None:
        """Write the folder anew."""
        own = self.folder / NAME
        own.mkdir(parents=True, exist_ok=True)
        text = DECLARED.replace("REDISTRIBUTION", redistribution).replace("EDITIONS", editions)
        text = text.replace("INDICATOR", indicator).replace("ADDRESS", address)
        (own / "source.toml").write_text(text, encoding="utf-8")
        (own / "__init__.py").write_text(READER.replace("INDICATOR", indicator), encoding="utf-8")
        (own / "countries.csv").write_text(
            "as_written,country_id,note\nThe Solomons,SLB,a spelling of its own\n",
            encoding="utf-8",
        )
        self.forget()

    def capture(self, rows: str, *, edition: str = "2022", header: str = HEADER) -> None:
        """Put a file of the publisher into the store."""
        path = self.folder / "scores.csv"
        path.write_text(header + rows, encoding="utf-8")
        Store(self.settings.captures).add(NAME, edition, "scores", path=path)

    def forget(self) -> None:
        """Nothing of the source stays in this process."""
        if str(self.folder) in sources.__path__:
            sources.__path__.remove(str(self.folder))
        declaration._declared.cache_clear()
        reading.own_spellings.cache_clear()
