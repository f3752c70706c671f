"""`measure footprint` on the command line; and an attempt to make it give away a machine."""

import argparse
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from secrets import token_bytes
from typing import Any

import polars as pl
import pytest

from sharedfuture import cli
from sharedfuture.analyse.footprint import Recogniser
from sharedfuture.pipeline.measure.footprint import measure_footprint, scan_of, write_footprint
from sharedfuture.pipeline.screens.footprint_command import add_footprint
from sharedfuture.records.errors import MeasurementsUnreadable
from tests.scan_records import COUNTRIES, address, censys_host, lines_of, shodan_banner

ROOT = Path(__file__).parents[2]
RECOG = """<fingerprints matches="html_title">
  <fingerprint pattern="^Made ([\\w.:-]+)$"><description>x</description>
    <param pos="0" name="hw.vendor" value="Huawei"/>
    <param pos="1" name="hw.product"/><param pos="1" name="hw.version"/>
    <param pos="0" name="os.product" value="{hw.product}"/>
  </fingerprint>
  <fingerprint pattern="^Other"><description>x</description>
    <param pos="0" name="hw.vendor" value="Acme"/><param pos="0" name="hw.product" value="Box"/>
  </fingerprint>
</fingerprints>"""


@pytest.fixture
def recog(tmp_path: Path) -> Path:
    folder = tmp_path / "recog"
    folder.mkdir()
    (folder / "html_title.xml").write_text(RECOG)
    return folder


def parse(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_footprint(parser.add_subparsers(), cli._command)
    return parser.parse_args(["footprint", *words])


def run(words: Sequence[str]) -> int:
    options = parse(words)
    call: Callable[[argparse.Namespace], int] = options.call
    return call(options)


def hosts(count: int, title: str, *, start: int = 0, country: str = "KE") -> list[dict[str, Any]]:
    return [
        censys_host(
            start + number, [("html_title", title)], country=country, asn=64496 + number % 5
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_command_writes_the_table_and_shows_it(
    tmp_path: Path, recog: Path, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [
        *hosts(40, "Made x"),
        *hosts(60, "nothing", start=100),
        *hosts(3, "Other", start=300),
    ]
    (tmp_path / "scan.jsonl.gz").write_bytes(gzip.compress(lines_of(records)))
    to = tmp_path / f"footprint.{ending}"
    words = [str(tmp_path / "scan.jsonl.gz"), "--recog", str(recog), "--scan", "made up"]
    assert run([*words, "--as-of", "2026-10", "--to", str(to)]) == 0
    shown = capsys.readouterr().out
    assert "KEN" in shown
    assert "38.83 %" in shown
    assert "█" in shown
    table = pl.read_csv(to) if ending == "csv" else pl.read_parquet(to)
    rows = {row["footprint_id"]: row for row in table.iter_rows(named=True)}
    huawei = rows["fp-made_up-KEN-huawei"]
    assert (huawei["seen"], huawei["hosts"], huawei["networks"]) == (40, 103, 5)
    assert huawei["rate_low"] < huawei["rate"] < huawei["rate_high"]
    assert (huawei["vendor_country_id"], huawei["as_of_edtf"]) == ("CHN", "2026-10")
    acme = rows["fp-made_up-KEN-acme"]
    assert acme["is_suppressed"]
    assert acme["seen"] is acme["rate"] is acme["rate_low"] is None
    assert rows["fp-made_up-KEN-all_of_chn"]["seen"] == 40
    assert list(tmp_path.glob(".*.part")) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"--scan": "198.18.0.1"}, "the name of the scan"),
        ({"--scan": "host.example"}, "the name of the scan"),
        ({"--as-of": "198.18.0.1"}, "the date of the scan"),
        ({"--least": "4"}, "the least cell: expected 5 or more"),
        ({"--recog": "nowhere"}, "the folder of fingerprints"),
        ({"--to": "footprint.txt"}, "expected a name in .csv or .parquet"),
        ({"FILE": "198.18.0.1.json"}, "file 1: expected a file or folder, found none"),
    ],
)
def test_what_cannot_be_used_is_refused_without_repeating_it(
    tmp_path: Path, recog: Path, changes: dict[str, str], told: str
) -> None:
    (tmp_path / "scan.json").write_bytes(lines_of(hosts(20, "Made x")))
    given = {"--recog": str(recog), "--scan": "made up", "--as-of": "2026-10"} | changes
    file = given.pop("FILE", str(tmp_path / "scan.json"))
    words = [word for pair in given.items() for word in pair]
    with pytest.raises(MeasurementsUnreadable, match=told) as caught:
        run([file, *words])
    assert "198.18" not in str(caught.value)
    assert "host.example" not in str(caught.value)


TOKENS = (
    *("198.18.77.", "2001:db8:77", "c61277", "3323088"),
    *("planted-host", "planted.example", "PLANTED", "Planted", "planted"),
    *("cafe77cert", "77:77:77:aa"),
)


