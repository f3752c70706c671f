"""Archives and packed files: what is taken from them, and what is refused without being opened."""

import gzip
import io
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Mapping
from hashlib import sha256

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sharedfuture.capture import Bounds, Capture, gunzip, member, members
from sharedfuture.records.errors import CaptureRefused

TABLE = b"country,score\nPakistan,3.25\n"
GIGABYTE = 1024**3


def capture(data: bytes) -> Capture:
    return Capture(name="press/2024/data", data=data, sha256=sha256(data).hexdigest())


def archive(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    taken = io.BytesIO()
    with zipfile.ZipFile(taken, "w", method) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return taken.getvalue()


def zeros(byte_count: int, *, bits: int) -> bytes:
    """A deflate stream of zeros, made by repeating one block of it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, bits)
    head = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * (byte_count // 2**20 - 1) + packer.flush()


def bomb(*, said: int, really: int) -> bytes:
    """An archive of one file of zeros, which says of itself to be so large."""
    packed, name = zeros(really, bits=-15), b"zeros"
    sizes = struct.pack("<IHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, len(packed), 0, 0)[:14]
    local = sizes + struct.pack("<IIIHH", 0, len(packed), min(said, 0xFFFFFFFF), len(name), 0)
    wide = struct.pack("<HHQ", 1, 8, said) if said >= 0xFFFFFFFF else b""
    central = struct.pack("<IHHHHHH", 0x02014B50, 45, 45, 0, 8, 0, 0)
    central += struct.pack("<III", 0, len(packed), min(said, 0xFFFFFFFF))
    central += struct.pack("<HHHHHII", len(name), len(wide), 0, 0, 0, 0, 0) + name + wide
    start = len(local) + len(name) + len(packed)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, len(central), start, 0)
    return local + name + packed + central + end


def refused(call: Callable[[], object]) -> str:
    """What is said when it is refused; quickly, and with little memory."""
    start = time.monotonic()
    tracemalloc.start()
    try:
        with pytest.raises(CaptureRefused) as error:
            call()
        assert tracemalloc.get_traced_memory()[1] < 128 * 1024**2
    finally:
        tracemalloc.stop()
    assert time.monotonic() - start < 5.0
    return str(error.value)


def test_files_of_an_archive() -> None:
    files = {"V-Dem/data.csv": TABLE, "__MACOSX/._data.csv": b"x", "V-Dem/": b""}
    held = capture(archive(files))
    assert members(held) == ("V-Dem/data.csv", "__MACOSX/._data.csv")
    taken = member(held, "V-Dem/data.csv")
    assert taken.data == TABLE
    assert taken.sha256 == sha256(TABLE).hexdigest()
    assert taken.name == "press/2024/data/V-Dem/data.csv"
    with pytest.raises(CaptureRefused, match=r"expected a file 'other', found V-Dem/data.csv"):
        member(held, "other")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "C:\\windows\\a", "a/../../b", "\x1b[31m"]
)
def test_names_are_only_names(name: str) -> None:
    assert member(capture(archive({name: TABLE})), name).data == TABLE


def test_packed_file() -> None:
    assert gunzip(capture(gzip.compress(TABLE))).data == TABLE
    assert gunzip(capture(gzip.compress(TABLE) + gzip.compress(TABLE))).data == TABLE * 2
    assert gunzip(capture(gzip.compress(TABLE) + bytes(100))).data == TABLE
    large = bytes(range(256)) * 20_000
    assert gunzip(capture(gzip.compress(large))).data == large


def test_well_packed_but_harmless() -> None:
    sparse = bytes(10 * 1024**2)
    assert gunzip(capture(gzip.compress(sparse))).data == sparse
    assert member(capture(archive({"sparse": sparse})), "sparse").data == sparse


def test_ten_gigabytes_of_zeros() -> None:
    packed = capture(zeros(10 * GIGABYTE, bits=31))
    assert "expected at most 200 times its size unpacked" in refused(lambda: gunzip(packed))
    held = capture(bomb(said=10 * GIGABYTE, really=10 * GIGABYTE))
    says = refused(lambda: members(held))
    assert says == (
        "press/2024/data/zeros: expected at most 2,147,483,648 bytes unpacked, "
        "found 10,737,418,240 or more"
    )


def test_bomb_that_says_to_be_small() -> None:
    held = capture(bomb(said=1000, really=10 * GIGABYTE))
    assert members(held) == ("zeros",)
    assert "expected a whole file, found Bad CRC-32" in refused(lambda: member(held, "zeros"))


def test_bomb_inside_an_archive() -> None:
    held = capture(archive({"inner.zip": bomb(said=GIGABYTE, really=GIGABYTE)}))
    inner = member(held, "inner.zip")
    assert "expected at most 200 times its size" in refused(lambda: members(inner))


def test_one_bomb_many_times() -> None:
    """Entries that overlap: each leads to the same packed bytes."""
    data = bytearray(archive({"a": bytes(5000), "b": bytes(5000)}))
    place = data.rindex(b"PK\x01\x02")
    data[place + 42 : place + 46] = bytes(4)
    data[30:31] = b"b"
    assert "expected files side by side" in refused(lambda: members(capture(bytes(data))))


def test_locked_archive() -> None:
    data = bytearray(archive({"a": TABLE}))
    place = data.rindex(b"PK\x01\x02")
    data[6] |= 1
    data[place + 8] |= 1
    assert "expected open files, found 'a' locked" in refused(lambda: members(capture(bytes(data))))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_packings_are_refused(method: int) -> None:
    held = capture(archive({"a": TABLE}, method))
    assert f"packed by method {method}" in refused(lambda: members(held))


def test_too_many_files() -> None:
    held = capture(archive({str(number): b"" for number in range(101)}))
    says = refused(lambda: members(held, bounds=Bounds(members=100)))
    assert "expected at most 100 files, found 101" in says


def test_directory_that_would_fill_the_memory() -> None:
    data = bytearray(archive({"a": TABLE}))
    end = data.rindex(b"PK\x05\x06")
    data[end:end] = bytes(8 * 1024**2)
    end += 8 * 1024**2
    data[end + 12 : end + 16] = struct.pack("<I", 8 * 1024**2)
    says = refused(lambda: members(capture(bytes(data))))
    assert "found a directory of 8,388,608 bytes" in says


def test_same_name_twice() -> None:
    data = archive({"a": TABLE, "b": TABLE}).replace(b"b", b"a")
    assert "expected each name once" in refused(lambda: members(capture(data)))


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + bytes(18), b"PK\x03\x04", b"no archive"])
def test_no_archive(data: bytes) -> None:
    assert refused(lambda: members(capture(data))).startswith("press/2024/data: expected ")


@pytest.mark.parametrize("data", [b"", b"\x1f\x8b", gzip.compress(TABLE, mtime=0)[:-1], TABLE])
def test_no_packed_file(data: bytes) -> None:
    assert refused(lambda: gunzip(capture(data))).startswith("press/2024/data: expected GZIP")


SOUND = archive({"a.csv": TABLE * 20, "b.csv": bytes(300)})
PACKED = gzip.compress(TABLE * 20)
CHANGES = st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=6)


def damaged(data: bytes, changes: list[tuple[int, int]], cut: int) -> bytes:
    changed = bytearray(data)
    for place, byte in changes:
        changed[place % len(data)] = byte
    return bytes(changed[: len(data) - cut])


@settings(max_examples=150, deadline=None)
@given(CHANGES, st.integers(0, 60))
@example([(SOUND.rindex(b"a.csv"), 0)], 0)  # a name that is empty
def test_damaged_archive_is_refused_and_nothing_else_happens(
    changes: list[tuple[int, int]], cut: int
) -> None:
    held = capture(damaged(SOUND, changes, cut))
    try:
        for name in members(held):
            member(held, name)
    except CaptureRefused:
        pass


@settings(max_examples=100, deadline=None)
@given(CHANGES, st.integers(0, 30))
def test_damaged_packed_file_is_refused_or_whole(changes: list[tuple[int, int]], cut: int) -> None:
    try:
        taken = gunzip(capture(damaged(PACKED, changes, cut)))
    except CaptureRefused:
        return
    assert taken.data == TABLE * 20
