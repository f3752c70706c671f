"""Reading exports of scans and recognising equipment, against decoding alone and one by one.

    python bench/bench_footprint.py            rows of the table, printed
    python bench/bench_footprint.py memory N   peak memory of reading N hosts, as JSON

Recog's databases stand beside a checkout (`../shared/data`); where they do not, there are no rows.
Hosts are made up around recog's own examples. `footprint_rows` gives rows for `run.py`.
"""

import gzip
import io
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from memory import peak_memory
from timing import in_turn

from sharedfuture.analyse.footprint import Recogniser
from sharedfuture.analyse.footprint.expressions import compile_expression
from sharedfuture.extract.recog import read_recog
from sharedfuture.extract.scan_hosts import Reading
from sharedfuture.extract.scan_hosts.forms import CensysHost
from sharedfuture.records.banners import BannerFingerprint

Row = tuple[str, float, str, float, str, str]
RECOG = Path(__file__).parents[2] / "shared" / "data" / "measurement" / "recog"
_HOSTS = 20_000
_COUNTRIES = {"KE": "KEN", "NG": "NGA", "US": "USA"}
_KINDS = {
    "html_title": "http",
    "http_header.server": "http",
    "ssh.banner": "ssh",
    "telnet_banners": "telnet",
    "snmp.sys_description": "snmp",
}


def footprint_rows() -> list[Row]:
    """Reading against typed decoding; matching against one by one; memory of 4 times the hosts."""
    if not RECOG.is_dir():
        return []
    fingerprints = read_all()
    texts = sample(fingerprints)
    lines = b"".join(hosts(texts, _HOSTS))
    known = Recogniser(fingerprints)
    read, decoded = in_turn(lambda: read_with(lines, known), lambda: decode(lines), runs=3)
    once = texts[:1_500]
    searched, tried = in_turn(
        lambda: [known._look(*text) for text in once],  # what was seen before is not remembered
        one_by_one(fingerprints, once),
        runs=3,
    )
    small, large = peak(_HOSTS), peak(4 * _HOSTS)
    return [
        (
            f"reading {_HOSTS:,} hosts of a scan, recognised",
            read,
            "typed decoding of the same lines",
            decoded,
            *("at most 5", "s"),
        ),
        (
            f"matching {len(once):,} banners with {len(fingerprints):,} fingerprints",
            searched,
            "one by one",
            tried,
            *("under 0.2", "s"),
        ),
        (
            f"reading {4 * _HOSTS:,} hosts: memory",
            large,
            f"reading {_HOSTS:,}",
            small,
            *("at most 1.2", "bytes"),
        ),
    ]


def read_all() -> tuple[BannerFingerprint, ...]:
    """Every fingerprint of recog."""
    return tuple(
        item
        for path in sorted(RECOG.glob("*.xml.gz"))
        for item in read_recog(
            gzip.decompress(path.read_bytes()), name=path.name.removesuffix(".xml.gz")
        )
    )


def sample(fingerprints: tuple[BannerFingerprint, ...]) -> list[tuple[str, str]]:
    """Recog's examples, and as many texts that nothing is made for."""
    chance = random.Random(0)
    found = [
        (item.kind, example.text)
        for item in fingerprints
        if item.kind in _KINDS
        for example in item.examples
    ]
    found += [(kind, f"{text[::-1]} {number}") for number, (kind, text) in enumerate(found)]
    chance.shuffle(found)
    return found


def hosts(texts: list[tuple[str, str]], count: int) -> Iterator[bytes]:
    """Lines in Censys' layout: three services, and as much again that is not read."""
    chance = random.Random(0)
    for number in range(count):
        services = [service(*chance.choice(texts), port) for port in (22, 80, 443)]
        code = chance.choice([*_COUNTRIES, "XX"])
        yield (
            json.dumps(
                {
                    "ip": f"198.{18 + number // 65_536}.{number // 256 % 256}.{number % 256}",
                    "services": services,
                    "location": {"country_code": code, "city": "made up"},
                    "autonomous_system": {"asn": 64_496 + number % 200, "name": "made up"},
                }
            ).encode()
            + b"\n"
        )


def service(kind: str, text: str, port: int) -> dict[str, object]:
    """A service that says one text, with a certificate and a body that are passed over."""
    inner: dict[str, object] = {
        "html_title": {"response": {"html_title": text}},
        "http_header.server": {"response": {"headers": {"Server": [text]}}},
        "ssh.banner": {"endpoint_id": {"raw": f"SSH-2.0-{text}"}},
        "telnet_banners": {"banner": text},
        "snmp.sys_description": {"oid_system": {"desc": text}},
    }
    return {
        "port": port,
        "transport_protocol": "TCP",
        "banner": text,
        _KINDS[kind]: inner[kind],
        "tls": {"certificates": {"leaf_data": {"subject_dn": "CN=made up", "names": ["x"] * 10}}},
    }


def decode(lines: bytes) -> None:
    """The floor: every line in its form."""
    decoder = msgspec.json.Decoder(CensysHost)
    for line in io.BytesIO(lines):
        decoder.decode(line)


def read_with(lines: bytes, known: Recogniser) -> None:
    """To frames, recognised."""
    reading = Reading(_COUNTRIES, b"k" * 32, known.recognise)
    assert sum(item.kept for item in reading.batches(io.BytesIO(lines), number=1)) == _HOSTS


def one_by_one(
    fingerprints: tuple[BannerFingerprint, ...], texts: list[tuple[str, str]]
) -> Callable[[], None]:
    """Every expression of the kind in order, until one is found."""
    forms: dict[str, list[re.Pattern[str]]] = {}
    for item in fingerprints:
        forms.setdefault(item.kind, []).append(compile_expression(item.pattern, item.flags))

    def tried() -> None:
        for kind, text in texts:
            next((form for form in forms[kind] if form.search(text)), None)

    return tried


def peak(count: int) -> float:
    """Most memory of a process that reads this many hosts, made while they are read."""
    done = subprocess.run(
        [sys.executable, __file__, "memory", str(count)], check=True, capture_output=True
    )
    return float(json.loads(done.stdout)["peak_bytes"])


class Made(io.BytesIO):
    """Lines that are made when they are asked for."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        super().__init__()
        self._lines = lines

    def read(self, size: int | None = -1) -> bytes:
        """Some lines at a time."""
        return b"".join(line for line, _ in zip(self._lines, range(100), strict=False))


def measure_memory(count: int) -> None:
    """Print the peak."""
    fingerprints = read_all()
    known = Recogniser(fingerprints)
    reading = Reading(_COUNTRIES, b"k" * 32, known.recognise)
    stream = Made(hosts(sample(fingerprints), count))
    kept = [item.services for item in reading.batches(stream, number=1)]
    assert sum(map(len, kept)) > 0
    print(json.dumps({"peak_bytes": peak_memory()}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["memory"]:
        measure_memory(int(sys.argv[2]))
    else:
        for name, ours, against, theirs, goal, unit in footprint_rows():
            print(
                f"{name}: {ours:,.3f} {unit} against {against} {theirs:,.3f}: "
                f"ratio {ours / theirs:.3f} (goal {goal})"
            )
