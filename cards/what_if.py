"""What if, as people read it in a thread: what is beside what would be, and the clause that the change replaces."""

from billing.what_if_views import CustomerChange, LineChange, Replaced, WhatIfView
from cards.parts import Block, clean, context, header, listing, month, quote, section, table

HEAD = ["As it is", "What if", "Difference"]
SMALL = 1000
BASIS = "whole months, before tax and before what is billed already · nothing was kept or drafted"


def what_if(view: WhatIfView) -> list[Block]:
    if view.everybody:
        return _everybody(view)
    return [block for one in view.results for block in _customer(view, one)]


def _customer(view: WhatIfView, one: CustomerChange) -> list[Block]:
    so_far = "" if one.final else " so far"
    body = [[line.description, line.before or "–", line.after or "–", line.difference] for line in one.lines]
    total = ["Total", one.before, one.after, one.difference]
    blocks = [
        header(f"What if · {one.customer} · {month(view.period)}{so_far}"),
        section(_change(view)),
        table(["Line", *HEAD], body, right=(1, 2, 3), total=total),
    ]
    quotes = [_clause(term) for term in one.replaced if term.clause]
    if quotes:
        blocks.append(section("*The contract says*\n" + listing(list(dict.fromkeys(quotes)), between="\n\n")))
    return [*blocks, context(*_small(one), _recorded(view))]


def _clause(term: Replaced) -> str:
    assert term.clause is not None
    return quote(term.clause.quote, f"{term.clause.filename}, page {term.clause.page}")


def _small(one: CustomerChange) -> list[str]:
    terms = [
        f"{clean(term.label, 200)}: {clean(term.after, 200)} instead of {clean(term.before, 200)}"
        for term in one.replaced
    ]
    steps = [f"• {clean(line.sentence or '', 500)}" for line in one.lines if _moved(line)]
    tax = [f"tax: {one.tax_difference}"] if one.tax_difference else []
    notes = [clean(note, 500) for note in one.notes]
    return [text for part in (terms, steps, notes, tax) if (text := listing(part, SMALL))]


def _moved(line: LineChange) -> bool:
    return bool(line.sentence) and line.before != line.after


def _everybody(view: WhatIfView) -> list[Block]:
    body = [[one.customer, one.before, one.after, one.difference] for one in view.results]
    sums = [[f"Total {one.currency}", one.before, one.after, one.difference] for one in view.sums]
    blocks = [header(f"What if · {month(view.period)}"), section(_change(view))]
    if body:
        blocks.append(table(["Customer", *HEAD], body, right=(1, 2, 3), total=sums[0] if len(sums) == 1 else ()))
    several = sums if len(sums) > 1 else []
    totals = [f"*{name}*: {after} instead of {before}, {difference}" for name, before, after, difference in several]
    untried = [f"{clean(one.customer, 100)}: {clean(one.reason, 300)}" for one in view.untried]
    left = f"*Not tried*\n{listing(untried)}" if untried else ""
    return [*blocks, context(listing(totals), left, _recorded(view))]


def _change(view: WhatIfView) -> str:
    return f"*{clean(view.change[:1].upper() + view.change[1:], 300)}*"


def _recorded(view: WhatIfView) -> str:
    return f"Usage as recorded at {view.as_of} · {BASIS}"
