"""Verdicts: for each measurement and layer that was tried, the first rule that fires."""

from collections.abc import Collection, Mapping

import polars as pl

from sharedfuture.analyse.blocking.judging.answers import answer_facts, user_addresses
from sharedfuture.analyse.blocking.judging.conditions import (
    ANY_INTERFERENCE,
    CONDITIONS,
    TRIED,
    WITNESS,
)
from sharedfuture.analyse.blocking.judging.endpoints import endpoint_facts
from sharedfuture.analyse.blocking.judging.exchanges import exchange_facts
from sharedfuture.analyse.blocking.judging.fingerprints import FORM
from sharedfuture.analyse.blocking.judging.rules import (
    LAYERS,
    Limits,
    Rule,
    read_limits,
    read_rules,
)
from sharedfuture.analyse.blocking.judging.services import service_facts
from sharedfuture.analyse.blocking.judging.techniques import technique_shown

_KEYS = ("measurement_id", "measured_at", "country_id", "asn", "input", "test_name")
_CONTEXT = (
    "target_host",
    "target_port",
    "control_addresses",
    "control_networks",
    "control_status_code",
    "control_body_length",
)
VERDICT: Mapping[str, pl.DataType] = {
    "measurement_id": pl.String(),
    "measured_at": pl.Datetime("us"),
    "country_id": pl.String(),
    "asn": pl.Int64(),
    "input": pl.String(),
    "test_name": pl.String(),
    "verdict": pl.String(),
    "layer": pl.String(),
    "rule_id": pl.String(),
    "weight": pl.Float64(),
    "fingerprint_id": pl.String(),
    "product": pl.String(),
    "vendor": pl.String(),
    "technique_id": pl.String(),
}
_EVIDENCE: Mapping[str, str] = {
    "dns.listed_address": "dns_fingerprint_id",
    "http.state_page": "http_fingerprint_id",
    "http.product_page": "http_fingerprint_id",
}


def verdicts(
    measurements: pl.DataFrame,
    observations: pl.DataFrame,
    *,
    fingerprints: pl.DataFrame | None = None,
    forged: Collection[str] = frozenset(),
) -> pl.DataFrame:
    """One row for each measurement and layer, in order of measurement and layer.

    `fingerprints` is the frame of those that the observations were matched with, `forged` are
    addresses published as forged by China's injectors. A blocked row says by which technique. A
    measurement without any row was of a test that is not judged, or tried nothing.
    """
    known = pl.DataFrame(schema=dict(FORM)) if fingerprints is None else fingerprints
    facts = _facts(measurements, observations, known, forged=forged)
    layers = [_judge(facts, layer, read_rules(), read_limits()) for layer in LAYERS]
    order = pl.Enum(LAYERS)
    return (
        pl.concat(layers).sort("measurement_id", pl.col("layer").cast(order)).cast(dict(VERDICT))  # type: ignore[arg-type]
    )


def deciding(found: pl.DataFrame) -> pl.DataFrame:
    """One row for each measurement: the layer that decides it as a whole.

    Blocked where any layer is, by the heaviest rule; else ok where the page or service came; else
    down where any layer is, by the first; else insufficient, by the last layer that was tried.
    """
    layer = pl.col("layer").cast(pl.Enum(LAYERS)).to_physical().cast(pl.Int32)
    verdict = pl.col("verdict")
    standing = (
        pl.when(verdict == "blocked")
        .then(0)
        .when((verdict == "ok") & pl.col("layer").is_in(("http", "service")))
        .then(1)
        .when(verdict == "down")
        .then(2)
        .when(verdict == "insufficient")
        .then(3)
        .otherwise(4)
    )
    ranked = found.with_columns(
        standing=standing,
        within=pl.when(verdict == "blocked").then(-pl.col("weight")).otherwise(0.0),
        depth=pl.when(verdict.is_in(("blocked", "down"))).then(layer).otherwise(-layer),
    ).sort("measurement_id", "standing", "within", "depth")
    first = ranked.unique("measurement_id", keep="first", maintain_order=True)
    stopped = pl.col("standing") == 4
    return first.with_columns(
        verdict=pl.when(stopped).then(pl.lit("insufficient")).otherwise(verdict),
        layer=pl.when(stopped).then(pl.lit("http")).otherwise("layer"),
        rule_id=pl.when(stopped).then(pl.lit("http.not_tried")).otherwise("rule_id"),
        weight=pl.when(stopped).then(0.0).otherwise("weight"),
    ).drop("standing", "within", "depth")


