"""The matcher of playbooks against the same query as DuckDB's self-joins, and how it grows.

python bench/bench_playbooks.py     the rows below, and the time at half and at double the size
"""

from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

import duckdb
import numpy as np
import polars as pl
from timing import in_turn

from sharedfuture.analyse.playbooks import matches
from sharedfuture.analyse.playbooks.matching.chance import see_shuffled
from sharedfuture.analyse.playbooks.matching.occurrence import DRAWS, best_occurrences
from sharedfuture.analyse.playbooks.matching.playbook import Party, Playbook, Role, read_playbook
from sharedfuture.analyse.playbooks.matching.pool import Study, pool_of, units_of
from sharedfuture.analyse.playbooks.matching.task import task_of
from sharedfuture.analyse.step import read_parameters
from sharedfuture.pipeline.build import capture_ledger
from sharedfuture.pipeline.compute import compute
from sharedfuture.pipeline.playbooks import is_playbook
from sharedfuture.pipeline.settings import Settings

Row = tuple[str, float, str, float, str]

KINDS = tuple(f"kind_{number:02d}" for number in range(40))
COUNTRIES = tuple(f"C{number:03d}" for number in range(200))
STUDY = Study(date(2000, 1, 1).toordinal(), date(2025, 12, 31).toordinal(), 0.15)
SPONSORS = ("CHN", "RUS", "USA")


def playbook_rows() -> list[Row]:
    """A million made-up happenings with ten playbooks; 1,000 shuffles of the ledger's history."""
    units = units_of(made_up(1_000_000), STUDY)
    playbooks = [made_up_playbook(number) for number in range(10)]
    ours, joined = in_turn(lambda: match(units, playbooks), lambda: join(units, playbooks), runs=3)
    real, written = of_the_ledger()
    shuffled, joined_shuffles = in_turn(
        lambda: shuffle(real, written, shuffles=1000),
        lambda: join_shuffled(real, written, shuffles=1000),
        runs=3,
    )
    return [
        (
            "playbooks, 1,000,000 happenings x 10, best of each country",
            ours,
            "DuckDB's self-joins, whole matches only, one day a date",
            joined,
            "under 60 s",
        ),
        (
            "1,000 shuffles of the ledger's history, all playbooks",
            shuffled,
            "DuckDB's self-joins of the same, whole matches only",
            joined_shuffles,
            "under 60 s",
        ),
    ]


def made_up(count: int, *, seed: int = 20260115) -> pl.DataFrame:
    """The table `history` without any order in it: a third known to the month or the year only."""
    generator = np.random.default_rng(seed)
    first = generator.integers(STUDY.first_day, STUDY.last_day - 366, count)
    days = generator.choice([1, 30, 365], count, p=[0.67, 0.23, 0.10])
    epoch = date(1970, 1, 1).toordinal()

    def drawn(words: tuple[str | None, ...]) -> pl.Series:
        return pl.Series(words, dtype=pl.String).gather(generator.integers(0, len(words), count))

    return pl.DataFrame(
        {
            "history_id": [f"his-{number:08d}" for number in range(count)],
            "country_id": drawn(COUNTRIES),
            "sponsor_id": drawn((None, "CHN", "RUS")),
            "kind": drawn(KINDS),
            "earliest_date": pl.Series(first - epoch, dtype=pl.Int32).cast(pl.Date),
            "latest_date": pl.Series(first + days - 1 - epoch, dtype=pl.Int32).cast(pl.Date),
            "certainty": drawn(("documented", "reported", "alleged")),
            "origins": pl.Series(generator.integers(1, 3, count)),
        }
    )


def made_up_playbook(number: int) -> Playbook:
    """Four steps in a row with windows, each of a kind of its own."""
    steps = ""
    for at in range(4):
        kind, party = KINDS[(4 * number + at) % len(KINDS)], "any" if at else "sponsor"
        steps += f'[[step]]\nid = "s{at}"\ntitle = "Step {at}"\nkinds = ["{kind}"]\n'
        steps += f'party = "{party}"\nrole = "required"\nweight = {1 + at / 10}\n'
        steps += f'after = ["s{at - 1}"]\nwithin_days = {120 + 60 * at}\n' if at else ""
    text = (
        f'playbook_id = "made-up-{number}"\ntitle = "Made up"\nstatement = "Made up."\n'
        f'reason = "Made up."\ncite = [{{ source = "src-none", at = "nowhere" }}]\n{steps}'
    )
    return read_playbook(text, file="made-up.toml", kinds=KINDS, longest_days=10_000)


def match(units: pl.DataFrame, playbooks: list[Playbook]) -> float:
    """The best occurrence of each playbook in each country; the sum of their fits."""
    total = 0.0
    for playbook in playbooks:
        task = task_of(playbook, pool_of(units, playbook, "CHN"), draws=DRAWS)
        total += sum(found.fit for found in best_occurrences(task))
    return total


