"""The MISP galaxy's catalogue of threat actors: one JSON document, one record an actor.

`country` is the country that an actor is attributed to, and `attribution-confidence` how sure the
catalogue is of that, in hundredths; most records say neither. A record without confidence is not
one with full confidence. The galaxy's format leaves records free to carry further keys, so these
are passed over; what is read must be of the known form.
"""

from collections.abc import Iterator, Sequence

import msgspec
import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.extract import json_document
from sharedfuture.records.errors import SourceChanged
from sharedfuture.records.statement import Statement

_TYPE = "threat-actor"
_CURRENT = "current"


class _Meta(msgspec.Struct, frozen=True, rename="kebab"):
    """What is known of an actor; everything may be absent."""

    country: str = ""
    attribution_confidence: str = ""
    cfr_suspected_state_sponsor: str = ""
    cfr_suspected_victims: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()


class _Actor(msgspec.Struct, frozen=True):
    """One record of the catalogue."""

    uuid: str
    value: str
    meta: _Meta = _Meta()


class _Cluster(msgspec.Struct, frozen=True):
    """The document. Its authors are not read."""

    type: str
    version: int
    values: tuple[_Actor, ...]


def read(edition: Edition) -> Iterator[Statement]:
    """Every actor of the catalogue, attributed or not."""
    capture = edition.capture("threat_actor")
    cluster = json_document(capture, _Cluster)
    if cluster.type != _TYPE:
        raise SourceChanged(
            f"{capture.name}: expected a cluster of type {_TYPE!r}, found {cluster.type!r}"
        )
    if edition.name not in (_CURRENT, str(cluster.version)):
        raise SourceChanged(
            f"{capture.name}: expected version {edition.name}, found {cluster.version}"
        )
    actors = cluster.values
    yield Statement(
        "threat_actor",
        pl.DataFrame(
            {
                "actor_key": [actor.uuid for actor in actors],
                "name": [actor.value for actor in actors],
                "synonyms": [_lines(actor.meta.synonyms) for actor in actors],
                "country_as_written": [actor.meta.country or None for actor in actors],
                "confidence": [
                    _confidence(capture.name, row, actor) for row, actor in enumerate(actors, 1)
                ],
                "sponsor": [actor.meta.cfr_suspected_state_sponsor or None for actor in actors],
                "victims": [_lines(actor.meta.cfr_suspected_victims) for actor in actors],
                "links": [_lines(actor.meta.refs) for actor in actors],
                "part": "threat_actor",
                "row": range(1, len(actors) + 1),
            },
            schema_overrides={"confidence": pl.Float64},
        ),
    )


def _confidence(name: str, row: int, actor: _Actor) -> float | None:
    written = actor.meta.attribution_confidence
    if not written:
        return None
    if not (written.isdecimal() and int(written) <= 100):
        raise SourceChanged(
            f"{name}, record {row} ({actor.value!r}), attribution-confidence: "
            f"expected a whole number from 0 to 100, found {written!r}"
        )
    return float(written)


def _lines(words: Sequence[str]) -> str | None:
    return "\n".join(words) or None
