"""Fetching as publishers' servers usually answer: well, not at all, or with the wrong thing."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from sharedfuture.capture import Form, Paging, Store
from sharedfuture.capture.fetch import Fetched, Network, Outcome, fetch_all, state
from sharedfuture.records.errors import CaptureDamaged, CaptureRefused, StoreUnwritable
from tests.fault_server import LIMITS, TABLE, fetch, held, wanted

OTHER = TABLE + b"Chad,1.67\n"
HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>hello</body></html>"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store, which must be whole at the end."""
    kept = Store(tmp_path / "captures")
    yield kept
    assert kept.check() == ()
    assert list((tmp_path / "captures" / "incoming").glob("*")) == []


def answers(*responses: Response) -> Callable[[Request], Response]:
    """Answer with one after the other, and then with the last again."""
    left = list(responses)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def only(fetched: tuple[Fetched, ...]) -> Fetched:
    (one,) = fetched
    return one


def test_what_is_fetched_is_kept_by_hash_and_logged(store: Store, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a.csv").respond_with_data(
        TABLE, headers={"ETag": '"one"', "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}
    )
    fetched = only(fetch(store, wanted(httpserver.url_for("/a.csv"))))
    assert (fetched.outcome, fetched.byte_count) == (Outcome.NEW, len(TABLE))
    assert held(store) == TABLE
    (line,) = store.fetches()
    assert (line.status, line.byte_count, line.problem) == (200, len(TABLE), None)
    assert line.headers["etag"] == '"one"'
    assert line.at.tzinfo is not None
    path = store.path_of(line)
    assert path.read_bytes() == TABLE
    assert path.stat().st_mode & 0o222 == 0
    request, _ = httpserver.log[0]
    assert request.headers["Accept-Encoding"] == "identity"
    assert request.headers["User-Agent"].startswith("sharedfuture/")


def test_nothing_new_costs_no_bytes(store: Store, httpserver: HTTPServer) -> None:
    def answer(request: Request) -> Response:
        if request.headers.get("If-None-Match") == '"one"':
            return Response(status=304)
        return Response(TABLE, headers={"ETag": '"one"'})

    httpserver.expect_request("/a.csv").respond_with_handler(answer)
    file = wanted(httpserver.url_for("/a.csv"))
    first = only(fetch(store, file))
    for _ in range(2):
        again = only(fetch(store, file))
        assert (again.outcome, again.byte_count) == (Outcome.SAME, 0)
        assert again.captured_at == first.captured_at
    assert [line.status for line in store.fetches()] == [200, 304, 304]
    assert len({line.sha256 for line in store.fetches()}) == 1
    (edition,) = store.editions("press")
    assert edition.captured_at == store.fetches()[0].at


def test_lost_bytes_are_asked_for_again(store: Store, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a.csv").respond_with_handler(
        lambda request: Response(
            TABLE if "If-None-Match" not in request.headers else b"",
            status=304 if "If-None-Match" in request.headers else 200,
            headers={"ETag": '"one"'},
        )
    )
    file = wanted(httpserver.url_for("/a.csv"))
    fetch(store, file)
    path = store.path_of(store.fetches()[0])
    path.unlink()
    assert len(store.check()) == 1
    assert "gone" in store.check()[0]
    with pytest.raises(CaptureDamaged, match="expected the captured file"):
        held(store)
    fetch(store, file)
    assert held(store) == TABLE


def test_changed_content_under_one_address_keeps_both(store: Store, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a.csv").respond_with_handler(
        answers(Response(TABLE), Response(OTHER), Response(TABLE))
    )
    file = wanted(httpserver.url_for("/a.csv"))
    outcomes = [only(fetch(store, file)).outcome for _ in range(2)]
    assert outcomes == [Outcome.NEW, Outcome.CHANGED]
    assert held(store) == OTHER
    history = store.history("press", "2024")
    assert [edition.capture("data").data for edition in history] == [OTHER, TABLE]
    fetch(store, file)
    assert held(store) == TABLE
    (edition,) = store.editions("press")
    assert edition.captured_at == store.fetches()[0].at, "when these bytes were first had"
    yesterday = store.fetches()[0].at.date() - timedelta(days=1)
    assert store.editions("press", as_of=yesterday) == ()
    assert store.editions("press", as_of=store.fetches()[0].at.date()) == (edition,)


def test_same_bytes_under_two_addresses_are_kept_once(store: Store, httpserver: HTTPServer) -> None:
    for path in ("/a.csv", "/b.csv"):
        httpserver.expect_request(path).respond_with_data(TABLE)
    fetch(
        store,
        wanted(httpserver.url_for("/a.csv"), part="one"),
        wanted(httpserver.url_for("/b.csv"), part="two"),
    )
    assert len(list(store.objects.glob("*/*"))) == 1
    assert held(store, "one") == held(store, "two") == TABLE


@pytest.mark.parametrize(
    ("form", "body", "says"),
    [
        (Form.CSV, HTML, "expected CSV, found a page in HTML (Sign in)"),
        (Form.CSV, b"\xef\xbb\xbf\n " + HTML, "expected CSV, found a page in HTML (Sign in)"),
        (Form.JSON, HTML, "expected JSON, found a page in HTML (Sign in)"),
        (Form.ZIP, HTML, "expected ZIP, found a page in HTML (Sign in)"),
        (Form.CSV, b"", "expected a file, found an empty one"),
        (Form.JSON, b'[{"a": 1}, {"b"', "expected JSON to its end, found a fault"),
    ],
    ids=["html-for-csv", "html-after-a-mark", "html-for-json", "html-for-zip", "empty", "half"],
)
def test_wrong_thing_with_a_good_status_is_kept_but_not_used(
    store: Store, httpserver: HTTPServer, form: Form, body: bytes, says: str
) -> None:
    good = {Form.JSON: b'[{"a": 1}]', Form.CSV: TABLE}.get(form)
    path = "/file"
    file = wanted(httpserver.url_for(path), form=form)
    if good is not None:
        httpserver.expect_oneshot_request(path).respond_with_data(good)
        fetch(store, file)
    httpserver.expect_request(path).respond_with_data(body)
    fetched = only(fetch(store, file))
    assert fetched.outcome is Outcome.FAILED
    assert fetched.problem is not None
    assert says in fetched.problem
    line = store.fetches()[-1]
    assert line.problem == fetched.problem
    assert store.path_of(line).read_bytes() == body
    if good is not None:
        assert held(store) == good
        assert fetched.captured_at is not None


def test_too_many_requests_are_waited_for_as_asked(store: Store, httpserver: HTTPServer) -> None:
    busy = Response(status=429, headers={"Retry-After": "1"})
    httpserver.expect_request("/a.csv").respond_with_handler(answers(busy, Response(TABLE)))
    start = time.monotonic()
    assert only(fetch(store, wanted(httpserver.url_for("/a.csv")))).outcome is Outcome.NEW
    assert time.monotonic() - start >= 1.0


def test_too_many_requests_until_a_date(store: Store, httpserver: HTTPServer) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
    busy = Response(status=429, headers={"Retry-After": soon})
    httpserver.expect_request("/a.csv").respond_with_handler(answers(busy, Response(TABLE)))
    assert only(fetch(store, wanted(httpserver.url_for("/a.csv")))).outcome is Outcome.NEW


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "when it suits"}, {"Retry-After": "-1"}])
def test_too_many_requests_without_a_time(
    store: Store, httpserver: HTTPServer, headers: dict[str, str]
) -> None:
    busy = Response(status=429, headers=headers)
    httpserver.expect_request("/a.csv").respond_with_handler(answers(busy, Response(TABLE)))
    assert only(fetch(store, wanted(httpserver.url_for("/a.csv")))).outcome is Outcome.NEW
    assert len(httpserver.log) == 2


