"""The China Index from its answers: rankings with their intervals, and change where it compares.

There is a page where a release has such rows, which takes the publisher's own files; without them
there is none, and nothing leads to it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from sharedfuture.publish.site import words
from sharedfuture.publish.site.home import CHINA_INDEX_PAGE
from sharedfuture.publish.site.page import Page
from sharedfuture.publish.site.shelf import Row, Shelf

OVERALL = "overall"
DOMAIN_OF_FIGURE_1 = "Technology"
WIDTH, HEIGHT = 1080, 250
LEFT, RIGHT, TOP, CODES = 40, 8, 20, 36
MOST_TICKS = 5


@dataclass(frozen=True, slots=True)
class Drawing:
    """Ranks of countries side by side: a line for the interval, a dot for the rank.

    Each kind of mark is one path; a `hollow` dot is of a country whose answers were carried over.
    """

    width: int
    height: int
    intervals: str
    dots: str
    hollow: str
    ticks: tuple[tuple[float, int], ...]
    codes: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """One domain of an edition: the countries by rank, those without, and how sure the ranks are.

    `width` is the median number of places from the best rank of an interval to the last.
    """

    key: str
    title: str
    ranked: list[Row]
    absent: list[Row]
    width: float | None
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class EditionOfIndex:
    """One edition: its rankings, how many answers were carried over, the files it comes from."""

    name: str
    rankings: list[Ranking]
    countries: int
    carried: int
    before: str
    captures: list[str]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two editions: what changed, domain by domain, and why the rest does not compare."""

    first: str
    second: str
    domains: list[tuple[str, list[Row], list[Row]]]
    reasons: list[tuple[str, str]]


def china_index_pages(shelf: Shelf) -> Iterator[Page]:
    """The page, where the release has anything to show on it."""
    scores = shelf.rows("china_index_score")
    if not scores:
        return
    changes = shelf.rows("china_index_change")
    editions = list(_editions(shelf, scores))
    row_ids = [row["china_index_score_id"] for row in scores]
    yield Page(
        path=CHINA_INDEX_PAGE,
        template="china_index.html",
        title="The China Index, from its answers",
        description="Ranks of countries in the China Index, computed from the answers of its "
        "editions, each with its interval; and what does not compare between editions.",
        section="spectrum.html",
        context={
            "editions": editions,
            "widths": list(_widths(editions)),
            "compared": list(_compared(shelf, changes)),
            "row_ids": row_ids,
            "signed": signed,
        },
        here=frozenset([*row_ids, *(row["china_index_change_id"] for row in changes)]),
    )


def standings(shelf: Shelf, country_id: str) -> list[tuple[Row, Row | None]]:
    """A country edition by edition, the newest first: all questions, and Technology alone."""
    own = [row for row in shelf.rows("china_index_score") if row["country_id"] == country_id]
    found = {(row["edition"], row["domain"]): row for row in own}
    whole = [row for row in own if row["domain"] == OVERALL]
    return [(row, found.get((row["edition"], DOMAIN_OF_FIGURE_1))) for row in whole[::-1]]


def title_of(domain: str) -> str:
    """A domain for a reader."""
    return "All questions" if domain == OVERALL else domain


def signed(change: float) -> str:
    """A change in percentage points with its sign."""
    text = words.number_text(change, 1)
    return f"+{text}" if change > 0 and text != "0.0" else text


def _editions(shelf: Shelf, scores: Sequence[Row]) -> Iterator[EditionOfIndex]:
    names = sorted({row["edition"] for row in scores})
    for place, name in reversed(list(enumerate(names))):
        rows = [row for row in scores if row["edition"] == name]
        whole = [row for row in rows if row["domain"] == OVERALL]
        yield EditionOfIndex(
            name=name,
            rankings=[_ranking(shelf, name, domain, rows) for domain in _domains(rows)],
            countries=len(whole),
            carried=sum(bool(row["is_carried"]) for row in whole),
            before=names[place - 1] if place else "",
            captures=sorted(
                {
                    row_id
                    for row in whole[:1]
                    for row_id in shelf.inputs.get(row["china_index_score_id"], [])
                }
            ),
        )