def planted(number: int) -> list[Any]:
    """Records with an address, a host name or a certificate wherever a text can be."""
    ip, name, certificate = (
        f"198.18.77.{number}",
        f"planted-host{number}.planted.example",
        "cafe77cert",
    )
    evil = f"Made {ip}:{name}:{certificate}"
    service = {
        "port": 80,
        "service_name": name,
        "transport_protocol": ip,
        "banner": evil,
        "certificate": certificate,
        "http": {
            "request": {"uri": f"https://{name}/"},
            "response": {
                "headers": {
                    "Server": [evil],
                    "WWW_Authenticate": [name],
                    "Location": [name],
                    name: [ip],
                },
                "html_title": evil,
                "favicons": [{"md5_hash": ip}],
            },
        },
        "ssh": {"endpoint_id": {"raw": f"SSH-2.0-{evil}"}},
        "telnet": {"banner": evil},
        "ftp": {"banner": f"220 {name}"},
        "snmp": {"oid_system": {"desc": evil, "object_id": ip, "name": name}},
        "software": [{"vendor": name, "product": ip}, {"vendor": "Huawei", "product": name}],
        "tls": {"certificates": {"leaf_data": {"subject_dn": f"CN={name}"}}},
    }
    host = {
        "ip": ip,
        "name": name,
        "services": [service],
        "location": {"country_code": "KE", "country": name, "city": ip},
        "autonomous_system": {"asn": 64496, "name": name, "description": ip},
        "dns": {"names": [name]},
    }
    no_country = host | {"ip": f"2001:db8:77::{number}", "location": {"country_code": name}}
    line = shodan_banner(0, evil, port=22, ip_str=f"198.18.77.{number + 100}", hostnames=[name])
    line |= {"product": name, "org": name, "isp": ip, "cpe23": [f"cpe:2.3:h:{name}:{ip}:x"]}
    line |= {"_shodan": {"module": name}, "http": {"title": evil, "server": evil, "host": name}}
    line |= {
        "snmp": {"description": evil, "objectid": ip},
        "ssl": {"cert": {"serial": certificate}},
    }
    grab = {
        "ip": None,
        "domain": name,
        "data": {name: {"protocol": ip, "result": {"banner": evil}}},
    }
    bad = [
        {name: ip},
        {"ip": name + " x", "services": []},
        {"ip": ip, "services": [{"port": name}]},
        {"ip": ip, "services": name},
        {"ip": ip, "port": 80, "data": 7, "ip_str": name},
        {"target": {"ip": ip, "port": name}, "result": {name: ip}},
        {"ip": ip, "ports": [80], "80": {"http": {"get": {"title": [name]}}}},
        [ip, name],
        f"{ip} {name}",
    ]
    return [host, host, no_country, line, grab, *bad]


def planted_lines() -> bytes:
    lines = lines_of(record for number in range(1, 60) for record in planted(number))
    broken = b'{"ip": "198.18.77.9", "services": [{"banner": "planted-host \xff"}]}\n'
    return lines + broken + b'{"ip": "198.18.77.9 planted-host\n' + b'{"planted-host": "198.18.77.8'


def found_in(data: bytes | str) -> list[str]:
    text = data if isinstance(data, bytes) else data.encode("utf-8", "replace")
    return [token for token in TOKENS if token.encode() in text]


