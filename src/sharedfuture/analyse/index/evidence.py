"""What the indicators are made from: the aligned tables, and the countries that are units."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Evidence:
    """The tables that the step was handed, the units in order, the country compared with."""

    figures: pl.DataFrame
    ties: pl.DataFrame
    events: pl.DataFrame
    event_parties: pl.DataFrame
    actors: pl.DataFrame
    units: pl.Series
    reference: str

    def stated(self, indicator_id: str) -> pl.DataFrame:
        """The figures of one indicator that have a value, with `year`, the last of the period."""
        return (
            self.figures.filter(
                pl.col("indicator_id") == indicator_id, pl.col("value").is_not_null()
            )
            .with_columns(year=pl.col("period").str.tail(4).cast(pl.Int64))
            .sort("country_id", "year", "figure_id")
        )

    def latest(self, indicator_id: str, *, longest_age: int) -> pl.DataFrame:
        """The latest figure of each country.

        One that is more than `longest_age` years older than the newest of the same indicator is
        left out: a country that a series left long ago is not in it.
        """
        held = self.stated(indicator_id).group_by("country_id", maintain_order=True).last()
        return held.filter(pl.col("year") >= pl.col("year").max() - longest_age)

    def events_with(self, country_id: str) -> pl.Series:
        """Ids of the events in which this country, or an actor of it, takes part in any role."""
        own = self.actors.filter(pl.col("country_id") == country_id)["actor_id"]
        is_own = (pl.col("party_id") == country_id) | pl.col("party_id").is_in(own.implode())
        return self.event_parties.filter(is_own)["event_id"].unique()

    def ties_to(self, actor_ids: list[str]) -> pl.DataFrame:
        """Ties from countries to these actors that hold: neither ended nor denied."""
        return (
            self.ties.filter(
                pl.col("to_id").is_in(actor_ids),
                ~pl.col("status").is_in(["not_party", "denied"]),
                pl.col("until_edtf").is_null(),
                is_country("from_id"),
            )
            .select(
                "kind",
                "to_id",
                country_id="from_id",
                row_id="tie_id",
                year=year_of("since_edtf"),
            )
            .sort("country_id", "row_id")
        )


def is_country(column: str) -> pl.Expr:
    """Whether a party is a country: their ids are alpha-3 codes, those of actors are not."""
    return pl.col(column).str.contains("^[A-Z]{3}$")


def year_of(column: str) -> pl.Expr:
    """The first year of an EDTF date, null where it has none."""
    return pl.col(column).str.extract(r"(\d{4})")


def span_of(years: pl.Series) -> str | None:
    """The first and the last of these years as a period, one year alone; null where none is."""
    known = years.drop_nulls().sort()
    if known.is_empty():
        return None
    first, last = str(known[0]), str(known[-1])
    return first if first == last else f"{first}/{last}"
