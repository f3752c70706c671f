"""Build a release and a site, and put both in place by one rename.

    out/builds/<id>/release, out/builds/<id>/site    never change once they stand there
    out/current -> builds/<id>                       the one link that a build exchanges
    out/release -> current/release, out/site -> current/site

A build writes to a folder of its own beside these and renames it when it is whole, so that a
build that is killed or fails leaves what was there before.
"""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sharedfuture.capture import Capture, Store, capture_folder
from sharedfuture.pipeline.fingerprint import build_id, ledger_hash
from sharedfuture.pipeline.forecasts.finish import finish_freeze
from sharedfuture.pipeline.lock import build_lock
from sharedfuture.pipeline.settings import Settings
from sharedfuture.records.errors import StoreUnwritable
from sharedfuture.records.release import ReleaseFacts

_WAIT_SECONDS = 600.0
_UNFINISHED = ".unfinished-"
_FRESH = ".fresh-"


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: the id of the build in place, and whether it was there before."""

    build_id: str
    is_new: bool


def capture_ledger(settings: Settings) -> tuple[Capture, ...]:
    """The files of the ledger, but for what is written about it.

    A freeze of a forecast that was killed is finished first, if its entry stands. Raises
    FileNotFoundError where there is no such folder.
    """
    finish_freeze(settings.evidence)
    captures = capture_folder(settings.evidence)
    return tuple(item for item in captures if not item.name.endswith(".md"))


def build(settings: Settings, *, tell: Callable[[str], None]) -> Built:
    """Build unless what is in place was made from the same inputs.

    Raises LedgerFaulty, BuildRunning, or StoreUnwritable where the disk is full or shut; what was
    in place stays in place.
    """
    captures = capture_ledger(settings)
    name = build_id(captures, settings)
    lock = build_lock(settings.var / "build.lock", wait_seconds=_WAIT_SECONDS, tell=tell)
    with _telling_of_the_disk(settings), lock:
        if _in_place(settings) == name:
            return Built(name, is_new=False)
        builds = settings.out / "builds"
        builds.mkdir(parents=True, exist_ok=True)
        _sweep(settings.out)
        if not (builds / name).exists():
            _make(captures, settings, builds / name, tell)
        _put_in_place(settings, name)
        _prune(builds, name, settings.builds_kept)
        return Built(name, is_new=True)


def _make(
    captures: tuple[Capture, ...], settings: Settings, target: Path, tell: Callable[[str], None]
) -> None:
    """Write release and site beside the target, then rename. Heavy parts are imported here, so
    that a build with nothing to do costs little, and while the second process gets ready."""
    from sharedfuture.pipeline.beside import second_process

    with second_process(settings.processes) as beside:
        from sharedfuture.pipeline.compute import compute
        from sharedfuture.publish.release import write_release
        from sharedfuture.publish.site import write_site
        from sharedfuture.warehouse import keep_stated

        held = len({fetch.source for fetch in Store(settings.captures).fetches() if fetch.is_good})
        and_sources = f" and what {held} sources were captured saying" if held else ""
        tell(f"reading {len(captures)} files of the ledger{and_sources}")
        computed = compute(captures, settings, beside=beside)
        latest = computed.tables["source"].get_column("published_by_date").max()
        facts = ReleaseFacts(
            release_id=target.name,
            version=version("sharedfuture"),
            as_of=settings.as_of.isoformat() if settings.as_of else None,
            latest_source_date=str(latest) if latest else None,
            ledger_sha256=ledger_hash(captures),
            licences_held=tuple(sorted(settings.licences_held)),
        )
        unfinished = target.with_name(f"{_UNFINISHED}{target.name}")
        unfinished.mkdir()
        tell("writing the release and the site")
        with ThreadPoolExecutor(max_workers=1) as writer:  # files, while pages are made
            others = [
                writer.submit(write_release, computed.tables, unfinished / "release", facts=facts),
                writer.submit(
                    keep_stated,
                    settings.var / "warehouse.duckdb",
                    computed.rows,
                    files=((item.name, item.sha256, item.data) for item in captures),
                ),
            ]
            write_site(computed.tables, unfinished / "site", facts=facts, beside=beside)
            for other in others:
                other.result()
    unfinished.rename(target)


@contextmanager
def _telling_of_the_disk(settings: Settings) -> Iterator[None]:
    """Turn what the system says of a full or shut disk into one sentence for a person."""
    try:
        yield
    except StoreUnwritable as error:
        raise StoreUnwritable(f"{error}; the last release is untouched") from error
    except OSError as error:
        if error.errno is None:  # not the system's: a library's own error of the same family
            raise
        where = error.filename or settings.out
        raise StoreUnwritable(
            f"{where}: expected a folder with room to write, found {error.strerror or error}; "
            "the last release is untouched"
        ) from error


def _in_place(settings: Settings) -> str | None:
    current = settings.out / "current"
    whole = current / "release" / "manifest.json"
    return current.readlink().name if current.is_symlink() and whole.is_file() else None


def _put_in_place(settings: Settings, name: str) -> None:
    for link, to in (("release", "current/release"), ("site", "current/site")):
        _point(settings.out / link, Path(to))
    _point(settings.out / "current", Path("builds") / name)


def _point(link: Path, to: Path) -> None:
    """Make the link lead there, by one rename."""
    if link.is_symlink() and link.readlink() == to:
        return
    fresh = link.with_name(f"{_FRESH}{link.name}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(to)
    fresh.replace(link)


def _sweep(out: Path) -> None:
    """Take away what builds that were killed left behind; the lock is held, so none is running."""
    for path in (out / "builds").glob(f"{_UNFINISHED}*"):
        shutil.rmtree(path)
    for link in out.glob(f"{_FRESH}*"):
        link.unlink()


def _prune(builds: Path, name: str, kept: int) -> None:
    """Keep the build in place and the youngest others."""
    others = [path for path in builds.iterdir() if path.name != name and path.is_dir()]
    others.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in others[kept - 1 :]:
        shutil.rmtree(path)
