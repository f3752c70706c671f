"""Texts of machines to vendor and product, by recog's fingerprints and by our own table.

The first fingerprint of a kind that is found decides, as in recog. Fingerprints are not tried one
by one: texts that they cannot do without are looked for in one pass (Aho-Corasick).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from sharedfuture.analyse.footprint.expressions import (
    Untranslatable,
    compile_expression,
    needed_texts,
)
from sharedfuture.analyse.footprint.vendors import (
    Product,
    enterprises,
    fold,
    known_names,
    patterns,
    vendors,
)
from sharedfuture.records.banners import BannerFingerprint

LONGEST_TEXT = 4_096  # signs of a text that are looked at
LABEL = "label.vendor"  # a vendor's name as the scanner gives it
_OBJECT_ID = "snmp.sys_object_id"
_ENTERPRISE = re.compile(r"\A(?:\.?1|iso)\.3\.6\.1\.4\.1\.(\d{1,9})(?:\.|\Z)")
_REMEMBERED = 16_384
# Parts of a device in which a vendor is looked for: the device, then what runs on it.
_PARTS = ("hw", "os", "service")


class Search:
    """Expressions in order; gives the first that is found."""

    def __init__(self, forms: Sequence[re.Pattern[str]]) -> None:
        self._forms = forms
        self._always: list[int] = []
        places: dict[str, list[int]] = {}
        for place, form in enumerate(forms):
            needed = needed_texts(form)
            for text in needed:
                places.setdefault(text, []).append(place)
            if not needed:
                self._always.append(place)
        self._places = list(places.values())
        self._search = AhoCorasick(
            list(places), matchkind=MatchKind.Standard, implementation=Implementation.DFA
        )

    def first(self, text: str) -> int | None:
        """Place of the first expression that is found; None where none is."""
        hits = self._search.find_matches_as_indexes(text.lower(), overlapping=True)
        candidates = {place for hit in {hit[0] for hit in hits} for place in self._places[hit]}
        for place in sorted(candidates.union(self._always)):
            if self._forms[place].search(text):
                return place
        return None


class Recogniser:
    """Everything that can be recognised; `products` are all that can ever be named.

    `untranslatable` are the fingerprints that were left out, with the reason.
    """

    def __init__(self, fingerprints: Iterable[BannerFingerprint] = ()) -> None:
        self.untranslatable: list[tuple[BannerFingerprint, str]] = []
        forms: dict[str, list[re.Pattern[str]]] = {}
        found: dict[str, list[Product | None]] = {}
        spelled = {fold(item.name): item.name for item in vendors()}
        for item in fingerprints:
            try:
                form = compile_expression(item.pattern, item.flags)
            except Untranslatable as error:
                self.untranslatable.append((item, str(error)))
                continue
            forms.setdefault(item.kind, []).append(form)
            product = product_of(item.fixed)
            if product:  # one vendor is written in several ways
                name = spelled.setdefault(fold(product.vendor), product.vendor)
                product = replace(product, vendor=name)
            found.setdefault(item.kind, []).append(product)
        self._theirs = {kind: (Search(forms[kind]), found[kind]) for kind in forms}
        self._ours = _own_patterns()
        named = {item for kind in found.values() for item in kind if item}
        named |= {product for own in self._ours.values() for _, product in own}
        named |= {*known_names().values(), *enterprises().values()}
        self.products: tuple[Product, ...] = tuple(sorted(named, key=_order))
        self._number = {product: number for number, product in enumerate(self.products)}
        self._cached = lru_cache(_REMEMBERED)(self._look)

    def recognise(self, kind: str, text: str) -> int | None:
        """Number of the product that a text shows; None where it shows none."""
        return self._cached(kind, text[:LONGEST_TEXT])

    def _look(self, kind: str, text: str) -> int | None:
        product = self._product(kind, text)
        return None if product is None else self._number[product]

    def _enterprise(self, kind: str, text: str) -> Product | None:
        """The vendor whose enterprise number an object identifier of SNMP carries."""
        number = _ENTERPRISE.match(text) if kind == _OBJECT_ID else None
        return enterprises().get(int(number.group(1))) if number else None

    def _product(self, kind: str, text: str) -> Product | None:
        if kind == LABEL:
            return known_names().get(fold(text))
        if product := self._enterprise(kind, text):
            return product
        if kind in self._theirs:
            search, products = self._theirs[kind]
            place = search.first(text)
            if place is not None and (product := products[place]):
                return product
        for form, product in self._ours.get(kind, ()):
            if form.search(text):
                return product
        return None


def product_of(fixed: Mapping[str, str]) -> Product | None:
    """The device that parameters of recog name: its own vendor, else one of our table's.

    Software of others (a web server, an operating system) says nothing about who made the device.
    """
    known = known_names()
    for part in _PARTS:
        vendor = fixed.get(f"{part}.vendor")
        if vendor is None or (part != "hw" and fold(vendor) not in known):
            continue
        name = fixed.get(f"{part}.product", "")
        ours = known.get(fold(vendor))
        if ours is None:
            return Product(vendor, None, name)
        return Product(ours.vendor, ours.vendor_country_id, ours.product or name)
    return None


def _own_patterns() -> Mapping[str, Sequence[tuple[re.Pattern[str], Product]]]:
    found: dict[str, list[tuple[re.Pattern[str], Product]]] = {}
    for item in patterns():
        known = known_names()[fold(item.vendor)]
        product = Product(known.vendor, known.vendor_country_id, item.product or known.product)
        form = re.compile(item.expression, re.IGNORECASE)
        for kind in item.kinds:
            found.setdefault(kind, []).append((form, product))
    return found


def _order(product: Product) -> tuple[str, str]:
    return product.vendor, product.product
