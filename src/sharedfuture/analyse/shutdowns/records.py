"""Records of registers as what they allow: between when and when an event began, and ended.

A record is a row with `register`, `key`, `country_id`, `width`, `area`, the four moments
`start_from`, `start_to`, `end_from`, `end_to` in UTC, and `is_full_network`. A day allows all
moments that are of this day anywhere on earth; a moment allows some slack. Both ends are null where
no end is known.
"""

from datetime import timedelta
from hashlib import sha256

import polars as pl

from sharedfuture.analyse.shutdowns.rules import choices
from sharedfuture.analyse.shutdowns.scopes import width

RECORD: dict[str, pl.DataType] = {
    "register": pl.String(),
    "key": pl.String(),
    "country_id": pl.String(),
    "width": pl.String(),
    "area": pl.String(),
    "start_from": pl.Datetime("us", "UTC"),
    "start_to": pl.Datetime("us", "UTC"),
    "end_from": pl.Datetime("us", "UTC"),
    "end_to": pl.Datetime("us", "UTC"),
    "is_full_network": pl.Boolean(),
}
_DAY, _MOMENT = "%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"


def records(stated: pl.DataFrame, *, register: str, key: str) -> pl.DataFrame:
    """Stated rows of a register as records, in its order.

    `key` is the column that names them; what names several countries is a record for each, and its
    name has the country's key too. An end before the beginning is not an end: it is taken as
    unknown. `is_full_network` is taken over where the rows have it, else it is not known.
    """
    full = pl.col("is_full_network") if "is_full_network" in stated.columns else pl.lit(None)
    return (
        stated.with_columns(
            *_bracket("start_edtf", "start"),
            *_bracket("end_edtf", "end"),
            register=pl.lit(register),
            key=pl.when(pl.col(key).is_duplicated())
            .then(pl.concat_str(key, pl.col("country_id").fill_null("none"), separator="/"))
            .otherwise(key),
            width=width(register),
            is_full_network=full,
        )
        .with_columns(_known_end("end_from"), _known_end("end_to"))
        .select(pl.col(name).cast(kind) for name, kind in RECORD.items())
    )


def each_once(stated: pl.DataFrame) -> pl.DataFrame:
    """A register that counts an event anew in each year, with each event as its last year has it.

    One event is what agrees in country, beginning, scope and area and is counted in several years.
    Rows that agree within a year stay: they are the register's own business.
    """
    same = ("country_id", "start_edtf", "scope", "area")
    return stated.filter(pl.col("count_year") == pl.col("count_year").max().over(same))


def lasting_keys(stated: pl.DataFrame) -> pl.Series:
    """Names of rows of a register that has no ids of its own, the same when rows come before them.

    Made of country, first day, and a hash of scope and area as written. Rows that agree in all of
    it are numbered in their order; a row whose words change gets another name.
    """
    names = ("country_as_written", "scope", "area")
    words = [
        (str(country), str(day), sha256("\n".join(map(str, cells)).encode()).hexdigest()[:8])
        for country, day, *cells in stated.select(
            pl.col("country_id").fill_null("none"), "start_edtf", *names
        ).iter_rows()
    ]
    made = pl.Series(["-".join(each) for each in words], dtype=pl.String)
    nth = made.to_frame("key").select(pl.int_range(1, pl.len() + 1).over("key")).to_series()
    return made.zip_with(nth == 1, made + "-" + nth.cast(pl.String))


def _known_end(column: str) -> pl.Expr:
    is_after = (pl.col("end_to") > pl.col("start_from")).fill_null(False)
    is_sound = is_after & (pl.col("end_edtf").str.head(10) >= pl.col("start_edtf").str.head(10))
    return pl.when(is_sound).then(pl.col(column))


def _bracket(column: str, name: str) -> tuple[pl.Expr, pl.Expr]:
    rule = choices("identity.toml", "brackets")
    day = pl.col(column).str.to_datetime(_DAY, strict=False, time_zone="UTC")
    moment = pl.col(column).str.to_datetime(_MOMENT, strict=False, time_zone="UTC")
    slack = timedelta(minutes=rule["slack_minutes"])
    before, after = rule["ahead_hours"], 24 + rule["behind_hours"]
    return (
        pl.coalesce(moment - slack, day - timedelta(hours=before)).alias(f"{name}_from"),
        pl.coalesce(moment + slack, day + timedelta(hours=after)).alias(f"{name}_to"),
    )
