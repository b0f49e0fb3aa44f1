"""Acornhill Freight's order form: a platform fee that includes minutes, and a price for the minutes above.

Promises a document that never says which time zone its months follow, and that says the fee is collected elsewhere.
"""

from pathlib import Path

from reportlab.platypus import Flowable

from sandbox.company.pdf.letterhead import VENDOR, Form, write
from sandbox.company.pdf.look import MODERN
from sandbox.company.pdf.parts import Signature, clause, facts, grid, heading, signatures, small, title

NAME = "acornhill-order-form.pdf"
FORM = Form("Order Form", "TW-2025-0412", "Signed electronically  ·  Envelope 7C41-ACRN-0412")


def render(folder: Path) -> None:
    """Writes the PDF into `folder`."""
    write(folder / NAME, MODERN, FORM, _body)


def _body() -> list[Flowable]:
    return [*_front(), *_fees(), *_terms(), _signed()]


def _front() -> list[Flowable]:
    return [
        *title(MODERN, "Order Form", "Order form number <b>TW-2025-0412</b>"),
        facts(MODERN, [
            ("Provider", "Tinwhistle Voice, Inc., 18 Bellwether Alley, New York, NY 10000"),
            ("Customer", "Acornhill Freight Co., 7 Squirrel Wharf, Nutterton, OH 00041"),
            ("Bill to", "Acornhill Freight Co., Accounts Payable, billing@acornhill.example"),
            ("Effective date", "May 1, 2025"),
            ("Initial term", "24 months, from May 1, 2025 to April 30, 2027"),
            ("Currency", "US Dollars (USD)"),
            ("Purchase order", "Not required by Customer"),
        ]),
    ]  # fmt: skip


def _fees() -> list[Flowable]:
    return [
        heading(MODERN, "1. Services and fees"),
        grid(MODERN, [
            ("Service", "Basis", "Fee"),
            ("Tinwhistle Voice Platform, load-status and carrier check-in agents. Includes 20,000 minutes of Usage "
             "in each calendar month", "Per calendar month", "$2,500.00"),
            ("Overage: each minute of Usage above 20,000 minutes in a calendar month", "Per minute", "$0.085"),
            ("Onboarding and voice design", "One time", "Waived"),
        ], (0.60, 0.22, 0.18)),
        clause(MODERN, "2. Platform fee",
               "Customer pays a platform fee of $2,500.00 per calendar month (the “Platform Fee”). The Platform Fee "
               "includes 20,000 minutes of Usage in each calendar month. Included minutes that are not used in a "
               "calendar month expire at its end and do not carry over.",
               "The monthly Platform Fee is currently collected through Provider's subscription billing and appears "
               "on the invoices of that subscription."),
        clause(MODERN, "3. Overage",
               "Usage above 20,000 minutes in a calendar month is charged at $0.085 per minute (“Overage”). Overage "
               "is invoiced monthly in arrears, separately from the Platform Fee."),
        small(MODERN, "Illustration only: a month with 22,000 minutes of Usage has 2,000 minutes of Overage, which "
                      "cost $170.00 beside the Platform Fee."),
    ]  # fmt: skip


def _terms() -> list[Flowable]:
    return [
        clause(MODERN, "4. How Usage is measured",
               "“Usage” means the connected time of live calls that were answered, inbound and outbound. Test calls "
               "are excluded. Connected time runs from the moment a call is answered to the moment it ends, as kept "
               "in Provider's call records; ringing and calls that nobody answers do not count, and time after a "
               "transfer does.",
               "Individual calls are not rounded. The connected time of all calls of a calendar month is added up, "
               "and the month's total is rounded up to the next whole minute. A call belongs to the month in which "
               "it begins, and it begins when it is answered."),
        clause(MODERN, "5. Invoices and payment",
               "Invoices are stated and paid in US Dollars (USD) and are due net 30 days from the invoice date. Each "
               "amount is computed line by line and rounded half up to the cent: half a cent or more is rounded up. "
               "Amounts that are overdue bear interest at 1% per month or the highest lawful rate, if lower.",
               "Fees do not include sales, use or similar taxes. Customer has given Provider a resale certificate "
               "and none are charged while it is valid."),
        clause(MODERN, "6. Term and renewal",
               "This Order Form takes effect on May 1, 2025 and runs for an initial term of 24 months. It then renews "
               "for terms of 12 months at the same fees, unless either party gives notice at least 60 days before a "
               "term ends."),
        clause(MODERN, "7. Service level",
               "Provider keeps the platform available for 99.9% of each calendar month. If it does not, Customer may "
               "ask for a service credit within 30 days; a credit is granted in writing and is never more than 10% of "
               "one month's Platform Fee, or $250.00."),
        clause(MODERN, "8. Insurance and liability",
               "Provider maintains commercial general liability insurance of not less than $1,000,000 for each "
               "occurrence. Neither party's total liability under this Order Form exceeds $60,000, save for payment "
               "of fees that are due, fraud, or wilful misconduct."),
        clause(MODERN, "9. General",
               "This Order Form is complete in itself and replaces the parties' pilot letter of February 2025, under "
               "which minutes cost $0.09. It is governed by the laws of the State of Delaware and is changed only by "
               "a document that both parties sign."),
    ]  # fmt: skip


def _signed() -> Flowable:
    return signatures(
        MODERN, "Signed for the parties by persons who have authority to do so.",
        Signature("Acornhill Freight Co.", "Odette Burrwick", "Vice President, Operations", "April 22, 2025"),
        Signature(VENDOR, "Tamsin Oakapple", "Chief Revenue Officer", "April 24, 2025"),
    )  # fmt: skip
