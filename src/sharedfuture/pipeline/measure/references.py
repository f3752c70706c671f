"""What others publish beside measurements: fingerprints, forged addresses, networks, categories.

The files are looked for under their publishers' names, anywhere below one folder, plain or packed.
"""

import csv
import gzip
import io
import lzma
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sharedfuture.analyse.blocking.judging import Fingerprints, read_fingerprints
from sharedfuture.records.errors import MeasurementsUnreadable

_FINGERPRINTS = ("fingerprints_http.csv", "fingerprints_dns.csv")
_FORGED = ("ordered-ip-pool-injector-3-a.txt", "ordered-ip-pool-injector-3-aaaa.txt")
_LISTS = "test-lists: lists/*.csv"
_NETWORKS = "as-org2info.txt or asn-ipv4.csv"
_FROM: Mapping[str, str] = {
    **dict.fromkeys(_FINGERPRINTS, "https://github.com/ooni/blocking-fingerprints"),
    **dict.fromkeys(_FORGED, "https://gfw.report/publications/ndss25/en/"),
    _NETWORKS: "https://publicdata.caida.org/datasets/as-organizations/ or "
    "https://github.com/sapics/ip-location-db",
    _LISTS: "https://github.com/citizenlab/test-lists",
}
_WITHOUT: Mapping[str, str] = {
    **dict.fromkeys(_FINGERPRINTS, "block pages and filtering products are not recognised"),
    **dict.fromkeys(_FORGED, "forged answers of China's injectors are not recognised"),
    _NETWORKS: "networks are shown by number only",
    _LISTS: "domains have no category",
}


@dataclass(frozen=True, slots=True)
class Judging:
    """What a measurement is judged with.

    `countries` gives alpha-3 codes by alpha-2; `forged` are addresses published as forged by
    China's injectors.
    """

    countries: Mapping[str, str]
    fingerprints: Fingerprints
    forged: frozenset[str]


@dataclass(frozen=True, slots=True)
class References:
    """All of it: also names of networks by number, and Citizen Lab's category by domain.

    `missing` has a sentence for each file that is not there, with where it is had.
    """

    countries: Mapping[str, str]
    fingerprints: Fingerprints
    forged: frozenset[str]
    networks: Mapping[int, str]
    categories: Mapping[str, str]
    missing: tuple[str, ...]


def read_references(folder: Path, *, countries: Path) -> References:
    """What there is below `folder`; `countries` is the ledger's table of countries.

    Raises MeasurementsUnreadable where a file that is there cannot be read.
    """
    judging = read_judging(folder, countries=countries)
    return References(
        judging.countries,
        judging.fingerprints,
        judging.forged,
        _networks(folder),
        _categories(folder),
        missing_references(folder),
    )


def read_judging(folder: Path, *, countries: Path) -> Judging:
    """Only what verdicts need. Raises MeasurementsUnreadable."""
    codes = read_countries(countries)
    texts = [_text(path) for name in _FINGERPRINTS if (path := _find(folder, name))]
    try:
        fingerprints = read_fingerprints(*texts, countries=codes)
    except (KeyError, ValueError) as error:
        raise MeasurementsUnreadable(
            f"{folder}: expected fingerprints in the publisher's columns, found {error}"
        ) from error
    forged = frozenset(
        line.strip()
        for name in _FORGED
        if (path := _find(folder, name))
        for line in _text(path).splitlines()
        if line.strip()
    )
    return Judging(codes, fingerprints, forged)


def missing_references(folder: Path) -> tuple[str, ...]:
    """A sentence for each file that is not there."""
    found = {name for name in (*_FINGERPRINTS, *_FORGED) if _find(folder, name)}
    if _network_file(folder):
        found.add(_NETWORKS)
    if _lists(folder):
        found.add(_LISTS)
    return tuple(
        f"{folder}: no {name}; {_WITHOUT[name]}; it is had from {place}"
        for name, place in _FROM.items()
        if name not in found
    )


def read_countries(path: Path) -> dict[str, str]:
    """Alpha-3 codes by alpha-2, of the ledger's table. Raises MeasurementsUnreadable."""
    rows = csv.DictReader(io.StringIO(_text(path)))
    try:
        return {row["iso2"]: row["country_id"] for row in rows if row["iso2"]}
    except KeyError as error:
        raise MeasurementsUnreadable(f"{path}: expected a column {error}, found none") from error


def _networks(folder: Path) -> dict[int, str]:
    path = _network_file(folder)
    if path is None:
        return {}
    text = _text(path)
    if "as-org2info" in path.name:
        return dict(_of_caida(text))
    names: dict[int, str] = {}
    for row in csv.reader(io.StringIO(text)):
        if len(row) >= 4 and row[2].isdigit():
            names.setdefault(int(row[2]), row[3])
    return names


def _of_caida(text: str) -> Iterator[tuple[int, str]]:
    """Networks by the name of their organisation, else by their own; two sections in one file."""
    organisations: dict[str, str] = {}
    is_network = False
    for line in text.splitlines():
        if line.startswith("#"):
            is_network = line.startswith("# format:aut") or (
                is_network and not line.startswith("# format:")
            )
            continue
        cells = line.split("|")
        if not is_network and len(cells) >= 3:
            organisations[cells[0]] = cells[2]
        elif len(cells) >= 4 and cells[0].isdigit():
            yield int(cells[0]), organisations.get(cells[3]) or cells[2]


def _categories(folder: Path) -> dict[str, str]:
    """Category by domain; a list of one country never overrules the global one."""
    found: dict[str, str] = {}
    paths = sorted(_lists(folder), key=lambda path: (not path.name.startswith("global"), path.name))
    for path in paths:
        for row in csv.DictReader(io.StringIO(_text(path))):
            host = _host(row.get("url") or "")
            if host and row.get("category_code"):
                found.setdefault(host, row["category_code"])
    return found


def _host(address: str) -> str | None:
    try:
        return urlsplit(address.strip()).hostname
    except ValueError:
        return None


def _lists(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*.csv*")
        if path.parent.name == "lists" and not path.name.startswith("00-")
    ]


def _network_file(folder: Path) -> Path | None:
    """The newest by name; CAIDA's organisations before names of prefixes."""
    for pattern in ("*as-org2info*", "asn-ipv4*.csv*"):
        if paths := sorted(folder.rglob(pattern)):
            return paths[-1]
    return None


def _find(folder: Path, name: str) -> Path | None:
    for ending in ("", ".gz", ".xz"):
        if paths := sorted(folder.rglob(name + ending)):
            return paths[0]
    return None


_OPENERS = {".gz": gzip.decompress, ".xz": lzma.decompress}


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        unpack = _OPENERS.get(path.suffix)
        return (unpack(data) if unpack else data).decode("utf-8-sig")
    except (OSError, EOFError, lzma.LZMAError, UnicodeDecodeError) as error:
        raise MeasurementsUnreadable(
            f"{path}: expected a readable file in UTF-8, found {error}"
        ) from error
