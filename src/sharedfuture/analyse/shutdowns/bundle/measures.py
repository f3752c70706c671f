"""Published numbers about shutdowns and outages beside what the same registers give here."""

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import polars as pl

from sharedfuture.analyse.shutdowns import published
from sharedfuture.analyse.shutdowns.published import Share

Row = dict[str, Any]


def measures(register: pl.DataFrame, outages: pl.DataFrame) -> list[Row]:
    """Rows of `shutdown_measure`.

    `register` are stated rows of Access Now with `is_full_network`, `outages` those of the curated
    list. A number that was not published has null there.
    """
    said = _read()
    until = said["choices"]["until_year"]["value"]
    once = published.register_once(register.filter(pl.col("count_year") < until))
    window = published.in_window(outages)
    matched = published.matches(once, window)
    rows = published.labelled(window, matched)
    found = published.found(once, matched)
    shares = {
        **{
            f"shp-on-the-hour-{kind}": published.on_the_hour(rows, shutdowns=is_shutdown)
            for kind, is_shutdown in (("shutdowns", True), ("outages", False))
        },
        **{
            f"shp-all-signals-{kind}": published.in_all_signals(rows, shutdowns=is_shutdown)
            for kind, is_shutdown in (("shutdowns", True), ("outages", False))
        },
        **{f"shp-found-{width}": share for width, share in found.items()},
        "shp-found-all": Share(
            sum(share.count for share in found.values()), sum(share.of for share in found.values())
        ),
    }
    made = [_of_share(entry, shares[entry["id"]], said) for entry in said["measure"]]
    return [*made, *_of_hours(rows, said), _sound_hours(rows)]


def _of_share(entry: Mapping[str, Any], share: Share, said: Mapping[str, Any]) -> Row:
    here = round(share.count / share.of, 4)
    is_apart = abs(here - entry["published"]) > said["choices"]["least_difference"]["value"]
    return {
        "shutdown_measure_id": entry["id"],
        "title": f"{entry['title']}; here {share.count:,} of {share.of:,}",
        "of": entry["of"],
        "unit": entry["unit"],
        "published": entry["published"],
        "here": here,
        "n": share.of,
        "because": said["because"][entry["because"]] if is_apart else None,
    }


def _of_hours(rows: pl.DataFrame, said: Mapping[str, Any]) -> Iterator[Row]:
    national = rows.filter(pl.col("scope") == "Country").drop_nulls("hours")
    for entry in said["hours"]:
        for kind, is_shutdown in (("shutdowns", True), ("outages", False)):
            here = published.hours_at(rows, shutdowns=is_shutdown, percent=entry["percent"])
            name = "middle length" if entry["percent"] == 50 else f"percentile {entry['percent']}"
            yield {
                "shutdown_measure_id": f"shp-hours-{entry['percent']}-{kind}",
                "title": f"National {kind}, {name} in hours",
                "of": kind,
                "unit": "hours",
                "published": entry[kind],
                "here": round(here, 2),
                "n": national.filter(pl.col("is_shutdown") == is_shutdown).height,
                "because": None
                if abs(here - entry[kind]) < 0.01
                else said["because"]["one_outage"],
            }


def _sound_hours(rows: pl.DataFrame) -> Row:
    """The middle length without the ends that lie before their beginnings."""
    sound = rows.filter(
        pl.col("scope") == "Country", ~pl.col("is_shutdown"), pl.col("hours") >= 0
    ).get_column("hours")
    return {
        "shutdown_measure_id": "shp-hours-sound-outages",
        "title": "National outages, middle length in hours, ends before beginnings left out",
        "of": "outages",
        "unit": "hours",
        "published": None,
        "here": round(float(sound.quantile(0.5, "lower") or 0), 2),
        "n": len(sound),
        "because": "Not published: the study counts an end before its beginning as a negative "
        "length, which makes its middle shorter.",
    }


def _read() -> dict[str, Any]:
    package = "sharedfuture.analyse.shutdowns.bundle"
    return tomllib.loads(files(package).joinpath("measures.toml").read_text(encoding="utf-8"))
