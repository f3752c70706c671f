"""Claims whose test cannot decide them: each is a fault at the claim's own line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Ledger

CLAIMS = "claims/sample.toml"
READINGS_LINE = f"evidence/{CLAIMS}:3"
QUERY_LINE = f"evidence/{CLAIMS}:14"
TEST_LINE = f"evidence/{CLAIMS}:21"

QUERY = """\
select max_by(country_id, value) = 'PAK' as holds, max(value) as most, list(figure_id) as row_ids
from figure where indicator_id = 'china_index_technology_points'
"""
OTHER_TABLE = "file system operations are disabled by configuration"

REFUSED_QUERIES = [
    ("that does not parse", "selekt 1", 'Parser Error: syntax error at or near "selekt"'),
    (
        "of a table that is not there",
        "select true as holds, ['PAK'] as row_ids from no_such_table",
        "Catalog Error: Table with name no_such_table does not exist!",
    ),
    (
        "of a table that only the build has",
        "select true as holds, ['PAK'] as row_ids from incoming",
        "Catalog Error: Table with name incoming does not exist!",
    ),
    ("that writes a file", "copy (select 1) to 'stolen.csv'", "expected one SELECT, found COPY"),
    ("that opens a file", "attach 'other.duckdb'", "expected one SELECT, found ATTACH"),
    ("that fetches", "install httpfs", "expected one SELECT, found LOAD"),
    ("that sets", "set memory_limit = '9GB'", "expected one SELECT, found SET"),
    ("that deletes", "delete from claim", "expected one SELECT, found DELETE"),
    ("that makes", "create table t as select 1", "expected one SELECT, found CREATE"),
    ("that is two", "select 1; select 2", "expected one SELECT, found SELECT, SELECT"),
    ("that is none", "-- nothing", "expected one SELECT, found nothing"),
    (
        "that divides text",
        "select true as holds, ['PAK'] as row_ids, 'x'::integer as most",
        "Conversion Error: Could not convert string 'x' to INT32",
    ),
]

WRONG_ANSWERS = [
    (
        "two rows",
        "select true as holds, [country_id] as row_ids, 1 as most from country limit 2",
        "a query that gives one row, found 2 rows",
    ),
    (
        "no column holds",
        "select ['PAK'] as row_ids, 1 as most",
        "columns holds and row_ids, found no column holds",
    ),
    (
        "no column row_ids",
        "select true as holds, 1 as most",
        "columns holds and row_ids, found no column row_ids",
    ),
    (
        "neither column",
        "select 1 as most",
        "columns holds and row_ids, found no column holds, row_ids",
    ),
    (
        "a word for holds",
        "select 'yes' as holds, ['PAK'] as row_ids, 1 as most",
        "holds as a boolean, found 'yes'",
    ),
    (
        "one for holds",
        "select 1 as holds, ['PAK'] as row_ids, 1 as most",
        "holds as a boolean, found 1",
    ),
    (
        "one point nothing for holds",
        "select 1.0::double as holds, ['PAK'] as row_ids, 1 as most",
        "holds as a boolean, found 1.0",
    ),
    (
        "a decimal for holds",
        "select 1.0 as holds, ['PAK'] as row_ids, 1 as most",
        "holds as a boolean, found 1.0",
    ),
    (
        "a number for row_ids",
        "select true as holds, 5 as row_ids, 1 as most",
        "row_ids as a list of ids, found 5",
    ),
    (
        "one id for row_ids",
        "select true as holds, 'PAK' as row_ids, 1 as most",
        "row_ids as a list of ids, found 'PAK'",
    ),
    (
        "lists in row_ids",
        "select true as holds, [['PAK']] as row_ids, 1 as most",
        "row_ids as a list of ids, found [['PAK']]",
    ),
    (
        "numbers in row_ids",
        "select true as holds, [5] as row_ids, 1 as most",
        "row_ids as a list of ids, found [5]",
    ),
    (
        "a mapping for row_ids",
        "select true as holds, map(['PAK'], ['PAK']) as row_ids, 1 as most",
        "row_ids as a list of ids, found \"{'PAK': 'PAK'}\"",
    ),
    (
        "a number for partly",
        "select false as holds, 2 as partly, ['PAK'] as row_ids, 1 as most",
        "partly as a boolean, found 2",
    ),
    (
        "a row that is not there",
        "select true as holds, ['PAK', 'fig-nowhere'] as row_ids, 1 as most",
        "ids of rows of the release, found 'fig-nowhere'",
    ),
]

SENTENCES = [
    ("a column that is not there", "{least}", "'least'"),
    ("a form for another kind", "{most:d}", "Unknown format code 'd' for object of type 'float'"),
    ("the column of ids", "{row_ids}", "'row_ids'"),
]

# Places that no query can fill, whatever its columns are.
PLACES = [
    ("an attribute", "{most.__class__}", "place {most.__class__}"),
    ("an item", "{most[0]}", "place {most[0]}"),
    ("a place without a name", "{}", "place {}"),
    ("a numbered place", "{0}", "place {0}"),
    ("a brace that stays open", "{most", "expected '}' before end of string"),
    ("a brace that was never open", "most}", "Single '}' encountered in format string"),
    ("a width", "{most:>99999999999}", "place {most:>99999999999}"),
    ("a width alone", "{most:9}", "place {most:9}"),
    ("a precision", "{most:.99999999999f}", "place {most:.99999999999f}"),
    ("a width from another column", "{most:{most}}", "place {most:{most}}"),
    ("a sign", "{most:+.1f}", "place {most:+.1f}"),
    ("another base", "{most:x}", "place {most:x}"),
    ("a conversion to text", "{most!s}", "place {most!s}"),
    ("a conversion to a form", "{most!r}", "place {most!r}"),
    ("a conversion to plain letters", "{most!a}", "place {most!a}"),
    ("an unknown conversion", "{most!x}", "place {most!x}"),
    ("a text as a number", "{most!s:.1f}", "place {most!s:.1f}"),
]

# Values that no sentence can say as a number.
NOT_NUMBERS = [
    ("a list", "list(value)", "unsupported format string passed to list.__format__"),
    (
        "a list of dates without end",
        "[date 'infinity']",
        "unsupported format string passed to list.__format__",
    ),
    *(
        (name, value, "Unknown format code 'f' for object of type 'str'")
        for name, value in (
            ("a text", "'many'"),
            ("a date", "date '2022-01-01'"),
            ("a mapping", "{'a': 1}"),
            ("a mapping of lists", "map([[1]], [2])"),
            ("an interval", "interval 1 month"),
            ("an interval inside", "{'a': interval 1 day}"),
            ("a date without end", "date 'infinity'"),
            ("a date without beginning", "date '-infinity'"),
            ("a date too late", "date '20000-01-01'"),
            ("a time too late", "timestamp '290000-01-01'"),
            ("a time with its zone too late", "timestamptz '290000-01-01'"),
            ("a time without end", "timestamp 'infinity'"),
        )
    ),
]

# Values of types that few tools know, and how a sentence says them.
PLAIN_VALUES = [
    ("a decimal", "1.5::decimal(4, 2)", "{most}", "1.5"),
    ("a union of a number", "union_value(a := 1)", "{most:.1f}", "1.0"),
    ("a mapping", "map(['a'], [1])", "{most}", "{'a': 1}"),
    ("a struct", "{'a': 1}", "{most}", "{'a': 1}"),
    ("a date", "date '2022-01-01'", "{most}", "2022-01-01"),
    ("a date without end", "date 'infinity'", "{most}", "9999-12-31"),
    ("a date too late", "date '20000-01-01'", "{most}", "20000-01-01"),
    ("a list", "[1, 2]", "{most}", "[1, 2]"),
    (
        "a huge integer",
        "170141183460469231731687303715884105727::hugeint",
        "{most}",
        "170141183460469231731687303715884105727",
    ),
]

TESTS = [
    (
        "sql without query",
        f'sql = """\n{QUERY}"""\n',
        "",
        "expected a test of kind 'sql' with sql, found neither",
    ),
    (
        "sql with a reason",
        'kind = "sql"\nsql = """\nselect max',
        'kind = "sql"\nwhy = "x"\nsql = """\nselect max',
        "expected a test of kind 'sql' with sql, found sql, why",
    ),
    (
        "readings with a query",
        'kind = "sql"\nsql = """\nselect max',
        'kind = "readings"\nsql = """\nselect max',
        "expected a test of kind 'readings' with neither sql nor why, found sql",
    ),
    (
        "untestable without a reason",
        f'kind = "sql"\nsql = """\n{QUERY}"""\n',
        'kind = "untestable"\n',
        "expected a test of kind 'untestable' with why, found neither",
    ),
    (
        "kind of test that is none",
        f'kind = "sql"\nsql = """\n{QUERY}"""\n',
        'kind = "readings"\nquorum = 2\n',
        "expected test: one of the keys kind, sql, why, found unknown key 'quorum'",
    ),
]


