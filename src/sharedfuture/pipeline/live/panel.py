"""The live panel: figures from publishers' own files, put together with those of the ledger.

Where both have a figure and agree, to the decimals that the ledger wrote down, the row of the
ledger stays, with a second citation. Where they differ the one of the later publication counts,
and the publisher's file where that is not known. What only the ledger has stays as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

import polars as pl

from sharedfuture.align.dates import span_of
from sharedfuture.pipeline.live.figures import figures_of
from sharedfuture.pipeline.live.files_in_use import captures_of, citations_of
from sharedfuture.pipeline.live.listen import Heard, Live
from sharedfuture.pipeline.live.ties import membership_tables
from sharedfuture.records.breaks import write_break
from sharedfuture.records.errors import DeclarationFaulty
from sharedfuture.records.frames import frame_of, schema_of
from sharedfuture.records.tables import TABLE
from sharedfuture.sources.declaration import DeclaredIndicator

Frames = Mapping[str, pl.DataFrame]

# Kinds of stated rows that become something else than figures.
_USED_OTHERWISE = {"answer", "membership", "shutdown", "outage", "project", "incident"}
_SAME = 1e-9
_AT_ONCE = 100_000  # rows whose words are hashed at once, so that few are in memory twice


def with_panel(
    frames: Frames, live: Sequence[Live], *, licences_held: frozenset[str] = frozenset()
) -> dict[str, pl.DataFrame]:
    """The aligned tables of the ledger with what the publishers' own files say.

    `licences_held` names sources whose licence the user has. Raises DeclarationFaulty where an
    indicator has another unit or direction than in the ledger or in another source.
    """
    figures = figures_of(live)
    known = frames["figure"]
    both = known.select(
        "figure_id", stated="value", ledger_says="as_written", digits=_digits()
    ).join(figures, on="figure_id")
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
        if heard.source_id in used or heard.frames.keys() & _USED_OTHERWISE
    ]
    ties = membership_tables(frames["tie"], live, licences_held=licences_held)
    differing = _differences(both.filter(~is_same), live, licences_held, is_older=is_older)
    put = {
        "figure": new,
        "source": frame_of(TABLE["source"], _source_rows(live, sources)),
        "indicator": frame_of(TABLE["indicator"], _indicator_rows(live, frames["indicator"])),
        "tie": ties["tie"],
        "citation": pl.concat(
            [_citations(figures), citations_of(sources), ties["citation"], _citing(differing)]
        ),
        "stated": pl.concat([_stated(new), ties["stated"]]),
        "difference": pl.concat([differing, ties["difference"]]),
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


def _differences(
    apart: pl.DataFrame, live: Sequence[Live], licences_held: frozenset[str], *, is_older: pl.Expr
) -> pl.DataFrame:
    """Figures on which ledger and file differ; what a licence keeps back is not said."""
    free = [
        heard.source_id for item in live for heard in item.heard if item.may_leave(licences_held)
    ]
    may_leave = pl.col("source_id").is_in(free)
    rows = apart.select(
        difference_id=pl.format("diff-{}", "figure_id"),
        row_id="figure_id",
        what=pl.lit("value"),
        ledger_says="ledger_says",
        file_says=pl.when(may_leave).then("as_written"),
        source_id="source_id",
        locator="rests_on",
        counts=pl.when(is_older.fill_null(False)).then(pl.lit("ledger")).otherwise(pl.lit("file")),
    )
    return rows.cast(schema_of(TABLE["difference"])).sort("difference_id")


def _citing(differences: pl.DataFrame) -> pl.DataFrame:
    return differences.select(
        row_id="difference_id",
        source_id="source_id",
        locator="locator",
        note=pl.lit(None, pl.String),
    )


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
        write_break(each.year, each.says)
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
