"""The words of `sharedfuture playbooks`: what it takes, and what each of its works calls.

Imports are late, so that `sharedfuture --help` stays instant.
"""

from __future__ import annotations

import argparse
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # these cost time that --help does not need
    from collections.abc import Callable
    from typing import TypeAlias

    # The command line's own way to add a command, so that all of them look alike.
    AddCommand: TypeAlias = Callable[..., argparse.ArgumentParser]
    Works: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]

_FIND_EXAMPLES = """\
examples:
  sharedfuture playbooks find solomon-islands                  best occurrence of each country
  sharedfuture playbooks find hack-then-sign --sponsor RUS --shuffles 10000
  sharedfuture playbooks find solomon-islands --country SLB    what fills each step
  sharedfuture playbooks find deal-then-filter --country ZMB --all
  sharedfuture playbooks find my-playbook.toml --format json   a playbook of your own

A match is a sequence like the one described, and no proof of cause. What fit and chance mean:
docs/method/playbooks.md. How to write a playbook: docs/guides/add-a-playbook.md.
exit code 0: done; 1: no such playbook or country; 2: faults in the playbook, one a line"""

_CHANCE_EXAMPLES = """\
examples:
  sharedfuture playbooks chance solomon-islands
  sharedfuture playbooks chance my-playbook.toml --sponsor CHN --shuffles 10000

How many countries have a whole match, and how many have one in histories whose dates were
shuffled: within each country, and between countries within each kind of happening."""


_EXAMPLES = """\
examples:
  sharedfuture playbooks list
  sharedfuture playbooks find solomon-islands            best occurrence of each country
  sharedfuture playbooks find solomon-islands --country SLB
  sharedfuture playbooks find my-playbook.toml           a playbook of your own
  sharedfuture playbooks chance hack-then-sign --shuffles 10000

The release in place is read; nothing is built. What the words mean: docs/method/playbooks.md"""


def add_works(parser: argparse.ArgumentParser, *, command: AddCommand) -> None:
    """Add list, find and chance to the parser of `playbooks`."""
    parser.epilog = _EXAMPLES
    works = parser.add_subparsers(
        title="what to do", metavar="WORK", required=True, help="list, find or chance"
    )
    listed = command(
        works,
        "list",
        "the playbooks of the release, with how often each is found",
        epilog="examples:\n  sharedfuture playbooks list\n"
        "  sharedfuture playbooks list --format json",
        call=_list,
    )
    _add_format(listed)
    _add_find(works, command)
    chance = command(
        works,
        "chance",
        "how often a playbook is found, beside what chance gives",
        epilog=_CHANCE_EXAMPLES,
        call=_chance,
    )
    chance.add_argument("playbook", help="a file, or the id of a playbook of the release")
    chance.add_argument(
        "--sponsor", metavar="CODE", help="only this sponsor (each that a build tries)"
    )
    _add_shuffles(chance, usual=1000)
    _add_format(chance)


def _add_find(works: Works, command: AddCommand) -> None:
    parser = command(
        works,
        "find",
        "where a playbook is found: the best occurrence of each country, or all of one",
        epilog=_FIND_EXAMPLES,
        call=_find,
    )
    parser.add_argument("playbook", help="a file, or the id of a playbook of the release")
    parser.add_argument("--sponsor", metavar="CODE", default="CHN", help="the sponsor (CHN)")
    parser.add_argument("--country", metavar="CODE", help="only this country, step by step")
    parser.add_argument(
        "--all", action="store_true", help="every occurrence in the country, best first"
    )
    parser.add_argument(
        "--most", type=_count, default=20, metavar="N", help="rows at the most (20)"
    )
    _add_shuffles(parser, usual=199)
    _add_format(parser)


def _add_shuffles(parser: argparse.ArgumentParser, *, usual: int) -> None:
    parser.add_argument(
        "--shuffles", type=_count, default=usual, metavar="N", help=f"of either way ({usual})"
    )


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=("table", "json"), default="table", help="how to print it (table)"
    )


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 10_000_000:
        expected = f"expected a whole number above 0, found {text!r}"
        raise argparse.ArgumentTypeError(expected)
    return int(text)


def _list(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.playbook_trials import open_release
    from sharedfuture.pipeline.screens.playbooks import show_playbooks
    from sharedfuture.pipeline.settings import settings_here

    show_playbooks(open_release(settings_here().release), style=options.format)
    return 0


def _find(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.playbook_trials import (
        every_occurrence,
        find_playbook,
        open_release,
        require_countries,
        run_trial,
    )
    from sharedfuture.pipeline.screens.playbooks import (
        show_country,
        show_matches,
        show_occurrences,
        telling,
    )
    from sharedfuture.pipeline.settings import settings_here

    if options.all and options.country is None:
        sys.stderr.write("sharedfuture: --all needs a country, such as --country SLB\n")
        return 1
    release = open_release(settings_here().release)
    require_countries(release, [options.sponsor, *([options.country] if options.country else [])])
    playbook = find_playbook(release, options.playbook)
    if options.all:
        pool, found = every_occurrence(
            release,
            playbook,
            options.sponsor,
            country_id=options.country,
            most=options.most,
        )
        show_occurrences(release, playbook, pool, found, style=options.format)
        return 0
    with telling() as tell:
        trial = run_trial(release, playbook, options.sponsor, shuffles=options.shuffles, tell=tell)
    if options.country:
        show_country(release, trial, options.country, style=options.format)
    else:
        show_matches(release, trial, most=options.most, style=options.format)
    return 0


def _chance(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.playbook_trials import (
        find_playbook,
        open_release,
        require_countries,
        run_trial,
    )
    from sharedfuture.pipeline.screens.playbooks import show_chances, telling
    from sharedfuture.pipeline.settings import settings_here

    release = open_release(settings_here().release)
    sponsors = [options.sponsor] if options.sponsor else release.sponsors
    require_countries(release, sponsors)
    playbook = find_playbook(release, options.playbook)
    with telling() as tell:
        trials = [
            run_trial(release, playbook, sponsor, shuffles=options.shuffles, tell=tell)
            for sponsor in sponsors
        ]
    show_chances(release, trials, style=options.format)
    return 0
