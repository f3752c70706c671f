"""Recog's databases are read safely, and Ruby's expressions keep their meaning."""

import pytest

from sharedfuture.analyse.footprint.expressions import (
    Untranslatable,
    compile_expression,
    needed_texts,
)
from sharedfuture.extract import recog
from sharedfuture.extract.recog import read_recog
from sharedfuture.records.errors import MeasurementsUnreadable

DATABASE = b"""<?xml version='1.0'?>
<fingerprints matches="ssh.banner" protocol="ssh">
  <fingerprint pattern="^HUAWEI-(\\d+)$" flags="REG_ICASE, REG_MULTILINE">
    <description>Huawei &amp; others</description>
    <example hw.model="7">HUAWEI-7</example>
    <example _encoding="base64" hw.model="8">SFVBV0VJLTg=</example>
    <example _filename="kept/elsewhere.txt"/>
    <param pos="0" name="hw.vendor" value="Huawei"/>
    <param pos="1" name="hw.model"/>
    <param pos="0" name="hw.product" value="Model {hw.model}"/>
  </fingerprint>
</fingerprints>"""


def test_database_becomes_fingerprints() -> None:
    (found,) = read_recog(DATABASE, name="ssh_banners")
    assert (found.kind, found.description) == ("ssh.banner", "Huawei & others")
    assert found.flags == ("REG_ICASE", "REG_MULTILINE")
    assert found.fixed == {"hw.vendor": "Huawei"}
    assert found.captured == {"hw.model": 1}
    assert found.composed == {"hw.product": "Model {hw.model}"}
    assert [item.text for item in found.examples] == ["HUAWEI-7", "HUAWEI-8"]
    assert found.examples[1].expects == {"hw.model": "8"}


def test_database_without_matches_is_named_after_its_file() -> None:
    (found,) = read_recog(DATABASE.replace(b'matches="ssh.banner" ', b""), name="telnet_banners")
    assert found.kind == "telnet_banners"


LAUGHS = b"""<!DOCTYPE fingerprints [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>
<fingerprints><fingerprint pattern="&b;"/></fingerprints>"""
OUTSIDE = b"""<!DOCTYPE fingerprints SYSTEM "file:///etc/hostname"><fingerprints/>"""


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (LAUGHS, "no document type"),
        (OUTSIDE, "no document type"),
        (b"<fingerprints>" + b"<a>" * 20, "at most 8 levels"),
        (b"<fingerprints><fingerprint", "well-formed XML"),
        (b"<html/>", "expected <fingerprints>"),
        (b'<fingerprints><fingerprint><param pos="0"/>', "name and position"),
        (
            b'<fingerprints><fingerprint><example _encoding="base64">a</example>',
            "example in base64",
        ),
    ],
)
def test_hostile_or_foreign_xml_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(MeasurementsUnreadable, match=told):
        read_recog(data, name="made_up")


def test_database_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recog, "MOST_BYTES", 10)
    with pytest.raises(MeasurementsUnreadable, match="at most 10 bytes"):
        read_recog(DATABASE, name="made_up")


@pytest.mark.parametrize(
    ("pattern", "flags", "text", "is_found"),
    [
        ("^b$", (), "a\nb\nc", True),  # anchors stand at every line
        ("a.b", (), "a\nb", False),
        ("a.b", ("REG_DOT_NEWLINE",), "a\nb", True),
        ("a.b", ("REG_MULTILINE",), "a\nb", True),
        ("a.b", ("REG_LINE_ANY_CRLF",), "a\nb", True),
        ("huawei", (), "HUAWEI", False),
        ("huawei", ("REG_ICASE",), "HUAWEI", True),
        ("^x(?i)huawei|zte$", (), "xZTE", True),  # a switch takes in all that follows
        ("^x(?i)huawei$", (), "XHUAWEI", False),
        ("a(?m).b", (), "a\nb", True),  # Ruby's m lets the dot match a line break
        (r"^\d$", (), "٣", False),  # an Arabic three is no digit in Ruby
        (r"\Aab", (), "x\nab", False),
    ],
)
def test_expressions_mean_what_they_mean_in_ruby(
    pattern: str, flags: tuple[str, ...], text: str, is_found: bool
) -> None:
    assert bool(compile_expression(pattern, flags).search(text)) is is_found


@pytest.mark.parametrize(
    ("pattern", "flags"),
    [
        (r"\h+", ()),
        (r"[[:alpha:]]", ()),
        (r"a\K", ()),
        ("a((?i)b)", ()),
        ("a(?x) b", ()),
        ("(", ()),
        ("a", ("REG_EXTENDED",)),
    ],
)
def test_what_python_cannot_say_is_reported(pattern: str, flags: tuple[str, ...]) -> None:
    with pytest.raises(Untranslatable):
        compile_expression(pattern, flags)


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("^Huawei VRP", {"huawei vrp"}),
        ("^(?:abcd|efghij)$", {"abcd", "efghij"}),
        ("(?:abcd)?xyz", {"xyz"}),
        ("ab+cdef", {"cdef"}),
        ("(?:abcd)+x", {"abcd"}),
        ("abcd|e", set[str]()),
        (".*", set[str]()),
        ("[Hh]uawei", {"uawei"}),
        ("(?!abcd)efg", {"efg"}),
        ("(?:абв)", set[str]()),
    ],
)
def test_texts_that_a_match_cannot_do_without(pattern: str, needed: set[str]) -> None:
    assert set(needed_texts(compile_expression(pattern, ()))) == needed
