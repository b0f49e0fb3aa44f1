"""Names for what is charged, from the words that a contract uses for it.

Promises the same id for the same thing said in two ways: 'connected minutes' and 'minute', 'Platform Fee' and 'monthly
fee'. What is counted under a name is the metrics' business.
"""

import re

PER = r"(?:(?:per|for each|for every|each|every|an?)\s+|/\s*)"
OWN = r"support|maintenance|numbers?|storage|training|premium|analytics|hosting|integration|monitoring"
NEUTRAL = re.compile(r"\b(?:connected|billable|voice|call|agent|talk|usage)\s+", re.IGNORECASE)
OWN_NAME = re.compile(rf"\b({OWN})\b", re.IGNORECASE)
USAGE_UNIT = re.compile(rf"{PER}(?P<unit>[a-z]+)", re.IGNORECASE)


def unit_key(unit: str) -> str:
    """'Connected minutes' -> 'minute'."""
    bare = NEUTRAL.sub("", unit.strip().casefold())
    plural = len(bare) > 3 and bare.endswith("s") and not bare.endswith("ss")
    return bare[:-1] if plural else bare


def fee_key(label: str) -> str:
    """'platform_fee' for the fee that most contracts have one of; a fee for something else has its own name."""
    own = OWN_NAME.search(label)
    return f"{own[1].casefold()}_fee" if own else "platform_fee"


def change_key(what: str) -> str:
    """The fee's id, or 'usage' with the thing counted where it is named: 'usage:minute'."""
    if re.search(r"\bfee\b", what, re.IGNORECASE):
        return fee_key(what)
    unit = USAGE_UNIT.search(what)
    return f"usage:{unit_key(unit['unit'])}" if unit else "usage"
