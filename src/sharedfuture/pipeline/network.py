"""The network of a release, read in place, and its parties by whatever name they are asked for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from sharedfuture.analyse.network import Network, network_of
from sharedfuture.records.errors import NoRelease, UnknownRow

_TEXTS = ("instrument", "initiative")
_IN_BRACKETS = re.compile(r"\(([^()]+)\)")


@dataclass(frozen=True, slots=True)
class ReadNetwork:
    """The edges of a release, the network made of them, and what its parties are called."""

    edges: pl.DataFrame
    network: Network
    names: Mapping[str, str]
    folder: Path
    _spoken: Mapping[str, str]

    def find(self, asked: str) -> str:
        """The id of a party, from its id, code or name, in capitals or not.

        Raises UnknownRow with the nearest names.
        """
        key = _spelled(asked)
        if (found := self._spoken.get(key)) is not None:
            return found
        close = get_close_matches(key, self._spoken, n=3, cutoff=0.5)
        close += [name for name in self._spoken if len(key) > 2 and key in name][:3]
        nearest = dict.fromkeys(self._spoken[name] for name in close)
        hint = ", ".join(f"{self.names[party]} ({party})" for party in list(nearest)[:4])
        raise UnknownRow(
            f"expected a party of the network, by id, country code or name, found {asked!r}"
            + (f"; nearest: {hint}" if hint else "")
        )

    def find_edge(self, asked: str) -> str:
        """The id of an edge, from its own or that of its row; raises UnknownRow."""
        for name in (asked, f"edge-{asked}"):
            if name in self.network.edge_number_of:
                return name
        rows = self.edges.filter(pl.col("row_id") == asked)["edge_id"].to_list()
        if len(rows) == 1:
            return str(rows[0])
        close = rows or get_close_matches(f"edge-{asked}", self.network.edge_ids, n=3, cutoff=0.4)
        hint = f"; nearest: {', '.join(close)}" if close else ""
        raise UnknownRow(f"expected the id of one tie of the network, found {asked!r}{hint}")

    def own_countries(self, body: str) -> frozenset[str]:
        """The body itself, and the country that it belongs to: neither counts as reached."""
        belongs = self.edges.filter(pl.col("edge_id") == f"edge-{body}")["to_id"]
        return frozenset({body, *belongs})

    def sources_of(self, row_ids: list[str]) -> dict[str, list[dict[str, str]]]:
        """By row: the publications that it cites, with where in them and who published."""
        cited = (
            read_table(self.folder, "citation")
            .filter(pl.col("row_id").is_in(row_ids))
            .join(read_table(self.folder, "source").drop("note"), on="source_id")
            .sort("row_id", "source_id", "locator")
        )
        found: dict[str, list[dict[str, str]]] = {}
        for row in cited.iter_rows(named=True):
            kept = ("source_id", "title", "publisher", "locator", "url", "reliability")
            found.setdefault(row["row_id"], []).append({name: row[name] for name in kept})
        return found


def read_network(release: Path) -> ReadNetwork:
    """Read what the questions need; raises NoRelease where there is no release with a network."""
    edges, actors = (
        read_table(release, "network_edge").sort("edge_id"),
        read_table(release, "actor"),
    )
    countries = read_table(release, "country")
    network = network_of(
        edges,
        country_ids=countries["country_id"],
        text_ids=actors.filter(pl.col("kind").is_in(_TEXTS))["actor_id"],
    )
    names = {
        **dict(countries.select("country_id", "name").iter_rows()),
        **dict(actors.select("actor_id", "name").iter_rows()),
    }
    spoken: dict[str, str] = {}
    for party in network.parties:
        for name in _ways_to_say(party, names.get(party, party)):
            spoken.setdefault(_spelled(name), party)
    for code, party in countries.select("iso2", "country_id").drop_nulls().iter_rows():
        if party in network.number_of:
            spoken.setdefault(_spelled(code), party)
    for written, party in actors.select("name_zh", "actor_id").drop_nulls().iter_rows():
        if party in network.number_of:
            spoken.setdefault(_spelled(written), party)
    return ReadNetwork(edges, network, names, release, spoken)


def _ways_to_say(party: str, name: str) -> Iterator[str]:
    """Id, with and without its prefix; name, with and without what stands in brackets; that."""
    yield party
    yield party.removeprefix("act-")
    yield name
    yield _IN_BRACKETS.sub("", name)
    yield from _IN_BRACKETS.findall(name)


def _spelled(name: str) -> str:
    return " ".join(name.casefold().split())


def read_table(release: Path, name: str) -> pl.DataFrame:
    """A table of a release; raises NoRelease where there is none."""
    path = release / "parquet" / f"{name}.parquet"
    if not path.is_file():
        raise NoRelease(
            f"{release}: expected a release with a network, found none; run `sharedfuture build`"
        )
    return pl.read_parquet(path)
