"""Which cells are kept back, so that none that is small can be seen or worked out.

A cell is small below `least`. Where the whole of which it is a part is shown, so many others are
kept back with it that its value stays open.
"""

from collections.abc import Mapping, Sequence


def kept_back(counts: Mapping[str, int], *, least: int) -> frozenset[str]:
    """The parts of a shown whole that must not be shown: the small ones, then others by name.

    The parts add up to the whole. Which others go with the small ones must not depend on their
    counts: that the next smallest went would tell how large it can be at most. Where too few parts
    are left, all are kept back.
    """
    hidden = {name for name, count in counts.items() if count < least}
    for name in sorted(set(counts) - hidden):
        if is_open([counts[item] for item in hidden], least=least):
            break
        hidden.add(name)
    return frozenset(hidden)


def is_open(hidden: Sequence[int], *, least: int) -> bool:
    """Whether the values of parts kept back stay open to someone who knows their sum.

    Nothing hidden is open. Else there are two or more, together no less than a cell that is shown;
    and where all of them are small, and known to be, each may still be any of several values.
    """
    if not hidden:
        return True
    total, others = sum(hidden), len(hidden) - 1
    if not others or total < least:
        return False
    if max(hidden) >= least:
        return True
    low = max(1, total - others * (least - 1))
    high = min(least - 1, total - others)
    return high - low >= (least - 1) // 3