def ids(cases: list[tuple[str, str, str]]) -> list[str]:
    return [case[0] for case in cases]


def ask(ledger: Ledger, query: str) -> list[str]:
    """Faults of the ledger with this query in place of that of the second claim."""
    ledger.change(CLAIMS, QUERY, f"{query}\n")
    return ledger.faults()


@pytest.mark.parametrize(
    ("query", "found"), [case[1:] for case in REFUSED_QUERIES], ids=ids(REFUSED_QUERIES)
)
def test_query_is_refused(small_ledger: Ledger, query: str, found: str) -> None:
    assert ask(small_ledger, query) == [f"{QUERY_LINE}: expected a query that runs, found {found}"]


@pytest.mark.parametrize(
    "call",
    [
        "read_csv('{path}')",
        "read_text('{path}')",
        "read_blob('{path}')",
        "read_json('{path}')",
        "glob('{path}')",
        "'{path}'",
        "parquet_scan('{path}')",
    ],
)
def test_query_reads_no_file(small_ledger: Ledger, call: str) -> None:
    source = call.format(path=small_ledger.settings.evidence / "actors.csv")
    (fault,) = ask(
        small_ledger, f"select true as holds, ['PAK'] as row_ids, 1 as most from {source}"
    )
    assert fault.startswith(f"{QUERY_LINE}: expected a query that runs, found Permission Error: ")
    assert OTHER_TABLE in fault


