"""The ledger's counts of measurements, made from the publishers' own files.

All but three rows: what accounts of the study of Huawei middleboxes say stands in this module.

`python -m tests.conformance.measurement_bundle` writes `evidence/measurements/*.csv` from the files
beside this checkout (`../shared/data`); `test_measurement_bundle.py` makes the same rows and holds
the ledger to them, so that no carried number is written by hand.
"""

import csv
import gzip
import io
import json
import lzma
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl

from sharedfuture.analyse.blocking.judging import (
    Fingerprints,
    deciding,
    read_fingerprints,
    verdicts,
)
from sharedfuture.extract.ooni import Reading
from sharedfuture.pipeline.measure.blocklist import FIRST_DAY, read_blocklist

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "measurement"
LEDGER = ROOT / "evidence" / "measurements"
AS_OF = datetime(2026, 11, 1)  # noqa: DTZ001

Row = dict[str, str]
PARTS = ("blocked", "down", "ok", "insufficient")
COLUMNS = (
    "country",
    "asn",
    "network",
    "kind",
    "subject",
    "category",
    "period_edtf",
    "measured",
    *PARTS,
    "note",
    "source_id",
    "locator",
)
DAY_COLUMNS = (
    "series",
    "day",
    "position",
    "domains",
    "blocked",
    "newly_blocked",
    "unblocked",
    "days_since",
    "source_id",
    "locator",
)
# Tests of the reach of a service; all other tests but web_connectivity say nothing of blocking.
SERVICES = ("facebook_messenger", "psiphon", "signal", "telegram", "tor", "vanilla_tor", "whatsapp")
_TOKEN = re.compile(r"\(|\)|'(?:\\.|''|[^'\\])*'|[^\s,()']+")
_THRESHOLD = 0.5


def sql_rows(text: str) -> Iterator[dict[str, str | None]]:
    """The rows of INSERT statements, cells as text; comments and other statements are left out."""
    for statement in re.split(r"(?m)^(?=INSERT INTO)", text):
        if not statement.startswith("INSERT INTO"):
            continue
        head, _, body = statement.partition(" VALUES ")
        columns = [name.strip(" `") for name in head[head.index("(") + 1 : -1].split(",")]
        cells: list[str | None] = []
        for token in _TOKEN.findall(body):
            if token == "(":
                cells = []
            elif token == ")":
                yield dict(zip(columns, cells, strict=True))
            elif token[0] == "'":
                cells.append(token[1:-1])
            elif token != ";":
                cells.append(None if token in ("NULL", "\\N") else token)


def unpacked(path: str) -> bytes:
    """A file below the folder of measurements, unpacked."""
    data = (DATA / path).read_bytes()
    if path.endswith(".gz"):
        return gzip.decompress(data)
    return lzma.decompress(data) if path.endswith(".xz") else data


Place = tuple[str, str, str, str, str]  # country, asn, kind, subject, period


def count_rows(
    counts: Mapping[Place, Counter[str]],
    *,
    note: str,
    source: str,
    locator: str,
    networks: Mapping[str, str] | None = None,
) -> list[Row]:
    """Rows of the ledger from what the measurements of each place came to."""
    names, codes = networks or {}, countries()
    rows: list[Row] = []
    for place, parts in sorted(counts.items()):
        country, asn, kind, subject, period = place
        if country not in codes and country not in codes.values():
            continue  # a territory that the ledger counts with another country, or none
        place_cells = (codes.get(country, country), asn, names.get(asn, ""), kind, subject)
        cells = (*place_cells, category_of(subject, country) if kind == "website" else "", period)
        numbers = [str(parts[name]) for name in PARTS]
        rows.append(
            dict(
                zip(
                    COLUMNS,
                    (*cells, str(parts.total()), *numbers, note, source, locator),
                    strict=True,
                )
            )
        )
    return rows


def uganda() -> list[Row]:
    """twitter.com on one network, by day, as OONI's pipeline judged each layer.

    Blocked or down where one layer is above one half on that side and not on the side of ok;
    reached where TLS is; undecided where a layer says both, or nothing is above one half.
    """
    text = unpacked("ooni/clickhouse-fixtures/pipeline_ug-analysis.sql.gz").decode()
    counts: defaultdict[Place, Counter[str]] = defaultdict(Counter)
    names = {}
    for row in sql_rows(text):
        day = str(row["measurement_start_time"])[:10]
        asn = str(row["probe_asn"])
        names[asn] = str(row["probe_as_org_name"])
        counts["UG", asn, "website", domain_of(row["domain"]), day][judged(row)] += 1
    return count_rows(
        counts,
        note=(
            "OONI's own analysis of each layer, taken at one half; undecided where a layer is "
            "both blocked and ok"
        ),
        source="src-ooni-data-uganda-2026",
        locator="rows of analysis_web_measurement of this day",
        networks=names,
    )


