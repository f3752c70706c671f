"""Vendors, brands and patterns of our own table; every name that can be shown besides recog's."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor and its seat, alpha-3; `enterprise_numbers` are IANA's, as SNMP shows them."""

    name: str
    country_id: str
    aliases: tuple[str, ...]
    enterprise_numbers: tuple[int, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Rebrand:
    """A brand of somebody else on devices of `vendor`."""

    brand: str
    vendor: str
    aliases: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern of our own: `vendor` is a vendor or a brand; `product` empty where none is told."""

    vendor: str
    product: str
    kinds: tuple[str, ...]
    expression: str
    reason: str


@dataclass(frozen=True, slots=True, order=True)
class Product:
    """What a machine is recognised as; a product that is not named is empty."""

    vendor: str
    vendor_country_id: str | None
    product: str = ""


@cache
def vendors() -> tuple[Vendor, ...]:
    """Every vendor of the table, in its order."""
    return tuple(
        Vendor(
            entry["name"],
            entry["country_id"],
            tuple(entry["aliases"]),
            tuple(entry.get("enterprise_numbers", ())),
            entry["source"],
        )
        for entry in _table()["vendor"]
    )


@cache
def rebrands() -> tuple[Rebrand, ...]:
    """Every brand of somebody else, in its order."""
    return tuple(
        Rebrand(entry["brand"], entry["vendor"], tuple(entry["aliases"]), entry["source"])
        for entry in _table()["rebrand"]
    )


@cache
def patterns() -> tuple[Pattern, ...]:
    """Every pattern of our own, in the order in which they are tried."""
    return tuple(
        Pattern(
            entry["vendor"],
            entry.get("product", ""),
            tuple(entry["kinds"]),
            entry["expression"],
            entry["reason"],
        )
        for entry in _table()["pattern"]
    )


@cache
def known_names() -> Mapping[str, Product]:
    """Every name and alias, folded, and what it stands for; a brand is a product of its vendor."""
    seats = {vendor.name: vendor.country_id for vendor in vendors()}
    found = {
        fold(alias): Product(vendor.name, vendor.country_id)
        for vendor in vendors()
        for alias in (vendor.name, *vendor.aliases)
    }
    for item in rebrands():
        product = Product(item.vendor, seats[item.vendor], f"{item.brand} (brand)")
        found |= {fold(alias): product for alias in (item.brand, *item.aliases)}
    return found


@cache
def enterprises() -> Mapping[int, Product]:
    """What an enterprise number of IANA stands for."""
    return {
        number: Product(vendor.name, vendor.country_id)
        for vendor in vendors()
        for number in vendor.enterprise_numbers
    }


def fold(name: str) -> str:
    """A name without case, and without signs around it and between its words."""
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split()).strip(" .,")


# What the file holds is held by a test, hence `Any`.
@cache
def _table() -> Mapping[str, list[dict[str, Any]]]:
    text = files(__package__).joinpath("vendors.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
