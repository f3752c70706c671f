"""The words of `sharedfuture partners`; imports are late, so that help stays instant."""

from __future__ import annotations

import sys

from sharedfuture.pipeline.screens.arguments import as_day

TYPE_CHECKING = False
if TYPE_CHECKING:  # these cost time that --help does not need
    import argparse
    from collections.abc import Callable
    from typing import TypeAlias

    # The command line's own way to add a command, so that all of them look alike.
    AddCommand: TypeAlias = Callable[..., argparse.ArgumentParser]
    Works: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]

_EXAMPLES = """\
examples:
  sharedfuture partners show cncert                 candidates, each with a probability
  sharedfuture partners show --country Pakistan     reasons for and against
  sharedfuture partners check                       every measure, all named countries left out
  sharedfuture partners freeze                      today's forecast into the register
  sharedfuture partners score                       old forecasts against what is known now"""

_SHOW = """\
examples:
  sharedfuture partners show                        what is asked, and how the models do
  sharedfuture partners show cncert --first 30
  sharedfuture partners show --country Pakistan     every target, with reasons for and against
  sharedfuture partners show cncert --country PAK --format json

A country that is not documented is a candidate with a probability, never a partner.
What the numbers mean: docs/method/partners.md"""

_CHECK = """\
examples:
  sharedfuture partners check
  sharedfuture partners check cncert --format json

The release in place is read. A build leaves out a few named countries one at a time; this leaves
out all of them, fills in what is missing twenty times and draws 2,000 times."""

_FREEZE = """\
examples:
  sharedfuture partners freeze                      every target, today
  sharedfuture partners freeze --target cncert

The ledger is read anew. What is frozen is never changed: evidence/forecasts/register.csv gets a
line that holds the hash of the line before, and the rows a file of their own beside it. Commit
both. exit code 0: frozen; 1: it stands already, or the day lies in the past or the future;
2: the ledger or the register is at fault"""

_SCORE = """\
examples:
  sharedfuture partners score
  sharedfuture partners score --format json

The release in place is read. Countries disclosed since a forecast was frozen are held against
the probability that it gave them, beside that of the plain count."""


def add_works(parser: argparse.ArgumentParser, *, command: AddCommand) -> None:
    """Add show, check, freeze and score to the parser of `partners`."""
    parser.epilog = _EXAMPLES
    works = parser.add_subparsers(
        title="what to do", metavar="WORK", required=True, help="show, check, freeze or score"
    )
    show = command(works, "show", "candidates and reasons", epilog=_SHOW, call=_show)
    show.add_argument("target", nargs="?", help="a target, such as cncert; none means all")
    show.add_argument("--country", metavar="COUNTRY", help="only this one: code or name")
    show.add_argument("--first", type=int, default=20, metavar="N", help="so many candidates (20)")
    check = command(
        works, "check", "how the models do on what is known", epilog=_CHECK, call=_check
    )
    check.add_argument("target", nargs="?", help="a target, such as cncert; none means all")
    freeze = command(
        works,
        "freeze",
        "write today's probabilities into the register",
        epilog=_FREEZE,
        call=_freeze,
    )
    freeze.add_argument("--target", metavar="TARGET", help="only this one; none means all")
    freeze.add_argument(
        "--date", type=as_day, metavar="DAY", help="the day to freeze under (today, in UTC)"
    )
    score = command(
        works, "score", "old forecasts against what is known now", epilog=_SCORE, call=_score
    )
    for work in (show, check, score):
        work.add_argument(
            "--format", choices=("table", "json"), default="table", help="how to print it (table)"
        )


def _show(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.forecasts.ask import one_country, one_target, read_partners
    from sharedfuture.pipeline.screens.partners import show_country, show_target, show_targets
    from sharedfuture.pipeline.settings import settings_here

    tables = read_partners(settings_here().release)
    target = one_target(tables, options.target)
    if options.country:
        country = one_country(tables, options.country)
        show_country(tables, country, target=target, style=options.format)
    elif target is None:
        show_targets(tables, style=options.format)
    else:
        show_target(tables, target, first=options.first, style=options.format)
    return 0


def _check(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.forecasts.ask import check_fully, one_target, read_partners
    from sharedfuture.pipeline.screens.partners import show_checks
    from sharedfuture.pipeline.settings import settings_here

    tables = read_partners(settings_here().release)
    target = one_target(tables, options.target)
    show_checks(check_fully(tables, target, tell=_tell), style=options.format)
    return 0


def _freeze(options: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from sharedfuture.pipeline.forecasts.ask import freeze_here
    from sharedfuture.pipeline.screens.partners import show_frozen
    from sharedfuture.pipeline.settings import settings_here

    today = datetime.now(UTC).date()
    settings = settings_here()
    frozen = freeze_here(
        settings, options.target, day=options.date or today, today=today, tell=_tell
    )
    show_frozen(frozen)
    return 0


def _score(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.forecasts.ask import read_partners
    from sharedfuture.pipeline.screens.partners import show_scores
    from sharedfuture.pipeline.settings import settings_here

    show_scores(read_partners(settings_here().release), style=options.format)
    return 0


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
