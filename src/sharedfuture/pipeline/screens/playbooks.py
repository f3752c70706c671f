"""What `sharedfuture playbooks` prints."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.markup import escape
from rich.table import Table

from sharedfuture.analyse.playbooks.matching.occurrence import Occurrence
from sharedfuture.analyse.playbooks.matching.playbook import Playbook
from sharedfuture.analyse.playbooks.matching.pool import Pool
from sharedfuture.analyse.playbooks.matching.trial import Match, Tell, Trial
from sharedfuture.analyse.playbooks.rows import chance_row, match_row
from sharedfuture.pipeline.playbook_trials import Release
from sharedfuture.pipeline.screens.console import open_console

# One row of a table that is printed.
Shown = Mapping[str, Any]

_LINEAGE = ("row_ids", "pool_ids")


@contextmanager
def telling() -> Iterator[Tell]:
    """Show how many shuffles are done, on the error stream; nothing where it is no terminal."""
    is_terminal = sys.stderr.isatty()

    def tell(done: int, of: int) -> None:
        if is_terminal:
            sys.stderr.write(f"\r{done:,} of {of:,} shuffles ")
            sys.stderr.flush()

    yield tell
    if is_terminal:
        sys.stderr.write("\r\x1b[K")


def show_playbooks(release: Release, *, style: str) -> None:
    """The playbooks, and in how many countries each is found with each sponsor."""
    chances = {
        (row["playbook_id"], row["sponsor_id"]): row
        for row in release.tables["playbook_chance"].iter_rows(named=True)
    }
    rows = []
    for playbook in release.tables["playbook"].iter_rows(named=True):
        row = {
            "playbook": playbook["playbook_id"],
            "title": playbook["title"],
            "steps": playbook["steps"],
            "required": playbook["required"],
        }
        for sponsor in release.sponsors:
            chance = chances.get((playbook["playbook_id"], sponsor))
            row[sponsor] = (
                ""
                if chance is None
                else f"{chance['found']} (shuffled {chance['found_by_chance']:.1f}, "
                f"within kind {chance['found_by_kind']:.1f})"
            )
        rows.append(row)
    _show(rows, style=style)


def show_matches(release: Release, trial: Trial, *, most: int, style: str) -> None:
    """The best occurrence of each country, best first; as JSON, rows of `playbook_match`."""
    names, told = release.names(), release.told()
    best = sorted(trial.matches, key=lambda match: (match.rank, match.country_id))[:most]
    rows = [match_row(trial, match, names, told) for match in best]
    if style == "json":
        _print_json([_without_lineage(row) for row in rows])
        return
    _show(
        [
            {
                "rank": row["rank"],
                "country": names[row["country_id"]],
                "fit": f"{row['fit']:.2f}",
                "whole": "yes" if row["is_whole"] else "no",
                "order": f"{row['order_probability']:.2f}",
                "from": str(row["start_date"] or ""),
                "to": str(row["end_date"] or ""),
                "missing": row["missing"],
                "chance": f"{row['chance']:.3g}",
                "any country": f"{row['chance_all']:.3g}",
                "within kind": f"{row['chance_by_kind']:.3g}",
            }
            for row in rows
        ],
        style=style,
    )
    _say(chance_row(trial, names)["sentence"])


def show_country(release: Release, trial: Trial, country_id: str, *, style: str) -> None:
    """What fills each step in one country."""
    match = next((item for item in trial.matches if item.country_id == country_id), None)
    names, told = release.names(), release.told()
    if match is None:
        if style == "json":
            _print_json(None)
        else:
            _say(f"{names[country_id]}: no two steps are filled in an order that fits.")
        return
    filled = _filled(trial.playbook, trial.pool, match.found, told)
    row = match_row(trial, match, names, told)
    if style == "json":
        _print_json({**_without_lineage(row), "filled_by": filled})
        return
    _show(filled, style=style)
    _say(row["sentence"])


def show_occurrences(
    release: Release, playbook: Playbook, pool: Pool, found: Sequence[Occurrence], *, style: str
) -> None:
    """All occurrences in a country, best first."""
    told = release.told()
    if style == "json":
        _print_json(
            [
                {
                    "fit": each.fit,
                    "order_probability": each.order_probability,
                    "filled_by": _filled(playbook, pool, each, told),
                }
                for each in found
            ]
        )
        return
    rows = [
        {
            "fit": f"{each.fit:.3f}",
            "order": f"{each.order_probability:.2f}",
            **{row["step"]: row["date"] for row in _filled(playbook, pool, each, told)},
        }
        for each in found
    ]
    _show(rows, style=style)
    _say(f"{len(found)} occurrences; one that is part of a better one is left out.")


def show_chances(release: Release, trials: Sequence[Trial], *, style: str) -> None:
    """How often the playbook is found with each sponsor; as JSON, rows of `playbook_chance`."""
    names = release.names()
    rows = [chance_row(trial, names) for trial in trials]
    if style == "json":
        _print_json([_without_lineage(row) for row in rows])
        return
    shown = [
        {
            "sponsor": names[row["sponsor_id"]],
            "countries": row["countries"],
            "found": row["found"],
            "shuffled": f"{row['found_by_chance']:.1f} ({row['found_by_chance_low']:.0f} to "
            f"{row['found_by_chance_high']:.0f})",
            "chance": f"{row['chance']:.3g}",
            "within kind": f"{row['found_by_kind']:.1f} ({row['found_by_kind_low']:.0f} to "
            f"{row['found_by_kind_high']:.0f})",
            "its chance": f"{row['chance_by_kind']:.3g}",
            "least of a country": _least(trial.matches, names),
        }
        for row, trial in zip(rows, trials, strict=True)
    ]
    _show(shown, style=style)
    _say(f"{trials[0].shuffles:,} shuffles of either way." if trials else "")


def _least(matches: Sequence[Match], names: Mapping[str, str]) -> str:
    """The country with the least chance."""
    if not matches:
        return ""
    least = min(matches, key=lambda match: (match.chance, match.country_id))
    return f"{names[least.country_id]} {least.chance:.3g} (any country {least.chance_all:.3g})"


def _filled(
    playbook: Playbook, pool: Pool, found: Occurrence, told: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """A row for each step, as written: what fills it, when, and what that adds."""
    place = {step.id: at for at, step in enumerate(playbook.steps)}
    rows = []
    for name in playbook.written:
        at = place[name]
        step = playbook.steps[at]
        unit = found.units.get(at)
        by = {} if unit is None else told[pool.history_ids[unit]]
        rows.append(
            {
                "step": name,
                "role": step.role.value,
                "date": by.get("date_edtf") or _span(by),
                "certainty": by.get("certainty", ""),
                "adds": round(found.adds.get(at, 0.0), 3),
                "what": by.get("title", "nothing"),
                "row": by.get("row_id", ""),
            }
        )
    return rows


def _span(row: Mapping[str, Any]) -> str:
    if not row:
        return ""
    return f"{row['earliest_date'] or '..'}/{row['latest_date'] or '..'}"


def _without_lineage(row: Shown) -> dict[str, Any]:
    return {name: cell for name, cell in row.items() if name not in _LINEAGE}


def _show(rows: Sequence[Shown], *, style: str) -> None:
    if style == "json":
        _print_json(rows)
        return
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name, cell in rows[0].items() if rows else ():
        is_number = isinstance(cell, int | float) or cell.replace(".", "").isdigit()
        table.add_column(escape(name), justify="right" if is_number else "left")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row.values()))
    open_console().print(table)


def _say(sentence: str) -> None:
    sys.stdout.write(f"\n{sentence}\n" if sentence else "")


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str, indent=1) + "\n")
