"""Fetching while the wire plays up: cuts, lies about lengths, silence, bombs, false names."""

import gzip
import hashlib
import random
import socket
import ssl
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from sharedfuture.capture import Form, Store
from sharedfuture.capture.fetch import Fetched, Network, Outcome, fetch_all
from sharedfuture.capture.network.guard import Guard
from tests.fault_server import LIMITS, TABLE, FaultServer, Line, fault_server, fetch, held, wanted

LARGE = b"a,b\n" + random.Random(7).randbytes(600_000).hex().encode()
CUT = 250_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store, which must be whole at the end."""
    kept = Store(tmp_path / "captures")
    yield kept
    assert kept.check() == ()


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """A server whose answers the test says."""
    with fault_server() as running:
        yield running


def only(fetched: tuple[Fetched, ...]) -> Fetched:
    (one,) = fetched
    return one


def cut(line: Line, *, body: bytes = LARGE, **headers: str) -> None:
    """Announce the whole and send the beginning."""
    line.answer(body[:CUT], content_length=str(len(body)), **headers)


def rest(line: Line, *, body: bytes = LARGE, **headers: str) -> None:
    """What is left from where the range begins."""
    start = line.asked.start
    found = f"bytes {start}-{len(body) - 1}/{len(body)}"
    line.answer(body[start:], status="206 Partial Content", content_range=found, **headers)


def test_cut_connection_goes_on_where_it_stopped(store: Store, server: FaultServer) -> None:
    def answer(line: Line) -> None:
        if line.asked.start:
            rest(line, etag='"one"')
        else:
            cut(line, etag='"one"')

    server.answers["/a"] = answer
    assert only(fetch(store, wanted(server.url("/a")))).outcome is Outcome.NEW
    assert held(store) == LARGE
    first, second = server.asked
    assert "range" not in first.headers
    assert (second.start, second.headers["if-range"]) == (CUT, '"one"')
    assert list(store.partial.iterdir()) == []


def test_later_fetch_goes_on_where_the_last_one_failed(store: Store, server: FaultServer) -> None:
    date = "Mon, 01 Jan 2024 00:00:00 GMT"
    server.answers["/a"] = lambda line: cut(line, last_modified=date)
    once = replace(LIMITS, retries=0)
    fetched = only(fetch(store, wanted(server.url("/a")), limits=once))
    assert fetched.problem is not None
    assert fetched.problem.startswith("expected the whole answer, found the connection cut: ")
    assert fetched.problem.endswith("(tried 1 times)")
    server.answers["/a"] = lambda line: rest(line, last_modified=date)
    assert only(fetch(store, wanted(server.url("/a")), limits=once)).outcome is Outcome.NEW
    assert held(store) == LARGE
    assert server.asked[-1].headers["if-range"] == date


def test_cut_connection_without_ranges_begins_anew(store: Store, server: FaultServer) -> None:
    tries = iter([cut, lambda line, **headers: line.answer(LARGE, **headers)])
    server.answers["/a"] = lambda line: next(tries)(line, etag='"one"')
    assert only(fetch(store, wanted(server.url("/a")))).outcome is Outcome.NEW
    assert held(store) == LARGE


def test_file_that_changed_meanwhile_is_not_mixed(store: Store, server: FaultServer) -> None:
    """A server that heeds no If-Range, and hands out the rest of another file."""
    other = LARGE[::-1]

    def answer(line: Line) -> None:
        if len(server.asked) == 1:
            cut(line, etag='"one"')
        elif line.asked.start:
            rest(line, body=other, etag='"two"')
        else:
            line.answer(other, etag='"two"')

    server.answers["/a"] = answer
    fetch(store, wanted(server.url("/a")))
    assert held(store) == other


@pytest.mark.parametrize(
    "found",
    ["bytes 0-9/*", "bytes 250001-600003/600004", "items 1-2/3", "bytes x", "bytes 250000-9/10"],
)
def test_range_that_was_not_asked_for_is_refused(
    store: Store, server: FaultServer, found: str
) -> None:
    def answer(line: Line) -> None:
        if line.asked.start:
            line.answer(b"x" * 100, status="206 Partial Content", content_range=found)
        elif len(server.asked) == 1:
            cut(line, etag='"one"')
        else:
            line.answer(LARGE, etag='"one"')

    server.answers["/a"] = answer
    assert only(fetch(store, wanted(server.url("/a")))).outcome is Outcome.NEW
    assert held(store) == LARGE


def test_range_that_is_not_there_begins_anew(store: Store, server: FaultServer) -> None:
    def answer(line: Line) -> None:
        if line.asked.start:
            line.answer(status="416 Range Not Satisfiable", content_range="bytes */10")
        elif len(server.asked) == 1:
            cut(line, etag='"one"')
        else:
            line.answer(TABLE)

    server.answers["/a"] = answer
    fetch(store, wanted(server.url("/a")))
    assert held(store) == TABLE


@pytest.mark.parametrize("tag", ["", 'W/"weak"'])
def test_without_a_strong_validator_nothing_is_gone_on_with(
    store: Store, server: FaultServer, tag: str
) -> None:
    server.answers["/a"] = lambda line: cut(line, etag=tag)
    fetched = only(fetch(store, wanted(server.url("/a"))))
    assert fetched.problem is not None
    assert "found the connection cut" in fetched.problem
    assert [asked.start for asked in server.asked] == [0, 0, 0]
    assert list(store.partial.iterdir()) == []
    assert store.editions("press") == ()


def test_truncated_archive_without_a_length_is_seen(store: Store, server: FaultServer) -> None:
    packed = gzip.compress(TABLE * 1000)[:-20]
    server.answers["/a"] = lambda line: line.send(b"HTTP/1.1 200 OK\r\n\r\n" + packed)
    fetched = only(fetch(store, wanted(server.url("/a"), form=Form.GZIP)))
    assert fetched.problem == "the file: expected GZIP to its end, found it cut off"
    assert store.path_of(store.fetches()[0]).read_bytes() == packed


def test_wrong_length_is_a_cut(store: Store, server: FaultServer) -> None:
    server.answers["/a"] = lambda line: line.answer(TABLE, content_length=str(len(TABLE) + 5))
    fetched = only(fetch(store, wanted(server.url("/a"))))
    assert fetched.problem is not None
    assert "found the connection cut" in fetched.problem
    assert "(tried 3 times)" in fetched.problem


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\x00\x01\x02 what is this\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc",
        b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 100_000,
    ],
    ids=["nothing", "noise", "negative", "two-lengths", "bad-chunk", "endless-headers"],
)
def test_noise_for_an_answer(store: Store, server: FaultServer, said: bytes) -> None:
    server.answers["/a"] = lambda line: line.send(said)
    fetched = only(fetch(store, wanted(server.url("/a"))))
    assert fetched.problem is not None
    assert fetched.problem.startswith("expected ")
    assert store.editions("press") == ()


def test_silent_server_is_given_up(store: Store, server: FaultServer) -> None:
    server.answers["/a"] = lambda _: time.sleep(0.4)
    quick = replace(LIMITS, silence_seconds=0.1, retries=1)
    fetched = only(fetch(store, wanted(server.url("/a")), limits=quick))
    assert fetched.problem == "expected an answer, found silence for 0.1 s (tried 2 times)"


@pytest.mark.parametrize("is_head", [True, False])
def test_dripping_server_is_given_up(store: Store, server: FaultServer, is_head: bool) -> None:
    """Each byte comes in time, and the file never does."""

    def drip(line: Line) -> None:
        line.send(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n" + (b"" if is_head else b"\r\n"))
        for _ in range(30):
            line.send(b"x")
            time.sleep(0.05)

    server.answers["/a"] = drip
    start = time.monotonic()
    fetched = only(fetch(store, wanted(server.url("/a")), limits=replace(LIMITS, seconds=0.4)))
    assert fetched.problem == "expected the whole file within 0.4 s, found it still coming"
    assert time.monotonic() - start < 2.0


def test_announced_size_is_refused_before_it_comes(store: Store, server: FaultServer) -> None:
    server.answers["/a"] = lambda line: line.answer(b"x", content_length="99999999999")
    fetched = only(fetch(store, wanted(server.url("/a"), limit_bytes=1000)))
    assert fetched.problem == "expected at most 1,000 bytes, found 99,999,999,999 announced"
    assert list(store.partial.iterdir()) == []


def test_size_that_is_not_announced_is_counted(store: Store, server: FaultServer) -> None:
    server.answers["/a"] = lambda line: line.send(b"HTTP/1.1 200 OK\r\n\r\n" + LARGE)
    fetched = only(fetch(store, wanted(server.url("/a"), limit_bytes=100_000)))
    assert fetched.problem == "expected at most 100,000 bytes, found more"
    assert list(store.partial.iterdir()) == []


def zeros(gigabytes: int, *, bits: int) -> bytes:
    """So many gigabytes of zeros as a deflate stream, made by repeating one block of it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, bits)
    head = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * (gigabytes * 1024 - 1) + packer.flush()


