"""Views: what cards and tools show. Every figure is already text for people; ids stand beside for the next question."""

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CustomerView(View):
    id: str
    name: str
    status: str
    contract_ids: tuple[str, ...] = ()


class Standing(View):
    """Where one customer's item stands in a period. `state`: over, near, within, no limit or not measured."""

    customer_id: str
    customer: str
    period: str
    item: str
    used: str
    limit: str | None
    percent: str | None
    state: str
    over_by: str | None
    cost_so_far: str | None
    note: str | None
    as_of: str


class CrossingView(View):
    """A threshold that was passed. `full` when nothing of what the contract gives is left."""

    id: str
    customer_id: str
    customer: str
    term: str
    period: str
    threshold: str
    value: str
    as_of: str
    full: bool


class ClauseView(View):
    document_id: str
    filename: str
    page: int
    quote: str
    field: str


class LineView(View):
    id: str
    description: str
    quantity: str | None
    sentence: str
    amount: str
    billed: str
    due: str
    billed_by: tuple[str, ...] = ()


class StatementView(View):
    """`final` is False while the period is still running: everything is 'so far' then."""

    id: str
    customer_id: str
    customer: str
    period: str
    lines: tuple[LineView, ...]
    total: str
    due: str
    currency: str
    as_of: str
    assumed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    final: bool


class InvoiceView(View):
    id: str
    customer_id: str
    customer: str
    period: str
    kind: str
    state: str
    total: str
    due: str
    currency: str
    lines: tuple[LineView, ...]
    recipients: tuple[str, ...]
    net_days: int
    memo: str
    requested_by: str
    approved_by: tuple[str, ...]
    stripe_number: str | None
    hosted_url: str | None
    digest: str
    channel: str | None
    card_ts: str | None
    as_of: str
    note: str | None = None


class UsageView(View):
    snapshot_id: str
    metric: str
    rows: int
    excluded: tuple[tuple[str, int], ...]
    first: str | None
    last: str | None
    as_of: str
    by_day: tuple[tuple[str, str], ...]
    query: str


class Explanation(View):
    line: LineView
    working: tuple[tuple[str, ...], ...]
    clauses: tuple[ClauseView, ...]
    usage: UsageView | None
    terms_version: int
    confirmed_by: str | None
    confirmed_at: str | None


class TermItem(View):
    """`mark`: verified, ruled, asked, inferred or unverified."""

    label: str
    value: str
    mark: str
    clause: ClauseView | None = None
    note: str | None = None


class QuestionView(View):
    id: str
    text: str
    choices: tuple[tuple[str, str], ...]
    free_amount: bool = False


class TermsView(View):
    id: str
    contract_id: str
    customer_id: str
    customer: str
    version: int
    state: str
    kind: str
    effective_from: str
    currency: str
    items: tuple[TermItem, ...]
    questions: tuple[QuestionView, ...]
    problems: tuple[str, ...]
    not_billable: tuple[str, ...]
    filename: str
    digest: str
    confirmed_by: str | None
    confirmed_at: str | None
