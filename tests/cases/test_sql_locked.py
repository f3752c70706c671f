"""Queries that strangers write: one SELECT over the release is answered, nothing else is done."""

import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from sharedfuture.records.errors import QueryRefused
from sharedfuture.warehouse import ask_release, write_tables


@pytest.fixture(scope="module")
def written(
    small_tables: Mapping[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The database of a small release."""
    folder = tmp_path_factory.mktemp("small") / "release"
    write_tables({name: small_tables[name] for name in ("country", "figure", "claim")}, folder)
    return folder / "sharedfuture.duckdb"


@pytest.fixture
def database(written: Path) -> Iterator[Path]:
    """The same; whatever a test asks must leave its bytes alone."""
    before = sha256(written.read_bytes()).hexdigest()
    yield written
    assert sha256(written.read_bytes()).hexdigest() == before


def ask(database: Path, query: str) -> pl.DataFrame:
    return ask_release(database, query, limit_seconds=20)


@pytest.mark.parametrize(
    "statement",
    [
        "copy country to 'stolen.csv'",
        "copy country from 'other.csv'",
        "export database 'stolen'",
        "attach 'other.duckdb'",
        "attach ':memory:' as other",
        "detach sharedfuture",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "reset memory_limit",
        "pragma memory_limit='9GB'",
        "insert into country (country_id) values ('XXX')",
        "update country set name = ''",
        "delete from country",
        "create table stolen as select 1",
        "create temp table stolen as select 1",
        "create macro one() as 1",
        "drop table country",
        "alter table country add column x integer",
        "call pragma_version()",
        "checkpoint",
        "vacuum",
        "begin",
        "prepare p as select 1",
        "use memory",
        "select 1; select 2",
        "select 1; drop table country",
        "",
        ";",
        "-- select 1",
    ],
)
def test_whatever_is_not_one_select_is_refused(database: Path, statement: str) -> None:
    with pytest.raises(QueryRefused, match=r"^expected one SELECT, found "):
        ask(database, statement)


@pytest.mark.parametrize(
    "source",
    [
        "read_csv('{path}')",
        "read_csv_auto('{path}')",
        "read_text('{path}')",
        "read_blob('{path}')",
        "read_json('{path}')",
        "read_parquet('{path}')",
        "parquet_metadata('{path}')",
        "sniff_csv('{path}')",
        "glob('{path}')",
        "'{path}'",
        "query('from read_text(''{path}'')')",
        "'https://example.org/x.csv'",
        "read_csv('s3://bucket/x.csv')",
    ],
)
def test_no_file_is_read(database: Path, source: str) -> None:
    secret = database.with_name("secret.csv")
    secret.write_text("a,b\nsecret,1\n", encoding="utf-8")
    with pytest.raises(QueryRefused, match=r"disabled by configuration|does not exist|Missing"):
        ask(database, f"select * from {source.format(path=secret)}")


def test_no_variable_of_the_program_is_read(database: Path) -> None:
    secret = pl.DataFrame({"a": ["secret"]})
    with pytest.raises(QueryRefused, match="Table with name secret does not exist"):
        ask(database, "select * from secret")
    assert secret.height == 1


def test_text_that_does_not_parse_is_refused_with_the_place(database: Path) -> None:
    with pytest.raises(QueryRefused, match='at or near "country"'):
        ask(database, "select * form country")


def test_unknown_column_is_refused_with_what_there_is(database: Path) -> None:
    with pytest.raises(QueryRefused, match='"name"'):
        ask(database, "select nam from country")


def test_long_query_is_stopped_within_its_limit(database: Path) -> None:
    endless = "select sum(a.range * b.range) from range(10000000) a, range(10000000) b"
    begun = time.monotonic()
    with pytest.raises(QueryRefused, match=r"^expected an answer within 0\.3 s, found none"):
        ask_release(database, endless, limit_seconds=0.3)
    assert time.monotonic() - begun < 10  # unstopped it runs for hours


def test_query_that_needs_too_much_memory_is_refused(database: Path) -> None:
    with pytest.raises(QueryRefused, match=r"Out of Memory|within 20 s"):
        ask(database, "select list(range) from range(1000000000)")


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        ("name, name", "name, name"),
        ("name, region as name", "name, name"),
        ("1 as a, 3 as b, 2 as a", "a, b, a"),
    ],
)
def test_columns_of_one_name_are_refused(database: Path, columns: str, names: str) -> None:
    with pytest.raises(QueryRefused, match=rf"^expected columns of distinct names, found {names}$"):
        ask(database, f"select {columns} from country")


def test_all_columns_twice_are_refused(database: Path) -> None:
    with pytest.raises(QueryRefused, match=r"^expected columns of distinct names, found country_i"):
        ask(database, "select *, * from country")


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("date 'infinity'", date.max),
        ("date '-infinity'", date.min),
        ("date '20000-01-01'", "20000-01-01"),
        ("timestamp '290000-01-01'", "290000-01-01 00:00:00"),
        ("timestamptz '290000-01-01'", "290000-01-01 00:00:00+00"),
        ("timestamp 'infinity'", datetime.fromisoformat("9999-12-31T23:59:59.999999")),
        ("[date 'infinity']", [date.max]),
        ("[[1], [2, null]]", [[1], [2, None]]),
        ("[1.5::decimal(4, 2)]", [1.5]),
        ("1.5::decimal(4, 2)", 1.5),
        ("9223372036854775807", 2**63 - 1),
        ("18446744073709551615::ubigint", "18446744073709551615"),
        ("170141183460469231731687303715884105727::hugeint", str(2**127 - 1)),
        ("interval 1 month", "30 days, 0:00:00"),
        ("{'a': interval 1 day}", "{'a': datetime.timedelta(days=1)}"),
        ("{'a': 1}", "{'a': 1}"),
        ("map(['a'], [1])", "{'a': 1}"),
        ("map([[1]], [2])", "{'key': [[1]], 'value': [2]}"),
        ("union_value(a := 'x')", "x"),
        ("'ab'::blob", "b'ab'"),
        ("time '10:00'", "10:00:00"),
        ("array_value(1, 2)", "(1, 2)"),
        ("null", None),
    ],
)
def test_values_that_few_tools_know_become_plain(
    database: Path, value: str, answer: object
) -> None:
    frame = ask(database, f"select {value} as value")
    assert frame.rows() == [(answer,)]
    assert frame.to_dicts() == [{"value": answer}]


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("select name from country where country_id = 'NOR'", [("Norway",)]),
        ("select count(*) from figure", [(16,)]),
        ("with n as (select 1 as one) select one from n", [(1,)]),
        ("from country select country_id order by country_id limit 2", [("CHN",), ("NOR",)]),
        ("values (1), (2)", [(1,), (2,)]),
        ("select 1;", [(1,)]),
        ("select 'a; b' as text -- c; d", [("a; b",)]),
        ("select name from country where false", []),
        ("select date '9999-12-31'", [(date(9999, 12, 31),)]),
        ("select 1 as a, 2 as b", [(1, 2)]),
        ("show tables", [("claim",), ("country",), ("figure",)]),
    ],
)
def test_select_is_answered(database: Path, query: str, answer: list[tuple[object, ...]]) -> None:
    assert ask(database, query).rows() == answer


def test_columns_keep_their_names_and_types(database: Path) -> None:
    frame = ask(database, "select country_id, tile_column, is_un_member from country limit 1")
    assert frame.schema == {
        "country_id": pl.String,
        "tile_column": pl.Int64,
        "is_un_member": pl.Boolean,
    }
