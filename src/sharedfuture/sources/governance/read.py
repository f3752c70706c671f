"""Worldwide Governance Indicators: six dimensions, each with a standard error and a rank.

Three layouts: a long sheet (2024), a table with indicators in rows and years in columns (2023),
and a workbook with a sheet for each dimension under two header rows (2019). The rank is the
percentile among all countries, with the bounds of its 90 % interval as published.
"""

from collections.abc import Callable, Iterator, Mapping

import polars as pl

from sharedfuture.capture import Edition
from sharedfuture.extract import (
    Grid,
    Sheet,
    csv_sheet,
    sheet_names,
    workbook_grid,
    workbook_sheet,
)
from sharedfuture.records.errors import SourceChanged
from sharedfuture.records.statement import Statement

_MISSING = {"..": "not_covered", "#N/A": "not_covered"}
_MEASURES = ("estimate", "error", "rank", "lower", "upper")

_DIMENSIONS = {
    "va": "wgi_voice_accountability",
    "pv": "wgi_political_stability",
    "ge": "wgi_government_effectiveness",
    "rq": "wgi_regulatory_quality",
    "rl": "wgi_rule_of_law",
    "cc": "wgi_control_of_corruption",
}
_LONG_COLUMNS = {
    "estimate": "estimate",
    "stddev": "error",
    "pctrank": "rank",
    "pctranklower": "lower",
    "pctrankupper": "upper",
}
_CODE_ENDS = {
    "EST": "estimate",
    "STD.ERR": "error",
    "PER.RNK": "rank",
    "PER.RNK.LOWER": "lower",
    "PER.RNK.UPPER": "upper",
    "NO.SRC": "sources",
}
_CODES = {f"{key.upper()}.{end}": key for key in _DIMENSIONS for end in _CODE_ENDS}
_CODE_MEASURES = {
    f"{key.upper()}.{end}": _CODE_ENDS[end] for key in _DIMENSIONS for end in _CODE_ENDS
}
_BULK_YEARS = {"2023": ("1996", "1998", "2000", *(str(year) for year in range(2002, 2023)))}

_SHEETS = {
    "VoiceandAccountability": "va",
    "Political StabilityNoViolence": "pv",
    "GovernmentEffectiveness": "ge",
    "RegulatoryQuality": "rq",
    "RuleofLaw": "rl",
    "ControlofCorruption": "cc",
}
_PROSE = {"Introduction"}
_YEAR_ROW, _NAME_ROW = 14, 15
_BLOCK = {
    "Estimate": "estimate",
    "StdErr": "error",
    "NumSrc": "sources",
    "Rank": "rank",
    "Lower": "lower",
    "Upper": "upper",
}


def read(edition: Edition) -> Iterator[Statement]:
    """An estimate and a rank for each dimension, country and year."""
    for sheet in _READERS[edition.name](edition):
        yield _estimates(sheet)
        yield _ranks(sheet)


def _estimates(sheet: Sheet) -> Statement:
    return _statement(sheet, "estimate", "", error=sheet.number("error", gaps=_MISSING))


def _ranks(sheet: Sheet) -> Statement:
    low = sheet.number("lower", gaps=_MISSING)
    high = sheet.number("upper", gaps=_MISSING)
    return _statement(sheet, "rank", "_rank", low=low, high=high)


def _statement(sheet: Sheet, measure: str, suffix: str, **spread: pl.Series) -> Statement:
    value = sheet.number(measure, gaps=_MISSING)
    part, row = sheet.at()
    return Statement(
        "value",
        pl.DataFrame(
            {
                "indicator_id": sheet.choice("dimension", _DIMENSIONS, required=True) + suffix,
                "country_as_written": sheet.text("country", required=True),
                "period": sheet.year("year", first=1996).cast(pl.String),
                "value": value,
                "gap": sheet.gap(measure, _MISSING, empty="not_covered"),
                "as_written": sheet.text(measure),
                "part": part,
                "row": row,
                **spread,
            }
        ),
    )


def _long(edition: Edition) -> Iterator[Sheet]:
    sheet = workbook_sheet(
        edition.capture("dataset"),
        sheet="Sheet1",
        columns=("code", "year", "indicator", *_LONG_COLUMNS),
        ignoring=("codeindyr", "countryname", "nsource"),
    )
    names = {"code": "country", "indicator": "dimension", **_LONG_COLUMNS}
    yield Sheet(sheet.name, sheet.part, sheet.frame.rename(names), sheet.rows)