def _facts(
    measurements: pl.DataFrame,
    observations: pl.DataFrame,
    fingerprints: pl.DataFrame,
    *,
    forged: Collection[str],
) -> pl.DataFrame:
    """Every fact of every measurement; what was not observed is false, or null where it is text."""
    web = observations.join(
        measurements.filter(pl.col("test_name") == "web_connectivity").select(
            "measurement_id", *_CONTEXT
        ),
        on="measurement_id",
        how="inner",
    )
    limits = read_limits()
    facts = measurements
    for found in (
        answer_facts(web, fingerprints, forged=forged).with_columns(dns_asked=pl.lit(True)),
        endpoint_facts(web, user_addresses(web)),
        exchange_facts(web, fingerprints, limits),
        service_facts(measurements),
    ):
        facts = facts.join(found, on="measurement_id", how="left")
    return facts.with_columns(
        pl.col(name).fill_null(False)
        for name, kind in facts.schema.items()
        if kind == pl.Boolean and not name.startswith("ooni_")
    )


def _judge(
    facts: pl.DataFrame, layer: str, rules: tuple[Rule, ...], limits: Limits
) -> pl.DataFrame:
    own = [rule for rule in rules if rule.layer == layer]
    fires = pl.coalesce(
        pl.when(CONDITIONS[rule.id].fill_null(False)).then(pl.lit(rule.id)) for rule in own
    )
    table = pl.DataFrame(
        [(rule.id, rule.verdict, rule.weight) for rule in own],
        schema=["rule_id", "verdict", "weight"],
        orient="row",
    )
    flags = pl.col("ooni_blocking_flags")
    seen = (
        pl.when((flags & WITNESS[layer]) != 0)
        .then(limits.witness)
        .when((flags & ANY_INTERFERENCE) == 0)
        .then(-limits.witness)
        .otherwise(0.0)
    ).fill_null(0.0)
    is_blocked = pl.col("verdict") == "blocked"
    return (
        facts.filter(TRIED[layer])
        .with_columns(rule_id=fires)
        .join(table, on="rule_id", how="left", maintain_order="left")
        .with_columns(weight=pl.when(is_blocked).then(pl.col("weight") + seen).otherwise("weight"))
        .with_columns(
            verdict=pl.when(is_blocked & (pl.col("weight") < limits.least_weight))
            .then(pl.lit("insufficient"))
            .otherwise("verdict")
        )
        .select(
            *_KEYS,
            "verdict",
            pl.lit(layer).alias("layer"),
            "rule_id",
            "weight",
            **_evidence(layer),
            technique_id=pl.when(is_blocked).then(technique_shown(layer)),
        )
    )


def _evidence(layer: str) -> dict[str, pl.Expr]:
    """The fingerprint that the rule saw; a product is named wherever its page was seen."""
    columns = {rule: name for rule, name in _EVIDENCE.items() if rule.startswith(f"{layer}.")}
    choices: list[pl.Expr] = [
        pl.when(pl.col("rule_id") == rule).then(pl.col(name)) for rule, name in columns.items()
    ]
    shown = pl.coalesce(choices or [pl.lit(None, dtype=pl.String)])
    none = pl.lit(None, dtype=pl.String)
    is_http = layer == "http"
    return {
        "fingerprint_id": shown,
        "product": pl.col("http_product") if is_http else none,
        "vendor": pl.col("http_vendor") if is_http else none,
    }