@cache
def network_names() -> Mapping[str, str]:
    """Who runs a network, by its number."""
    text = unpacked("ip-location-db/asn-ipv4_2026-06-17.csv.xz").decode()
    return {row[2]: row[3].strip() for row in csv.reader(io.StringIO(text))}


@cache
def categories(name: str) -> Mapping[str, str]:
    """Category codes by domain, of one of the Citizen Lab's lists; none where there is no list."""
    path = DATA / "citizenlab" / "lists" / f"{name}.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8") as file:
        return {
            domain_of(urlsplit(row["url"]).hostname): row["category_code"]
            for row in csv.DictReader(file)
        }


def category_of(domain: str, country: str) -> str:
    """The category of a domain by the world's list, else by that of the country."""
    two_letters = {code: name for name, code in countries().items()}.get(country, country)
    own = categories(two_letters.lower())
    return categories("global").get(domain) or own.get(domain, "")


def domain_of(host: object) -> str:
    """A host without `www.`, as the counts of measurements name domains."""
    return str(host).lower().rstrip(".").removeprefix("www.")


def judged(row: Mapping[str, str | None]) -> str:
    """What one row of OONI's analysis came to."""

    def is_high(layer: str, side: str) -> bool:
        return float(row[f"{layer}_{side}"] or 0) > _THRESHOLD

    layers = ("dns", "tcp", "tls")
    for side in ("blocked", "down"):
        told = [layer for layer in layers if is_high(layer, side)]
        if told:
            return side if not any(is_high(layer, "ok") for layer in told) else "insufficient"
    return "ok" if is_high("tls", "ok") else "insufficient"


def flags(name: str, *, since: str, source: str) -> list[Row]:
    """Rows of OONI's fast path by country, network, subject and month; by OONI's own flags.

    Confirmed is blocked; an anomaly or a failed measurement decides nothing; the rest is ok. Each
    measurement counts once. Websites without a confirmed or anomalous measurement stand together.
    """
    text = unpacked(f"ooni/clickhouse-fixtures/{name}").decode()
    seen: dict[str, dict[str, str | None]] = {}
    for row in sql_rows(text):
        seen.setdefault(str(row["measurement_uid"]), row)
    kept = [row for row in seen.values() if str(row["measurement_start_time"]) >= since]
    listed = {
        domain_of(row["domain"])
        for row in kept
        if row["test_name"] == "web_connectivity" and "t" in (row["anomaly"], row["confirmed"])
    }
    counts: defaultdict[Place, Counter[str]] = defaultdict(Counter)
    for row in kept:
        test, domain = str(row["test_name"]), domain_of(row["domain"])
        month = str(row["measurement_start_time"])[:7]
        where = (str(row["probe_cc"]), str(row["probe_asn"]))
        if test == "web_connectivity":
            subject = domain if domain in listed else ""
            counts[*where, "website", subject, month][flagged(row)] += 1
        elif test in SERVICES:
            counts[*where, "service", test, month][flagged(row)] += 1
    return count_rows(
        counts,
        note=(
            "OONI's own flags: confirmed is blocked, an anomaly or failure undecided. "
            "A slice kept for tests, not a sample"
        ),
        source=source,
        locator="rows of fastpath of this country, network and month",
        networks=network_names(),
    )


def flagged(row: Mapping[str, object]) -> str:
    """What OONI's flags say of one measurement."""
    true = ("t", True)
    if row["confirmed"] in true:
        return "blocked"
    failed = row.get("msm_failure", row.get("failure"))
    return "insufficient" if row["anomaly"] in true or failed in true else "ok"


def iran() -> list[Row]:
    """The ten measurements of one answer of OONI's interface, by network and domain."""
    answer = json.loads(unpacked("ooni/api-responses/measurements_IR_20260824.json"))
    counts: defaultdict[Place, Counter[str]] = defaultdict(Counter)
    for row in answer["results"]:
        host = domain_of(urlsplit(row["input"]).hostname)
        asn = str(row["probe_asn"]).removeprefix("AS")
        day = str(row["measurement_start_time"])[:10]
        counts[row["probe_cc"], asn, "website", host, day][flagged(row)] += 1
    return count_rows(
        counts,
        note="OONI's own flags: confirmed is blocked, an anomaly or failure undecided",
        source="src-ooni-api-ir-2026-08-24",
        locator="rows of the answer",
        networks=network_names(),
    )


