"""One line for a reader about each row of the tables of inferences.

What is inferred is said to be so: a candidate with a probability, a sequence like that of a
playbook, a tie that was inferred.
"""

from collections.abc import Callable, Mapping
from typing import Any

Row = Mapping[str, Any]


def _say_edge(row: Row) -> str:
    how = "inferred" if row["is_inferred"] else f"{row['certainty']}, {_publishers(row)}"
    says = row["sentence"] or f"{row['from_id']} to {row['to_id']} ({row['layer']})"
    return f"{_ended(says)} {how}, strength {_number(row['strength'])}"


def _say_reach(row: Row) -> str:
    return row["sentence"] or (
        f"{row['body_id']} in {row['year']}, {row['flow']}: reaches {row['countries']} countries "
        f"({_number(row['countries_expected'], 1)} counted with their strength)"
    )


def _say_chain(row: Row) -> str:
    if row["steps"] is None:
        return f"{row['question']} {row['sentence'] or 'There is no evidenced chain.'}"
    return (
        f"{row['question']} {row['sentence'] or ''} ({row['steps']} ties, strength "
        f"{_number(row['strength'])}, weakest {row['weakest_edge_id']})"
    )


def _say_chain_step(row: Row) -> str:
    turned = ", against its direction" if row["is_reversed"] else ""
    weakest = ", the weakest of the chain" if row["is_weakest"] else ""
    return f"tie {row['position']} of the chain: {row['edge_id']}{turned}{weakest}"


def _say_community(row: Row) -> str:
    return (
        f"{row['party_id']} is in community {row['community']} ({row['label']}; {row['size']} "
        f"parties), in {_share(row['stability'])} of resampled networks"
    )


def _say_effect(row: Row) -> str:
    return row["sentence"] or (
        f"without {row['edge_id']}, {row['body_id']} reaches {row['countries_lost']} countries "
        f"fewer{'; the network falls apart' if row['is_bridge'] else ''}"
    )


def _say_history(row: Row) -> str:
    other = f", with {row['sponsor_id']}" if row["sponsor_id"] else ""
    return (
        f"{row['date_edtf'] or 'undated'}: {row['title']} ({_plain(row['kind'])}{other}; "
        f"{row['certainty']}, {_publishers(row)})"
    )


def _say_playbook(row: Row) -> str:
    case = f"; drawn from {row['case_country_id']}" if row["case_country_id"] else ""
    return f"playbook {row['title']}: {row['statement']} ({row['steps']} steps{case})"


def _say_step(row: Row) -> str:
    after = f", after {row['after']}" if row["after"] else ""
    limit = "" if row["within_days"] is None else f" within {row['within_days']} days"
    return f"step {row['position']} ({row['role']}): {row['title']}{after}{limit}"


def _say_match(row: Row) -> str:
    begin = (
        f"{row['country_id']}, a sequence like that of {row['playbook_id']} with "
        f"{row['sponsor_id']}: fit {_number(row['fit'])}, rank {row['rank']}, probability of the "
        f"order {_number(row['order_probability'])}"
    )
    missing = f", missing {row['missing']}" if row["missing"] else ", no step missing"
    if row["chance"] is None:
        return f"{begin}{missing}; not compared with chance"
    return (
        f"{begin}{missing}; by chance {row['chance']:.3g}, any country so well "
        f"{_number(row['chance_all'], 3)}, {row['shuffles']} shuffles"
    )


def _say_filled(row: Row) -> str:
    what = row["history_id"] or "nothing"
    return f"{row['playbook_step_id']} is filled by {what} (weight {_number(row['weight'])})"


def _say_chance(row: Row) -> str:
    return row["sentence"] or (
        f"{row['playbook_id']} with {row['sponsor_id']}: found in {row['found']} of "
        f"{row['countries']} countries; by chance {_number(row['found_by_chance'], 1)} "
        f"({_number(row['found_by_chance_low'], 0)} to {_number(row['found_by_chance_high'], 0)})"
    )


