"""Fetch files from their publishers into the store: politely, in parallel, and never twice.

Hosts are asked side by side, each host one request at a time. A fetch that fails is logged with
its reason and what came, and leaves what was captured before in use.
"""

import ssl
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic

import httpx

from sharedfuture.capture.fetched import NOBODY, Fetched, Outcome, Watch, held_parts, state
from sharedfuture.capture.log import Fetch
from sharedfuture.capture.network.connect import Deadline, Stopped, open_client, trusted
from sharedfuture.capture.network.guard import Guard
from sharedfuture.capture.network.limits import Limits, Network
from sharedfuture.capture.network.transfer import Answer, Transfer
from sharedfuture.capture.network.turns import Turns
from sharedfuture.capture.pages import page_count, page_problem
from sharedfuture.capture.partial import partial_file
from sharedfuture.capture.sniff import check_form
from sharedfuture.capture.store import Store, require_names
from sharedfuture.capture.wanted import Form, Paging, Wanted
from sharedfuture.records.errors import FetchFailed

_USUAL = Limits()
_PUBLIC = Network()
_PACKED = {Form.GZIP, Form.RDATA}
_LOCK_PAUSE_SECONDS = 0.1


def fetch_all(
    wanted: Sequence[Wanted],
    store: Store,
    *,
    limits: Limits = _USUAL,
    network: Network = _PUBLIC,
    since: date | None = None,
    watch: Watch = NOBODY,
) -> tuple[Fetched, ...]:
    """Fetch all files; what became of each, in the order given.

    With `since`, what was had on that day (UTC) or later is not asked for again. What cannot be
    had is told in the result and in the log. Raises StoreUnwritable and CaptureDamaged where the
    store cannot be written or its log not be read, CaptureRefused for names that are not ours.
    """
    for item in wanted:
        require_names(item.source, item.edition, item.part)
    fresh = {item for item in wanted if since is not None and _had_since(store, item, since)}
    asked = list(dict.fromkeys(item for item in wanted if item not in fresh))
    found = {item: state(store, item) for item in fresh}
    if asked:
        with store.writing():
            found |= _side_by_side(asked, store, limits=limits, network=network, watch=watch)
    return tuple(found[item] for item in wanted)


def _had_since(store: Store, wanted: Wanted, since: date) -> bool:
    """Whether a good fetch of the file, or its last page, stands in the log since that day."""
    return any(
        fetch.is_good
        and (fetch.source, fetch.edition) == (wanted.source, wanted.edition)
        and fetch.part.partition(".")[0] == wanted.part
        and (fetch.pages is None or fetch.part.endswith(f".{fetch.pages}"))
        and fetch.at.date() >= since
        for fetch in store.fetches()
    )


def _side_by_side(
    wanted: Sequence[Wanted], store: Store, *, limits: Limits, network: Network, watch: Watch
) -> dict[Wanted, Fetched]:
    """Some threads take one host after the other, and ask it file by file.

    Whatever ends the waiting for them, an interrupt included, stops them: they are daemons that
    leave the store whole at whatever moment they end.
    """
    stop = Event()
    fetcher = _Fetcher(
        store=store,
        limits=limits,
        guard=Guard(network.permitted),
        tls=trusted(network),
        turns=Turns(limits.pause_seconds, stop),
        stop=stop,
        watch=watch,
    )
    queue: SimpleQueue[Sequence[Wanted]] = SimpleQueue()
    results: SimpleQueue[Fetched | BaseException] = SimpleQueue()
    hosts = _by_host(wanted)
    for files in hosts:
        queue.put(files)
    threads = [
        Thread(target=fetcher.work, args=(queue, results), daemon=True)
        for _ in range(min(limits.hosts_at_once, len(hosts)))
    ]
    found: dict[Wanted, Fetched] = {}
    try:
        for thread in threads:
            thread.start()
        while len(found) < len(wanted):
            result = results.get()
            if isinstance(result, BaseException):
                raise result
            found[result.wanted] = result
    except BaseException:
        stop.set()
        raise
    for thread in threads:
        thread.join()
    return found


def _by_host(wanted: Iterable[Wanted]) -> list[list[Wanted]]:
    hosts: dict[str, list[Wanted]] = {}
    for item in wanted:
        try:
            host = httpx.URL(item.url).host
        except httpx.InvalidURL:
            host = ""
        hosts.setdefault(host, []).append(item)
    return list(hosts.values())


