"""The public tables: their names, columns and meaning, declared once.

The warehouse makes its tables from this, the release its data dictionary, the site its
download page. Tools outside rely on these names: a column is added, never renamed.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds, in the words of the Frictionless table schema."""

    TEXT = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a public table."""

    name: str
    says: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """One public table; rows are unique by `key` and are written in its order."""

    name: str
    says: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns in the order in which they are written."""
        return tuple(column.name for column in self.columns)

    @property
    def id_column(self) -> str | None:
        """The column that names a row, where one column does."""
        return self.key[0] if len(self.key) == 1 else None


def _text(name: str, says: str) -> Column:
    return Column(name, says)


def _integer(name: str, says: str) -> Column:
    return Column(name, says, Kind.INTEGER)


def _number(name: str, says: str) -> Column:
    return Column(name, says, Kind.NUMBER)


def _boolean(name: str, says: str) -> Column:
    return Column(name, says, Kind.BOOLEAN)


def _date(name: str, says: str) -> Column:
    return Column(name, says, Kind.DATE)


_NOTE = _text("note", "what a reader must know besides")
_EARLIEST = _date("earliest_date", "first day the EDTF date allows; empty where it is open")
_LATEST = _date("latest_date", "last day the EDTF date allows; empty where it is open")

TABLES: tuple[Table, ...] = (
    Table(
        "country",
        "a country or territory",
        ("country_id",),
        (
            _text("country_id", "ISO 3166-1 alpha-3; XKX for Kosovo"),
            _text("name", "English short name"),
            _text("iso2", "ISO 3166-1 alpha-2"),
            _text("region", "region, after the UN M49 grouping"),
            _boolean("is_un_member", "member state of the United Nations"),
            _integer("tile_column", "column on the tile map, from the left"),
            _integer("tile_row", "row on the tile map, from the top"),
        ),
    ),
    Table(
        "source",
        "a publication that rows rest on",
        ("source_id",),
        (
            _text("source_id", "id of the source"),
            _text("title", "title of the publication"),
            _text("publisher", "who published it"),
            _text("published", "when, as EDTF; empty where unknown"),
            _date("published_by_date", "last day the publication date allows"),
            _text("url", "where it was or is to be had"),
            _text("licence", "licence as stated by the publisher"),
            _text("redistribution", "open, cite, derived_only or link_only"),
            _text("reliability", "reliability of the source, A to F (Admiralty scale)"),
            _NOTE,
        ),
    ),
    Table(
        "actor",
        "an institution, firm, forum, instrument or platform",
        ("actor_id",),
        (
            _text("actor_id", "id of the actor"),
            _text("name", "English name"),
            _text("name_zh", "Chinese name"),
            _text("kind", "agency, company, forum, instrument ..."),
            _text("country_id", "country it belongs to; empty for international bodies"),
            _text("wikidata_id", "Wikidata item, where certain"),
            _NOTE,
        ),
    ),
    Table(
        "event",
        "something dated",
        ("event_id",),
        (
            _text("event_id", "id of the event"),
            _text("kind", "kind of event"),
            _text("date_edtf", "date as known, EDTF"),
            _EARLIEST,
            _LATEST,
            _text("title", "what happened, one sentence"),
            _text("certainty", "documented, announced, reported, alleged, assessed or disputed"),
            _NOTE,
        ),
    ),
    Table(
        "event_party",
        "a country or actor in an event",
        ("event_id", "party_id", "role"),
        (
            _text("event_id", "the event"),
            _text("party_id", "country or actor"),
            _text("role", "part it had in the event"),
        ),
    ),
    Table(
        "tie",
        "a relation between two parties",
        ("tie_id",),
        (
            _text("tie_id", "id of the tie"),
            _text("kind", "founded, operates, member_of, signatory_of ..."),
            _text("from_id", "country or actor it goes out from"),
            _text("to_id", "country or actor it leads to"),
            _text("from_as_written", "the first party as the source writes it"),
            _text("to_as_written", "the second party as the source writes it"),
            _text("since_edtf", "since when, EDTF"),
            _text("until_edtf", "until when, EDTF"),
            _EARLIEST,
            _LATEST,
            _text("status", "active, signed, announced, prospective ..."),
            _text("disclosed_by", "who made it known"),
            _NOTE,
        ),
    ),
    Table(
        "tally",
        "a published total without names",
        ("tally_id",),
        (
            _text("tally_id", "id of the tally"),
            _text("kind", "what is counted"),
            _text("subject_id", "actor that the total is about"),
            _text("as_of", "date of the total, EDTF"),
            _number("value", "the total"),
            _text("unit", "unit of the total"),
            _text("statement", "the total as one sentence"),
            _NOTE,
        ),
    ),
    Table(
        "indicator",
        "what a figure measures",
        ("indicator_id",),
        (
            _text("indicator_id", "id of the indicator"),
            _text("title", "title for a reader"),
            _text("unit", "unit of the value"),
            _text("better", "direction: higher, lower or none"),
            _text("basis", "how the publisher came to it"),
            _text("source_id", "publication"),
            _number("minimum", "least possible value"),
            _number("maximum", "greatest possible value"),
            _integer("decimals", "decimals that a page shows"),
            _text("absence", "what a missing row means: not_covered or none_recorded"),
            _NOTE,
        ),
    ),
    Table(
        "figure",
        "a country's value in a period",
        ("figure_id",),
        (
            _text("figure_id", "id, made of country, indicator and period"),
            _text("country_id", "the country"),
            _text("indicator_id", "the indicator"),
            _text("period", "year, or first/last year"),
            _number("value", "value, in the indicator's unit"),
            _number("low", "lower bound as published"),
            _number("high", "upper bound as published"),
            _text("gap", "why there is no value"),
            _text("as_written", "value as the publisher writes it"),
            _text("country_as_written", "country as the publisher writes it"),
        ),
    ),
    Table(
        "doctrine",
        "a principle, proposal, edition or loaded term",
        ("doctrine_id",),
        (
            _text("doctrine_id", "id of the entry"),
            _text("kind", "principle, proposal, edition or term"),
            _integer("position", "place within its kind"),
            _text("title", "English title"),
            _text("title_zh", "Chinese title"),
            _text("statement", "what it says, in our words"),
            _text("date_edtf", "date of an edition, EDTF"),
        ),
    ),
    Table(
        "claim",
        "one checkable statement of the report",
        ("claim_id",),
        (
            _text("claim_id", "id of the claim"),
            _integer("paragraph", "paragraph of the report, headings counted, title line first"),
            _text("kind", "fact, figure, inference or forecast"),
            _text("statement", "the claim in our words"),
            _text("quote", "short quotation, at most 40 words"),
            _text("test_kind", "sql, readings or untestable"),
            _text("test", "the query that decides it, or why none can"),
            _text("verdict", "supported, weaker, contradicted, insufficient or untestable"),
            _text("because", "the reason of the verdict, one sentence"),
        ),
    ),
    Table(
        "claim_subject",
        "a country or actor that a claim is about",
        ("claim_id", "party_id"),
        (_text("claim_id", "the claim"), _text("party_id", "country or actor")),
    ),
    Table(
        "reading",
        "what an independent source says on one aspect of a claim",
        ("reading_id",),
        (
            _text("reading_id", "id of the reading"),
            _text("claim_id", "the claim"),
            _text("aspect", "what is compared"),
            _text("weight", "core or detail"),
            _text("type", "how it is compared: date, number, name or yes_no"),
            _text("report_says", "what the report says"),
            _text("source_says", "what the source says; empty where it is silent"),
            _number("tolerance", "greatest difference that still agrees, numbers only"),
            _text("outcome", "agrees, differs or silent"),
            _NOTE,
        ),
    ),
    Table(
        "case_history",
        "a case history",
        ("case_id",),
        (
            _text("case_id", "id of the case"),
            _text("country_id", "the country"),
            _text("title", "title of the case"),
            _text("summary", "the case in a few sentences"),
        ),
    ),
    Table(
        "case_step",
        "an event in a case history",
        ("case_id", "position"),
        (
            _text("case_id", "the case"),
            _integer("position", "place in the sequence"),
            _text("event_id", "the event"),
            _text("text", "what happened and what the sources say"),
        ),
    ),
    Table(
        "citation",
        "what any row rests on",
        ("row_id", "source_id", "locator"),
        (
            _text("row_id", "any row of another table"),
            _text("source_id", "the source"),
            _text("locator", "where in the source"),
            _NOTE,
        ),
    ),
    Table(
        "democracy_reading",
        "a country's democracy by one measure, on the scale of Figure 1",
        ("reading_id",),
        (
            _text("reading_id", "id of the reading"),
            _text("country_id", "the country"),
            _text("measure", "eiu, vdem, wgi or mean"),
            _number("value", "linked to the EIU scale, 0 to 10"),
            _number("low", "lower bound, 95 %"),
            _number("high", "upper bound, 95 %"),
        ),
    ),
    Table(
        "spectrum",
        "a country's place in Figure 1",
        ("spectrum_id",),
        (
            _text("spectrum_id", "id of the row"),
            _text("country_id", "the country"),
            _number("tech", "PRC technology influence, share of the possible points, 0 to 1"),
            _number("tech_low", "lower bound, 95 %"),
            _number("tech_high", "upper bound, 95 %"),
            _number("democracy", "democracy as in the figure, EIU 0 to 10"),
            _number("democracy_low", "lower bound, 95 %, from three measures"),
            _number("democracy_high", "upper bound, 95 %, from three measures"),
            _number("corner_distance", "distance to the corner, 0 to 1.41 (both axes 0 to 1)"),
            _integer("rank", "rank by that distance, 1 nearest to the corner"),
            _integer("rank_low", "2.5th percentile of the rank"),
            _integer("rank_high", "97.5th percentile of the rank"),
            _number("rank_median", "median of the rank"),
            _number("first_probability", "share of draws in which the country is nearest"),
            _number("corner_probability", "share of draws inside the quadrant"),
            _number("corner_probability_median", "the same, quadrant cut at the sample medians"),
        ),
    ),
    Table(
        "statistic",
        "a number about many rows",
        ("statistic_id",),
        (
            _text("statistic_id", "id of the statistic"),
            _text("title", "what it is"),
            _number("value", "the value"),
            _number("low", "lower bound"),
            _number("high", "upper bound"),
            _number("level", "level of the interval, such as 0.95"),
            _text("unit", "unit of the value"),
            _integer("n", "number of units it is taken over"),
            _text("method", "how it was computed, one sentence"),
        ),
    ),
    Table(
        "un_agreement",
        "how often a country voted as China did on information security",
        ("un_agreement_id",),
        (
            _text("un_agreement_id", "id of the row"),
            _text("country_id", "the country"),
            _integer("votes_shared", "roll calls in which both recorded a vote"),
            _integer("votes_same", "of these, the same vote"),
            _number("share", "votes_same over votes_shared"),
        ),
    ),
    Table(
        "selection",
        "a named set of rows, where a result rests on more than 200",
        ("selection_id",),
        (
            _text("selection_id", "id of the selection"),
            _text("title", "what is selected"),
            _integer("row_count", "number of rows"),
            _text("sha256", "hash of the sorted row ids"),
        ),
    ),
    Table(
        "lineage",
        "what a derived row, or a selection, came from",
        ("result_id", "row_id"),
        (
            _text("result_id", "the derived row or selection"),
            _text("row_id", "a row, or a selection, that it rests on"),
        ),
    ),
    Table(
        "stated",
        "where in the ledger a row is written, and what it says there",
        ("row_id",),
        (
            _text("row_id", "the row"),
            _text("stated_id", "hash of the row as written"),
            _text("table_name", "public table it became"),
            _text("file", "file of the ledger"),
            _integer("line", "line in that file"),
            _text("file_sha256", "hash of that file"),
        ),
    ),
    Table(
        "run",
        "one step of the build that made this release",
        ("step",),
        (
            _text("step", "id of the step"),
            _integer("version", "version of its meaning"),
            _text("parameters", "its parameters, JSON"),
            _integer("seed", "seed of its random numbers, where it draws"),
            _text("input_sha256", "hash of its inputs"),
            _text("writes", "table that it made"),
        ),
    ),
)

TABLE: dict[str, Table] = {table.name: table for table in TABLES}
