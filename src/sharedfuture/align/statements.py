"""Keys for what publishers state: one country for each of their names and codes."""

from collections.abc import Mapping

import polars as pl

from sharedfuture.align.names import Names
from sharedfuture.records.errors import SourceChanged


def align_countries(
    frame: pl.DataFrame,
    *,
    source: str,
    names: Names,
    own: Mapping[str, str | None],
    codes: str = "names",
) -> pl.DataFrame:
    """The same rows with `country_id` after `country_as_written`.

    A name is looked up among the source's `own` spellings first, then among the names, codes and
    spellings that all sources share; with `codes` "iso2" among two-letter codes. What `own` calls
    no country has no key; what it calls several, as codes with spaces between, becomes a row for
    each. Raises SourceChanged that names every spelling that is not known.
    """
    if "country_as_written" not in frame.columns:
        return frame
    written = frame.get_column("country_as_written").unique().drop_nulls().sort().to_list()
    find = names.country_of_iso2 if codes == "iso2" else names.country
    _require_known(source, names, {name: own[name] for name in written if name in own})
    keys = {name: own[name] if name in own else find(name) for name in written}
    if unknown := [name for name, key in keys.items() if key is None and name not in own]:
        raise SourceChanged(
            f"{source}: expected names of countries that are known, found {_listed(names, unknown)}"
        )
    key = pl.col("country_as_written").replace_strict(keys, default=None, return_dtype=pl.String)
    place = frame.columns.index("country_as_written") + 1
    aligned = frame.insert_column(place, frame.select(key.alias("country_id")).to_series())
    if any(key is not None and " " in key for key in keys.values()):
        return aligned.with_columns(pl.col("country_id").str.split(" ")).explode("country_id")
    return aligned


def _require_known(source: str, names: Names, own: Mapping[str, str | None]) -> None:
    """Hold what a source calls a country to the countries that there are."""
    for name, keys in own.items():
        for key in (keys or "").split():
            if names.country(key) != key:
                raise SourceChanged(
                    f"{source}/countries.csv, {name!r}: expected the id of a known country, "
                    f"found {key!r}"
                )


def _listed(names: Names, unknown: list[str]) -> str:
    shown = [f"{name!r}{names.nearest(name)}" for name in unknown[:8]]
    more = f" and {len(unknown) - 8} more" if len(unknown) > 8 else ""
    return ", ".join(shown) + more
