"""Shares, brackets, trends and scopes of measurements in the words of a page."""

from datetime import date
from typing import Final

from sharedfuture.publish.site import words
from sharedfuture.publish.site.shelf import Row

FEW: Final = "not enough measured"
NONE: Final = "not measured"
TRENDS: Final = {
    "worse": "more is blocked than before",
    "better": "less is blocked than before",
    "steady": "about as before",
    "unknown": "cannot be told",
}
TREND_SIGN: Final = {"worse": "▲", "better": "▽", "steady": "–", "unknown": "?"}
SCOPES: Final = {
    "national": "national: seen alike in several independent networks",
    "several_networks": "several networks",
    "one_network": "one network",
    "undivided": "the country as a whole: how many networks is not known",
}
CHANGES: Final = {"blocked": "began to be blocked", "unblocked": "ceased to be blocked"}
CHANGE_SIGN: Final = {"blocked": "■", "unblocked": "□"}
ORDERS: Final = {
    "agreement_first": "the agreement came first",
    "measured_first": "it was measured before the agreement",
    "unclear": "the dates do not say which came first",
}
KINDS: Final = {
    "blocking": "blocking",
    "product": "filtering product",
    "technique": "technique of blocking",
    "shutdown": "shutdown",
    "vendor": "equipment",
}
BASES: Final = {
    "measurement": "measurements",
    "publication": "a publication",
    "scan": "a scan of the internet",
}
REGISTERS: Final = {
    "access_now": "Access Now, #KeepItOn",
    "ioda_curated": "IODA, curated list",
    "top10vpn": "Top10VPN",
    "cloudflare_radar": "Cloudflare Radar",
}
REGISTER_SAYS: Final = {
    "access_now": "shutdowns, as reported and verified",
    "ioda_curated": "outages and shutdowns, as seen in signals",
    "top10vpn": "shutdowns by national authorities, by the year",
}
MEASURES: Final = {
    "auc": "AUC",
    "brier": "Brier score",
    "log_loss": "Log loss",
    "slope": "Slope",
    "decided": "Verdict given",
    "right": "Verdict right",
    "accused": "Called a shutdown, and was one",
    "named": "Shutdowns called so",
    "missed": "Shutdowns called an outage",
    "found": "Known events found",
    "events": "Events said",
    "false_events": "Of them false",
    "time_recall": "Known time found",
    "time_precision": "Said time right",
    "delay_hours": "Delay, hours",
}
BETTER: Final = {
    "auc": "0.5 is guessing, 1 is best",
    "brier": "0 is best",
    "log_loss": "0 is best",
    "slope": "1 is best; above promises too little",
    "decided": "the rest is abstained",
}
_SHARES: Final = ("decided", "right", "accused", "named", "missed", "found")
_SHARES_OF_TIME: Final = ("time_recall", "time_precision")
_COUNTS: Final = ("events", "false_events")
_HOURS: Final = ("delay_hours",)
WIDTHS: Final = {"country_years": "countries and years", "all": "all"}
SPLITS: Final = {
    "random": "Divided at random: filling gaps in a list",
    "time": "Divided by time: the past tells the future",
    "country": "Divided by country: countries it never saw",
    "iran-2019": "Iran, November 2019",
    "myanmar-2021": "Bago, Myanmar, 2021",
    "venezuela-2019": "Venezuela, 2019",
    "made-up-flat": "Made-up signals, flat",
    "made-up-daily": "Made-up signals, daily swing",
    "made-up-daily-noisy": "Made-up signals, daily swing, noisy",
}
MODELS: Final = {
    "share": "the share of shutdowns alone",
    "signs": "three signs",
    "logistic": "logistic regression",
    "trees": "trees",
    "robust": "robust rule",
    "published-bgp": "published rule, BGP",
    "published-ping-slash24": "published rule, probing",
    "published-merit-nt": "published rule, telescope",
}
CAUSES: Final = {"shutdown": "shutdown", "outage": "outage", "unknown": "cause not known"}


def share_text(value: float | None) -> str:
    """A share in per cent, with a decimal where it is below a tenth; a dash where there is none."""
    if value is None:
        return "–"
    if 0 < value < 0.0005:
        return f"under 0.1{words.NARROW}%"
    if value > 0.0995:
        return words.percent_text(value)
    return f"{_per_cent(value)}{words.NARROW}%"


