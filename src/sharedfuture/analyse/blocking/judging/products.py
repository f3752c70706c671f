"""Filtering products and their vendors, by the fingerprints that name them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Product:
    """A filtering product; `vendor_country_id` is where the vendor has its seat, alpha-3."""

    product_id: str
    name: str
    vendor: str
    vendor_country_id: str | None
    fingerprints: tuple[str, ...]
    patterns: tuple[str, ...]
    source: str


@cache
def products() -> tuple[Product, ...]:
    """Every product of the table, in its order."""
    text = files(__package__).joinpath("products.toml").read_text(encoding="utf-8")
    return tuple(
        Product(
            entry["id"],
            entry["name"],
            entry["vendor"],
            entry.get("vendor_country_id"),
            tuple(entry.get("fingerprints", ())),
            tuple(entry.get("patterns", ())),
            entry["source"],
        )
        for entry in tomllib.loads(text)["product"]
    )


def product_of(fingerprint_id: str, pattern: str) -> Product | None:
    """The product that a fingerprint names: by the start of its id, else by its pattern."""
    for item in products():
        if fingerprint_id.startswith(item.fingerprints) if item.fingerprints else False:
            return item
    for item in products():
        if any(part in pattern for part in item.patterns):
            return item
    return None
