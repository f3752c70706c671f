"""Every public table and column can be asked for as it is written, without quotes."""

from sharedfuture.records.frames import frame_of
from sharedfuture.records.tables import TABLES
from sharedfuture.warehouse import ask_each


def test_tables_and_columns_need_no_quotes() -> None:
    frames = {table.name: frame_of(table, []) for table in TABLES}
    queries = {
        f"{table.name}.{name}": f"select {name} from {table.name} group by {name} order by {name}"
        for table in TABLES
        for name in table.column_names
    }
    answers = ask_each(frames, queries, limit_seconds=20)
    assert {name: answer for name, answer in answers.items() if answer != []} == {}