def test_server_that_asks_for_an_hour_is_left_alone(store: Store, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a.csv").respond_with_handler(
        answers(Response(status=429, headers={"Retry-After": "3600"}))
    )
    fetched = only(fetch(store, wanted(httpserver.url_for("/a.csv"))))
    assert fetched.problem == (
        "expected status 200, found 429 TOO MANY REQUESTS; the server asks to be left alone for "
        "3600 s, at most 1 s are waited; fetch again later"
    )
    assert len(httpserver.log) == 1


def test_500_then_200(store: Store, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a.csv").respond_with_handler(
        answers(Response(status=500), Response(status=503), Response(TABLE))
    )
    assert only(fetch(store, wanted(httpserver.url_for("/a.csv")))).outcome is Outcome.NEW
    assert [line.status for line in store.fetches()] == [200]


def test_500_for_ever_leaves_what_was_good(store: Store, httpserver: HTTPServer) -> None:
    httpserver.expect_oneshot_request("/a.csv").respond_with_data(TABLE)
    httpserver.expect_request("/a.csv").respond_with_data("ill", status=500)
    file = wanted(httpserver.url_for("/a.csv"))
    fetch(store, file)
    fetched = only(fetch(store, file))
    assert fetched.problem == (
        "expected status 200, found 500 INTERNAL SERVER ERROR (tried 3 times)"
    )
    assert len(httpserver.log) == 4
    assert held(store) == TABLE


