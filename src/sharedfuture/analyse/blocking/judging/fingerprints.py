"""Fingerprints of block pages and forged answers, in the layout of ooni/blocking-fingerprints.

Literal patterns of bodies, and of each header, are found in one pass (Aho-Corasick), as are texts
that a regular expression cannot do without; the few others are tried one by one. A literal is
looked for as written, case and all, as the publisher does.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from sharedfuture.analyse.blocking.judging.products import product_of


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One fingerprint; `scope` says whose it is: nat, isp, prov, prod, inst, vbw, fp, injb.

    `countries` are alpha-3 codes where it is expected, empty for anywhere; `confidence` is the
    publisher's, 0 to 10, that a hit is no false one; product, an id of our own table, and vendor
    stand where known.
    """

    fingerprint_id: str
    scope: str
    found_in: str
    pattern_type: str
    pattern: str
    confidence: int
    countries: tuple[str, ...]
    product: str | None
    vendor: str | None


FORM: Mapping[str, pl.DataType] = {
    "fingerprint_id": pl.String(),
    "scope": pl.String(),
    "confidence": pl.Int32(),
    "countries": pl.List(pl.String()),
    "product": pl.String(),
    "vendor": pl.String(),
    "dns_ip": pl.String(),
}


def read_fingerprints(*texts: str, countries: Mapping[str, str] | None = None) -> "Fingerprints":
    """The published CSV files (HTTP, DNS) as one matcher; `countries` gives alpha-3 by alpha-2.

    Raises ValueError on a pattern type that is not known and on a pattern that is empty.
    """
    codes = countries or {}
    rows = [row for text in texts for row in csv.DictReader(io.StringIO(text))]
    return Fingerprints([_fingerprint(row, codes) for row in rows])


def _fingerprint(row: Mapping[str, str], codes: Mapping[str, str]) -> Fingerprint:
    if row["pattern_type"] not in ("full", "prefix", "contains", "regexp") or not row["pattern"]:
        raise ValueError(f"{row['name']}: expected a pattern of a known type, found {row}")
    product = product_of(row["name"], row["pattern"])
    expected = (code.strip() for code in row["expected_countries"].split(","))
    return Fingerprint(
        row["name"],
        row["scope"],
        row["location_found"],
        row["pattern_type"],
        row["pattern"],
        int(row["confidence_no_fp"] or 0),
        tuple(codes[code] for code in expected if code in codes),
        product.product_id if product else None,
        product.vendor if product else None,
    )


class _Patterns:
    """Patterns of one place, all looked for in one pass."""

    def __init__(self, fingerprints: Iterable[Fingerprint]) -> None:
        self._always: list[tuple[str, re.Pattern[str]]] = []
        literals: dict[str, list[tuple[Fingerprint, re.Pattern[str] | None]]] = {}
        for item in fingerprints:
            form = re.compile(item.pattern) if item.pattern_type == "regexp" else None
            literal = needed_text(item.pattern) if form else item.pattern
            if literal:
                literals.setdefault(literal, []).append((item, form))
            elif form:
                self._always.append((item.fingerprint_id, form))
        self._found = list(literals.values())
        self._search = AhoCorasick(
            literals, matchkind=MatchKind.Standard, implementation=Implementation.DFA
        )

    def match(self, text: str) -> list[str]:
        """Ids of all that are found, in no order, some perhaps twice."""
        found = [name for name, form in self._always if form.search(text)]
        hits = self._search.find_matches_as_indexes(text, overlapping=True)
        if hits:
            found += [
                item.fingerprint_id
                for place in {hit[0] for hit in hits}
                for item, form in self._found[place]
                if (form.search(text) if form else _stands_right(item, text))
            ]
        return found


class Fingerprints:
    """A set of fingerprints, ready to match."""

    def __init__(self, fingerprints: Iterable[Fingerprint]) -> None:
        self.all = tuple(fingerprints)
        places: dict[str, list[Fingerprint]] = {}
        for item in self.all:
            places.setdefault(item.found_in.lower(), []).append(item)
        self._body = _Patterns(places.get("body", ()))
        self._headers = {
            place.removeprefix("header."): _Patterns(items)
            for place, items in places.items()
            if place.startswith("header.")
        }

    def match(self, body: str, headers: Mapping[str, str]) -> tuple[str, ...]:
        """Ids of all that are found, in order; names of headers in lower case."""
        found = self._body.match(body) if body else []
        for name in headers.keys() & self._headers.keys():
            found += self._headers[name].match(headers[name])
        return tuple(sorted(set(found))) if found else ()

    def frame(self) -> pl.DataFrame:
        """One row for each fingerprint; `dns_ip` is the address of those of DNS answers."""
        rows = [
            (
                item.fingerprint_id,
                item.scope,
                item.confidence,
                list(item.countries),
                item.product,
                item.vendor,
                item.pattern if item.found_in == "dns" else None,
            )
            for item in self.all
        ]
        return pl.DataFrame(rows, schema=dict(FORM), orient="row")


def needed_text(expression: str) -> str | None:
    """The longest text that stands in every match of an expression; none where that is unclear.

    Only expressions of texts, escaped signs, `.` and `.*` are looked into.
    """
    plain = re.sub(r"\\\W", "", expression)
    if re.search(r"\\|[\[\](){}?+|^$]|(?<!\.)\*", plain):
        return None
    pieces = re.split(r"(?<!\\)\.\*?", expression)
    longest = max((re.sub(r"\\(\W)", r"\1", piece) for piece in pieces), key=len)
    return longest if len(longest) > 1 else None


def _stands_right(item: Fingerprint, body: str) -> bool:
    """Whether a text that is somewhere in the body is where the pattern wants it."""
    if item.pattern_type == "full":
        return body == item.pattern
    return item.pattern_type == "contains" or body.startswith(item.pattern)
