"""What is known of an outage without its cause: the features of the cause model.

Nothing of the future goes in: how often outages come back is counted among earlier ones. No
feature names the country, so that a country left out is judged like any other.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from sharedfuture.analyse.shutdowns.clock import with_local_time
from sharedfuture.analyse.shutdowns.rules import choices

FEATURES: Mapping[str, str] = {
    "is_national": "the whole country",
    "is_seen_in_routing": "seen in the announced routes",
    "is_seen_in_probing": "seen by active probing",
    "is_seen_in_telescope": "seen by the telescope",
    "is_on_the_hour": "began on a full hour of the capital's clock",
    "is_on_the_half_hour": "began on a half hour",
    "is_at_night": "began from eleven at night to six in the morning",
    "is_on_a_weekend": "began on a Friday, Saturday or Sunday",
    "log_hours": "the length in hours, logarithm of one more; of unknown length: the middle one",
    "has_end": "the length is known",
    "before_count": "outages of the country in the days before, logarithm of one more",
    "before_same_time": "those of them at the same time of day, logarithm of one more",
}


def with_features(outages: pl.DataFrame) -> pl.DataFrame:
    """The outages with `FEATURES`, `known_signals` and `begun`, in the order of their beginning.

    `outages` are stated rows with `country_id`; rows without one are left out. A signal that is
    not known counts as not seen, and `known_signals` says how many are.
    """
    rule = choices("cause.toml", "features")
    moment = "%Y-%m-%dT%H:%M:%SZ"
    seen = [pl.col(name) for name in FEATURES if name.startswith("is_seen")]
    begun = pl.col("start_edtf").str.to_datetime(moment, time_zone="UTC")
    ended = pl.col("end_edtf").str.to_datetime(moment, time_zone="UTC")
    hours = (pl.col("ended") - pl.col("begun")).dt.total_seconds() / 3600
    rows = (
        outages.drop_nulls("country_id")
        .with_columns(begun=begun, ended=ended)
        .sort("begun", "outage_key")
        .with_columns(
            known_signals=pl.sum_horizontal(each.is_not_null() for each in seen),
            hours=pl.when(hours > 0).then(hours.clip(upper_bound=rule["longest_hours"])),
        )
    )
    timed = with_local_time(rows, at="begun")
    before, same_time = _recurrences(timed, days=rule["recent_days"], minutes=rule["same_minutes"])
    return timed.with_columns(
        is_national=pl.col("scope") == "Country",
        **{name: pl.col(name).fill_null(False) for name in FEATURES if name.startswith("is_seen")},
        is_on_the_hour=pl.col("local_minute") == 0,
        is_on_the_half_hour=pl.col("local_minute") == 30,
        is_at_night=~pl.col("local_hour").is_between(6, 22),
        is_on_a_weekend=pl.col("local_weekday") >= 5,
        log_hours=pl.col("hours").log1p(),
        has_end=pl.col("hours").is_not_null(),
        before_count=pl.Series(np.log1p(before)),
        before_same_time=pl.Series(np.log1p(same_time)),
    )


def matrix(rows: pl.DataFrame) -> npt.NDArray[np.float64]:
    """The features as numbers, one row an outage; NaN where a length is not known."""
    return rows.select(pl.col(name).cast(pl.Float64) for name in FEATURES).to_numpy()


def _recurrences(
    rows: pl.DataFrame, *, days: int, minutes: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Earlier outages of the same country within days, and those of them at the same time of day.

    What began at the same moment, such as several regions of one event, is not earlier.
    """
    at = rows.get_column("begun").dt.epoch("s").to_numpy()
    countries = rows.get_column("country_id").to_numpy()
    before, same = np.zeros(len(at)), np.zeros(len(at))
    for country in np.unique(countries):
        places = np.flatnonzero(countries == country)
        moments = at[places]
        apart = moments[:, None] - moments[None, :]
        is_before = (apart > 0) & (apart <= days * 86400)
        of_day = np.abs(apart % 86400)
        is_same = np.minimum(of_day, 86400 - of_day) <= minutes * 60
        before[places] = is_before.sum(axis=1)
        same[places] = (is_before & is_same).sum(axis=1)
    return before, same
