"""Names as written to keys: countries by code or known spelling, actors by id."""

from collections.abc import Iterable
from difflib import get_close_matches

from sharedfuture.records.stated import Stated


class Names:
    """Every country and actor of the ledger, and every spelling by which a source calls one."""

    def __init__(self, rows: Iterable[Stated]) -> None:
        self._countries: dict[str, str] = {}
        self._spoken: dict[str, str] = {}
        self._iso2: dict[str, str] = {}
        self._actors: set[str] = set()
        for row in rows:
            if row.kind == "country":
                self._add(row.cells["country_id"], row.row_id)
                self._add(row.cells["name"], row.row_id)
                if row.cells["iso2"] is not None:
                    self._iso2[str(row.cells["iso2"])] = row.row_id
            elif row.kind == "spelling":
                self._add(row.cells["as_written"], str(row.cells["country_id"]))
            elif row.kind == "actor":
                self._actors.add(row.row_id)

    def country(self, written: str) -> str | None:
        """Key of the country, or None where the spelling is not known."""
        return self._countries.get(_folded(written))

    def country_of_iso2(self, code: str) -> str | None:
        """Key of the country of this ISO 3166-1 alpha-2 code, or None."""
        return self._iso2.get(code)

    def party(self, written: str) -> str | None:
        """Key of a country or actor, or None."""
        return written if written in self._actors else self.country(written)

    def nearest(self, written: str) -> str:
        """The known names that look most like `written`, for an error message."""
        if written.startswith("act-"):
            close = get_close_matches(written, self._actors, n=3)
        else:
            close = [
                self._spoken[name]
                for name in get_close_matches(_folded(written), self._countries, n=3)
            ]
        return f"; nearest: {', '.join(close)}" if close else ""

    def _add(self, written: object, country_id: str) -> None:
        self._countries.setdefault(_folded(str(written)), country_id)
        self._spoken.setdefault(_folded(str(written)), str(written))


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
