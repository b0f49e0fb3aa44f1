"""Standings, statements, explanations, clauses and lists of invoices, as people read them in a thread."""

from collections.abc import Sequence

from billing.views import ClauseView, Explanation, InvoiceView, Standing, StatementView
from cards.parts import Block, clean, context, divider, header, month, person, quote, section, table

STATE = {
    "over": "🔴 over",
    "near": "🟠 near",
    "within": "🟢 within",
    "no limit": "⚪ no limit",
    "not measured": "⚠️ not measured",
}


def standings(rows: Sequence[Standing]) -> list[Block]:
    if not rows:
        return [
            section(
                "No customer has a contract yet. Drop a contract PDF into a channel that I am in, and I will read it."
            )
        ]
    body = [
        [row.customer, STATE[row.state], row.used, row.limit or "–", row.percent or "–", row.cost_so_far or "–"]
        for row in rows
    ]
    notes = [f"⚠️ {clean(row.customer)}: {clean(row.note)}" for row in rows if row.note]
    blocks = [table(["Customer", "State", "Used", "Limit", "Share", "Usage cost"], body, right=(2, 4, 5))]
    if notes:
        blocks.append(context(*notes[:9]))
    return [
        *blocks,
        context(f"{month(rows[0].period)}, as of {rows[0].as_of} · usage cost is what the usage lines come to so far"),
    ]


def statement(view: StatementView) -> list[Block]:
    title = f"{'Statement' if view.final else 'Statement so far'} · {view.customer} · {month(view.period)}"
    body = [[line.description, line.quantity or "–", line.amount, line.due] for line in view.lines]
    total = ["Total", "", view.total, view.due]
    blocks = [header(title), table(["Line", "Quantity", "Amount", "To invoice"], [*body, total], right=(1, 2, 3))]
    blocks.append(context("\n".join(f"• {clean(line.sentence, 500)}" for line in view.lines[:20])))
    if view.notes or view.assumed:
        blocks.append(context(*[clean(note) for note in [*view.notes, *view.assumed][:9]]))
    return [*blocks, context(f"Usage as recorded at {view.as_of}")]


def explanation(one: Explanation) -> list[Block]:
    line = one.line
    blocks = [
        section(f"*{clean(line.description)}: {line.amount}*\n{clean(line.sentence)}"),
        table(["Step", "Figures", "Result"], _steps(one), right=(2,)),
    ]
    if one.clauses:
        blocks.append(
            section(
                "*The contract says*\n"
                + "\n\n".join(quote(c.quote, f"{c.filename}, page {c.page}") for c in one.clauses[:6])
            )
        )
    if one.usage:
        blocks.append(section(_usage(one)))
    return [*blocks, context(_basis(one))]


def _steps(one: Explanation) -> list[list[str]]:
    return [[*row, *[""] * (3 - len(row))][:3] for row in one.working]


def _usage(one: Explanation) -> str:
    usage = one.usage
    assert usage is not None
    out = ", ".join(f"{rows:,} {clean(reason)}" for reason, rows in usage.excluded) or "none"
    top = sorted(usage.by_day, key=lambda day: day[0])
    days = f"{top[0][0]}: {top[0][1]} … {top[-1][0]}: {top[-1][1]}" if top else "no day with usage"
    return (f"*The rows*\n{usage.rows:,} rows counted · left out: {out}\nfirst {usage.first or '–'} · last {usage.last or '–'}\n"
            f"{len(top)} days, {days}\nsnapshot `{usage.snapshot_id}` · query `{usage.query[:12]}`")  # fmt: skip


def _basis(one: Explanation) -> str:
    confirmed = f"terms version {one.terms_version}"
    if one.confirmed_by:
        confirmed += f", confirmed by {person(one.confirmed_by)}, {clean(one.confirmed_at or '')}"
    return confirmed + (f" · usage as recorded at {one.usage.as_of}" if one.usage else "")


def clauses(found: Sequence[ClauseView]) -> list[Block]:
    if not found:
        return [section("I found no clause about that in the contracts that I have read.")]
    return [section(quote(one.quote, f"{one.filename}, page {one.page}")) for one in found[:10]]


def invoices(found: Sequence[InvoiceView]) -> list[Block]:
    if not found:
        return [section("No invoice fits that.")]
    body = [
        [one.customer, month(one.period), one.due, one.state.replace("_", " "), one.stripe_number or "–"]
        for one in found
    ]
    return [table(["Customer", "Period", "Amount", "State", "Number"], body, right=(2,))]


def with_rule(*groups: list[Block]) -> list[Block]:
    """Several groups in one message, a line between them."""
    out: list[Block] = []
    for group in groups:
        out += ([divider()] if out else []) + group
    return out
