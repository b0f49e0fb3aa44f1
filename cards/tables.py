"""Standings, statements, explanations, clauses and lists of invoices, as people read them in a thread."""

from collections.abc import Sequence

from billing.views import ClauseView, Explanation, InvoiceView, Standing, StatementView
from cards.parts import Block, clean, context, header, listing, month, person, quote, section, table

CLAUSES = 10
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
    notes = [f"⚠️ {clean(row.customer, 100)}: {clean(row.note, 400)}" for row in rows if row.note]
    blocks = [table(["Customer", "State", "Used", "Limit", "Share", "Usage cost"], body, right=(2, 4, 5))]
    if notes:
        blocks.append(context(listing(notes)))
    return [
        *blocks,
        context(f"{month(rows[0].period)}, as of {rows[0].as_of} · usage cost is what the usage lines come to so far"),
    ]


def statement(view: StatementView) -> list[Block]:
    title = f"{'Statement' if view.final else 'Statement so far'} · {view.customer} · {month(view.period)}"
    body = [[line.description, line.quantity or "–", line.amount, line.due] for line in view.lines]
    head, total = ["Line", "Quantity", "Amount", "To invoice"], ["Total", "", view.total, view.due]
    steps = listing([f"• {clean(line.sentence, 500)}" for line in view.lines])
    notes = listing([clean(note, 500) for note in [*view.notes, *view.assumed]])
    recorded = f"Usage as recorded at {view.as_of}"
    return [header(title), table(head, body, right=(1, 2, 3), total=total), context(steps, notes, recorded)]


def explanation(one: Explanation) -> list[Block]:
    line = one.line
    blocks = [
        section(f"*{clean(line.description, 200)}: {line.amount}*\n{clean(line.sentence, 1000)}"),
        table(["Step", "Figures", "Result"], _steps(one), right=(2,)),
    ]
    if one.clauses:
        quotes = [quote(clause.quote, f"{clause.filename}, page {clause.page}") for clause in one.clauses]
        blocks.append(section("*The contract says*\n" + listing(quotes, between="\n\n")))
    if one.usage:
        blocks.append(section(_usage(one)))
    return [*blocks, context(_basis(one))]


def _steps(one: Explanation) -> list[list[str]]:
    return [[*row, *[""] * (3 - len(row))][:3] for row in one.working]


def _usage(one: Explanation) -> str:
    usage = one.usage
    assert usage is not None
    out = listing([f"{rows:,} {clean(reason, 100)}" for reason, rows in usage.excluded], 1000, ", ") or "none"
    top = sorted(usage.by_day, key=lambda day: day[0])
    days = clean(f"{top[0][0]}: {top[0][1]} … {top[-1][0]}: {top[-1][1]}" if top else "no day with usage", 200)
    return (f"*The rows*\n{usage.rows:,} rows counted · left out: {out}\nfirst {usage.first or '–'} · last {usage.last or '–'}\n"
            f"{len(top)} days, {days}")  # fmt: skip


def _basis(one: Explanation) -> str:
    confirmed = f"terms version {one.terms_version}"
    if one.confirmed_by:
        confirmed += f", confirmed by {person(one.confirmed_by)}, {clean(one.confirmed_at or '')}"
    if one.usage is None:
        return confirmed
    return (
        f"{confirmed} · usage as recorded at {one.usage.as_of} · {one.usage.snapshot_id}, query {one.usage.query[:12]}"
    )


def clauses(found: Sequence[ClauseView]) -> list[Block]:
    if not found:
        return [section("I found no clause about that in the contracts that I have read.")]
    blocks = [section(quote(one.quote, f"{one.filename}, page {one.page}")) for one in found[:CLAUSES]]
    return [*blocks, context(f"and {len(found) - CLAUSES} more")] if len(found) > CLAUSES else blocks


def invoices(found: Sequence[InvoiceView]) -> list[Block]:
    if not found:
        return [section("No invoice fits that.")]
    body = [
        [one.customer, month(one.period), one.due, one.state.replace("_", " "), one.stripe_number or "–"]
        for one in found
    ]
    return [table(["Customer", "Period", "Amount", "State", "Number"], body, right=(2,))]