@pytest.fixture
def planted_files(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "exports"
    folder.mkdir()
    first = folder / "198.18.77.1_planted-host.jsonl.gz"
    first.write_bytes(gzip.compress(planted_lines()))
    second = folder / "planted.example.json"
    second.write_bytes(
        json.dumps([item for n in range(60, 90) for item in planted(n)], indent=1).encode()
    )
    cut = folder / "198.18.77.3.jsonl.gz"
    cut.write_bytes(gzip.compress(planted_lines())[:-40])
    return [first, second, cut]


def test_no_planted_word_is_found_in_anything_that_comes_out(
    tmp_path: Path, recog: Path, planted_files: list[Path]
) -> None:
    """The whole command in a process of its own; all that it writes anywhere is looked through."""
    here, temporary = tmp_path / "here", tmp_path / "temporary"
    here.mkdir()
    temporary.mkdir()
    script = (
        "import sys, argparse; from sharedfuture import cli\n"
        "from sharedfuture.pipeline.screens.footprint_command import add_footprint\n"
        "p = argparse.ArgumentParser(); add_footprint(p.add_subparsers(), cli._command)\n"
        "o = p.parse_args(sys.argv[1:]); sys.exit(o.call(o))\n"
    )
    environment = os.environ | {
        "TMPDIR": str(temporary),
        "SHAREDFUTURE_EVIDENCE": str(ROOT / "evidence"),
        "PYTHONFAULTHANDLER": "1",
    }
    words = ["footprint", *map(str, planted_files), "--recog", str(recog), "--scan", "made up"]
    for to in ("table.csv", "table.parquet"):
        done = subprocess.run(
            [sys.executable, "-c", script, *words, "--as-of", "2026-10", "--to", to],
            cwd=here,
            env=environment,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert found_in(done.stdout) == []
        assert found_in(done.stderr) == []
    table = pl.read_csv(here / "table.csv")
    seen = table.filter(pl.col("vendor") == "Huawei", pl.col("product").is_null())["seen"].to_list()
    assert seen == [178]  # so something was recognised by planted texts
    written = [path for folder in (here, temporary) for path in folder.rglob("*") if path.is_file()]
    assert sorted(path.name for path in written) == ["table.csv", "table.parquet"]
    assert [found_in(path.read_bytes()) for path in written] == [[], []]
    unpacked = "\n".join(map(str, pl.read_parquet(here / "table.parquet").rows()))
    assert found_in(unpacked) == []


def refuse_with_content(self: Recogniser, kind: str, text: str) -> int | None:
    raise RuntimeError(f"{kind}: {text} 198.18.77.1 planted-host")


def whole_of(error: BaseException | None) -> str:
    """All that an error carries along: words, arguments, causes, and variables of its frames."""
    parts: list[str] = []
    while error is not None:
        parts += [str(error), repr(error.args), repr(getattr(error, "__notes__", ""))]
        error = error.__cause__ or error.__context__
    return "\n".join(parts)


@pytest.mark.parametrize("fault", ["unexpected", "no_layout", "folder", "memory"])
def test_errors_carry_no_planted_word(
    tmp_path: Path,
    recog: Path,
    planted_files: list[Path],
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = list(planted_files)
    if fault == "unexpected":
        monkeypatch.setattr(Recogniser, "recognise", refuse_with_content)
    elif fault == "memory":
        monkeypatch.setattr(
            "sharedfuture.pipeline.measure.footprint.footprint",
            lambda *_, **__: (_ for _ in ()).throw(MemoryError("198.18.77.1 planted")),
        )
    elif fault == "no_layout":
        strange = tmp_path / "198.18.77.4.json"
        strange.write_bytes(lines_of([{"planted-host": "198.18.77.4"}] * 3))
        files = [strange]
    else:
        files = [tmp_path / "198.18.77.5-planted.json"]
    told: list[str] = []
    scan = scan_of("made up", "2026-10", least=10)
    with pytest.raises(MeasurementsUnreadable) as caught:
        measure_footprint(files, recog=recog, scan=scan, countries=COUNTRIES, tell=told.append)
    assert found_in(whole_of(caught.value)) == []
    assert found_in("\n".join(told)) == []


def test_progress_tells_numbers_only(
    recog: Path, planted_files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sharedfuture.pipeline.measure.footprint._OFTEN", 10)
    told: list[str] = []
    measure_footprint(
        planted_files,
        recog=recog,
        scan=scan_of("made up", "2026-10", least=10),
        countries=COUNTRIES,
        tell=told.append,
    )
    assert told
    assert found_in("\n".join(told)) == []


def test_no_frame_holds_a_text_of_a_machine(recog: Path, planted_files: list[Path]) -> None:
    scan = scan_of("made up", "2026-10", least=10)
    measured = measure_footprint(
        planted_files, recog=recog, scan=scan, countries=COUNTRIES, tell=print
    )
    read = measured.read
    assert read.read == read.kept + read.quarantined + read.duplicate
    found = measured.footprint
    aside = sum(found.set_aside.values()) + found.without_country
    assert found.hosts - aside == found.table["hosts"].max()
    assert found_in(str(measured)) == []


def test_keys_differ_from_process_to_process(
    recog: Path, planted_files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[bytes] = []

    def note(size: int) -> bytes:
        made.append(token_bytes(size))
        return made[-1]

    monkeypatch.setattr("sharedfuture.pipeline.measure.footprint.token_bytes", note)
    scan = scan_of("made up", "2026-10", least=10)
    tables = [
        measure_footprint(
            planted_files, recog=recog, scan=scan, countries=COUNTRIES, tell=print
        ).footprint.table
        for _ in range(2)
    ]
    assert len(set(made)) == 2
    assert all(len(key) == 32 for key in made)
    assert tables[0].equals(tables[1])


def test_address_of_the_reader_is_not_written_where_the_table_cannot_be(
    tmp_path: Path,
) -> None:
    with pytest.raises(MeasurementsUnreadable) as caught:
        write_footprint(pl.DataFrame({"a": [1]}), tmp_path / "planted-host" / "x.csv")
    assert found_in(whole_of(caught.value.__cause__)) == []
    assert found_in(str(caught.value)) == []
    assert address(0) not in str(caught.value)
