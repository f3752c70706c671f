"""The live panel: figures from publishers' own files, put together with those of the ledger.

Where both have a figure and agree, to the decimals that the ledger wrote down, the row of the
ledger stays, with a second citation. Where they differ the one of the later publication counts,
and the publisher's file where that is not known. What only the ledger has stays as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

import polars as pl

from sharedfuture.align.dates import span_of
from sharedfuture.analyse.tabulate import chosen, code_column, count_rows, sum_column
from sharedfuture.pipeline.files_in_use import captures_of, citations_of
from sharedfuture.pipeline.live import Heard, Live
from sharedfuture.records.errors import DeclarationFaulty
from sharedfuture.records.frames import frame_of, schema_of
from sharedfuture.records.tables import TABLE
from sharedfuture.sources.declaration import Declaration, DeclaredIndicator, Tabulation

Frames = Mapping[str, pl.DataFrame]

# Figures of earlier years stay in what was read, but not in the release: the report speaks of the
# present, and each page shows every row that it rests on.
_FIRST_YEAR = "2000"
_SAME = 1e-9
_AT_ONCE = 100_000  # rows whose words are hashed at once, so that few are in memory twice


def with_panel(frames: Frames, live: Sequence[Live]) -> dict[str, pl.DataFrame]:
    """The aligned tables of the ledger with what the publishers' own files say.

    Raises DeclarationFaulty where an indicator has another unit or direction than in the ledger or
    in another source.
    """
    figures = _figures(live)
    known = frames["figure"]
    both = known.select("figure_id", stated="value", digits=_digits()).join(figures, on="figure_id")
    both = both.join(_published(frames), on="figure_id", how="left")
    is_same = (pl.col("stated") - pl.col("value")).abs() <= _SAME + pl.col("digits")
    is_older = pl.col("published") < pl.col("ledger_published")
    kept = both.filter(is_same | is_older.fill_null(False)).get_column("figure_id").implode()
    new = figures.filter(~pl.col("figure_id").is_in(kept))
    older = both.filter(is_older & ~is_same).get_column("figure_id").implode()
    figures = figures.filter(~pl.col("figure_id").is_in(older))
    lost = known.join(new, on="figure_id", how="semi").get_column("figure_id").implode()
    used = set(figures.get_column("source_id").unique())
    sources = [
        heard
        for item in live
        for heard in item.heard
        if heard.source_id in used or "answer" in heard.frames
    ]
    put = {
        "figure": new,
        "source": frame_of(TABLE["source"], _source_rows(live, sources)),
        "indicator": frame_of(TABLE["indicator"], _indicator_rows(live, frames["indicator"])),
        "citation": pl.concat([_citations(figures), citations_of(sources)]),
        "stated": _stated(new),
        "connector": frame_of(TABLE["connector"], _connector_rows(live, figures)),
        "capture": captures_of(sources),
    }
    merged = dict(frames)
    for name, frame in put.items():
        table = TABLE[name]
        before = merged.get(name, frame.clear())
        if name in ("figure", "citation", "stated"):
            key = "figure_id" if name == "figure" else "row_id"
            before = before.filter(~pl.col(key).is_in(lost))
        columns = schema_of(table)
        whole = pl.concat(
            [before.select(columns.names()), frame.select(columns.names()).cast(columns)]
        )
        merged[name] = whole.sort(table.key)
    return merged


def _published(frames: Frames) -> pl.DataFrame:
    """When the newest source of each figure of the ledger came out."""
    dated = frames["citation"].join(frames["source"], on="source_id")
    return dated.group_by(figure_id="row_id").agg(
        ledger_published=pl.col("published_by_date").max()
    )


def _digits() -> pl.Expr:
    """Half a unit of the last decimal that the ledger wrote down: it may have rounded."""
    decimals = pl.col("as_written").str.extract(r"\.(\d+)$").str.len_chars().fill_null(9)
    return 0.5 * pl.lit(10.0).pow(-decimals.cast(pl.Float64))


def _figures(live: Sequence[Live]) -> pl.DataFrame:
    """Every figure of the panel with its place.

    Of two editions, also of two sources with the same indicator, the one that came out later
    counts; of those of one day, that of the source which is later by name.
    """
    schema = schema_of(TABLE["figure"])
    schema.update(source_id=pl.String(), part=pl.String(), row=pl.Int64())
    schema.update(file_sha256=pl.String(), rests_on=pl.String(), published=pl.Date())
    found = [
        _placed(heard, frame).select(schema.names()).cast(schema)
        for item in live
        for heard in item.heard
        for frame in (*_valued(item.declared, heard), *_tabulated(item.declared, heard))
    ]
    whole = pl.concat(found) if found else pl.DataFrame(schema=schema)
    order = ("figure_id", "published")
    whole = whole.sort(order, nulls_last=True, maintain_order=True)
    return whole.filter(pl.col("figure_id").ne_missing(pl.col("figure_id").shift(-1)))


def _valued(declared: Declaration, heard: Heard) -> Iterator[pl.DataFrame]:
    if "value" in heard.frames:
        shown = [indicator.id for indicator in declared.indicator if not indicator.is_detail]
        yield (
            heard.frames["value"]
            .filter(pl.col("indicator_id").is_in(shown))
            .with_columns(rests_on=pl.format("{}, row {}, {}", "part", "row", "country_as_written"))
        )


def _tabulated(declared: Declaration, heard: Heard) -> Iterator[pl.DataFrame]:
    for item in declared.tabulate:
        if item.of in heard.frames and heard.edition.name in (
            item.editions or [heard.edition.name]
        ):
            table = _tabulate(heard, item)
            rests_on = pl.format(
                "{}: {} rows of {} for {}, the first in row {}",
                *(pl.lit(item.says), "rows", "part", "country_as_written", "row"),
            )
            number = pl.col("value") * item.times
            written = pl.when(pl.col("as_written") == "").then(number.cast(pl.String))
            yield table.with_columns(
                indicator_id=pl.lit(item.indicator),
                value=number,
                low=pl.lit(None, pl.Float64),
                high=pl.lit(None, pl.Float64),
                gap=pl.lit(None, pl.String),
                as_written=written.otherwise("as_written"),
                rests_on=rests_on,
            )


def _tabulate(heard: Heard, item: Tabulation) -> pl.DataFrame:
    rows = heard.frames[item.of]
    if item.of == "vote" and "roll_call" in heard.frames:
        calls = heard.frames["roll_call"].drop("part", "row")
        rows = rows.join(calls, on="roll_call_key", how="left")
    is_column = item.period in rows.columns
    period = heard.edition.name if item.period == "edition" else item.period
    rows = rows.with_columns(pl.col(item.period) if is_column else pl.lit(period).alias("period"))
    rows, name = chosen(rows, item.where), item.period if is_column else "period"
    rows = rows.with_columns(pl.col(name).cast(pl.String).str.slice(0, 4 if is_column else 9))
    match item.how:
        case "count":
            counted = rows.drop_nulls(item.column) if item.column else rows
            return count_rows(counted, period=name)
        case "sum":
            return sum_column(rows, item.column, period=name)
        case _:
            return code_column(rows, item.column, item.codes, period=name)


def _placed(heard: Heard, rows: pl.DataFrame) -> pl.DataFrame:
    hashes = {name: part.sha256 for name, part in heard.edition.parts.items()}
    rows = rows.filter(
        pl.col("country_id").is_not_null(), pl.col("period").str.slice(0, 4) >= _FIRST_YEAR
    )
    period = pl.col("period").str.replace("/", "-", literal=True)
    return rows.with_columns(
        figure_id=pl.concat_str(
            pl.lit("fig-"), "country_id", pl.lit("-"), "indicator_id", pl.lit("-"), period
        ),
        source_id=pl.lit(heard.source_id),
        edition=pl.lit(heard.edition.name),
        published=pl.lit(span_of(heard.declared.published).latest, pl.Date),
        captured_date=pl.lit(heard.edition.captured_at.date()),
        file_sha256=pl.col("part")
        .str.split("/")
        .list.first()  # a sheet of a workbook is `workbook/sheet`
        .replace_strict(hashes, default=None, return_dtype=pl.String),
    )


def _citations(figures: pl.DataFrame) -> pl.DataFrame:
    return figures.select(
        row_id="figure_id",
        source_id="source_id",
        locator="rests_on",
        note=pl.lit(None, pl.String),
    )


def _stated(figures: pl.DataFrame) -> pl.DataFrame:
    """Each figure is named by the publisher's words, so that a silent change shows itself."""
    columns = ("source_id", "indicator_id", "country_as_written", "period", "as_written")
    words = figures.select(
        pl.concat_str([pl.col(name).fill_null("") for name in columns], separator="\n")
    ).to_series()
    hashes = [
        pl.Series([sha256(text.encode()).hexdigest()[:24] for text in some], dtype=pl.String)
        for some in (words.slice(at, _AT_ONCE) for at in range(0, len(words), _AT_ONCE))
    ]
    return figures.select(
        row_id="figure_id",
        stated_id=pl.concat(hashes) if hashes else words,
        table_name=pl.lit("figure"),
        file=pl.concat_str("source_id", pl.lit("/"), "part"),
        line="row",
        file_sha256="file_sha256",
    )