@dataclass(frozen=True, slots=True)
class _Fetcher:
    """What all threads of one fetch share."""

    store: Store
    limits: Limits
    guard: Guard
    tls: ssl.SSLContext
    turns: Turns
    stop: Event
    watch: Watch

    def work(
        self,
        queue: "SimpleQueue[Sequence[Wanted]]",
        results: "SimpleQueue[Fetched | BaseException]",
    ) -> None:
        """Take hosts until none is left. What goes wrong with the store itself ends the work."""
        try:
            with suppress(Empty):
                while not self.stop.is_set():
                    for wanted in queue.get_nowait():
                        results.put(self._fetch(wanted))
        except BaseException as error:  # noqa: BLE001 (handed to the thread that waits for it)
            results.put(error)

    def _fetch(self, wanted: Wanted) -> Fetched:
        self.watch.started(wanted)
        before = held_parts(self.store, wanted)
        lines = self._pages(wanted, wanted.paging) if wanted.paging else [self._file(wanted)]
        self.store.log(*lines)
        after = held_parts(self.store, wanted)
        if problem := next((line.problem for line in reversed(lines) if line.problem), None):
            outcome = Outcome.FAILED
        elif not before:
            outcome = Outcome.NEW
        else:
            outcome = Outcome.SAME if before.keys() == after.keys() else Outcome.CHANGED
        fetched = Fetched(
            wanted=wanted,
            outcome=outcome,
            byte_count=sum(line.byte_count for line in lines if line.status != _NOT_MODIFIED),
            problem=problem,
            captured_at=max(after.values(), default=None),
        )
        self.watch.ended(fetched)
        return fetched

    def _pages(self, wanted: Wanted, paging: Paging) -> list[Fetch]:
        """All pages of an answer, or those up to the first that fails; then none of them counts."""
        lines: list[Fetch] = []
        total = 1
        while len(lines) < total:
            number = len(lines) + 1
            page = replace(
                wanted,
                part=f"{wanted.part}.{number}",
                url=str(httpx.URL(wanted.url).copy_set_param(paging.parameter, number)),
                limit_bytes=wanted.limit_bytes - sum(line.byte_count for line in lines),
            )
            line = self._file(page)
            if line.problem is None:
                told = page_count(self.store.path_of(line), paging.total, most=self.limits.pages)
                total = told if number == 1 and isinstance(told, int) else total
                if told != total:
                    line = replace(line, problem=page_problem(told, total))
            lines.append(line)
            if line.problem:
                because = f"not used, because page {number} failed"
                return [replace(item, problem=item.problem or because) for item in lines]
        return [replace(line, pages=total) for line in lines]

    def _file(self, wanted: Wanted) -> Fetch:
        """Fetch one file and keep its bytes; the line for the log, with the problem if any."""
        at, start = datetime.now(UTC), monotonic()
        answer = Answer(final_url=wanted.url)
        line = Fetch(wanted.source, wanted.edition, wanted.part, wanted.url, wanted.url, at)
        try:
            line = self._kept(wanted, answer, line)
        except FetchFailed as error:
            line = replace(line, problem=str(error))
        return replace(
            line,
            final_url=answer.final_url,
            status=answer.status,
            headers={**line.headers, **answer.headers},
            seconds=round(monotonic() - start, 3),
        )

    def _kept(self, wanted: Wanted, answer: Answer, line: Fetch) -> Fetch:
        deadline = Deadline.of(self.limits, self.stop)

        def wait() -> None:
            self.stop.wait(min(_LOCK_PAUSE_SECONDS, deadline.left(None)))

        self.guard.require_address(wanted.url)
        with partial_file(self.store.partial, wanted.url, wait=wait) as partial:
            last = self.store.last_good(wanted.source, wanted.edition, wanted.part, url=wanted.url)
            with open_client(
                self.guard, tls=self.tls, limits=self.limits, deadline=deadline
            ) as client:
                transfer = Transfer(
                    client=client,
                    guard=self.guard,
                    turns=self.turns,
                    limits=self.limits,
                    deadline=deadline,
                    limit_bytes=min(wanted.limit_bytes, self.limits.bytes),
                    is_packed_itself=wanted.form in _PACKED,
                    received=lambda count, total: self.watch.received(wanted, count, total),
                    tell=lambda because: self.watch.waits(wanted, because),
                )
                transfer.run(answer, partial, last=last)
            if answer.is_same and last is not None:
                return replace(
                    line, sha256=last.sha256, byte_count=last.byte_count, headers=last.headers
                )
            partial.checkpoint()
            problem, count = check_form(partial.path, wanted.form), partial.byte_count
            digest = self.store.move(partial.path)
            partial.forget()
        return replace(line, sha256=digest, byte_count=count, problem=problem)


_NOT_MODIFIED = 304


__all__ = ["Fetched", "Limits", "Network", "Outcome", "Stopped", "Watch", "fetch_all", "state"]
