"""Intents: what kind of thing a message asks for, by its words. A table, tried from the top; pure."""

import re

PATTERNS: dict[str, tuple[str, ...]] = {
    "thanks": (
        r"^\W*(thanks|thank you|thx|cheers|great|perfect|cool|got it|nice|ok|okay)\b[\s,]*"
        r"(so much|very much|a lot|ari|then|for (that|the help|your help))?\W*$",
    ),
    "greeting": (r"^\W*(hi|hello|hey|good (morning|afternoon|evening))\b(\s+(ari|there|all|everyone|team))?\W*$",),
    "what_if": (
        r"\bw[ha]{1,3}t[\s-]*if\b", r"\bsuppos(e|ing)\b", r"\bhypothetical", r"\bif (it|they|we|the|\w+) (were|had|paid)\b",
        r"\b(what|how much) (would|will|had)\b.*\b(at|with|for|on)\s+([$€£]?\d|no\b|graduated|volume|(a|an) (minimum|fee)\b)",
        r"\b(what|how much) (would|will)\b.*\b(without|if)\b",
    ),
    "waiting": (
        r"\b(waits?|waiting|pending)\b.*\b(me|my|us|approv\w+|signature)\b", r"\bneeds? (my|approv)",
        r"\bmy (queue|approvals?|inbox)\b", r"\b(what|which|anything|something)\b.*\b(i|me)\b.*\bapprove\b",
        r"\bawaiting\b", r"\bleft to approve\b",
    ),
    "approved_by": (
        r"\bwho\b.*\b(approved|signed off|released|requested|drafted|asked for|sent)\b", r"\bapproved by\b",
    ),
    "confirmed": (
        r"\b(who|when)\b.*\bconfirm", r"\bconfirmed by\b", r"\b(is|are|has|have|been)\b.*\bconfirmed\b",
    ),
    "why": (
        r"\bwhy\b", r"\bexplain", r"\bhow come\b", r"\bbreak\s?down\b", r"\bjustify\b", r"\bwhat is behind\b",
        r"\bpro(of|ve)\b",
        r"\bhow (did|do|is|was|were|are|have)\b.*"
        r"\b(get|got|calculated|computed|come|came|arrived?|made up|worked out|reach)\b",
        r"\bwhere (does|did|do)\b.*\bcomes? from\b",
    ),
    "clause": (
        r"\b(contract|agreement|order form|amendment|msa|document|paper)s?\b.*"
        r"\b(says?|said|mentions?|states?|about|covers?|defines?|provides?|allows?)\b",
        r"\bclauses?\b", r"\bwording\b", r"\bwhere (does|do) (it|they) say\b", r"\b(search|quote)\b.*\bcontracts?\b",
    ),
    "invoices": (
        r"\b(list|show|which|what|any|all|how many|see|open|recent)\b.*\b(drafts|invoices)\b",
        r"^\W*(drafts|invoices)\b",
        r"\b(status|paid|unpaid|outstanding|overdue)\b", r"\b(is|was|were|has|have|did)\b.*\b(invoiced?|sent|billed)\b",
    ),
    "draft": (
        r"^(?!\W*(please\s+)?(approve|send|void|reject|release)\b).*"
        r"(?<!the )(?<!this )(?<!that )\b(re)?draft(ed|ing)?\b(?! \d)",
        r"\b(prepare|create|make|raise|generate|issue|write up)\b.*\b(invoice|bill)s?\b",
        r"^\W*((please|now|then|and|can you|could you|would you)\s+)*(bill|invoice)\s+"
        r"(?!(for|of|is|was|from|total|amount)\b)\w",
    ),
    "approve": (
        r"\b(approve|finali[sz]e|release|void|reject|refund|cancel|delete|waive)\b", r"\bsend\b(?! me\b)",
        r"\bgo ahead\b",
        r"\bmark\b.*\bpaid\b", r"\bconfirm (the|its|their|these|this|those)\b", r"\bmake it\b",
        r"\b(change|set|lower|raise|increase|reduce|edit)\b.*\b(price|rate|amount|total|terms?|fee|tier|limit)",
    ),
    "customers": (
        r"\b(list|show|which|what|who|all)\b.*\b(customers|clients|accounts)\b"
        r"(?!.*\b(over|near|exceed\w*|above|close|limits?)\b)",
        r"^\W*customers\W*$",
    ),
    "help": (
        r"\bhelp\b", r"\bwhat (can|do|could) (you|ari|i)\b(?!.*\b(owe|bill|charge)\b)", r"\bwho are you\b",
        r"\bhow do(es)? (you|ari|this) work\b", r"\bcommands?\b",
    ),
    "over": (
        r"\b(who|whose|which|anyone|anybody|everyone|everybody|all|any|customers|accounts)\b.*"
        r"\b(over|above|beyond|exceed\w*|past|near|nearly|close|overages?|at risk|limits?|cross\w*|stands?)\b",
        r"^\W*(overages?|limits?|standings?)\b",
    ),
    "standing": (
        r"\b(stands?|standing|doing|usage|use[ds]?|using|consum\w+|how many|limits?|left|remaining|overages?)\b",
        r"\b(over|near|track|burn\w*|drawn|allowance)\b", r"\bat\W*$",
    ),
    "terms": (
        r"\b(terms?|pric(e|es|ing)|rates?|tiers?|minimums?|commit\w*|discounts?|net days|contract|agreement)\b",
        r"\bpo number\b", r"\bwhat (do|did|are) we charg\w+",
    ),
    "statement": (
        r"\b(compute|calculate|preview|estimate|work out|statement|total|amount|bill|bills|billed|invoice|numbers?)\b",
        r"\b(owes?|owed|due|charges?|charged|costs?|how much|rate|comes? to)\b",
    ),
}  # fmt: skip
TABLE = {kind: re.compile("|".join(ways), re.IGNORECASE | re.DOTALL) for kind, ways in PATTERNS.items()}
YES = re.compile(
    r"^\W*(yes|yep|yeah|yup|right|correct|exactly|sure|that one|that's it)(\s*,?\s*(please|that one|exactly))?\W*$",
    re.IGNORECASE,
)
EVERYBODY = re.compile(r"\b(everyone|everybody|all|(each|every) customer)\b", re.IGNORECASE)
ORDINALS = {"first": 0, "1": 0, "1st": 0, "second": 1, "2": 1, "2nd": 1, "third": 2, "3": 2, "3rd": 2, "last": -1}
ORDINAL = re.compile(rf"^\W*(?:the\s+)?({'|'.join(ORDINALS)})(?:\s+one)?\W*$", re.IGNORECASE)
LONGEST_READ = 600


def intent(text: str) -> str | None:
    """The kind of request, None when no rule knows it. Only the beginning of a long message is read."""
    return next((kind for kind, pattern in TABLE.items() if pattern.search(text[:LONGEST_READ])), None)


def chosen(text: str, count: int) -> int | None:
    """Which of `count` offered names the person picks with 'yes' (there must be one) or 'the second'."""
    if YES.match(text):
        return 0 if count == 1 else None
    place = ORDINAL.match(text)
    index = ORDINALS[place[1].lower()] if place else None
    return index if index is not None and index < count else None
