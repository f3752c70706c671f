"""What other sources say of memberships, beside the ties of the ledger; the ledger wins.

Only organisations that the ledger has as actors are compared, by a declared table. A statement is
about a time: from its first day to its last, or to the day on which its source spoke; one without
dates is about that day alone. A tie of the ledger without a beginning is about all days before,
one without an end about all days after. Where a tie of the ledger speaks of the same country,
organisation and time, it stands, and what a source says otherwise becomes a difference; where none
does, the statement becomes a tie. One that began and is not said to have ended is known until its
source spoke, and no further: it ends then or later (`2014-12-31/..`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

import polars as pl

from sharedfuture.align.dates import span_of
from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLE

# How sources call the organisations that are actors of the ledger, in lower case. Not here: the
# United Nations, of which `is_un_member` speaks.
ACTORS: Mapping[str, Mapping[str, str]] = {
    "cow_igo": {
        "aalco": "act-aalco",
        "asean": "act-asean",
        "cica": "act-cica",
        "coe": "act-council-of-europe",
        "eu": "act-european-union",
        "loas": "act-las",
        "sco": "act-sco",
    },
    "factbook": {
        "aiib": "act-aiib",
        "asean": "act-asean",
        "au": "act-african-union-states",
        "brics": "act-brics",
        "ce": "act-council-of-europe",
        "celac": "act-celac",
        "cica": "act-cica",
        "eu": "act-european-union",
        "las": "act-las",
        "sco": "act-sco",
    },
}

# The kind and status of the tie for each stated standing. Bodies in a country (`represented`) are
# not the country.
AS_TIE = {
    "member": ("member_of", "active"),
    "suspended": ("member_of", "active"),
    "associate": ("participates_in", "active"),
    "observer": ("participates_in", "observer"),
    "dialogue_partner": ("participates_in", "dialogue_partner"),
    "partner": ("participates_in", "partner_country"),
    "candidate": ("participates_in", "applied"),
    "signatory": ("signatory_of", "signed"),
}
_KINDS = ("member_of", "participates_in", "signatory_of")

_ORIGIN = {"tie_id": pl.String, "source": pl.String, "part": pl.String, "row": pl.Int64}
_DIFFERENCE = {
    "country_id": pl.String,
    "to_id": pl.String,
    "what": pl.String,
    "tie_id": pl.String,
    "ledger_says": pl.String,
    "stated_says": pl.String,
    "source": pl.String,
    "part": pl.String,
    "row": pl.Int64,
}


@dataclass(frozen=True, slots=True)
class Said:
    """Aligned rows of kind `membership`, with `country_id`, and the day for which they hold."""

    source: str
    rows: pl.DataFrame
    as_of: date


@dataclass(frozen=True, slots=True)
class BesideLedger:
    """`ties` that the ledger lacks, with the columns of the table `tie`; where each was read
    (`origins`); and where a source says otherwise than a tie of the ledger (`differences`)."""

    ties: pl.DataFrame
    origins: pl.DataFrame
    differences: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Tie:
    """A tie in time; `first` and `last` are the days that it speaks of."""

    tie_id: str
    kind: str
    status: str
    since: str | None
    until: str | None
    first: date
    last: date

    @property
    def says(self) -> str:
        dates = f" {self.since or ''}/{self.until or ''}" if self.since or self.until else ""
        return f"{self.kind} {self.status}{dates}"

    def stands_as(self, other: "_Tie") -> bool:
        return (self.kind, self.status) == (other.kind, other.status)

    def meets(self, other: "_Tie") -> bool:
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Ties by country and organisation."""

    ties: dict[tuple[str, str], list[_Tie]] = field(default_factory=dict)

    def add(self, country: str, actor: str, tie: _Tie) -> None:
        self.ties.setdefault((country, actor), []).append(tie)

    def at_the_time(self, country: str, actor: str, tie: _Tie) -> list[_Tie]:
        return [held for held in self.ties.get((country, actor), ()) if held.meets(tie)]


def beside_ledger(ties: pl.DataFrame, said: Sequence[Said]) -> BesideLedger:
    """Compare the ledger's aligned `ties` with what each source says of memberships.

    Sources are taken by the day for which they hold, the oldest first: a later one that says the
    same of a membership that still lasted adds nothing. Raises KeyError for a source whose names
    of organisations are not declared, or a standing that is not known.
    """
    ledger, added = _of_ledger(ties), _Pairs()
    rows: list[dict[str, object]] = []
    origins: list[dict[str, object]] = []
    differences: list[dict[str, object]] = []
    for source in sorted(said, key=lambda item: item.as_of):
        for row, actor in _named(source):
            country, tie = str(row["country_id"]), _stated(source, row, actor)
            where = {"source": source.source, "part": row["part"], "row": row["row"]}
            if held := ledger.at_the_time(country, actor, tie):
                if found := _difference(held, tie):
                    differences.append({"country_id": country, "to_id": actor, **found, **where})
            elif not any(tie.stands_as(other) for other in added.at_the_time(country, actor, tie)):
                added.add(country, actor, _lasting(tie))
                rows.append(_tie_row(source, row, actor, tie))
                origins.append({"tie_id": tie.tie_id, **where})
    return BesideLedger(
        frame_of(TABLE["tie"], rows),
        pl.DataFrame(origins, schema=_ORIGIN).sort("tie_id"),
        pl.DataFrame(differences, schema=_DIFFERENCE).sort("country_id", "to_id", "source", "row"),
    )


