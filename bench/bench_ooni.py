"""Reading of raw measurements against the floor: unpacking and typed decoding of the same bytes.

Real lines stand beside a checkout (`../shared/data`); volume is made by repeating them in memory,
each with an id of its own. Not part of `run.py`: `python bench/bench_ooni.py [repeats]`.
"""

import csv
import gzip
import io
import json
import re
import sys
import tracemalloc
import zlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from statistics import median
from time import process_time

from sharedfuture.analyse.blocking import Fingerprints, read_fingerprints
from sharedfuture.extract.ooni import Reading
from sharedfuture.extract.ooni.forms import KEYS, decoder_of
from sharedfuture.extract.ooni.pages import Match

ROOT = Path(__file__).parents[1]
OONI = ROOT.parent / "shared" / "data" / "measurement" / "ooni"
RAW = OONI / "raw-measurements"
AS_OF = datetime(2026, 11, 1)  # noqa: DTZ001
FILES = {
    "field": "real_field_measurements.jsonl.gz",
    "simulated": "qa-simulated/webconnectivity_qa_labelled.jsonl.gz",
}


def main(repeats: int) -> None:
    """Print one line for each file and way."""
    with (ROOT / "evidence" / "countries.csv").open(encoding="utf-8") as file:
        countries = {row["iso2"]: row["country_id"] for row in csv.DictReader(file)}
    fingerprints = read_fingerprints(
        (OONI / "blocking-fingerprints" / "fingerprints_http.csv").read_text(encoding="utf-8"),
        (OONI / "blocking-fingerprints" / "fingerprints_dns.csv").read_text(encoding="utf-8"),
    )
    for name, path in FILES.items():
        lines = gzip.decompress((RAW / path).read_bytes()).splitlines()
        packed = volume(lines, times=repeats if name == "field" else repeats // 2)
        print(f"{name}: {len(packed) / 1e6:.0f} MB packed")
        compare(packed, countries, {"not matched": None, "matched": fingerprints.match})
    for times in (2, 8):
        print(f"most memory at volume {times}: {memory(times, countries) / 1e6:.0f} MB")
    compare_matching(fingerprints)


def volume(lines: list[bytes], *, times: int) -> bytes:
    """The lines `times` over, packed; every line with an id that it shares with no other."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    bare = [line.replace(b'"measurement_uid"', b'"measurement_old"', 1) for line in lines]
    parts = [
        packer.compress(b'{"measurement_uid":"made-%d-%d",%b\n' % (turn, number, line.lstrip()[1:]))
        for turn in range(times)
        for number, line in enumerate(bare)
    ]
    return b"".join([*parts, packer.flush()])


def compare(packed: bytes, countries: Mapping[str, str], ways: Mapping[str, Match | None]) -> None:
    """Our seconds of processor time against the floor's, in turn."""
    counts = floor(packed)
    times: dict[str, list[float]] = {name: [] for name in ("floor", *ways)}
    for _ in range(5):
        start = process_time()
        floor(packed)
        times["floor"].append(process_time() - start)
        for name, match in ways.items():
            start = process_time()
            read = ours(packed, countries, match)
            times[name].append(process_time() - start)
            assert read == counts
    for name in ways:
        share = median(times["floor"]) / median(times[name])
        rate = counts / median(times[name])
        print(f"  {name}: {100 * share:.0f} % of the floor, {rate:,.0f} measurements/s a core")


def floor(packed: bytes) -> int:
    """Unpack in one go and decode every line in the form of its test, found beforehand."""
    decoders = {name: decoder_of(name) for name in ("", *KEYS)}
    named = re.compile(rb'"test_name": ?"([a-z_]+)"')
    count = 0
    for line in io.BytesIO(zlib.decompress(packed, 31)):
        found = named.search(line, max(0, len(line) - 400)) or named.search(line)
        name = found.group(1).decode() if found else ""
        with suppress(ValueError):
            decoders.get(name, decoders[""]).decode(line)
        count += 1
    return count


def ours(packed: bytes, countries: Mapping[str, str], match: Match | None) -> int:
    """Read to frames."""
    reading = Reading(countries=countries, as_of=AS_OF)
    reading.match = match or reading.match
    return sum(batch.read for batch in reading.batches(io.BytesIO(packed), name="made"))


def memory(times: int, countries: Mapping[str, str]) -> int:
    """Most memory that Python held while reading."""
    lines = gzip.decompress((RAW / FILES["simulated"]).read_bytes()).splitlines()
    packed = volume(lines, times=times * 8)
    tracemalloc.start()
    ours(packed, countries, None)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def compare_matching(fingerprints: Fingerprints) -> None:
    """All fingerprints of bodies in one pass, against trying them one by one."""
    bodies = [
        body
        for line in gzip.decompress((RAW / FILES["field"]).read_bytes()).splitlines()
        for request in (json.loads(line)["test_keys"] or {}).get("requests") or ()
        if isinstance(body := (request.get("response") or {}).get("body"), str) and body
    ]
    literals = [item for item in fingerprints.all if item.found_in == "body"]
    forms = [re.compile(item.pattern) for item in literals if item.pattern_type == "regexp"]
    plain = [item.pattern for item in literals if item.pattern_type != "regexp"]
    start = process_time()
    for body in bodies:
        fingerprints.match(body, {})
    one_pass = process_time() - start
    start = process_time()
    for body in bodies:
        _ = [pattern in body for pattern in plain], [form.search(body) for form in forms]
    one_by_one = process_time() - start
    size = sum(map(len, bodies)) / 1e6
    print(
        f"matching {len(fingerprints.all):,} fingerprints in {len(bodies)} bodies, {size:.1f} MB: "
        f"{size / one_pass:.0f} MB/s, {one_by_one / one_pass:.0f} times as fast as one by one"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