def spring_2021() -> list[Row]:
    """OONI's daily counts of spring 2021, by country and half of the time.

    The file counts failures among ok or anomalies; they are taken from what is ok.
    """
    cells = json.loads(unpacked("ooni/api-responses/explorer_mat_2d-data.json.gz"))
    counts: defaultdict[Place, Counter[str]] = defaultdict(Counter)
    for cell in cells:
        is_march = cell["measurement_start_day"] < "2021-04"
        period = "2021-03-17/2021-03-31" if is_march else "2021-04-01/2021-04-16"
        ok = max(0, cell["ok_count"] - cell["failure_count"])
        blocked = cell["confirmed_count"]
        undecided = cell["measurement_count"] - blocked - ok
        counts[cell["probe_cc"], "", "website", "", period].update(
            {"blocked": blocked, "ok": ok, "insufficient": undecided}
        )
    return count_rows(
        counts,
        note=(
            "OONI's own counts: confirmed is blocked, an anomaly or failure undecided. The file "
            "does not name the test"
        ),
        source="src-ooni-explorer-2021-spring",
        locator="cells of this country",
    )


@cache
def countries() -> Mapping[str, str]:
    """Alpha-3 codes by alpha-2."""
    with (ROOT / "evidence" / "countries.csv").open(encoding="utf-8") as file:
        return {row["iso2"]: row["country_id"] for row in csv.DictReader(file)}


@cache
def fingerprints() -> Fingerprints:
    """The published lists."""
    texts = [
        unpacked(f"ooni/blocking-fingerprints/fingerprints_{kind}.csv").decode()
        for kind in ("http", "dns")
    ]
    return read_fingerprints(*texts, countries=countries())


def field() -> list[Row]:
    """The real measurements that OONI's developers keep, by our own reader and rules."""
    known = fingerprints()
    reading = Reading(countries=countries(), as_of=AS_OF, match=known.match)
    (batch,) = reading.batches(io.BytesIO(field_lines()), name="measurements.jsonl")
    layers = verdicts(
        batch.measurements, batch.observations, fingerprints=known.frame(), forged=forged()
    ).with_columns(pl.col("measured_at").dt.strftime("%Y-%m").alias("month"))
    judged_rows = deciding(layers)
    counts: defaultdict[Place, Counter[str]] = defaultdict(Counter)
    for row in judged_rows.iter_rows(named=True):
        place = place_of(row)
        if not re.fullmatch(r"[0-9.]+", place[3]):  # the address of a machine stays inside
            counts[place][row["verdict"]] += 1
    rows = count_rows(
        counts,
        note="judged by our own rules; a case that developers picked, not a sample",
        source="src-ooni-field-measurements",
        locator="measurements of this country, network, subject and month",
        networks=network_names(),
    )
    sites = judged_rows.filter(pl.col("test_name") == "web_connectivity")
    blocked = judged_rows.filter(pl.col("verdict") == "blocked")
    ways = layers.filter(pl.col("verdict") == "blocked")
    return [
        *rows,
        *seen(sites, layers, kind="product", column="product"),
        *seen(blocked, ways, kind="technique", column="technique_id"),
    ]


def forged() -> frozenset[str]:
    """Addresses published as forged by China's injectors."""
    names = ("ordered-ip-pool-injector-3-a.txt", "ordered-ip-pool-injector-3-aaaa.txt")
    texts = [unpacked(f"gfw-report/ndss25-wallbleed/{name}").decode() for name in names]
    return frozenset(word for text in texts for word in text.split())


def field_lines() -> bytes:
    """The lines of the file but for what OONI's developers changed by hand, by its name."""
    name = "ooni/raw-measurements/real_field_measurements"
    index = unpacked(f"{name}.index.tsv").decode()
    rows = list(csv.DictReader(io.StringIO(index), delimiter="\t"))
    lines = unpacked(f"{name}.jsonl.gz").splitlines(keepends=True)
    return b"".join(
        line
        for line, row in zip(lines, rows, strict=True)
        if not any("report1blocked" in cell for cell in row.values())
    )


def place_of(row: Mapping[str, object]) -> Place:
    """Where and what one verdict is about."""
    is_site = row["test_name"] == "web_connectivity"
    subject = domain_of(urlsplit(str(row["input"])).hostname) if is_site else str(row["test_name"])
    kind = "website" if is_site else "service"
    return str(row["country_id"]), str(row["asn"] or 0), kind, subject, str(row["month"])