def _source_rows(live: Sequence[Live], used: Sequence[Heard]) -> Iterator[dict[str, object]]:
    declared = {item.name: item.declared for item in live}
    for heard in used:
        of = declared[heard.edition.source]
        yield {
            "source_id": heard.source_id,
            "title": f"{of.title}, edition {heard.edition.name}",
            "publisher": of.publisher,
            "published": heard.declared.published,
            "published_by_date": span_of(heard.declared.published).latest,
            "url": of.homepage,
            "licence": of.licence,
            "redistribution": of.redistribution.value,
            "reliability": of.reliability,
            "note": f"The publisher's own file, captured on {heard.edition.captured_at.date()}. "
            + (heard.declared.says or of.note),
        }


def _indicator_rows(live: Sequence[Live], known: pl.DataFrame) -> Iterator[dict[str, object]]:
    """Indicators that the ledger does not have; those of several must mean the same in each."""
    ours = {row["indicator_id"]: row for row in known.iter_rows(named=True)}
    for item in live:
        for indicator in item.declared.indicator if item.heard else ():
            if indicator.is_detail:
                continue
            before = ours.get(indicator.id)
            if before is None:
                ours[indicator.id] = _indicator_row(item, indicator)
                yield ours[indicator.id]
            elif (before["unit"], before["better"]) != (indicator.unit, indicator.better):
                raise DeclarationFaulty(
                    f"{item.name}/source.toml, {indicator.id}: expected unit "
                    f"{before['unit']!r} and better {before['better']!r} as before, "
                    f"found {indicator.unit!r} and {indicator.better!r}"
                )


