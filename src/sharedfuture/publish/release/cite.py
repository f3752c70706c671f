"""How to cite a release, and the publications that it rests on."""

import re

import polars as pl

from sharedfuture.records.release import ReleaseFacts

TITLE = "sharedfuture: an observatory of the community with a shared future in cyberspace"
_AUTHOR = "The sharedfuture developers"


def citation_file(facts: ReleaseFacts) -> str:
    """The release in the Citation File Format (citation-file-format.github.io), version 1.2."""
    lines = [
        "cff-version: 1.2.0",
        "message: Please cite the release, and the original producers named in citation.bib.",
        "type: dataset",
        f"title: '{TITLE}'",
        "authors:",
        f"  - name: {_AUTHOR}",
        f"version: '{facts.version}+{facts.release_id}'",
        "license: CC-BY-4.0",
    ]
    if facts.latest_source_date:
        lines.append(f"abstract: 'Evidence published up to {facts.latest_source_date}.'")
    return "\n".join(lines) + "\n"


def citation_text(facts: ReleaseFacts) -> str:
    """The release as a line of a bibliography; the year is that of the youngest evidence in it."""
    year = _year(facts) or "n.d."
    return f"{_AUTHOR} ({year}). {TITLE}. Version {facts.version}, release {facts.release_id}."


def release_bibtex(facts: ReleaseFacts) -> str:
    """The release as one BibTeX entry."""
    return _entry(
        f"sharedfuture-{facts.release_id}",
        {
            "title": TITLE,
            "author": f"{{{_AUTHOR}}}",
            "year": _year(facts),
            "version": facts.version,
            "note": f"Release {facts.release_id}, ledger {facts.ledger_sha256[:16]}",
        },
    )


def bibtex(sources: pl.DataFrame, facts: ReleaseFacts) -> str:
    """The release and every source as BibTeX."""
    rows = sources.sort("source_id").iter_rows(named=True)
    return "\n".join([release_bibtex(facts), *(_source_entry(row) for row in rows)])


def _year(facts: ReleaseFacts) -> str | None:
    return (facts.as_of or facts.latest_source_date or "")[:4] or None


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
