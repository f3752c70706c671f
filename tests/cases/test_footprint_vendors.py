"""The table of vendors says where each entry comes from, and no name stands for two."""

import re

import pytest

from sharedfuture.analyse.footprint import Recogniser, patterns, rebrands, vendors
from sharedfuture.analyse.footprint.recognise import LABEL, product_of
from sharedfuture.analyse.footprint.vendors import Product, enterprises, fold, known_names
from sharedfuture.records.banners import BannerFingerprint


def test_every_entry_has_its_source_or_reason() -> None:
    assert [item.name for item in vendors() if len(item.source.split()) < 5] == []
    assert [item.brand for item in rebrands() if len(item.source.split()) < 5] == []
    assert [item.expression for item in patterns() if len(item.reason.split()) < 5] == []
    assert {item.country_id for item in vendors()} == {"CHN"}


def test_no_name_and_no_number_stands_for_two() -> None:
    owners: dict[str, set[str]] = {}
    for vendor in vendors():
        for name in (vendor.name, *vendor.aliases):
            owners.setdefault(fold(name), set()).add(vendor.name)
    for brand in rebrands():
        for name in (brand.brand, *brand.aliases):
            owners.setdefault(fold(name), set()).add(brand.brand)
    assert {name: of for name, of in owners.items() if len(of) > 1} == {}
    numbers = [number for vendor in vendors() for number in vendor.enterprise_numbers]
    assert len(numbers) == len(set(numbers))


def test_brands_and_patterns_name_vendors_of_the_table() -> None:
    names = {item.name for item in vendors()}
    assert {item.vendor for item in rebrands()} <= names
    assert {item.vendor for item in patterns()} <= names | {item.brand for item in rebrands()}
    for item in patterns():
        re.compile(item.expression)


@pytest.mark.parametrize(
    ("number", "vendor"),
    [
        (2011, "Huawei"),
        (3902, "ZTE"),
        (4881, "Ruijie"),
        (11863, "TP-Link"),
        (25506, "H3C"),
        (35047, "Sangfor"),
        (39165, "Hikvision"),
        (37496, "Dahua"),
    ],
)
def test_enterprise_numbers_of_iana(number: int, vendor: str) -> None:
    assert enterprises()[number].vendor == vendor
    own = Recogniser()
    for text in (f"1.3.6.1.4.1.{number}", f"1.3.6.1.4.1.{number}.2.23", f".1.3.6.1.4.1.{number}.1"):
        assert own.products[own.recognise("snmp.sys_object_id", text) or 0].vendor == vendor
    assert own.recognise("snmp.sys_object_id", f"1.3.6.1.4.1.{number}0.1") is None


@pytest.mark.parametrize(
    ("kind", "text", "vendor", "product"),
    [
        ("html_title", "Welcome to SANGFOR SSL VPN", "Sangfor", ""),
        ("html_title", "uniview", "Uniview", ""),
        ("telnet_banners", "AN5506-04-F login:", "FiberHome", "AN5506"),
        ("html_title", "Amcrest Sign in", "Dahua", "Amcrest (brand)"),
        (LABEL, "HUAWEI", "Huawei", ""),
        (LABEL, "tp_link", "TP-Link", ""),
        (LABEL, "Lorex Technology", "Dahua", "Lorex (brand)"),
    ],
)
def test_own_table_recognises_what_recog_lacks(
    kind: str, text: str, vendor: str, product: str
) -> None:
    own = Recogniser()
    number = own.recognise(kind, text)
    assert number is not None
    assert own.products[number] == Product(vendor, "CHN", product)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("html_title", "Sangforever"),
        ("http_header.cookie", "SANGFOR"),
        (LABEL, "Huawei's neighbour"),
        (LABEL, ""),
        ("no.such.kind", "Huawei"),
    ],
)
def test_likenesses_are_not_recognised(kind: str, text: str) -> None:
    assert Recogniser().recognise(kind, text) is None


def test_software_of_others_says_nothing_about_the_maker() -> None:
    assert product_of({"service.vendor": "Apache", "service.product": "HTTPD"}) is None
    assert product_of({"os.vendor": "Microsoft"}) is None
    assert product_of({"os.vendor": "Huawei-3com"}) == Product("H3C", "CHN")
    assert product_of({"hw.vendor": "Cisco", "os.vendor": "Huawei"}) == Product("Cisco", None)
    fixed = {"service.vendor": "Boa", "hw.vendor": "Hikvision", "hw.product": "DVR"}
    assert product_of(fixed) == Product("Hikvision", "CHN", "DVR")
    assert known_names()[fold("LOREX")].product == "Lorex (brand)"


def fingerprint(pattern: str, vendor: str) -> BannerFingerprint:
    return BannerFingerprint("ssh.banner", pattern, (), "", {"hw.vendor": vendor}, {}, {})


def test_first_fingerprint_decides_and_one_vendor_has_one_spelling() -> None:
    known = Recogniser(
        [
            fingerprint("^made", "Acme Works"),
            fingerprint("made up", "B"),
            fingerprint("z", "ACME-WORKS"),
        ]
    )
    first = known.recognise("ssh.banner", "made up")
    assert first is not None
    assert known.products[first].vendor == "Acme Works"
    assert known.recognise("ssh.banner", "z") == first


def test_what_cannot_be_translated_is_left_out_and_told() -> None:
    known = Recogniser([fingerprint(r"\h", "A"), fingerprint("abc", "B")])
    assert [reason for _, reason in known.untranslatable] == [r"\h has no equal"]
    assert known.recognise("ssh.banner", "abc") is not None