def _domains(rows: Sequence[Row]) -> list[str]:
    """All questions first, then the domains by name."""
    return sorted({row["domain"] for row in rows}, key=lambda name: (name != OVERALL, name))


def _ranking(shelf: Shelf, edition: str, domain: str, rows: Sequence[Row]) -> Ranking:
    own = [row for row in rows if row["domain"] == domain]
    ranked = sorted(
        (row for row in own if row["rank"] is not None),
        key=lambda row: (row["rank"], shelf.name(row["country_id"])),
    )
    widths = [row["rank_high"] - row["rank_low"] for row in ranked]
    return Ranking(
        key=f"{edition}-{domain.lower().replace(' ', '-')}",
        title=title_of(domain),
        ranked=ranked,
        absent=[row for row in own if row["rank"] is None],
        width=median(widths) if widths else None,
        drawing=_drawn(ranked),
    )


def _widths(editions: Sequence[EditionOfIndex]) -> Iterator[tuple[str, float, int]]:
    """How sure ranks in the domain of Figure 1 are, edition by edition."""
    for edition in editions:
        for ranking in edition.rankings:
            if ranking.title == DOMAIN_OF_FIGURE_1 and ranking.width is not None:
                yield edition.name, ranking.width, len(ranking.ranked)


def _drawn(ranked: Sequence[Row]) -> Drawing:
    count = len(ranked)
    step = (WIDTH - LEFT - RIGHT) / max(count, 1)
    floor = HEIGHT - CODES

    def across(place: int) -> float:
        return LEFT + (place + 0.5) * step

    def down(rank: float) -> float:
        return TOP + (rank - 1) / max(count - 1, 1) * (floor - TOP)

    dots = [
        (f"M{across(place):.1f} {down(row['rank']):.1f}h0", row["is_carried"])
        for place, row in enumerate(ranked)
    ]
    between = max(1, round(count / MOST_TICKS / 10) * 10)
    inner = [rank for rank in range(between, count, between) if 1 < rank <= count - between / 2]
    return Drawing(
        width=WIDTH,
        height=HEIGHT,
        intervals="".join(
            f"M{across(place):.1f} {down(row['rank_low']):.1f}V{down(row['rank_high']):.1f}"
            for place, row in enumerate(ranked)
        ),
        dots="".join(path for path, _ in dots),
        hollow="".join(path for path, is_carried in dots if is_carried),
        ticks=tuple((round(down(rank), 1), rank) for rank in sorted({1, *inner, max(count, 1)})),
        codes=tuple(
            (round(across(place), 1), row["country_id"]) for place, row in enumerate(ranked)
        ),
    )


def _compared(shelf: Shelf, changes: Sequence[Row]) -> Iterator[Compared]:
    pairs = sorted({(row["first_edition"], row["second_edition"]) for row in changes}, reverse=True)
    for first, second in pairs:
        rows = [
            row
            for row in changes
            if (row["first_edition"], row["second_edition"]) == (first, second)
        ]
        domains = []
        for domain in _domains(rows):
            own = [row for row in rows if row["domain"] == domain and row["country_id"]]
            known = [row for row in own if row["is_comparable"]]
            known.sort(key=lambda row: (-row["change"], shelf.name(row["country_id"])))
            if known:
                lost = [row for row in own if not row["is_comparable"]]
                domains.append((title_of(domain), known, lost))
        yield Compared(first, second, domains, _reasons(rows))


def _reasons(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Why domains do not compare: the domains of each reason, and the reason."""
    found: dict[str, list[str]] = {}
    for domain in _domains(rows):
        for row in rows:
            if row["domain"] == domain and not row["country_id"]:
                found.setdefault(row["reason"], []).append(title_of(domain))
    return [(words.joined(domains), reason) for reason, domains in found.items()]
