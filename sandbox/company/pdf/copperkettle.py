"""Copperkettle Insurance's order: volume pricing, where one rate holds for the whole month."""

from pathlib import Path

from reportlab.platypus import Flowable, PageBreak

from sandbox.company.pdf.letterhead import VENDOR, Form, write
from sandbox.company.pdf.look import WARM
from sandbox.company.pdf.parts import Signature, clause, facts, grid, heading, signatures, small, title

NAME = "copperkettle-order-form.pdf"
FORM = Form("Order Form", "TW-2025-0533", "Signed electronically  ·  Envelope 19B0-CPKT-0533")


def render(folder: Path) -> None:
    """Writes the PDF into `folder`."""
    write(folder / NAME, WARM, FORM, _body)


def _body() -> list[Flowable]:
    return [*_front(), *_terms(), _signed()]


def _front() -> list[Flowable]:
    return [
        *title(WARM, "Order Form TW-2025-0533", "Part A. Key terms"),
        facts(WARM, [
            ("Provider", "Tinwhistle Voice, Inc., 18 Bellwether Alley, New York, NY 10000"),
            ("Customer", "Copperkettle Insurance, 91 Hearthstone Parade, Simmerton, CT 00026"),
            ("Invoices to", "Claims Finance, billing@copperkettle.example"),
            ("Purchase order", "CK-77120, to be shown on every invoice"),
            ("Effective date", "July 1, 2025"),
            ("Term", "Two years, July 1, 2025 through June 30, 2027"),
            ("Services", "First-notice-of-loss and policy-help voice agents"),
            ("Invoicing", "Monthly in arrears, in US Dollars (USD)"),
            ("Payment", "Net 30 days from the date of the invoice"),
        ], framed=True),
        heading(WARM, "Services and fees"),
        grid(WARM, [
            ("Tier reached in the calendar month", "Rate per minute"),
            ("Up to 10,000 minutes", "$0.12"),
            ("Above 10,000 and up to 50,000 minutes", "$0.10"),
            ("Above 50,000 minutes", "$0.08"),
        ], (0.64, 0.36)),
        small(WARM, "The table is to be read with section 2 of Part B. There is no monthly fee and no minimum."),
        clause(WARM, "Services in detail",
               "Provider runs two voice agents on Customer's toll-free numbers: one takes first notice of a loss, "
               "opens a claim in Customer's system and reads the claim number back; the other answers questions about "
               "policies in force. Both hand over to Customer's staff on request and in every case of injury.",
               "Provider's team reviews a sample of 200 calls with Customer each quarter. Reviews, dashboards and "
               "changes of wording are part of the services and are not charged."),
    ]  # fmt: skip


def _terms() -> list[Flowable]:
    return [
        PageBreak(),
        *title(WARM, "Part B. Terms", "These terms belong to Order Form TW-2025-0533."),
        clause(WARM, "1. Minutes of the month",
               "Minutes are the connected time of live answered calls; test calls are excluded. Connected time "
               "starts when a call is answered and stops when it ends; it includes time after a transfer and does "
               "not include ringing. The times of all calls are added without rounding, and the month's total is "
               "rounded up to the next whole minute.",
               "A call belongs to the month in which it begins, New York time. A call begins when it is answered, "
               "so a call that runs past midnight on the last day of a month is counted in that month in full."),
        clause(WARM, "2. Volume pricing",
               "Pricing is by volume. The rate of the tier reached applies to all minutes of the month, from the "
               "first minute on, and not only to the minutes within that tier. A tier's upper limit belongs to that "
               "tier."),
        small(WARM, "Illustration: 12,000 minutes in a month reach the second tier, and all 12,000 are charged at "
                    "$0.10, which is $1,200.00. The illustration is not a commitment to any volume."),
        clause(WARM, "3. Invoices",
               "Provider invoices the fees of a calendar month after the month has ended. The amount of every "
               "invoice line is rounded half up to the cent. An invoice that does not show the purchase order number "
               "may be returned, and its payment term then starts when it is issued again. Fees exclude taxes; where a "
               "tax on the services falls on Customer by law, Provider adds it as a line of its own."),
        clause(WARM, "4. Records and audit",
               "Provider keeps call records for 24 months. Customer may have them examined once a year. If an "
               "examination shows that a year was charged too high by more than 3%, Provider bears its reasonable "
               "cost, up to $7,500.00."),
        clause(WARM, "5. Insurance",
               "Provider carries professional indemnity insurance of $3,000,000 for each claim and workers' "
               "compensation insurance as the law requires, and names Customer as additional insured."),
        clause(WARM, "6. Liability",
               "Neither party is liable for indirect loss. The total liability of a party in a year of the term is "
               "limited to $150,000. Nothing limits a liability that cannot be limited by law."),
        clause(WARM, "7. Ending and changing this order",
               "Customer may end this order at the end of the first year by notice of 90 days. Either party may end "
               "it at once if the other becomes insolvent. Fees for minutes used remain payable. Changes need "
               "a signed amendment. The laws of the State of Connecticut apply."),
    ]  # fmt: skip


def _signed() -> Flowable:
    return signatures(
        WARM, "Agreed by the parties' authorized signatories.",
        Signature("Copperkettle Insurance", "Philippa Emberstove", "Chief Claims Officer", "June 17, 2025"),
        Signature(VENDOR, "Tamsin Oakapple", "Chief Revenue Officer", "June 18, 2025"),
    )  # fmt: skip