def _say_partner(row: Row) -> str:
    who = f"{row['country_id']}, {row['target']}"
    if row["status"] == "known":
        return f"{who}: known ({_because(row)})"
    if row["probability"] is None:
        return f"{who}: no probability, because {_because(row)}"
    low, high = _number(row["probability_low"]), _number(row["probability_high"])
    rank = "" if row["rank"] is None else f"; rank {row['rank']}{_ranks(row)} of those not known"
    return (
        f"{who}: candidate, probability {_number(row['probability'])} ({low} to {high}), because "
        f"{_because(row)}{rank}"
    )


def _say_target(row: Row) -> str:
    total = "no published total" if row["total"] is None else f"published total {row['total']:g}"
    return (
        f"{row['title']} ({row['sponsor_id']}): {total}, {row['known']} known, "
        f"{_number(row['expected'], 1)} expected, {row['abstained']} without a probability"
    )


def _say_reason(row: Row) -> str:
    worth = "" if row["contribution"] is None else f" ({row['contribution']:+.2f} in log-odds)"
    return f"{row['direction']}: {row['sentence']}{worth}"


def _say_check(row: Row) -> str:
    value = "no value" if row["value"] is None else f"{row['value']:.3g}"
    between = (
        ""
        if row["value_low"] is None or row["value_high"] is None
        else f" ({row['value_low']:.3g} to {row['value_high']:.3g})"
    )
    return (
        f"{_plain(row['measure'])} of the model {row['model']} for {row['target']}, "
        f"{_plain(row['split'])}: {value}{between}, over {row['n']} known countries"
    )


def _say_forecast(row: Row) -> str:
    return (
        f"forecast of {row['target']}, frozen on {row['frozen_date']}: {row['countries']} "
        f"countries, {_number(row['expected'], 1)} expected (rows sha256 "
        f"{(row['rows_sha256'] or '')[:12]})"
    )


def _say_forecast_value(row: Row) -> str:
    if row["probability"] is None:
        return f"{row['forecast_id']} on {row['country_id']}: {row['status']}"
    low, high = _number(row["probability_low"]), _number(row["probability_high"])
    return (
        f"{row['forecast_id']} on {row['country_id']}: {row['status']}, probability "
        f"{_number(row['probability'])} ({low} to {high})"
    )


def _say_forecast_score(row: Row) -> str:
    if row["value"] is None:
        return f"{row['forecast_id']} by {row['scored_date']}: nothing was disclosed since"
    return (
        f"{row['forecast_id']} by {row['scored_date']}: {_plain(row['measure'])} "
        f"{_number(row['value'])}, baseline {_number(row['baseline'])}, {row['disclosed']} "
        "disclosed"
    )


def _because(row: Row) -> str:
    """The reason alone, without the words that say known, candidate or neither."""
    text = str(row["because"] or "no reason is stated").rstrip(".")
    if text.startswith("candidate, "):
        return text.partition(", because ")[2] or text
    return text.removeprefix("known: ").removeprefix("no probability: ")


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}:"


def _ranks(row: Row) -> str:
    if row["rank_low"] is None or row["rank_high"] is None:
        return ""
    return f" ({row['rank_low']} to {row['rank_high']})"


def _publishers(row: Row) -> str:
    count = row["origins"] or 0
    return f"{count} independent publisher{'' if count == 1 else 's'}"


def _plain(kind: str | None) -> str:
    return (kind or "").replace("_", " ")


def _share(value: float | None) -> str:
    return "no share" if value is None else f"{value:.0%}"


def _number(value: float | None, decimals: int = 2) -> str:
    return "none" if value is None else f"{value:.{decimals}f}"


INFERENCE_SAYINGS: Mapping[str, Callable[[Row], str]] = {
    "network_edge": _say_edge,
    "reach": _say_reach,
    "chain": _say_chain,
    "chain_step": _say_chain_step,
    "community": _say_community,
    "tie_effect": _say_effect,
    "history": _say_history,
    "playbook": _say_playbook,
    "playbook_step": _say_step,
    "playbook_match": _say_match,
    "playbook_filled": _say_filled,
    "playbook_chance": _say_chance,
    "partner": _say_partner,
    "partner_target": _say_target,
    "partner_reason": _say_reason,
    "partner_check": _say_check,
    "forecast": _say_forecast,
    "forecast_value": _say_forecast_value,
    "forecast_score": _say_forecast_score,
}
