"""Where the conclusions of an audit draw the line, and where each line comes from."""

from dataclasses import dataclass

import polars as pl

_GUIDE = "JRC, COIN Tool User Guide (Becker and others, 2019, EUR 29899)"
_HANDBOOK = "Handbook on Constructing Composite Indicators (OECD/JRC 2008), step 4"
_NUNNALLY = f"Nunnally (1978), as in the {_HANDBOOK}"
_OWN = "a convention of this audit, stated so that it can be disputed"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit, what lies beyond it, and where it comes from."""

    id: str
    value: float
    says: str
    source: str


AVAILABLE = Threshold(
    "available", 0.65, "least share of values that a unit or an indicator should have", _GUIDE
)
SKEWNESS = Threshold(
    "skewness", 2.0, "size of skewness above which, with kurtosis, outliers are suspected", _GUIDE
)
KURTOSIS = Threshold(
    "kurtosis", 3.5, "excess kurtosis above which, with skewness, outliers are suspected", _GUIDE
)
CHANGED = Threshold(
    "changed", 0.1, "share of an indicator's values that winsorising may draw in", _OWN
)
IMPUTED = Threshold("imputed", 0.1, "share of all values that may be filled in", _OWN)
REDUNDANT = Threshold(
    "redundant",
    0.92,
    "correlation of two parts of one element above which they count one thing twice",
    _GUIDE,
)
NEGATIVE = Threshold(
    "negative",
    -0.4,
    "correlation of two parts of one element below which they cancel each other",
    _GUIDE,
)
SILENT = Threshold(
    "silent", 0.3, "correlation with the index below which an indicator hardly speaks", _GUIDE
)
ALPHA = Threshold("alpha", 0.7, "least Cronbach's alpha of the children of an element", _NUNNALLY)
KMO = Threshold(
    "kmo", 0.6, "least sampling adequacy for the components of an element to be read", _HANDBOOK
)
IMBALANCE = Threshold(
    "imbalance", 2.0, "times by which importance and effective weight may differ", _OWN
)
WIDE = Threshold(
    "wide",
    0.25,
    "width of a rank interval, in shares of the ranking, above which a place says little",
    _OWN,
)
SETTLED = Threshold(
    "settled", 0.9, "least probability that a unit stands above the next one in the ranking", _OWN
)
ALONE = Threshold(
    "alone",
    0.05,
    "mean shift of ranks, in shares of the ranking, that leaving out one indicator may cause",
    _OWN,
)
THRESHOLDS = (
    *(AVAILABLE, SKEWNESS, KURTOSIS, CHANGED, IMPUTED, REDUNDANT, NEGATIVE, SILENT),
    *(ALPHA, KMO, IMBALANCE, WIDE, SETTLED, ALONE),
)


def threshold_frame() -> pl.DataFrame:
    """Every threshold with its source."""
    rows = [(limit.id, limit.value, limit.says, limit.source) for limit in THRESHOLDS]
    schema = {"threshold": pl.String, "value": pl.Float64, "says": pl.String, "source": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")
