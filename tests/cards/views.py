"""Views to draw, with text from outside wherever a customer, a contract, a metric or a person can put it."""

from hypothesis import strategies as st

from billing.views import (
    ClauseView,
    CrossingView,
    Explanation,
    InvoiceView,
    LineView,
    QuestionView,
    Standing,
    StatementView,
    TermItem,
    TermsView,
    UsageView,
)
from billing.what_if_views import CustomerChange, LineChange, Replaced, Sum, Untried, WhatIfView

HOSTILE = (
    "<!channel> & <@U01WREN> <https://evil.example|Approve>",
    "*bold* _it_ ~no~ `code` ```block``` > quote :tada:",
    "&amp;lt;&#60;!here&#62;",
    "x" * 4000,
    "&" * 4000,
    "<!channel>" * 400,
    "שלום עולם ‮txt.exe‬ مرحبا",
    "line one\nline two\r\n> forged quote\u2028next",
    "\u200b\u2060\ufeff",
    "   ",
    "",
    "zero\x00bell\x07",
    "half \ud83d of a pair",
)  # fmt: skip
outside = st.sampled_from(HOSTILE) | st.text(max_size=300)
DIGEST = "a" * 64


def invoice(state: str = "awaiting", text: str = "Minutes", lines: int = 2, **changed: object) -> InvoiceView:
    made = InvoiceView(
        id="invoice-" + "0" * 26, customer_id="customer-1", customer=text, period="2025-11", kind="usage", state=state,
        total="$6,592.50", due="$6,592.50", currency="USD", lines=tuple(line(text) for _ in range(lines)), recipients=(text,),
        net_days=30, memo=text, requested_by="U01WREN", approved_by=(), stripe_number=None, hosted_url=None, digest=DIGEST,
        channel="C01", card_ts="1.2", as_of="2 December 2025, 10:00 EST", note=None,
    )  # fmt: skip
    return made.model_copy(update=changed)


def line(text: str = "Minutes") -> LineView:
    return LineView(
        id="minutes", description=text, quantity=text, sentence=text, amount="$1.00", billed="$0.00", due="$1.00"
    )


def statement(text: str = "Minutes", lines: int = 2) -> StatementView:
    return StatementView(
        id="statement-1", customer_id="customer-1", customer=text, period="2025-11", total="$2.00", due="$2.00",
        lines=tuple(line(text) for _ in range(lines)), currency="USD", as_of="now", assumed=(text,) * 3, notes=(text,) * 20,
        final=True,
    )  # fmt: skip


def clause(text: str = "The fee is $2,500.", page: int = 1) -> ClauseView:
    return ClauseView(document_id="document-1", filename=text, page=page, quote=text, field="charges.fee.amount")


def explanation(text: str = "Minutes", many: int = 2) -> Explanation:
    usage = UsageView(
        snapshot_id="snapshot-1", metric="minutes", rows=10, excluded=((text, 3),) * many, first="1 Nov", last="30 Nov",
        as_of="now", by_day=(("2025-11-01", text), ("2025-11-02", text)), query="b" * 64,
    )  # fmt: skip
    return Explanation(
        line=line(text), working=((text, text, text), (text,)) * many, clauses=tuple(clause(text) for _ in range(many)),
        usage=usage, terms_version=1, confirmed_by="U01WREN", confirmed_at="2 December",
    )  # fmt: skip


def standing(text: str = "Acornhill", state: str = "over") -> Standing:
    return Standing(
        customer_id="customer-1", customer=text, period="2025-11", item=text, used=text, limit=text, percent="110 %",
        state=state, over_by=text, cost_so_far="$1.00", note=text, as_of="now",
    )  # fmt: skip


def crossing(text: str = "Acornhill", full: bool = True) -> CrossingView:
    return CrossingView(
        id="crossing-1", customer_id="customer-1", customer=text, term=text, period="2025-11", threshold="100 %",
        value=text, as_of="now", full=full,
    )  # fmt: skip


def question(text: str = "Which?", choices: int = 2, place: int = 0) -> QuestionView:
    offered = tuple((f"value-{n}", text) for n in range(choices))
    return QuestionView(id=f"question.{place}", text=text, choices=offered, free_amount=not choices)


def item(text: str = "Platform fee", place: int = 0, mark: str = "verified", quoted: bool = True) -> TermItem:
    said = clause(text, place + 1) if quoted else None
    return TermItem(label=f"{place} {text}", value=text, mark=mark, clause=said, note=text)


def terms(
    state: str = "proposed", text: str = "Acornhill", items: int = 3, questions: int = 2, problems: int = 0
) -> TermsView:
    by = ("U01WREN", "2 December 2025") if state == "confirmed" else (None, None)
    return TermsView(
        id="terms-" + "0" * 26, contract_id="contract-1", customer_id="customer-1", customer=text, version=1, state=state,
        kind=text, effective_from="2025-01-01", currency="USD", items=tuple(item(text, n) for n in range(items)),
        questions=tuple(question(text, place=n) for n in range(questions)), problems=(text,) * problems,
        not_billable=(text,) * problems, filename=text, digest=DIGEST, confirmed_by=by[0], confirmed_at=by[1],
    )  # fmt: skip


def what_if(text: str = "Minutes", many: int = 2, everybody: bool = False) -> WhatIfView:
    row = LineChange(id="minutes", description=text, before="$1.00", after=None, difference="-$1.00", sentence=text)
    term = Replaced(path="a.b", label=text, before=text, after=text, clause=clause(text))
    one = CustomerChange(
        customer_id="customer-1", customer=text, currency="USD", lines=(row,) * many, before="$2.00", after="$0.00",
        difference="-$2.00", tax_difference=None, replaced=(term,) * many, notes=(text,) * many, final=True,
    )  # fmt: skip
    sums = [Sum(currency=code, customers=1, before="1", after="2", difference="+1") for code in ("EUR", "USD")]
    left = Untried(customer_id="customer-2", customer=text, reason=text)
    return WhatIfView(period="2025-11", change=text, everybody=everybody, results=(one,) * (many if everybody else 1),
                      sums=tuple(sums), untried=(left,) * many, as_of="now")  # fmt: skip
