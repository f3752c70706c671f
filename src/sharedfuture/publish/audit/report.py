"""The audit as a page: a body that any page can hold, and a page of its own around it."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sharedfuture.publish.audit import charts, figures, grids
from sharedfuture.publish.audit.shown import MINUS
from sharedfuture.warehouse import telling_of_the_disk

Tables = Mapping[str, pl.DataFrame]


def write_report(tables: Tables, target: Path) -> Path:
    """Write the report as one page that asks no other file or host for anything; its path.

    Same tables, same bytes. Raises StoreUnwritable.
    """
    text = (
        _environment()
        .get_template("report.html")
        .render(facts=facts_of(tables), body=report_body(tables), style=Markup(report_style()))
    )
    with telling_of_the_disk(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return target


def report_body(tables: Tables) -> Markup:
    """The report without a page around it: sections with headings from h2 down.

    A page that holds it needs the styles of the site and those of the audit (`audit_style`).
    """
    text = (
        _environment()
        .get_template("body.html")
        .render(
            facts=facts_of(tables),
            findings=tables["findings"].to_dicts(),
            thresholds=tables["thresholds"].to_dicts(),
            limit=dict(tables["thresholds"].select("threshold", "value").iter_rows()),
            bounds=charts.correlation_bounds(tables),
            notes=dict(tables["note"].iter_rows()),
            grids=grids.grids_of(tables),
            figures=figures.figures_of(tables),
        )
    )
    return Markup(text)


def facts_of(tables: Tables) -> dict[str, str]:
    """What the audit says of itself, by name."""
    return dict(tables["about"].iter_rows())


def audit_style() -> str:
    """The styles that the body needs besides those of the site."""
    return _asset("audit", "audit.css")


def report_style() -> str:
    """All styles of a report on its own."""
    return _asset("site", "site.css") + audit_style()


def _asset(part: str, name: str) -> str:
    """A file of a part of this room, read without importing the part."""
    return files("sharedfuture.publish").joinpath(part, "assets", name).read_text("utf-8")


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("sharedfuture.publish.audit", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["brief"] = lambda value: f"{value:g}".replace("-", MINUS)
    return made