def seen(among: pl.DataFrame, shown: pl.DataFrame, *, kind: str, column: str) -> list[Row]:
    """Products or techniques that measurements `among` showed in any layer, by place and month."""
    where = ("country_id", "asn", "month")
    hits = (
        shown.filter(pl.col(column).is_not_null())
        .unique(["measurement_id", column])
        .join(among.select("measurement_id"), on="measurement_id")
        .group_by(*where, column)
        .len("times")
    )
    whole = among.group_by(*where).len("of")
    note = {
        "product": "its page answered; of the website measurements of this network and month",
        "technique": "of the blocked measurements of this network and month",
    }[kind]
    joined = hits.join(whole, on=where, nulls_equal=True).sort(*where, column)
    return [
        sighting(
            (row["country_id"], str(row["asn"] or 0), kind, row[column], row["month"]),
            (row["of"], row["times"]),
            note=f"{note}; cases that developers picked, not a sample",
            source="src-ooni-field-measurements",
            locator="measurements of this country, network and month",
        )
        for row in joined.iter_rows(named=True)
    ]


def sighting(
    place: Place, numbers: tuple[int, int] | None, *, note: str, source: str, locator: str
) -> Row:
    """A row of a product or technique; `numbers` are what could have shown it and what did."""
    country, asn, kind, subject, period = place
    measured, shown = ("", "") if numbers is None else (str(item) for item in numbers)
    network = network_names().get(asn, "")
    cells = (country, asn, network, kind, subject, "", period, measured, shown, "", "", "")
    return dict(zip(COLUMNS, (*cells, note, source, locator), strict=True))


def published_products() -> list[Row]:
    """Countries that the published fingerprints of a filtering product name."""
    places: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for item in fingerprints().all:
        for country in item.countries if item.product else ():
            places[country, str(item.product)].append(item.fingerprint_id)
    return [
        sighting(
            (country, "", "product", product, "/2024-10"),
            None,
            note="the list names the country as one where the page is met, not how often",
            source="src-ooni-blocking-fingerprints",
            locator=", ".join(sorted(names)),
        )
        for (country, product), names in sorted(places.items())
    ]


def huawei_middleboxes() -> list[Row]:
    """Countries that accounts of the study of 2021 name as blocking with a Huawei middlebox."""
    said = (
        ("BDI", "src-cpj-2021-11-23-huawei", "second paragraph"),
        ("CUB", "src-cpj-2021-11-23-huawei", "third paragraph"),
        ("OMN", "src-top10vpn-2021-huawei", "introduction"),
    )
    return [
        sighting(
            (country, "", "product", "huawei_iae", "/2021-08"),
            None,
            note=(
                "a Huawei middlebox that blocks websites, in one of 17 or 18 such countries; the "
                "others were not named in what was read"
            ),
            source=source,
            locator=locator,
        )
        for country, source, locator in said
    ]


def geedge_gateways() -> list[Row]:
    """Countries that documents of the maker name as contracted, by those who read the documents."""
    return [
        sighting(
            (country, "", "product", "geedge_tsg", "/2025-09"),
            None,
            note="documents of the maker name the government as contracted; nothing was measured",
            source="src-interseclab-2025-internet-coup",
            locator="summary of the report, second paragraph",
        )
        for country in ("ETH", "KAZ", "MMR", "PAK")
    ]


def blocklist() -> list[Row]:
    """Each day of the lists of both censors, as `sharedfuture measure blocklist` gives them."""
    path = DATA / "gfw-report/sp25-regional/gfw-day-by-day-check.txt.xz"
    days = read_blocklist(path, first_day=FIRST_DAY)["blocklist_day"]
    locators = {"gfw": "first list of the matrix", "henan": "second list of the matrix"}
    return [
        {name: "" if row[name] is None else str(row[name]) for name in DAY_COLUMNS}
        | {"source_id": "src-gfw-report-sp25-data", "locator": locators[row["series"]]}
        for row in days.with_columns(source_id=pl.lit(""), locator=pl.lit("")).to_dicts()
    ]


FILES: Mapping[str, Callable[[], list[Row]]] = {
    "uganda.csv": uganda,
    "ooni_flags.csv": lambda: [
        *flags(
            "2_clickhouse_populate_fastpath.sql.gz",
            since="2024-01",
            source="src-ooni-fastpath-2024-01",
        ),
        *flags(
            "ooniapi_common_04-fastpath.sql.gz",
            since="2024-01",
            source="src-ooni-fastpath-2025-2026",
        ),
        *iran(),
    ],
    "ooni_2021.csv": spring_2021,
    "ooni_field.csv": field,
    "products.csv": lambda: [*published_products(), *huawei_middleboxes(), *geedge_gateways()],
    "blocklist.csv": blocklist,
}


def written(rows: Iterable[Row]) -> str:
    """Rows as the text of a file of the ledger."""
    kept = list(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(kept[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)
    return text.getvalue()


def main() -> None:
    """Write every file."""
    LEDGER.mkdir(parents=True, exist_ok=True)
    for name, make in FILES.items():
        rows = make()
        (LEDGER / name).write_text(written(rows), encoding="utf-8")
        print(f"{name}: {len(rows)} rows")


if __name__ == "__main__":
    main()
