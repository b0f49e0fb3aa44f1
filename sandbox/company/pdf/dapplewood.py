"""Dapplewood Logistics' annual commitment: money paid in advance, drawn down, and a price for what comes after."""

from pathlib import Path

from reportlab.platypus import Flowable

from sandbox.company.pdf.letterhead import VENDOR, Form, write
from sandbox.company.pdf.look import GREEN
from sandbox.company.pdf.parts import Signature, clause, facts, grid, heading, rule, signatures, title

NAME = "dapplewood-annual-commitment.pdf"
FORM = Form("Annual Commitment Order", "AC-2025-007", "Original 1 of 2", ("T.O.", "H.F."))


def render(folder: Path) -> None:
    """Writes the PDF into `folder`."""
    write(folder / NAME, GREEN, FORM, _body)


def _body() -> list[Flowable]:
    return [*_front(), *_commitment(), *_terms(), _signed()]


def _front() -> list[Flowable]:
    return [
        *title(GREEN, "Annual Commitment Order", "Order AC-2025-007  ·  calendar year 2025"),
        facts(GREEN, [
            ("Provider", "Tinwhistle Voice, Inc., 18 Bellwether Alley, New York, NY 10000"),
            ("Customer", "Dapplewood Logistics, Dock 14, Saddleback Freight Park, Brackenridge, NJ 00033"),
            ("Bill to", "Dapplewood Logistics, Finance, billing@dapplewood.example"),
            ("Notices of use to", "dock-desk@dapplewood.example and billing@dapplewood.example"),
            ("Effective date", "January 1, 2025"),
            ("Term", "January 1, 2025 to December 31, 2025 (the “Commitment Year”)"),
        ]),
        rule(GREEN),
        heading(GREEN, "Services and fees"),
        grid(GREEN, [
            ("Item", "Amount", "When charged"),
            ("Prepaid Commitment for calendar year 2025", "$120,000.00", "Once, in advance"),
            ("Rate at which minutes draw the Prepaid Commitment down", "$0.10 per minute", "Drawn, not invoiced"),
            ("Rate after the Prepaid Commitment is used up", "$0.115 per minute", "Monthly in arrears"),
        ], (0.50, 0.23, 0.27), ruled=True),
    ]  # fmt: skip


def _commitment() -> list[Flowable]:
    return [
        clause(GREEN, "1. Prepaid Commitment",
               "Customer commits to $120,000.00 for calendar year 2025 and prepays it (the “Prepaid Commitment”). "
               "Provider invoices the Prepaid Commitment once, on January 2, 2025, and credits it to Customer's "
               "account as the opening balance of January 1, 2025. It is not part of any monthly invoice.",
               "What is left of the Prepaid Commitment on December 31, 2025 expires on that day and is neither "
               "refunded nor carried into another year."),
        clause(GREEN, "2. Drawdown and overage",
               "Minutes draw the Prepaid Commitment down at $0.10 per minute. After the Prepaid Commitment is used "
               "up, minutes are charged at $0.115 per minute. In the month in which the balance runs out, minutes "
               "are drawn first, as far as the balance reaches, and only the remaining minutes are charged."),
        clause(GREEN, "3. Notice of use",
               "Provider notifies Customer by e-mail when 75%, when 90% and when 100% of the Prepaid Commitment has "
               "been used. The notice at 100% is owed to Customer on the day on which the Prepaid Commitment is used "
               "up, and names the rate that applies from then on. Provider's monthly statement shows the balance at "
               "the start of the month, the minutes drawn, and the balance at its end."),
    ]  # fmt: skip


def _terms() -> list[Flowable]:
    return [
        clause(GREEN, "4. Counting minutes",
               "Minutes are counted from live answered calls. Test calls are excluded, and so are calls that are "
               "not answered. A call counts with its connected time, from answer to end, to the millisecond, "
               "including any part after a transfer. The month's total is rounded up to the next whole minute. A "
               "call belongs to the month in which it begins, New York time, and begins when it is answered."),
        clause(GREEN, "5. Invoices and payment",
               "Charges under section 2 are invoiced monthly in arrears. All invoices are in US Dollars (USD) and "
               "payable net 30 days. Amounts are rounded half up to the cent, each line for itself."),
        clause(GREEN, "6. Numbers",
               "Customer brings its own telephone numbers. Provider ports up to 40 of them without charge. Carrier "
               "fines that Customer's campaigns cause, up to $1,000 each, are passed on at cost upon proof."),
        clause(GREEN, "7. Insurance and bond",
               "Provider keeps liability insurance of $2,000,000 for each occurrence. Customer's freight broker "
               "bond of $75,000 is mentioned for identification only and secures no payment under this order."),
        clause(GREEN, "8. Liability",
               "The liability of each party under this order is limited to $120,000 in total, except for unpaid "
               "charges and for intent."),
        clause(GREEN, "9. Renewal and law",
               "This order ends on December 31, 2025 and does not renew by itself. The parties begin talks about "
               "2026 no later than October 1, 2025; an expected commitment of $130,000 has been discussed and binds "
               "nobody. The laws of the State of New Jersey govern."),
    ]  # fmt: skip


def _signed() -> Flowable:
    return signatures(
        GREEN, "Each party has signed this order by its officer named below.",
        Signature("Dapplewood Logistics", "Hugo Fernlough", "Chief Financial Officer", "December 12, 2024"),
        Signature(VENDOR, "Tamsin Oakapple", "Chief Revenue Officer", "December 16, 2024"),
    )  # fmt: skip