def shuffle(units: pl.DataFrame, playbooks: list[Playbook], *, shuffles: int) -> int:
    """Whole matches in shuffles within country, all playbooks and sponsors."""
    parameters = read_parameters(matches.__package__, "matches")
    total = 0
    for playbook in playbooks:
        for sponsor in SPONSORS:
            pool = pool_of(units, playbook, sponsor)
            task = task_of(playbook, pool, draws=parameters["draws"])
            seen = see_shuffled(task, pool.country, shuffles=shuffles, seed=1)
            total += int(seen.found.sum())
    return total


def join(units: pl.DataFrame, playbooks: list[Playbook]) -> None:
    """What stands for the same as self-joins: the most weight of whole matches, by country."""
    frame = units.with_columns(shuffle=pl.lit(0))
    with duckdb.connect() as database:
        database.execute("set threads to 2")
        database.register("frame", frame.to_arrow())
        database.execute("create table unit as select * from frame")
        for playbook in playbooks:
            database.execute(joins_of(playbook, "CHN")).fetchall()


def join_shuffled(units: pl.DataFrame, playbooks: list[Playbook], *, shuffles: int) -> None:
    """The same for shuffles of dates within country."""
    generator = np.random.default_rng(1)
    country = units.get_column("country_id").rank("dense").to_numpy()
    dealt = np.argsort(country + generator.random((shuffles, len(country))), axis=1)
    days = units.get_column("first_day").to_numpy()[dealt].ravel()
    lengths = units.get_column("days").to_numpy()[dealt].ravel()
    frame = pl.concat([units] * shuffles).with_columns(
        first_day=pl.Series(days),
        days=pl.Series(lengths),
        shuffle=pl.Series(np.repeat(np.arange(shuffles), len(country))),
    )
    with duckdb.connect() as database:
        database.execute("set threads to 2")
        database.register("frame", frame.to_arrow())
        database.execute("create table unit as select * from frame")
        for playbook in playbooks:
            for sponsor in SPONSORS:
                database.execute(joins_of(playbook, sponsor)).fetchall()


def joins_of(playbook: Playbook, sponsor_id: str) -> str:
    """Required steps joined by order and window; a date is the middle of what it may be."""
    steps = [step for step in playbook.steps if step.role is Role.REQUIRED]
    names = {step.id: f"s{at}" for at, step in enumerate(steps)}
    tables: list[tuple[str, str, list[str]]] = []
    terms = []
    for step in steps:
        name, listed = names[step.id], ", ".join(f"'{kind}'" for kind in step.kinds)
        ours = f" and sponsor_id = '{sponsor_id}'" if step.party is Party.SPONSOR else ""
        chosen = (
            f"(select shuffle, country_id, first_day + days / 2 as day, weight from unit "
            f"where kind in ({listed}){ours}) {name}"
        )
        before = [names[other] for other in step.after if other in names]
        near = [f"{name}.day > {other}.day" for other in before]
        if step.within_days is not None and before:
            last = f"greatest({', '.join(f'{other}.day' for other in before)})"
            near.append(f"{name}.day <= {last} + {step.within_days}")
        same = "" if not tables else " using (shuffle, country_id)"
        tables.append((chosen, same, near))
        terms.append(f"{step.weight} * {name}.weight")
    source = tables[0][0] + "".join(f" join {chosen}{same}" for chosen, same, _ in tables[1:])
    where = " and ".join(near for _, _, each in tables for near in each) or "true"
    return (
        f"select shuffle, country_id, max({' + '.join(terms)}) from {source} where {where} "
        "group by shuffle, country_id"
    )


def of_the_ledger() -> tuple[pl.DataFrame, list[Playbook]]:
    """The happenings and the playbooks of the ledger."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(
            evidence=Path(__file__).parents[1] / "evidence", out=folder / "out", var=folder / "var"
        )
        captures = capture_ledger(settings)
        history = compute(captures, settings).tables["history"]
    parameters = read_parameters(matches.__package__, "matches")
    study = matches.study_of(
        parameters["study_first_day"],
        parameters["study_last_day"],
        parameters["doubt_of_one_origin"],
    )
    texts = pl.DataFrame(
        [
            {"file": item.name, "text": item.data.decode()}
            for item in captures
            if is_playbook(item.name)
        ]
    )
    return units_of(history, study), matches.playbooks_of(texts, study)


def growth(counts: tuple[int, ...] = (500_000, 1_000_000, 2_000_000)) -> list[tuple[int, float]]:
    """Seconds of processor for ten playbooks, by number of happenings; medians of three."""
    playbooks = [made_up_playbook(number) for number in range(10)]
    found = []
    for count in counts:
        units = units_of(made_up(count), STUDY)
        times = []
        for _ in range(3):
            start = process_time()
            match(units, playbooks)
            times.append(process_time() - start)
        found.append((count, median(times)))
    return found


if __name__ == "__main__":
    from run import Measured

    for row in playbook_rows():
        print(Measured(*row).line())
    for happenings, seconds in growth():
        print(f"{happenings:,} happenings: {seconds:.1f} s")