def test_query_sees_no_variable_of_the_program(small_ledger: Ledger) -> None:
    for name in ("frames", "queries", "answers", "tables", "duckdb"):
        (fault,) = ask(small_ledger, f"select true as holds from {name}")
        assert f"Table with name {name} does not exist" in fault
        small_ledger.change(CLAIMS, f"select true as holds from {name}\n", QUERY)


def test_query_that_takes_too_long_is_stopped(small_ledger: Ledger) -> None:
    settings = replace(small_ledger.settings, query_limit_seconds=0.2)
    hasty = replace(small_ledger, settings=settings)
    assert ask(hasty, "select sum(a.range * b.range) from range(1000000) a, range(1000000) b") == [
        f"{QUERY_LINE}: expected a query that runs, found expected an answer within 0.2 s, "
        "found none; narrow the query"
    ]


@pytest.mark.parametrize(
    ("query", "fault"), [case[1:] for case in WRONG_ANSWERS], ids=ids(WRONG_ANSWERS)
)
def test_answer_is_refused(small_ledger: Ledger, query: str, fault: str) -> None:
    assert ask(small_ledger, query) == [f"{QUERY_LINE}: expected {fault}"]


@pytest.mark.parametrize(("place", "found"), [case[1:] for case in SENTENCES], ids=ids(SENTENCES))
def test_sentence_that_the_answer_does_not_fill_is_refused(
    small_ledger: Ledger, place: str, found: str
) -> None:
    """Every verdict's sentence is tried, also those of verdicts that are not reached."""
    small_ledger.change(CLAIMS, "Another country has {most:.0f} points.", f"It has {place}.")
    assert small_ledger.faults() == [
        f"{QUERY_LINE}: expected a sentence that the query's columns fill, "
        f"found {found} in 'It has {place}.'"
    ]


@pytest.mark.parametrize(
    ("value", "found"), [case[1:] for case in NOT_NUMBERS], ids=ids(NOT_NUMBERS)
)
def test_value_that_does_not_fit_its_place_is_refused(
    small_ledger: Ledger, value: str, found: str
) -> None:
    small_ledger.change(CLAIMS, "max(value) as most", f"{value} as most")
    (fault,) = small_ledger.faults()
    assert fault.startswith(
        f"{QUERY_LINE}: expected a sentence that the query's columns fill, found {found} in "
    )


@pytest.mark.parametrize(("place", "found"), [case[1:] for case in PLACES], ids=ids(PLACES))
def test_place_that_no_column_fills_is_refused(
    small_ledger: Ledger, place: str, found: str
) -> None:
    """Before the query runs, and so whatever it would give: here nothing, for it is broken."""
    small_ledger.change(CLAIMS, "Another country has {most:.0f} points.", f"It has {place}.")
    told = [
        f"{QUERY_LINE}: expected places such as {{n}} or {{share:.1f}}, "
        f"found {found} in 'It has {place}.'"
    ]
    assert small_ledger.faults() == told
    assert ask(small_ledger, "selekt 1") == told


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        ("1 as most, 2 as most", "holds, row_ids, most, most"),
        ("1 as most, true as holds", "holds, row_ids, most, holds"),
    ],
)
def test_columns_of_one_name_are_refused(small_ledger: Ledger, columns: str, names: str) -> None:
    assert ask(small_ledger, f"select true as holds, ['PAK'] as row_ids, {columns}") == [
        f"{QUERY_LINE}: expected a query that runs, "
        f"found expected columns of distinct names, found {names}"
    ]


