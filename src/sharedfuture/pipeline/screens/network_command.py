"""The words of `sharedfuture network`; imports are late, so that help stays instant."""

from __future__ import annotations

from sharedfuture.pipeline.screens.arguments import as_day

TYPE_CHECKING = False
if TYPE_CHECKING:  # these cost time that --help does not need
    import argparse
    from collections.abc import Callable
    from typing import TypeAlias

    from sharedfuture.pipeline.network import ReadNetwork

    # The command line's own way to add a command, so that all of them look alike.
    AddCommand: TypeAlias = Callable[..., argparse.ArgumentParser]
    Works: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]

_EXAMPLES = """\
examples:
  sharedfuture network show CNCERT --at 2022-12-31
  sharedfuture network chain Benin MSS              with the weakest tie named
  sharedfuture network reach CNCERT --by-year       how it grew
  sharedfuture network without tie-sco-cncert-named
  sharedfuture network communities Pakistan

A party is named by id, country code or name. The release in place is read; nothing is built.
What the words mean: docs/method/network.md. exit code 0: done; 1: no such party, or no release"""

_PARTY = "id, country code or name"


def add_works(parser: argparse.ArgumentParser, *, command: AddCommand) -> None:
    """Add show, chain, reach, without and communities to the parser of `network`."""
    parser.epilog = _EXAMPLES
    works = parser.add_subparsers(
        title="what to do",
        metavar="WORK",
        required=True,
        help="show, chain, reach, without or communities",
    )
    _add_show(works, command)
    _add_chain(works, command)
    _add_reach(works, command)
    _add_without(works, command)
    _add_communities(works, command)


def _add_show(works: Works, command: AddCommand) -> None:
    parser = command(
        works,
        "show",
        "who stands around a party: each tie with its date, certainty and sources",
        epilog="examples:\n  sharedfuture network show CNCERT\n"
        "  sharedfuture network show 'Solomon Islands' --at 2022-03-31 --depth 2\n"
        "  sharedfuture network show act-wic --format json",
        call=_show,
    )
    parser.add_argument("party", metavar="ACTOR", help=_PARTY)
    parser.add_argument(
        "--depth", type=int, default=1, metavar="TIES", help="so many ties away (1)"
    )
    parser.add_argument(
        "--limit", type=int, default=100, metavar="N", help="print at most so many, nearest first"
    )
    _add_view(parser)


def _add_chain(works: Works, command: AddCommand) -> None:
    parser = command(
        works,
        "chain",
        "the shortest evidenced chain from one party to another, and its weakest tie",
        epilog="examples:\n  sharedfuture network chain BEN MSS\n"
        "  sharedfuture network chain act-slb-police MPS --any-direction\n"
        "  sharedfuture network chain 'Chinese cybersecurity firms' MSS --flow incident_reports\n\n"
        "Fewest ties, then the highest product of strengths. A chain follows the way in which\n"
        "information can go and passes through no country; that any went along it is not said.",
        call=_chain,
    )
    parser.add_argument("start", metavar="FROM", help=_PARTY)
    parser.add_argument("end", metavar="TO", help=_PARTY)
    parser.add_argument(
        "--any-direction",
        action="store_true",
        help="follow ties either way, and through countries: who stands near whom",
    )
    _add_flow(parser)
    _add_view(parser)


def _add_reach(works: Works, command: AddCommand) -> None:
    parser = command(
        works,
        "reach",
        "what a body could see: the countries from which a chain of ties leads to it",
        epilog="examples:\n  sharedfuture network reach CNCERT --at 2023-12-31\n"
        "  sharedfuture network reach MSS --by-year\n"
        "  sharedfuture network reach act-foc --flow membership",
        call=_reach,
    )
    parser.add_argument("body", metavar="BODY", help=_PARTY)
    parser.add_argument(
        "--by-year", action="store_true", help="one line for each year in which it changed"
    )
    _add_flow(parser)
    _add_view(parser)


def _add_without(works: Works, command: AddCommand) -> None:
    parser = command(
        works,
        "without",
        "what changes if a tie is taken away: who loses how many countries",
        epilog="examples:\n  sharedfuture network without tie-sco-cncert-named\n"
        "  sharedfuture network without edge-tie-cac-oversees-wic --format json",
        call=_without,
    )
    parser.add_argument("tie", metavar="TIE", help="id of a tie, event or edge")
    _add_flow(parser)
    _add_view(parser)


def _add_communities(works: Works, command: AddCommand) -> None:
    parser = command(
        works,
        "communities",
        "who stands together, and how far each belonging can be relied on",
        epilog="examples:\n  sharedfuture network communities\n"
        "  sharedfuture network communities Pakistan",
        call=_communities,
    )
    parser.add_argument("party", nargs="?", metavar="ACTOR", help=f"{_PARTY}; none means all")
    _add_format(parser)


def _add_flow(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--flow",
        default="any",
        metavar="LAYER",
        help="only ties of this layer, and those inside an apparatus (any)",
    )


def _add_view(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--at",
        type=as_day,
        metavar="DAY",
        help="only what had begun by this day, and had not ended",
    )
    parser.add_argument(
        "--with-candidates",
        action="store_true",
        help="also ties that are only inferred; they are marked",
    )
    _add_format(parser)


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=("table", "json"), default="table", help="how to print it (table)"
    )


def _show(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.screens.network import show_neighbourhood

    show_neighbourhood(_read(), options)
    return 0


def _chain(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.screens.network import show_chain

    show_chain(_read(), options)
    return 0


def _reach(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.screens.network_reach import show_reach

    show_reach(_read(), options)
    return 0


def _without(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.screens.network_reach import show_without

    show_without(_read(), options)
    return 0


def _communities(options: argparse.Namespace) -> int:
    from sharedfuture.pipeline.screens.network_reach import show_communities

    show_communities(_read(), options)
    return 0


def _read() -> ReadNetwork:
    from sharedfuture.pipeline.network import read_network
    from sharedfuture.pipeline.settings import settings_here

    return read_network(settings_here().release)