@pytest.mark.parametrize("status", [404, 403, 401, 410, 204, 202, 206, 304, 300])
def test_no_file_is_said_at_once(store: Store, httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/a.csv").respond_with_data("", status=status)
    fetched = only(fetch(store, wanted(httpserver.url_for("/a.csv"))))
    assert fetched.problem is not None
    assert fetched.problem.startswith(f"expected status 200, found {status}")
    assert len(httpserver.log) == 1
    assert store.editions("press") == ()


def redirect(to: str) -> Response:
    return Response(status=302, headers={"Location": to})


def test_redirect_is_followed_and_logged(store: Store, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/old").respond_with_handler(answers(redirect("/new?a=1")))
    httpserver.expect_request("/new", query_string="a=1").respond_with_data(TABLE)
    fetch(store, wanted(httpserver.url_for("/old")))
    assert held(store) == TABLE
    (line,) = store.fetches()
    assert (line.url, line.final_url) == (
        httpserver.url_for("/old"),
        httpserver.url_for("/new?a=1"),
    )


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("/loop", "expected at most 5 redirects, found more"),
        ("http://10.0.0.1/a", "redirected: expected a public address, found http://10.0.0.1/a"),
        ("http://169.254.169.254/latest/meta-data/", "redirected: expected a public address"),
        ("http://[::1]/a", "redirected: expected a public address, found http://[::1]/a"),
        ("http://127.1/a", "expected a public address, found 127.1 at 127.0.0.1"),
        ("http://2130706433/a", "expected a public address, found 2130706433 at 127.0.0.1"),
        ("http://localhost:1/a", "expected a public address, found localhost at "),
        ("file:///etc/passwd", "redirected: expected an http or https address, found file:"),
        ("ftp://example.org/a", "redirected: expected an http or https address, found ftp:"),
        ("data:text/csv,a", "redirected: expected an http or https address"),
        ("http://user:secret@example.org/", "expected no name or password in the address"),
        ("http://[", "found"),
        ("http:///a b", "found"),
    ],
)
def test_redirect_that_is_not_followed(
    store: Store, httpserver: HTTPServer, to: str, says: str
) -> None:
    httpserver.expect_request("/loop").respond_with_handler(answers(redirect(to)))
    fetched = only(fetch(store, wanted(httpserver.url_for("/loop"))))
    assert fetched.outcome is Outcome.FAILED
    assert fetched.problem is not None
    assert says in fetched.problem
    assert "secret" not in (store.folder / "fetches.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://127.0.0.1:9/a", "expected a public address, found http://127.0.0.1:9/a"),
        ("http://localhost:9/a", "expected a public address, found localhost at"),
        ("file:///etc/passwd", "expected an http or https address"),
        ("ftp://example.org/a", "expected an http or https address"),
        ("http://name:word@example.org/a", "expected no name or password"),
        ("https:///a", "expected an address with a host"),
        ("http://[::ffff:127.0.0.1]/a", "expected a public address"),
    ],
)
def test_address_that_is_not_asked(store: Store, url: str, says: str) -> None:
    fetched = only(fetch_all([wanted(url)], store, limits=LIMITS))
    assert fetched.problem is not None
    assert says in fetched.problem


def page(number: int, pages: object, *, rows: object = ("x",)) -> bytes:
    return json.dumps([{"page": number, "pages": pages}, list(rows) if rows else None]).encode()  # type: ignore[call-overload]


def test_pages_are_fetched_in_order_and_used_together(store: Store, httpserver: HTTPServer) -> None:
    pages = {"1": page(1, 3), "2": page(2, "3"), "3": page(3, 3)}
    httpserver.expect_request("/api").respond_with_handler(
        lambda request: Response(pages[request.args["page"]])
    )
    paging = Paging("page", (0, "pages"))
    file = wanted(httpserver.url_for("/api?format=json"), form=Form.JSON, paging=paging)
    assert only(fetch(store, file)).outcome is Outcome.NEW
    (edition,) = store.editions("press")
    assert sorted(edition.parts) == ["data.1", "data.2", "data.3"]
    assert [capture.data for capture in edition.captures("data")] == list(pages.values())
    pages.update({"2": b"[]"})
    fetched = only(fetch(store, file))
    assert fetched.problem == "expected the number of pages, found no 0/pages"
    assert store.editions("press") == (edition,), "pages of two fetches are not mixed"
    assert [line.problem for line in store.fetches()[3:]] == [
        "not used, because page 2 failed",
        fetched.problem,
    ]
    pages.clear()
    pages["1"] = page(1, 1, rows=("other",))
    assert only(fetch(store, file)).outcome is Outcome.CHANGED
    (edition,) = store.editions("press")
    assert sorted(edition.parts) == ["data.1"]
    assert len(store.history("press", "2024")) == 2


