"""Who measured what, when and where: the top of a measurement, checked and named."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from sharedfuture.extract.ooni.forms import Head
from sharedfuture.extract.ooni.reasons import Reason, Unfit

# Report ids since 2020: time, test, country, network, version, chance.
_REPORT = re.compile(r"\d{8}T\d{6}Z_[a-z0-9]+_([A-Z]{2})_(\d+)_")
_FIRST = datetime(2012, 1, 1)  # noqa: DTZ001 - all times here are UTC, without a zone
_DAY = timedelta(days=1)
_LARGEST_ASN = 4_294_967_295


class Identity(NamedTuple):
    """What every row of a measurement carries; `measured_at` is UTC, network 0 is none."""

    measurement_id: str
    measured_at: datetime
    country_id: str
    asn: int | None
    resolver_asn: int | None
    input: str | None
    test_name: str


def identify(
    head: Head, byte_count: int, *, countries: Mapping[str, str], as_of: datetime
) -> Identity:
    """Check the head of a measurement and give it its keys.

    Without the archive's id, measurements that agree in report, input, start, running time,
    network and length are one: the id is a hash of these. Raises Unfit.
    """
    measured_at = _time(head.measurement_start_time, as_of)
    country_id = countries.get(head.probe_cc or "")
    if country_id is None:
        raise Unfit(Reason.UNKNOWN_COUNTRY, f"expected ISO 3166-1, found {head.probe_cc!r:.40}")
    named = _REPORT.match(head.report_id or "")
    if named and named.group(1) != head.probe_cc:
        raise Unfit(Reason.COUNTRY_DIFFERS, f"{head.probe_cc} in a report of {named.group(1)}")
    address = " ".join(head.input) if isinstance(head.input, list) else head.input
    return Identity(
        head.measurement_uid or _hashed(head, address, byte_count),
        measured_at,
        country_id,
        _network(head.probe_asn),
        _network(head.resolver_asn),
        address,
        head.test_name,
    )


def _time(written: str, as_of: datetime) -> datetime:
    try:
        measured_at = datetime.fromisoformat(written)
        if measured_at.tzinfo is not None:
            measured_at = measured_at.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise Unfit(Reason.UNREADABLE_TIME, f"found {written!r:.40}") from None
    if measured_at - as_of > _DAY:
        raise Unfit(Reason.TIME_IN_FUTURE, f"found {written:.40}, read at {as_of}")
    if measured_at < _FIRST:
        raise Unfit(Reason.TIME_BEFORE_OONI, f"found {written:.40}")
    return measured_at


@lru_cache(1 << 14)
def _network(written: str | None) -> int | None:
    """The number of a network; none where the probe did not know it (null or AS0)."""
    if not written:
        return None
    digits = written[2:]
    if written[:2] == "AS" and len(digits) <= 10 and digits.isascii() and digits.isdigit():
        number = int(digits)
        if number <= _LARGEST_ASN:
            return number or None
    raise Unfit(Reason.UNREADABLE_NETWORK, f"expected AS and a number, found {written!r:.40}")


def _hashed(head: Head, address: str | None, byte_count: int) -> str:
    parts = (head.report_id, address, head.measurement_start_time, head.test_name)
    told = "\0".join(map(str, (*parts, head.test_runtime, head.probe_asn, byte_count)))
    return "line-" + sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:24]