@pytest.mark.parametrize(("packing", "bits"), [("gzip", 31), ("deflate", 15)])
def test_bomb_in_the_packing_of_the_answer(
    store: Store, server: FaultServer, packing: str, bits: int
) -> None:
    bomb = zeros(10, bits=bits)
    server.answers["/a"] = lambda line: line.answer(bomb, content_encoding=packing)
    start = time.monotonic()
    fetched = only(fetch(store, wanted(server.url("/a"), limit_bytes=4 * 1024**3)))
    assert fetched.problem is not None
    assert "expected at most 200 times its size unpacked" in fetched.problem
    assert time.monotonic() - start < 5.0
    assert list(store.partial.iterdir()) == []


@pytest.mark.parametrize(("packing", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_answer_packed_unasked_is_unpacked(
    store: Store, server: FaultServer, packing: str, pack: object
) -> None:
    assert callable(pack)
    server.answers["/a"] = lambda line: line.answer(pack(LARGE), content_encoding=packing)
    fetch(store, wanted(server.url("/a")))
    assert held(store) == LARGE


def test_packed_file_that_is_called_packed_stays_as_it_is(
    store: Store, server: FaultServer
) -> None:
    packed = gzip.compress(TABLE)
    server.answers["/a"] = lambda line: line.answer(packed, content_encoding="gzip")
    fetch(store, wanted(server.url("/a"), form=Form.GZIP))
    assert held(store) == packed


@pytest.mark.parametrize("packing", ["br", "gzip, gzip", "zstd", "\x1b[31m"])
def test_packing_that_is_not_known(store: Store, server: FaultServer, packing: str) -> None:
    server.answers["/a"] = lambda line: line.answer(TABLE, content_encoding=packing)
    fetched = only(fetch(store, wanted(server.url("/a"))))
    assert fetched.problem is not None
    assert fetched.problem.startswith("expected ")
    assert fetched.problem.isprintable()
    assert fetched.outcome is Outcome.FAILED


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Somebody who vouches for servers, and whom nobody knows."""
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[FaultServer]:
    """The same over TLS, with a certificate for this machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with fault_server(context) as running:
        yield running


@pytest.fixture
def authorities(authority: trustme.CA, tmp_path: Path) -> Path:
    """The certificate of that authority, for who wants to trust it."""
    path = tmp_path / "authorities.pem"
    authority.cert_pem.write_to_path(path)
    return path


def test_certificate_that_nobody_vouches_for(store: Store, secure: FaultServer) -> None:
    secure.answers["/a"] = lambda line: line.answer(TABLE)
    fetched = only(fetch(store, wanted(secure.url("/a"))))
    assert fetched.problem is not None
    assert fetched.problem.startswith("expected a certificate to trust, found: ")
    assert secure.asked == []


def test_certificate_for_another_host(store: Store, secure: FaultServer, authorities: Path) -> None:
    secure.answers["/a"] = lambda line: line.answer(TABLE)
    assert only(fetch(store, wanted(secure.url("/a")), authorities=authorities)).problem is None
    url = secure.url("/a").replace("127.0.0.1", "localhost")
    fetched = only(fetch(store, wanted(url), authorities=authorities))
    assert fetched.problem is not None
    assert "Hostname mismatch" in fetched.problem


def test_nothing_leads_from_https_to_http(
    store: Store, secure: FaultServer, server: FaultServer, authorities: Path
) -> None:
    server.answers["/a"] = lambda line: line.answer(TABLE)
    target = server.url("/a")
    secure.answers["/a"] = lambda line: line.answer(status="302 Found", location=target)
    network = Network(
        frozenset({("127.0.0.1", secure.port), ("127.0.0.1", server.port)}), authorities
    )
    fetched = only(fetch_all([wanted(secure.url("/a"))], store, limits=LIMITS, network=network))
    assert fetched.problem == f"redirected: expected https to stay https, found {target}"
    assert server.asked == []


def test_no_server(store: Store) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    fetched = only(fetch(store, wanted(f"http://127.0.0.1:{port}/a")))
    assert fetched.problem is not None
    assert fetched.problem.startswith("expected a connection, found: ")
    assert "(tried 3 times)" in fetched.problem


def test_name_that_is_not_known(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("sharedfuture.capture.network.guard.socket.getaddrinfo", look_up)
    fetched = only(fetch_all([wanted("http://nowhere.invalid/a")], store, limits=LIMITS))
    assert fetched.problem is not None
    assert fetched.problem.startswith("expected a host, found no such name")


def test_connection_goes_to_the_address_that_was_judged(
    store: Store, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that says something else each time it is asked: first the public address,
    then the private one. The name is looked up once a connection, and what was judged is asked."""
    said = iter(["93.184.215.14", "127.0.0.1"])
    asked: list[object] = []

    def look_up(host: str, port: int, **_: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(said), port))]

    monkeypatch.setattr("sharedfuture.capture.network.guard.socket.getaddrinfo", look_up)
    assert Guard().resolve("rebind.example", server.port) == ("93.184.215.14",)
    server.answers["/a"] = lambda line: line.answer(TABLE)
    fetched = only(
        fetch_all([wanted(f"http://rebind.example:{server.port}/a")], store, limits=LIMITS)
    )
    assert fetched.problem == "expected a public address, found rebind.example at 127.0.0.1"
    assert asked == ["rebind.example", "rebind.example"]
    assert server.asked == []


def test_environment_sets_no_proxy(
    store: Store, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.answers["/a"] = lambda line: line.answer(TABLE)
    fetch(store, wanted(server.url("/a")))
    assert hashlib.sha256(held(store)).hexdigest() == store.fetches()[0].sha256


def test_headers_that_cannot_be_sent_back_are_not_kept(store: Store, server: FaultServer) -> None:
    server.answers["/a"] = lambda line: line.send(
        b'HTTP/1.1 200 OK\r\netag: "\xff\xfe"\r\nlast-modified: '
        + b"x" * 5000
        + b"\r\ncontent-length: %d\r\n\r\n" % len(TABLE)
        + TABLE
    )
    for expected in (Outcome.NEW, Outcome.SAME):
        assert only(fetch(store, wanted(server.url("/a")))).outcome is expected
    assert set(store.fetches()[0].headers) == {"content-length"}


def test_hosts_are_asked_side_by_side_and_each_one_in_turn(
    store: Store, server: FaultServer
) -> None:
    """Two names of this machine: their answers wait for each other; never two of one name."""
    together, running, most = threading.Barrier(2), Counter[str](), Counter[str]()

    def answer(line: Line) -> None:
        host = line.asked.headers["host"]
        running[host] += 1
        most[host] = max(most[host], running[host])
        together.wait(10)
        running[host] -= 1
        line.answer(TABLE)

    server.answers["/a"] = answer
    urls = [server.url("/a"), server.url("/a").replace("127.0.0.1", "localhost")]
    files = [
        wanted(url, part=f"{place}_{name}") for place, url in enumerate(urls) for name in "xyz"
    ]
    assert {item.outcome for item in fetch(store, *files)} == {Outcome.NEW}
    assert set(most.values()) == {1}
    assert len(store.fetches()) == 6
