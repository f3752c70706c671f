"""Fingerprints of block pages and forged answers, in the layout of ooni/blocking-fingerprints.

Literal patterns of bodies are found in one pass (Aho-Corasick); regular expressions and headers,
which are few, one by one. A literal is looked for as written, case and all, as the publisher does.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from sharedfuture.analyse.blocking.products import product_of


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One fingerprint; `scope` says whose it is: nat, isp, prov, prod, inst, vbw, fp, injb.

    `countries` are alpha-3 codes where it is expected, empty for anywhere; `confidence` is the
    publisher's, 0 to 10, that a hit is no false one; product and vendor are ours, where known.
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
        product.name if product else None,
        product.vendor if product else None,
    )


class Fingerprints:
    """A set of fingerprints, ready to match."""

    def __init__(self, fingerprints: Iterable[Fingerprint]) -> None:
        self.all = tuple(fingerprints)
        self._bodies: dict[str, list[tuple[Fingerprint, re.Pattern[str] | None]]] = {}
        self._always: list[tuple[Fingerprint, re.Pattern[str]]] = []
        for item in self.all:
            if item.found_in == "body":
                self._add_body(item)
        self._found = list(self._bodies.values())
        self._search = AhoCorasick(
            self._bodies, matchkind=MatchKind.Standard, implementation=Implementation.DFA
        )
        self._headers: dict[str, list[tuple[Fingerprint, re.Pattern[str]]]] = {}
        for item in self.all:
            if item.found_in.startswith("header."):
                name = item.found_in.removeprefix("header.").lower()
                self._headers.setdefault(name, []).append((item, _expression(item)))

    def _add_body(self, item: Fingerprint) -> None:
        """A literal as it is; of an expression a text that it cannot do without, if it has one."""
        if item.pattern_type != "regexp":
            self._bodies.setdefault(item.pattern, []).append((item, None))
            return
        form = re.compile(item.pattern)
        needed = needed_text(item.pattern)
        if needed:
            self._bodies.setdefault(needed, []).append((item, form))
        else:
            self._always.append((item, form))

    def match(self, body: str, headers: Mapping[str, str]) -> tuple[str, ...]:
        """Ids of all that are found, in order; names of headers in lower case."""
        found: set[str] = set()
        if body:
            hits = self._search.find_matches_as_indexes(body, overlapping=True)
            for place in {hit[0] for hit in hits}:
                found.update(
                    item.fingerprint_id
                    for item, form in self._found[place]
                    if (form.search(body) if form else _stands_right(item, body))
                )
            found.update(item.fingerprint_id for item, form in self._always if form.search(body))
        for header, patterns in self._headers.items():
            if header in headers:
                value = headers[header]
                found.update(item.fingerprint_id for item, form in patterns if form.search(value))
        return tuple(sorted(found))

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


def _expression(item: Fingerprint) -> re.Pattern[str]:
    """A pattern of a header as a regular expression."""
    if item.pattern_type == "regexp":
        return re.compile(item.pattern)
    literal = re.escape(item.pattern)
    forms = {"full": rf"\A{literal}\Z", "prefix": rf"\A{literal}", "contains": literal}
    return re.compile(forms[item.pattern_type])
