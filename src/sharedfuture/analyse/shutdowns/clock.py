"""What a clock in the capital showed: the zones of `zones.csv`, from the IANA database."""

from functools import cache
from importlib.resources import files
from io import BytesIO

import polars as pl


def with_local_time(frame: pl.DataFrame, *, at: str) -> pl.DataFrame:
    """The same rows with day, hour, minute and weekday (1 is Monday) of `at` in the capital.

    `at` is a column of moments in UTC; the new ones are `local_day`, `local_hour`, `local_minute`
    and `local_weekday`. A country with several zones has that of its capital; a row without a
    country has the time of UTC.
    """
    numbered = frame.with_row_index("_nth").join(_zones(), on="country_id", how="left")
    zone = pl.col("zone").fill_null("UTC")
    parts = [
        group.with_columns(_shown(at, str(name)))
        for (name,), group in numbered.with_columns(zone).group_by("zone", maintain_order=True)
    ]
    if not parts:
        return frame.with_columns(
            pl.lit(None, pl.Date).alias("local_day"),
            *(
                pl.lit(None, pl.Int64).alias(name)
                for name in ("local_hour", "local_minute", "local_weekday")
            ),
        )
    return pl.concat(parts).sort("_nth").drop("_nth", "zone")


def local_epoch(moments: pl.Series, country_id: str) -> list[int | None]:
    """Moments in UTC as seconds since 1970 of the capital's own clock, as if that were UTC."""
    zones = dict(_zones().iter_rows())
    naive = moments.dt.replace_time_zone("UTC").dt.convert_time_zone(zones.get(country_id, "UTC"))
    seconds: list[int | None] = naive.dt.replace_time_zone(None).dt.epoch("s").to_list()
    return seconds


def _shown(at: str, zone: str) -> list[pl.Expr]:
    local = pl.col(at).dt.convert_time_zone(zone)
    return [
        local.dt.date().alias("local_day"),
        local.dt.hour().cast(pl.Int64).alias("local_hour"),
        local.dt.minute().cast(pl.Int64).alias("local_minute"),
        local.dt.weekday().cast(pl.Int64).alias("local_weekday"),
    ]


@cache
def _zones() -> pl.DataFrame:
    text = files("sharedfuture.analyse.shutdowns").joinpath("zones.csv").read_bytes()
    return pl.read_csv(BytesIO(text), infer_schema=False).select("country_id", "zone")