def range_text(low: float | None, high: float | None) -> str:
    """The interval of a share; empty where there is none."""
    if low is None or high is None:
        return ""
    return f"{_per_cent(low)} to {_per_cent(high)}{words.NARROW}%"


def _per_cent(value: float) -> str:
    """Per cent with a decimal below ten, unless that is nought."""
    text = words.number_text(value * 100, 1 if value < 0.0995 else 0)
    return text.removesuffix(".0")


def bracket_text(after: date | None, by: date | None) -> str:
    """Between which days something happened, as far as both are known."""
    if after is None and by is None:
        return "day not known"
    if after is None:
        return f"by {words.date_text(str(by))}"
    if by is None:
        return f"after {words.date_text(str(after))}"
    return words.date_text(str(by) if after == by else f"{after}/{by}")


def span_text(since: date | None, until: date | None) -> str:
    """From when to when was measured."""
    if since is None or until is None or since == until:
        return words.date_text(str(until or since or "") or None)
    return f"{words.date_text(str(since))} to {words.date_text(str(until))}"


def network_text(row: Row) -> str:
    """A network by its name, with its number."""
    if row["asn"] is None:
        return "all networks together"
    name = row["network"]
    return f"{name} (AS{row['asn']})" if name else f"AS{row['asn']}"


def place_text(row: Row) -> str:
    """Where something was seen; a publication may name a country alone."""
    is_nameless = row["asn"] is None and row["basis"] == "publication"
    return "no network named" if is_nameless else network_text(row)


def is_known(row: Row) -> bool:
    """Whether enough was measured for a rate to be stated."""
    return row["rate"] is not None


def seen_text(row: Row) -> str:
    """How often something was seen, of how many that could have shown it."""
    if row["seen"] is None:
        return "not said"
    seen = words.number_text(row["seen"], 0)
    return f"{seen} of {words.number_text(row['measured'], 0)}" if row["measured"] else seen


def seen_when(row: Row) -> str:
    """Between which days something was first seen, and when last where that is another day."""
    first = bracket_text(row["first_date"], row["known_by_date"])
    last = row["last_date"]
    if last is None or last == row["known_by_date"]:
        return first
    return f"{first}; last by {words.date_text(str(last))}"


def register_text(name: str | None) -> str:
    """A register by its name."""
    return REGISTERS.get(name or "", words.plain(name))


def ordered_text(row: Row) -> str:
    """How many of the events were ordered by the register's own word, where not all were."""
    if row["ordered"] is None or row["ordered"] == row["events"]:
        return ""
    return f"{row['ordered']} ordered"


def model_value(row: Row) -> str:
    """A measure of quality as it is read: shares in per cent, counts whole, scores in full."""
    if row["measure"] in _SHARES or row["measure"] in _SHARES_OF_TIME:
        return words.percent_text(row["value"])
    if row["measure"] in _COUNTS:
        return words.number_text(row["value"], 0)
    return words.number_text(row["value"], 1 if row["measure"] in _HOURS else 2)


def model_range(row: Row) -> str:
    """The interval of a measure of quality."""
    if row["measure"] in _SHARES:
        return range_text(row["value_low"], row["value_high"])
    return words.interval_text(row["value_low"], row["value_high"], 2)


def measure_text(value: float | None, unit: str | None) -> str:
    """A published number or ours, in its unit."""
    if value is None:
        return "–"
    if unit == "share":
        return f"{words.number_text(value * 100, 1)}{words.NARROW}%"
    if unit == "hours":
        return f"{words.number_text(value, 1)} hours"
    return words.number_text(value, 0 if value == int(value) else 2)


def split_text(split: str | None) -> str:
    """How training and test were divided, or which signal was read."""
    return SPLITS.get(split or "", words.plain(split) or "–")


def model_text(model: str) -> str:
    """A model or rule by its name."""
    return MODELS.get(model, words.plain(model))


def measure_title(measure: str) -> str:
    """The name of a measure of quality."""
    return MEASURES.get(measure, words.plain(measure))
