"""What-if views: what cards and tools show of a month that was rated twice. Every figure is already text for people."""

from billing.views import ClauseView, View


class LineChange(View):
    """One line in both months; None where only the other has it. `sentence` is the working of the changed line."""

    id: str
    description: str
    before: str | None
    after: str | None
    difference: str
    sentence: str | None


class Replaced(View):
    """One term that was changed: what it was, what it was tried at, and the clause that says so, when one is known."""

    path: str
    label: str
    before: str
    after: str
    clause: ClauseView | None


class CustomerChange(View):
    """One customer's month as it is and as it would be, before tax. `final` is False while the month still runs."""

    customer_id: str
    customer: str
    currency: str
    lines: tuple[LineChange, ...]
    before: str
    after: str
    difference: str
    tax_difference: str | None
    replaced: tuple[Replaced, ...]
    notes: tuple[str, ...]
    final: bool


class Sum(View):
    currency: str
    customers: int
    before: str
    after: str
    difference: str


class Untried(View):
    """A customer for whom the change means nothing, or whose month cannot be computed, and why."""

    customer_id: str
    customer: str
    reason: str


class WhatIfView(View):
    """`change` says in words what was tried. `results` begin with what would rise most. `everybody` is False when one
    customer was asked about. Nothing of it is kept."""

    period: str
    change: str
    everybody: bool
    results: tuple[CustomerChange, ...]
    sums: tuple[Sum, ...]
    untried: tuple[Untried, ...]
    as_of: str
