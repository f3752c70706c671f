"""What the ledger's events and ties say happened, by country and sponsor."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from sharedfuture.analyse.origins import CERTAINTY_OF_STATUS
from sharedfuture.analyse.playbooks.kinds import (
    InstrumentRule,
    TieRule,
    instrument_rules,
    tie_rules,
)
from sharedfuture.analyse.playbooks.said import in_form, said

# Ties by which somebody joins or signs what stands at the other end.
_JOINING = ("member_of", "signatory_of", "participates_in", "agreement_with")


@dataclass(frozen=True, slots=True)
class Places:
    """Where parties are at home, what they are called, and which countries are sponsors."""

    homes: Mapping[str, str]
    names: Mapping[str, str]
    sponsors: Collection[str]

    def home(self, party: str) -> str | None:
        """The country of a party: itself, or that of an actor; None for international bodies."""
        return self.homes.get(party)

    def sponsor(self, party: str) -> str | None:
        """The sponsor that a party is or belongs to."""
        home = self.home(party)
        return home if home in self.sponsors else None


def places(
    actors: pl.DataFrame,
    countries: pl.DataFrame,
    *,
    sponsors: Collection[str],
    assessed_homes: Mapping[str, str],
) -> Places:
    """Homes and names of all actors and countries."""
    homes = dict(actors.drop_nulls("country_id").select("actor_id", "country_id").iter_rows())
    names = dict(actors.select("actor_id", "name").iter_rows())
    lands = dict(countries.select("country_id", "name").iter_rows())
    homes = {**assessed_homes, **homes, **{land: land for land in lands}}
    return Places(homes, {**names, **lands}, sponsors)


@dataclass(frozen=True, slots=True)
class Roles:
    """The parts in an event by which a party is concerned in it, or does something in it.

    `home`: in which an actor acts for its country. `named_kinds`: events that are about the party
    that is only named.
    """

    concerned: Sequence[str]
    home: Sequence[str]
    sponsor: Sequence[str]
    named_kinds: Sequence[str]


def from_events(
    events: pl.DataFrame, parties: pl.DataFrame, where: Places, roles: Roles
) -> pl.DataFrame:
    """A row for each country concerned in an event and each sponsor in it, or none.

    Two countries that both stand as `country` are beside each other: neither is the other's
    sponsor. A sponsor has no row of its own for what it did in another country.
    """
    placed = parties.join(events.select("event_id", "kind"), on="event_id").with_columns(
        home=pl.col("party_id").replace_strict(where.homes, default=None),
        is_country=pl.col("party_id").str.len_chars() == 3,
    )
    role = pl.col("role")
    is_concerned = role.is_in(list(roles.concerned)) & (
        pl.col("is_country") | role.is_in(list(roles.home))
    )
    is_named = (role == "named") & pl.col("kind").is_in(list(roles.named_kinds))
    is_sponsor = pl.col("home").is_in(list(where.sponsors)) & (
        role.is_in(list(roles.sponsor)) | is_named
    )
    beside = (role == "country") & pl.col("is_country")
    columns = ("event_id", pl.col("home"), beside.alias("is_beside"))
    concerned = placed.filter(is_concerned).drop_nulls("home").select(columns)
    sponsors = placed.filter(is_sponsor).select(columns)
    pairs = concerned.join(sponsors, on="event_id", suffix="_sponsor").filter(
        pl.col("home") != pl.col("home_sponsor"),
        ~(pl.col("is_beside") & pl.col("is_beside_sponsor")),
    )
    pairs = pairs.select("event_id", "home", sponsor_id="home_sponsor").unique()
    key = ["event_id", "home"]
    doing = pairs.select("event_id", home="sponsor_id").join(pairs, on=key, how="anti")
    alone = concerned.select(key).unique().join(doing, on=key, how="anti")
    rows = alone.join(pairs, on=key, how="left").join(events, on="event_id")
    return in_form(
        rows.rename(
            {
                "home": "country_id",
                "event_id": "row_id",
                "earliest_date": "earliest",
                "latest_date": "latest",
            }
        )
    )


def from_ties(
    ties: pl.DataFrame,
    where: Places,
    *,
    by_subject: Collection[str],
    published: Mapping[str, date],
) -> pl.DataFrame:
    """A row for each tie of a country with a sponsor's instrument, or with a sponsor.

    A tie without a date of its own was there when the first source that has it was published:
    `published`, by tie, as a day.
    """
    rows = []
    for tie in ties.sort("tie_id").to_dicts():
        by_source = published.get(tie["tie_id"])
        if tie["since_edtf"] is None and by_source is not None:
            tie |= {"since_edtf": f"/{by_source}", "latest_date": by_source}
        rows += [_row(tie, by_subject, **found) for found in _readings(tie, where)]
    return said(rows)


def _readings(tie: Mapping[str, Any], where: Places) -> Iterator[dict[str, Any]]:
    """Country, sponsor, kind and title of what a tie says; several where two sponsors share it."""
    named = [rule for rule in instrument_rules() if tie["to_id"] in rule.to]
    if named:
        yield from _joining(tie, where, named[0])
        return
    rule = next((rule for rule in tie_rules() if _fits(rule, tie)), None)
    if rule is not None:
        yield from _between(tie, where, rule)


def _joining(
    tie: Mapping[str, Any], where: Places, rule: InstrumentRule
) -> Iterator[dict[str, Any]]:
    """The country that signed or joined, once for each sponsor whose instrument it is."""
    country = where.home(tie["from_id"])
    if country is None or tie["kind"] not in _JOINING:
        return
    title = rule.says.replace("{to}", where.names.get(tie["to_id"], tie["to_id"]))
    for sponsor in rule.sponsors:
        if country != sponsor:
            yield _found(country, sponsor, rule.kind, title)


def _between(tie: Mapping[str, Any], where: Places, rule: TieRule) -> Iterator[dict[str, Any]]:
    """The country at one end with the sponsor at the other; two sponsors are each the other's."""
    ends = (tie["from_id"], tie["to_id"])
    for mine, other in (ends, ends[::-1]):
        country, sponsor = where.home(mine), where.sponsor(other)
        is_fit = rule.sponsor_is == "either" or other == tie["from_id"]
        if is_fit and country is not None and sponsor is not None and country != sponsor:
            title = rule.says.replace("{other}", where.names.get(other, other))
            yield _found(country, sponsor, rule.kind, title, rule.may_be)


def _fits(rule: TieRule, tie: Mapping[str, Any]) -> bool:
    ends = {tie["from_id"], tie["to_id"]}
    return tie["kind"] in rule.kinds and (not rule.partners or bool(ends & set(rule.partners)))


def _found(
    country: str, sponsor: str, kind: str, title: str, may_be: Sequence[str] = ()
) -> dict[str, Any]:
    return {
        "country_id": country,
        "sponsor_id": sponsor,
        "kind": kind,
        "title": title,
        "may_be": list(may_be),
    }


def _row(tie: Mapping[str, Any], by_subject: Collection[str], **found: Any) -> dict[str, Any]:
    plain = ("active", "signed", "cosponsor", "endorsed")
    status = "" if tie["status"] in plain else f" ({tie['status'].replace('_', ' ')})"
    return {
        **found,
        "title": f"{found['title']}{status}",
        "subject": tie["to_id"] if found["kind"] in by_subject else None,
        "date_edtf": tie["since_edtf"],
        "earliest": tie["earliest_date"],
        "latest": tie["latest_date"],
        "certainty": CERTAINTY_OF_STATUS[tie["status"]],
        "row_id": tie["tie_id"],
    }
