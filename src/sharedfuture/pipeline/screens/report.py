"""What a build came to, for the table that is printed after it."""

from pathlib import Path

from sharedfuture.warehouse import ask_release

_SUMMARY = """
select 'countries in the observatory' as what, count(*)::text as value from country
union all select 'countries in Figure 1', count(*)::text from spectrum
union all
select 'Pearson correlation of Figure 1 (95 %)',
       printf('%.2f (%.2f to %.2f)', value, low, high)
from statistic where statistic_id = 'stat-pearson'
union all
select 'nearest to the corner: ' || name, printf('rank %d (%d to %d)', rank, rank_low, rank_high)
from spectrum join country using (country_id)
where rank <= 2 or country_id = 'PAK'
union all select 'claims of the report', count(*)::text from claim
union all select '  ' || verdict, count(*)::text from claim group by verdict
union all select 'events', count(*)::text from event
union all select 'ties', count(*)::text from tie
union all select 'figures', count(*)::text from figure
union all select 'sources', count(*)::text from source
"""


def summarise(release: Path) -> list[tuple[str, str]]:
    """Lines of what and how much; raises NoRelease where there is none."""
    frame = ask_release(release / "sharedfuture.duckdb", _SUMMARY, limit_seconds=20)
    return [(str(what), str(value)) for what, value in frame.iter_rows()]