@pytest.mark.parametrize(
    ("first", "says"),
    [
        (b'[{"message": [{"id": "120"}]}]', "no 0/pages"),
        (page(1, 0), "'0'"),
        (page(1, -1), "'-1'"),
        (page(1, 10**9), "'1000000000'"),
        (page(1, {"a": 1}), "{'a': 1}"),
        (page(1, None), "None"),
        (page(1, 2.5), "2.5"),
        (b"{}", "no 0/pages"),
    ],
)
def test_answer_without_a_number_of_pages(
    store: Store, httpserver: HTTPServer, first: bytes, says: str
) -> None:
    httpserver.expect_request("/api").respond_with_data(first)
    paging = Paging("page", (0, "pages"))
    file = wanted(httpserver.url_for("/api"), form=Form.JSON, paging=paging)
    fetched = only(fetch(store, file))
    assert fetched.problem is not None
    assert fetched.problem.startswith("expected the number of pages, found")
    assert says in fetched.problem


def test_pages_that_change_in_between(store: Store, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/api").respond_with_handler(
        lambda request: Response(page(1, 1 + int(request.args["page"])))
    )
    paging = Paging("page", (0, "pages"))
    file = wanted(httpserver.url_for("/api"), form=Form.JSON, paging=paging)
    assert only(fetch(store, file)).problem == "expected 2 pages as on the first, found 3"


def test_one_host_is_asked_in_turn_with_a_pause(store: Store, httpserver: HTTPServer) -> None:
    times: list[float] = []

    def answer(_: Request) -> Response:
        times.append(time.monotonic())
        return Response(TABLE)

    httpserver.expect_request("/a.csv").respond_with_handler(answer)
    files = [wanted(httpserver.url_for("/a.csv"), part=name) for name in ("one", "two", "three")]
    fetch(store, *files, limits=replace(LIMITS, pause_seconds=0.15))
    assert min(after - before for before, after in pairwise(times)) >= 0.15


def test_since_leaves_out_what_was_had(store: Store, httpserver: HTTPServer) -> None:
    httpserver.expect_oneshot_request("/a.csv").respond_with_data(TABLE)
    file = wanted(httpserver.url_for("/a.csv"))
    assert state(store, file).outcome is Outcome.NOT_HELD
    fetch(store, file)
    today = store.fetches()[0].at.date()
    network = Network(frozenset({("localhost", httpserver.port)}))
    fetched = fetch_all([file], store, limits=LIMITS, network=network, since=today)
    assert only(fetched).outcome is Outcome.HELD
    assert only(fetched) == state(store, file)
    tomorrow = today + timedelta(days=1)
    fetched = fetch_all([file], store, limits=LIMITS, network=network, since=tomorrow)
    assert only(fetched).outcome is Outcome.FAILED, "asked, and the server has no answer left"
    assert len(httpserver.log) == 4
    httpserver.clear()


def test_own_copy_is_taken_in(store: Store, tmp_path: Path) -> None:
    copy = tmp_path / "my copy.csv"
    copy.write_bytes(TABLE)
    line = store.add("press", "2024", "data", path=copy, form=Form.CSV)
    assert line.url == "file:my copy.csv"
    assert str(tmp_path) not in (store.folder / "fetches.jsonl").read_text(encoding="utf-8")
    assert held(store) == TABLE
    copy.write_bytes(HTML)
    with pytest.raises(CaptureRefused, match=r"my copy.csv: expected CSV, found a page in HTML"):
        store.add("press", "2024", "data", path=copy, form=Form.CSV)
    assert len(store.fetches()) == 1
    with pytest.raises(FileNotFoundError, match="no such file"):
        store.add("press", "2024", "data", path=tmp_path / "nowhere")
    with pytest.raises(CaptureRefused, match="name of a part"):
        store.add("press", "2024", "../data", path=copy)


def test_store_that_cannot_be_written_says_so(tmp_path: Path, httpserver: HTTPServer) -> None:
    (tmp_path / "captures").write_text("a file", encoding="utf-8")
    with pytest.raises(StoreUnwritable, match="expected a folder with room to write"):
        fetch(Store(tmp_path / "captures"), wanted(httpserver.url_for("/a.csv")))


def test_damaged_object_is_named_and_mended(store: Store, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a.csv").respond_with_data(TABLE)
    file = wanted(httpserver.url_for("/a.csv"))
    fetch(store, file)
    path = store.path_of(store.fetches()[0])
    path.chmod(0o644)
    path.write_bytes(b"something else")
    assert store.check() == (f"objects/{path.parent.name}/{path.name}: damaged",)
    with pytest.raises(CaptureDamaged, match="expected bytes of hash"):
        held(store)
    fetch(store, file)
    assert held(store) == TABLE