def _indicator_row(item: Live, indicator: DeclaredIndicator) -> dict[str, object]:
    breaks = [
        f"From {each.year} on: {each.says}"
        for each in item.declared.break_
        if not each.indicators or indicator.id in each.indicators
    ]
    return {
        "indicator_id": indicator.id,
        "title": indicator.title,
        "unit": indicator.unit,
        "better": indicator.better,
        "basis": indicator.basis,
        "source_id": item.heard[-1].source_id,
        "minimum": indicator.minimum,
        "maximum": indicator.maximum,
        "decimals": indicator.decimals,
        "absence": indicator.absence,
        "note": " ".join(filter(None, [indicator.note, *breaks])) or None,
    }


def _connector_rows(live: Sequence[Live], figures: pl.DataFrame) -> Iterator[dict[str, object]]:
    counts = dict(figures.group_by("source_id").len().iter_rows())
    for item in live:
        of, newest = item.declared, item.heard[-1] if item.heard else None
        captured = newest.edition.captured_at.date() if newest else None
        yield {
            "connector_id": item.name,
            "title": of.title,
            "publisher": of.publisher,
            "homepage": of.homepage,
            "licence": of.licence,
            "redistribution": of.redistribution.value,
            "cadence": of.cadence.value,
            "is_tried": of.is_tried,
            "tried": of.tried,
            "addresses": of.addresses,
            "state": item.state.value,
            "because": "; ".join(item.faults) or None,
            "edition": newest.edition.name if newest else None,
            "published": newest.declared.published if newest else None,
            "captured_date": captured,
            "editions": len(item.heard),
            "rows_in": item.rows_in,
            "figures": sum(counts.get(heard.source_id, 0) for heard in item.heard),
        }
