"""Ruby's regular expressions, in which recog is written, as Python's; and texts they need.

In Ruby `^` and `$` stand at every line, a class such as `\\d` means ASCII, and all three of
recog's flags for line breaks let the dot match one (recog, `RegexpFactory::FLAG_MAP`).
"""

import re
import warnings
from collections.abc import Sequence

# The parser of `re` itself, so that no second one can differ from it. It is not public: the
# property test of the search would show a change.
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_DOT_MATCHES_ALL = {"REG_DOT_NEWLINE", "REG_LINE_ANY_CRLF", "REG_MULTILINE"}
_ANY_CASE = {"REG_ICASE", "IGNORECASE"}
_ONLY_RUBY = re.compile(r"(?<!\\)(?:\\\\)*(\\[hHRXKGpP]|\[\[:|\\g<|\(\?~|&&)")
_SWITCH = re.compile(r"(?<!\\)\(\?([imx]+)\)")
_LONG_ENOUGH = 3


class Untranslatable(ValueError):
    """An expression that Python's `re` has no equal for; the text says why."""


def compile_expression(pattern: str, flags: Sequence[str] = ()) -> re.Pattern[str]:
    """A pattern of recog, with Ruby's meaning. Raises Untranslatable."""
    unknown = [flag for flag in flags if flag not in _DOT_MATCHES_ALL | _ANY_CASE]
    if unknown:
        raise Untranslatable("a flag that is not known")
    if only := _ONLY_RUBY.search(pattern):
        raise Untranslatable(f"{only.group(1)} has no equal")
    options = re.MULTILINE | re.ASCII
    if not _DOT_MATCHES_ALL.isdisjoint(flags):
        options |= re.DOTALL
    if not _ANY_CASE.isdisjoint(flags):
        options |= re.IGNORECASE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return re.compile(_scoped(pattern), options)
    except (re.error, FutureWarning, DeprecationWarning, OverflowError) as error:
        said = error.msg if isinstance(error, re.error) else type(error).__name__
        raise Untranslatable(said) from None


def _scoped(pattern: str) -> str:
    """Switches such as `(?i)` hold from where they stand, to the end of the pattern.

    Raises Untranslatable where one stands inside a group.
    """
    switch = _SWITCH.search(pattern)
    if switch is None:
        return pattern
    before, rest = pattern[: switch.start()], pattern[switch.end() :]
    if _open_groups(before):
        raise Untranslatable("a switch inside a group")
    letters = switch.group(1).replace("m", "s").replace("x", "")
    if "x" in switch.group(1):
        raise Untranslatable("the switch x")
    return f"{before}(?{letters}:{_scoped(rest)})"


def _open_groups(text: str) -> int:
    bare = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "", text)
    return bare.count("(") - bare.count(")")


def needed_texts(form: re.Pattern[str]) -> tuple[str, ...]:
    """Texts in lower case of which every match holds at least one; empty where none is sure.

    Only ASCII texts of three signs or more count.
    """
    try:
        found = _needed(parser.parse(form.pattern, form.flags))
    except (re.error, RecursionError):
        return ()
    return tuple(sorted(found)) if found else ()


# The parsed form is a tree of pairs (operation, arguments) that has no types of its own.
def _needed(tree: Any) -> frozenset[str] | None:
    """The best of what the parts of a sequence need: the one whose shortest text is longest."""
    best: frozenset[str] | None = None
    run: list[str] = []
    for operation, argument in [*tree, (None, None)]:
        if operation is codes.LITERAL and argument < 128:
            run.append(chr(argument).lower())
            continue
        text = "".join(run)
        run = []
        if len(text) >= _LONG_ENOUGH:
            best = _better(best, frozenset({text}))
        best = _better(best, _needed_by(operation, argument))
    return best


def _needed_by(operation: Any, argument: Any) -> frozenset[str] | None:
    """What one part of a sequence needs."""
    if operation is codes.SUBPATTERN:
        return _needed(argument[3])
    if operation is codes.ATOMIC_GROUP:
        return _needed(argument)
    if operation in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return _needed(argument[2]) if argument[0] > 0 else None
    if operation is codes.BRANCH:
        branches = [_needed(branch) for branch in argument[1]]
        if all(branches):
            return frozenset().union(*(branch for branch in branches if branch))
    return None


def _better(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if not one or not other:
        return one or other
    return max(one, other, key=lambda texts: (min(map(len, texts)), -len(texts)))
