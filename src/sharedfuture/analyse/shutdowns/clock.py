"""What a clock in the capital showed: the zones of `zones.csv`, from the IANA database."""

from functools import cache
from importlib.resources import files
from io import BytesIO

import polars as pl


def with_local_time(frame: pl.DataFrame, *, at: str) -> pl.DataFrame:
    """The same rows with `local_hour`, `local_minute` and `local_weekday` (1 is Monday) of `at`.

    `at` is a column of moments in UTC. A country with several zones has that of its capital; a row
    without a country has the time of UTC.
    """
    numbered = frame.with_row_index("_nth").join(_zones(), on="country_id", how="left")
    zone = pl.col("zone").fill_null("UTC")
    parts = [
        group.with_columns(_shown(at, str(name)))
        for (name,), group in numbered.with_columns(zone).group_by("zone", maintain_order=True)
    ]
    if not parts:
        return frame.with_columns(
            pl.lit(None, pl.Int64).alias(name)
            for name in ("local_hour", "local_minute", "local_weekday")
        )
    return pl.concat(parts).sort("_nth").drop("_nth", "zone")


def _shown(at: str, zone: str) -> list[pl.Expr]:
    local = pl.col(at).dt.convert_time_zone(zone)
    return [
        local.dt.hour().cast(pl.Int64).alias("local_hour"),
        local.dt.minute().cast(pl.Int64).alias("local_minute"),
        local.dt.weekday().cast(pl.Int64).alias("local_weekday"),
    ]


@cache
def _zones() -> pl.DataFrame:
    text = files("sharedfuture.analyse.shutdowns").joinpath("zones.csv").read_bytes()
    return pl.read_csv(BytesIO(text), infer_schema=False).select("country_id", "zone")
