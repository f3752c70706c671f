"""What an archive of the publisher's whole repository holds beside the two tables of answers.

Read are the file of each country (when its answers were gathered, the addresses given as
evidence, shares as published), the texts of the questions, and the site's own table of scores.
The names of those who answered and reviewed, remarks and running text of the evidence are not
decoded at all.
"""

from collections.abc import Iterator, Mapping

import msgspec
import polars as pl

from sharedfuture.capture import Edition, member, members
from sharedfuture.extract import json_document
from sharedfuture.records.errors import SourceChanged
from sharedfuture.sources.china_index.editions import DOMAINS_OF_SCORES, Layout
from sharedfuture.sources.china_index.written import (
    File,
    Published,
    read_addresses,
    read_date,
    read_points,
    read_question,
    read_rank,
    read_share,
    read_whole,
)

PART = "repository"
_UNANSWERED = "skip"


class _Answer(msgspec.Struct, frozen=True):
    number: str
    score: str
    evidence_urls: list[str]


class _Country(msgspec.Struct, frozen=True):
    """A country's own file. Shares of layers that an edition does not have are None."""

    name: str
    year: str
    original: str
    ranking: str
    overall: str
    exposure: str
    pressure: str
    answer: dict[str, list[_Answer]]
    effect: str | None = None
    alignment: str | None = None


class _Set(msgspec.Struct, frozen=True):
    overall: str
    domain: list[str]


class _Score(msgspec.Struct, frozen=True):
    percentage: _Set
    original: _Set
    ranking: _Set


class _Named(msgspec.Struct, frozen=True):
    country: str


class Repository:
    """The archive of one edition. Raises CaptureRefused where it cannot be opened."""

    def __init__(self, edition: Edition, layout: Layout) -> None:
        self._archive = edition.capture(PART)
        self._paths = members(self._archive)
        self._edition = edition.name
        self._layout = layout
        self._countries = tuple(self._country_files())

    def questions(self) -> pl.DataFrame | None:
        """Text and remark of each question; None for an edition that has no texts."""
        if self._layout.questions is None:
            return None
        file = self._file(self._layout.questions)
        listed = json_document(file.capture, list[dict[str, str]])
        rows = [read_question(file, entry) for entry in listed]
        schema = {"item_no": pl.Int64, "question": pl.String, "note": pl.String}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def answers(self) -> pl.DataFrame:
        """Each answer of the countries' files, with its date and the addresses of its evidence."""
        rows = [
            (
                read_whole(file, "number", answer.number),
                self._layout.spellings.get(country.name, country.name),
                None if answer.score == _UNANSWERED else read_whole(file, "score", answer.score),
                read_date(file, country.year),
                "\n".join(read_addresses(answer.evidence_urls)) or None,
                file.path,
            )
            for file, country in self._countries
            for answers in country.answer.values()
            for answer in answers
        ]
        schema = {
            "item_no": pl.Int64,
            "country_as_written": pl.String,
            "score_in_file": pl.Float64,
            "gathered": pl.String,
            "evidence_urls": pl.String,
            "path": pl.String,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")

    def values(self) -> pl.DataFrame:
        """The numbers that the publisher prints, as printed.

        Where an edition has the site's table of scores, totals and domains are from there;
        else the totals are from the countries' files, which alone have the layers.
        """
        published = [*self._layers()]
        published += self._totals() if self._layout.website is None else self._scores()
        return pl.DataFrame(
            {
                "indicator_id": [number.indicator_id for number in published],
                "country_as_written": [number.country for number in published],
                "period": self._edition,
                "value": [number.value for number in published],
                "as_written": [number.as_written for number in published],
                "part": PART,
                "row": [number.file.place for number in published],
            },
            schema_overrides={"value": pl.Float64, "row": pl.Int64},
        )

    def _country_files(self) -> Iterator[tuple[File, _Country]]:
        inside = f"{self._edition}/country_json/"
        found = [path for path in self._paths if f"/{path}".partition(f"/{inside}")[2]]
        if not found:
            raise SourceChanged(
                f"{self._archive.name}: expected files in {inside}, found none "
                f"among {len(self._paths)}"
            )
        for path in found:
            if path.endswith(".json"):
                file = self._opened(path)
                yield file, json_document(file.capture, _Country)

    def _file(self, wanted: str) -> File:
        """The file of this path, whatever the folder at the root of the archive is called."""
        found = [path for path in self._paths if f"/{path}".endswith(f"/{wanted}")]
        if len(found) != 1:
            raise SourceChanged(
                f"{self._archive.name}: expected one file {wanted}, found {len(found)}"
            )
        return self._opened(found[0])

    def _opened(self, path: str) -> File:
        return File(path, self._paths.index(path) + 1, member(self._archive, path))

    def _layers(self) -> Iterator[Published]:
        for file, country in self._countries:
            shares = {
                "exposure": country.exposure,
                "pressure": country.pressure,
                "effect": country.effect,
                "alignment": country.alignment,
            }
            for layer, indicator_id in self._layout.layers.items():
                yield read_share(file, country.name, indicator_id, shares[layer])

    def _totals(self) -> Iterator[Published]:
        for file, country in self._countries:
            name = country.name
            yield read_share(file, name, "china_index_overall_pct", country.overall)
            yield read_rank(file, name, "china_index_overall_rank", country.ranking)
            yield from read_points(file, name, "china_index_overall", country.original)

    def _scores(self) -> Iterator[Published]:
        file = self._file(f"{self._layout.website}/country_score.json")
        names = self._names()
        scores = json_document(file.capture, dict[str, _Score])
        if scores.keys() != names.keys():
            odd = sorted(scores.keys() ^ names.keys())
            raise SourceChanged(
                f"{file.capture.name}: expected the countries of country_list.json, "
                f"found a difference in {', '.join(odd)}"
            )
        for code, score in scores.items():
            yield from _scored(file, names[code], score)

    def _names(self) -> Mapping[str, str]:
        """The country of each two-letter code, as the site itself lists them by region."""
        file = self._file(f"{self._layout.website}/country_list.json")
        regions = json_document(file.capture, dict[str, dict[str, _Named]])
        return {
            code: named.country for region in regions.values() for code, named in region.items()
        }


def _scored(file: File, name: str, score: _Score) -> Iterator[Published]:
    yield read_share(file, name, "china_index_overall_pct", score.percentage.overall)
    yield read_rank(file, name, "china_index_overall_rank", score.ranking.overall)
    yield from read_points(file, name, "china_index_overall", score.original.overall)
    for numbers in (score.percentage.domain, score.ranking.domain, score.original.domain):
        if len(numbers) != len(DOMAINS_OF_SCORES):
            raise SourceChanged(
                f"{file.capture.name}, {name}: expected {len(DOMAINS_OF_SCORES)} domains, "
                f"found {len(numbers)}"
            )
    for place, domain in enumerate(DOMAINS_OF_SCORES):
        share, rank = score.percentage.domain[place], score.ranking.domain[place]
        yield read_share(file, name, f"china_index_{domain}_pct", share)
        yield read_rank(file, name, f"china_index_{domain}_rank", rank)
        if domain == "technology":
            points = score.original.domain[place]
            yield from read_points(file, name, "china_index_2024_technology", points)
