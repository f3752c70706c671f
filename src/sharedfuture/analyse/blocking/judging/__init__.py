"""Was it blocked, was it down, or can nothing be said: from observations, by rules that are data.

In:       frames of measurements and observations, fingerprints
Out:      frames: a verdict for each measurement and layer, with the rule that fired
Imports:  records
"""

from sharedfuture.analyse.blocking.judging.fingerprints import (
    Fingerprint,
    Fingerprints,
    read_fingerprints,
)
from sharedfuture.analyse.blocking.judging.products import Product, products
from sharedfuture.analyse.blocking.judging.rules import LAYERS, VERDICTS, Rule, read_rules
from sharedfuture.analyse.blocking.judging.techniques import Technique, techniques
from sharedfuture.analyse.blocking.judging.verdict import deciding, verdicts

__all__ = [
    "LAYERS",
    "VERDICTS",
    "Fingerprint",
    "Fingerprints",
    "Product",
    "Rule",
    "Technique",
    "deciding",
    "products",
    "read_fingerprints",
    "read_rules",
    "techniques",
    "verdicts",
]
