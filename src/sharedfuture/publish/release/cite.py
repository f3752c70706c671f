"""How to cite a release, and the publications that it rests on."""

import re

import polars as pl

from sharedfuture.records.release import ReleaseFacts

_TITLE = "sharedfuture: an observatory of the community with a shared future in cyberspace"


def citation_file(facts: ReleaseFacts) -> str:
    """The release in the Citation File Format (citation-file-format.github.io), version 1.2."""
    lines = [
        "cff-version: 1.2.0",
        "message: Please cite the release, and the original producers named in citation.bib.",
        "type: dataset",
        f"title: '{_TITLE}'",
        "authors:",
        "  - name: The sharedfuture developers",
        f"version: '{facts.version}+{facts.release_id}'",
        "license: CC-BY-4.0",
    ]
    if facts.latest_source_date:
        lines.append(f"abstract: 'Evidence published up to {facts.latest_source_date}.'")
    return "\n".join(lines) + "\n"


def bibtex(sources: pl.DataFrame, facts: ReleaseFacts) -> str:
    """The release and every source as BibTeX."""
    own = _entry(
        "sharedfuture",
        {
            "title": _TITLE,
            "author": "{The sharedfuture developers}",
            "version": f"{facts.version}+{facts.release_id}",
            "note": f"ledger {facts.ledger_sha256[:16]}",
        },
    )
    rows = sources.sort("source_id").iter_rows(named=True)
    return "\n".join([own, *(_source_entry(row) for row in rows)])


def _source_entry(source: dict[str, str | None]) -> str:
    year = re.search(r"\d{4}", source["published"] or "")
    return _entry(
        str(source["source_id"]),
        {
            "title": source["title"],
            "author": f"{{{source['publisher']}}}",
            "year": year.group() if year else None,
            "url": source["url"],
            "note": source["licence"],
        },
    )


def _entry(key: str, fields: dict[str, str | None]) -> str:
    lines = [
        f"  {name} = {{{_escaped(value, is_address=name == 'url')}}},"
        for name, value in fields.items()
        if value
    ]
    return "\n".join([f"@misc{{{key},", *lines, "}", ""])


def _escaped(value: str, *, is_address: bool) -> str:
    """LaTeX's own signs, made plain."""
    return value if is_address else re.sub(r"([&%$#_])", r"\\\1", value)
