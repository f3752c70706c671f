"""Rapid7 recog's databases of banner fingerprints, XML, to records.

Format: `fingerprints.xsd` of rapid7/recog. A document type is refused, and with it every entity;
nothing outside the file is ever asked for.
"""

import base64
import binascii
from collections.abc import Mapping
from xml.parsers import expat

from sharedfuture.records.banners import BannerFingerprint, Example
from sharedfuture.records.errors import MeasurementsUnreadable

MOST_BYTES = 16 * 1024 * 1024
_DEEPEST = 8


def read_recog(data: bytes, *, name: str) -> tuple[BannerFingerprint, ...]:
    """The fingerprints of one database, in order; `name` is the file's, without its ending.

    A database that does not say what it matches is named after its file, as recog does.
    Raises MeasurementsUnreadable where the file is too large, has a document type, is nested too
    deep, or is no database of recog.
    """
    if len(data) > MOST_BYTES:
        raise MeasurementsUnreadable(f"expected at most {MOST_BYTES} bytes of XML")
    reading = _Reading(name)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = reading.refuse
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.take
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise MeasurementsUnreadable(
            f"expected well-formed XML, found {expat.ErrorString(error.code)} "
            f"in line {error.lineno}"
        ) from None
    if reading.kind is None:
        raise MeasurementsUnreadable("expected <fingerprints>, found another document")
    return tuple(reading.found)


class _Reading:
    """What has been read so far; the handlers of the parser."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.kind: str | None = None
        self.found: list[BannerFingerprint] = []
        self._depth = 0
        self._text: list[str] = []
        self._open: Mapping[str, str] = {}
        self._example: Mapping[str, str] = {}
        self._description = ""
        self._examples: list[Example] = []
        self._fixed: dict[str, str] = {}
        self._captured: dict[str, int] = {}
        self._composed: dict[str, str] = {}

    def refuse(self, *_: object) -> None:
        raise MeasurementsUnreadable("expected no document type, found one")

    def take(self, text: str) -> None:
        self._text.append(text)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise MeasurementsUnreadable(f"expected at most {_DEEPEST} levels")
        self._text = []
        if tag == "fingerprints" and self._depth == 1:
            self.kind = attributes.get("matches", self.name)
        elif tag == "fingerprint":
            self._open, self._description = attributes, ""
            self._examples, self._fixed = [], {}
            self._captured, self._composed = {}, {}
        elif tag == "example":
            self._example = attributes
        elif tag == "param":
            self._parameter(attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        if tag == "description":
            self._description = "".join(self._text).strip()
        elif tag == "example" and "_filename" not in self._example:
            self._examples.append(self._read_example())
        elif tag == "fingerprint" and self.kind is not None:
            self.found.append(
                BannerFingerprint(
                    self.kind,
                    self._open.get("pattern", ""),
                    tuple(filter(None, map(str.strip, self._open.get("flags", "").split(",")))),
                    self._description,
                    self._fixed,
                    self._captured,
                    self._composed,
                    tuple(self._examples),
                )
            )

    def _parameter(self, attributes: Mapping[str, str]) -> None:
        """Position 0 has a value of its own, which may be made of other parameters."""
        name, value = attributes.get("name", ""), attributes.get("value", "")
        place = attributes.get("pos", "")
        if not (name and place.isdigit()):
            raise MeasurementsUnreadable(
                "expected a parameter with name and position, found one without"
            )
        if place != "0":
            self._captured[name] = int(place)
        elif "{" in value:
            self._composed[name] = value
        else:
            self._fixed[name] = value

    def _read_example(self) -> Example:
        text = "".join(self._text)
        if self._example.get("_encoding") == "base64":
            try:
                # As recog does, byte for byte.
                text = base64.b64decode(text).decode("latin-1")
            except binascii.Error:
                raise MeasurementsUnreadable(
                    "expected an example in base64, found something else"
                ) from None
        expects = {key: value for key, value in self._example.items() if not key.startswith("_")}
        return Example(text, expects)
