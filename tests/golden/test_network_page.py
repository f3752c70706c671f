"""The page of the network as a whole text, of made-up rows."""

from pathlib import Path

from tests.golden.comparison import compare_with_kept
from tests.golden.test_index_pages import words_of
from tests.network_site import network_tables, write_network_site


def test_text(tmp_path: Path) -> None:
    page = write_network_site(network_tables(), tmp_path / "site")
    text = words_of(page.read_text(encoding="utf-8"), "<main", "</main>")
    compare_with_kept("network-page.txt", text, tmp_path)