def _of_ledger(ties: pl.DataFrame) -> _Pairs:
    pairs = _Pairs()
    for row in ties.filter(pl.col("kind").is_in(_KINDS)).iter_rows(named=True):
        since, until = row["since_edtf"], row["until_edtf"]
        tie = _Tie(
            tie_id=row["tie_id"],
            kind=row["kind"],
            status=row["status"],
            since=since,
            until=until,
            first=_first(since) or date.min,
            last=_last(until) or date.max,
        )
        pairs.add(row["from_id"], row["to_id"], tie)
    return pairs


def _named(said: Said) -> Iterable[tuple[Mapping[str, object], str]]:
    """The rows about countries and organisations that the ledger knows, with the actor."""
    rows = said.rows.filter(
        pl.col("country_id").is_not_null() & (pl.col("status") != "represented")
    )
    actors = pl.col("organisation").str.to_lowercase()
    known = rows.with_columns(
        actor=actors.replace_strict(ACTORS[said.source], default=None, return_dtype=pl.String)
    ).filter(pl.col("actor").is_not_null())
    for row in known.sort("country_id", "actor", "since_edtf", "row").iter_rows(named=True):
        yield row, row["actor"]


def _stated(said: Said, row: Mapping[str, object], actor: str) -> _Tie:
    kind, status = AS_TIE[str(row["status"])]
    since, until = _text(row["since_edtf"]), _text(row["until_edtf"])
    first = _first(since)
    names = ("tie", row["country_id"], actor.removeprefix("act-"), said.source)
    standing = () if row["status"] == "member" else (row["status"],)
    year = () if first is None else (first.year,)
    return _Tie(
        tie_id="-".join(map(str, (*names, *standing, *year))).lower(),
        kind=kind,
        status=status,
        since=since,
        until=until,
        first=first or said.as_of,
        last=_last(until) or said.as_of,
    )


def _lasting(tie: _Tie) -> _Tie:
    """The same tie, lasting on where no end of it is stated."""
    return tie if tie.until else _Tie(**{**asdict(tie), "last": date.max})


def _difference(held: Sequence[_Tie], stated: _Tie) -> dict[str, str] | None:
    """What the source says otherwise than the ledger, or None where they agree."""
    alike = [tie for tie in held if tie.stands_as(stated)]
    if not alike:
        against, what = max(held, key=lambda tie: tie.first), "status"
    elif all(_begins_otherwise(tie, stated) for tie in alike):
        against, what = alike[0], "since"
    else:
        return None
    return {
        "what": what,
        "tie_id": against.tie_id,
        "ledger_says": against.says,
        "stated_says": stated.says,
    }


def _begins_otherwise(tie: _Tie, stated: _Tie) -> bool:
    """Whether both say when it began, without doubt, and no day fits both."""
    if tie.since is None or stated.since is None or "?" in tie.since + stated.since:
        return False
    ours, theirs = span_of(tie.since), span_of(stated.since)
    is_later = bool(ours.latest and theirs.earliest and ours.latest < theirs.earliest)
    is_earlier = bool(theirs.latest and ours.earliest and theirs.latest < ours.earliest)
    return is_later or is_earlier


def _tie_row(said: Said, row: Mapping[str, object], actor: str, tie: _Tie) -> dict[str, object]:
    day = said.as_of.isoformat()
    since = None if tie.since is None else span_of(tie.since)
    until = tie.until or (f"{day}/.." if tie.since else None)
    spoken = "" if tie.until else f", as of {day}"
    return {
        "tie_id": tie.tie_id,
        "kind": tie.kind,
        "from_id": row["country_id"],
        "to_id": actor,
        "from_as_written": row["country_as_written"],
        "to_as_written": row["organisation"],
        "since_edtf": tie.since,
        "until_edtf": until,
        "earliest_date": since and since.earliest,
        "latest_date": _last(until) if until else since and since.latest,
        "status": tie.status,
        "disclosed_by": "researcher",
        "note": f"{row['status']} by {said.source} ({row['as_written']}){spoken}",
    }


def _first(edtf: str | None) -> date | None:
    return None if edtf is None else span_of(edtf).earliest


def _last(edtf: str | None) -> date | None:
    return None if edtf is None else span_of(edtf).latest


def _text(cell: object) -> str | None:
    return None if cell is None else str(cell)
