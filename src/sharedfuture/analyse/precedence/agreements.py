"""Agreements of countries with China, from ties and events, with the days their dates allow."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import polars as pl

AGREEMENT: Mapping[str, type[pl.DataType]] = {
    "country_id": pl.String,
    "agreement_id": pl.String,
    "agreement": pl.String,
    "earliest": pl.Date,
    "latest": pl.Date,
    "is_about": pl.Boolean,
}


def agreements(
    ties: pl.DataFrame,
    events: pl.DataFrame,
    parties: pl.DataFrame,
    actors: pl.DataFrame,
    *,
    tie_kinds: Sequence[str],
    tie_statuses: Sequence[str],
    event_kinds: Sequence[str],
    with_country: str,
    about_days: int,
) -> pl.DataFrame:
    """One row for each agreement and country that has one with `with_country` or an actor of it.

    Where an event and a tie of one country allow the same days they are the same agreement, and
    the event stands. What has no date at all is left out. A date marked as about is widened by
    `about_days` on both sides.
    """
    home = dict(actors.drop_nulls("country_id").select("actor_id", "country_id").iter_rows())
    names = dict(actors.select("actor_id", "name").iter_rows())
    from_events = _of_events(events, parties, home, kinds=event_kinds, other=with_country)
    from_ties = _of_ties(
        ties.filter(pl.col("kind").is_in(tie_kinds), pl.col("status").is_in(tie_statuses)),
        home,
        names,
        other=with_country,
    )
    bracket = ["country_id", "earliest", "latest"]
    found = pl.concat(
        [from_events, from_ties.join(from_events, on=bracket, how="anti", nulls_equal=True)]
    ).filter(pl.col("earliest").is_not_null() | pl.col("latest").is_not_null())
    wide = timedelta(days=about_days)
    return found.with_columns(
        earliest=pl.when("is_about").then(pl.col("earliest") - wide).otherwise("earliest"),
        latest=pl.when("is_about").then(pl.col("latest") + wide).otherwise("latest"),
    ).sort("country_id", "agreement_id")


def _is_about(edtf: pl.Expr) -> pl.Expr:
    return edtf.str.contains("[~?%]").fill_null(False)


def _of_events(
    events: pl.DataFrame,
    parties: pl.DataFrame,
    home: Mapping[str, str],
    *,
    kinds: Sequence[str],
    other: str,
) -> pl.DataFrame:
    """Events of these kinds in which somebody of `other` took part, for every other country."""
    placed = parties.with_columns(
        country_id=pl.col("party_id").replace(home),
    ).filter(pl.col("country_id").str.len_chars() == 3, pl.col("role") != "named")
    with_other = placed.filter(pl.col("country_id") == other).select("event_id").unique()
    return (
        placed.filter(pl.col("country_id") != other)
        .select("event_id", "country_id")
        .unique()
        .join(with_other, on="event_id", how="semi")
        .join(events.filter(pl.col("kind").is_in(kinds)), on="event_id")
        .select(
            "country_id",
            agreement_id="event_id",
            agreement="title",
            earliest="earliest_date",
            latest="latest_date",
            is_about=_is_about(pl.col("date_edtf")),
        )
        .cast(dict(AGREEMENT))  # type: ignore[arg-type]
    )


def _of_ties(
    ties: pl.DataFrame, home: Mapping[str, str], names: Mapping[str, str], *, other: str
) -> pl.DataFrame:
    """Ties with `other` on one side; which of the two sides does not matter."""
    rows = []
    for tie in ties.sort("tie_id").to_dicts():
        ends = [tie["from_id"], tie["to_id"]]
        lands = [home.get(end, end) for end in ends]
        if lands.count(other) != 1:
            continue
        mine = 1 - lands.index(other)
        if len(lands[mine]) != len(other):
            continue
        verb = _SAYS.get(tie["kind"], tie["kind"].replace("_", " "))
        partner = ends[1 - mine]
        with_whom = "China" if partner == other else names.get(partner, partner)
        rows.append(
            {
                "country_id": lands[mine],
                "agreement_id": tie["tie_id"],
                "agreement": f"{verb} {with_whom}",
                "earliest": tie["earliest_date"],
                "latest": tie["latest_date"],
                "is_about": any(sign in (tie["since_edtf"] or "") for sign in "~?%"),
            }
        )
    return pl.DataFrame(rows, schema=dict(AGREEMENT))


_SAYS = {
    "agreement_with": "Agreement with",
    "partners_with": "Partnership with",
    "supplies": "Supply by",
    "trains": "Training by",
}