@pytest.mark.parametrize(
    ("value", "place", "said"),
    [case[1:] for case in PLAIN_VALUES],
    ids=[case[0] for case in PLAIN_VALUES],
)
def test_values_that_few_tools_know_are_said_plainly(
    small_ledger: Ledger, value: str, place: str, said: str
) -> None:
    text = small_ledger.read(CLAIMS)
    small_ledger.write(CLAIMS, text.replace("{most:.0f}", place))
    assert ask(small_ledger, f"select false as holds, ['PAK'] as row_ids, {value} as most") == []
    claims = small_ledger.tables()["claim"].filter(claim_id="claim-004-most-technology")
    assert claims["because"].to_list() == [f"Another country has {said} points."]


def silence(ledger: Ledger, sentence: str) -> None:
    """Let the query of the second claim give no row, and give it this sentence for that."""
    condition = "where indicator_id = 'china_index_technology_points'"
    ledger.change(CLAIMS, condition, f"{condition} and false having count(*) > 0")
    ledger.change(CLAIMS, "[claim.because]\n", f"[claim.because]\ninsufficient = '{sentence}'\n")


@pytest.mark.parametrize(
    ("sentence", "because"),
    [
        ("It has {most:.0f} points.", "It has unknown points."),
        ("It has {most} points of {sum:,.1f}.", "It has unknown points of unknown."),
        ("Nothing is held.", "Nothing is held."),
    ],
)
def test_places_of_a_query_without_row_are_unknown(
    small_ledger: Ledger, sentence: str, because: str
) -> None:
    silence(small_ledger, sentence)
    claims = small_ledger.tables()["claim"].filter(claim_id="claim-004-most-technology")
    (row,) = claims.select("verdict", "because").rows()
    assert row == ("insufficient", because)


@pytest.mark.parametrize(
    "place", ["{most:>9}", "{most", "{0}", "{}", "{most.real}", "{most[0]}", "{most!r}"]
)
def test_place_that_no_column_fills_is_refused_without_row_too(
    small_ledger: Ledger, place: str
) -> None:
    silence(small_ledger, f"It has {place}.")
    (fault,) = small_ledger.faults()
    assert fault.startswith(f"evidence/{CLAIMS}:14: expected places such as {{n}} or {{share:.1f}}")


def test_ids_that_are_none_leave_a_claim_undecided(small_ledger: Ledger) -> None:
    for row_ids in ("null", "[null]", "[]"):
        query = f"select true as holds, 1 as most, {row_ids} as row_ids"
        assert ask(small_ledger, query) == []
        claims = small_ledger.tables()["claim"].filter(claim_id="claim-004-most-technology")
        assert claims["verdict"].to_list() == ["insufficient"]
        small_ledger.change(CLAIMS, f"{query}\n", QUERY)


@pytest.mark.parametrize(
    ("old", "new", "fault"), [case[1:] for case in TESTS], ids=[case[0] for case in TESTS]
)
def test_test_without_what_its_kind_needs_is_refused(
    small_ledger: Ledger, old: str, new: str, fault: str
) -> None:
    small_ledger.change(CLAIMS, old, new)
    assert small_ledger.faults() == [f"{TEST_LINE}: {fault}"]


def test_unknown_verdict_has_no_sentence(small_ledger: Ledger) -> None:
    small_ledger.change(CLAIMS, 'contradicted = "Another', 'refuted = "Another')
    assert small_ledger.faults() == [
        f"evidence/{CLAIMS}:28: expected because: one of the keys supported, weaker, "
        "contradicted, insufficient, found unknown key 'refuted'"
    ]


def test_faults_of_several_queries_are_told_at_once(small_ledger: Ledger) -> None:
    small_ledger.change(CLAIMS, "from event where", "from events where")
    faults = ask(small_ledger, "drop table claim")
    assert [fault.partition(": ")[0] for fault in faults] == [QUERY_LINE, f"evidence/{CLAIMS}:31"]


def test_claims_need_the_report_among_the_sources(small_ledger: Ledger) -> None:
    for name in (
        "actors.csv",
        "ties/sample.csv",
        "events.csv",
        "tallies.csv",
        "citations.csv",
        "cases.toml",
        "doctrine.toml",
    ):
        small_ledger.write(
            name, small_ledger.read(name).replace("src-report", "src-sample-figures")
        )
    small_ledger.change("sources/sample.csv", "src-report,", "src-other-report,")
    assert small_ledger.faults() == [
        f"{READINGS_LINE}: expected the report as source 'src-report', found no such source"
    ]