def _bulk(edition: Edition) -> Iterator[Sheet]:
    years = _BULK_YEARS[edition.name]
    sheet = csv_sheet(
        edition.capture("bulk"),
        columns=("Country Code", "Indicator Code", *years),
        ignoring=("Country Name", "Indicator Name", ""),
    )
    sheet.require_unique(("Country Code", "Indicator Code"))
    written = sheet.frame.select(
        sheet.text("Country Code", required=True).alias("country"),
        sheet.choice("Indicator Code", _CODES, required=True).alias("dimension"),
        sheet.choice("Indicator Code", _CODE_MEASURES, required=True).alias("measure"),
        sheet.rows.alias("row"),
        *(pl.col(year) for year in years),
    )
    keys = ("country", "dimension")
    estimates = written.filter(pl.col("measure") == "estimate")
    values = _unpivoted(estimates, "estimate", years, keys=(*keys, "row"))
    for measure in _MEASURES[1:]:
        others = _unpivoted(written.filter(pl.col("measure") == measure), measure, years, keys=keys)
        values = values.join(others, on=(*keys, "year"), how="left", maintain_order="left")
    yield Sheet(sheet.name, sheet.part, values.drop("row"), values.get_column("row"))


def _unpivoted(
    frame: pl.DataFrame, measure: str, years: tuple[str, ...], *, keys: tuple[str, ...]
) -> pl.DataFrame:
    return frame.unpivot(years, index=keys, variable_name="year", value_name=measure)


def _sheets(edition: Edition) -> Iterator[Sheet]:
    capture = edition.capture("dataset")
    found = set(sheet_names(capture)) - _PROSE
    if found != set(_SHEETS):
        raise SourceChanged(
            f"{capture.name}: expected the sheets {', '.join(_SHEETS)}, "
            f"found {', '.join(sorted(found))}"
        )
    for name, dimension in _SHEETS.items():
        grid = workbook_grid(capture, sheet=name)
        yield _blocks(grid, dimension, name=f"{capture.name}, sheet {name!r}", part="dataset")


def _blocks(grid: Grid, dimension: str, *, name: str, part: str) -> Sheet:
    """The blocks of six columns, one a year, under one another."""
    years, header, body = _header(grid, name)
    rows = [at for at, row in enumerate(body, _NAME_ROW + 1) if any(row)]
    frames = []
    for place in range(2, len(header), len(_BLOCK)):
        cells = {
            _BLOCK[column]: [body[at - _NAME_ROW - 1][place + step] for at in rows]
            for step, column in enumerate(_BLOCK)
        }
        country = [body[at - _NAME_ROW - 1][1] for at in rows]
        frames.append(
            pl.DataFrame(
                {"country": country, **cells, "row": rows},
                schema_overrides=dict.fromkeys(("country", *cells), pl.String),
            ).with_columns(year=pl.lit(years[place], pl.String), dimension=pl.lit(dimension))
        )
    frame = pl.concat(frames)
    return Sheet(name, part, frame.drop("row"), frame.get_column("row"))


def _header(grid: Grid, name: str) -> tuple[list[str | None], list[str | None], Grid]:
    if len(grid) <= _NAME_ROW:
        raise SourceChanged(
            f"{name}: expected a header in rows {_YEAR_ROW} and {_NAME_ROW}, found {len(grid)} rows"
        )
    years, header = grid[_YEAR_ROW - 1], grid[_NAME_ROW - 1]
    count = (len(header) - 2) // len(_BLOCK)
    if header != ["Country/Territory", "Code", *(list(_BLOCK) * count)]:
        raise SourceChanged(
            f"{name}, row {_NAME_ROW}: expected Country/Territory, Code and then "
            f"{', '.join(_BLOCK)} for each year, found {header[:9]} and {len(header) - 9} more"
        )
    blocks = [years[place : place + len(_BLOCK)] for place in range(2, len(header), len(_BLOCK))]
    if torn := [block for block in blocks if len(set(block)) != 1]:
        raise SourceChanged(
            f"{name}, row {_YEAR_ROW}: expected one year over each block, found {torn[0]}"
        )
    return years, header, grid[_NAME_ROW:]


_READERS: Mapping[str, Callable[[Edition], Iterator[Sheet]]] = {
    "2019": _sheets,
    "2023": _bulk,
    "2024": _long,
}
