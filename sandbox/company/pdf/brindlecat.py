"""Brindlecat Dental's service order: graduated tiers, and two kinds of calls that are never billed."""

from pathlib import Path

from reportlab.platypus import Flowable

from sandbox.company.pdf.letterhead import VENDOR, Form, write
from sandbox.company.pdf.look import CLASSIC
from sandbox.company.pdf.parts import Signature, clause, grid, heading, signatures, small, text, title

NAME = "brindlecat-service-order.pdf"
FORM = Form("Service Order", "No. SO-2311", "Brindlecat Dental Group / Tinwhistle Voice", ("B.Q.", "L.T."))


def render(folder: Path) -> None:
    """Writes the PDF into `folder`."""
    write(folder / NAME, CLASSIC, FORM, _body)


def _body() -> list[Flowable]:
    return [*_front(), *_fees(), *_terms(), _signed()]


def _front() -> list[Flowable]:
    return [
        *title(CLASSIC, "SERVICE ORDER", "No. SO-2311"),
        *text(CLASSIC,
              "This Service Order is made between <b>Tinwhistle Voice, Inc.</b>, 18 Bellwether Alley, New York, "
              "NY 10000 (“Provider”), and <b>Brindlecat Dental Group</b>, 220 Molar Avenue, Catterick Falls, "
              "MA 00017 (“Customer”). It takes effect on May 1, 2025 (the “Effective Date”) and continues for "
              "thirty-six (36) months, until April 30, 2028.",
              "Invoices are sent to: Brindlecat Dental Group, Practice Finance, billing@brindlecat.example. "
              "Customer's reference for all invoices is “Voice / Practices”."),
    ]  # fmt: skip


def _fees() -> list[Flowable]:
    return [
        heading(CLASSIC, "1. Services and Fees"),
        *text(CLASSIC,
              "Provider supplies front-desk and recall voice agents to Customer's practices. Customer pays for the "
              "minutes of each calendar month at the following rates:"),
        grid(CLASSIC, [
            ("Tier", "Minutes of the calendar month", "Rate per minute"),
            ("1", "Up to 10,000 minutes", "$0.12"),
            ("2", "Above 10,000 and up to 50,000 minutes", "$0.10"),
            ("3", "Above 50,000 minutes", "$0.08"),
        ], (0.12, 0.58, 0.30), ruled=True),
        *text(CLASSIC,
              "The tiers are graduated: each rate applies only to the minutes that fall within its own tier. The "
              "first 10,000 minutes of a month are charged at $0.12 per minute, the minutes above 10,000 and up to "
              "50,000 at $0.10 per minute, and all minutes above 50,000 at $0.08 per minute. Counting begins anew "
              "with each calendar month. No platform fee, set-up fee or monthly minimum is payable."),
        small(CLASSIC, "By way of illustration, and without adding to the fees: 30,000 minutes in a month cost "
                       "$1,200.00 for the first tier and $2,000.00 for the second, $3,200.00 in all."),
    ]  # fmt: skip


def _terms() -> list[Flowable]:
    return [
        clause(CLASSIC, "2. Minutes",
               "2.1  Minutes are counted from live answered calls. A call's time is its connected time: from the "
               "instant at which it is answered until the instant at which it ends, transfers included, ringing "
               "excluded, as recorded by Provider to the millisecond.",
               "2.2  Test and internal calls are not billable. A test call is one placed in Provider's test "
               "environment; an internal call is one between two numbers of Customer's own practices.",
               "2.3  The time of single calls is not rounded. The month's total is rounded up to the next whole "
               "minute. A call belongs to the month in which it begins, New York time, and a call begins when it is "
               "answered."),
        clause(CLASSIC, "3. Invoicing and Payment",
               "3.1  Fees are invoiced monthly in arrears in US Dollars (USD). Each invoice is payable net 30 days "
               "after its date.",
               "3.2  The amount of each line of an invoice is rounded half up to the cent. The tiers may be shown as "
               "one line each.",
               "3.3  Customer may dispute an invoice within 45 days of its date. Provider then supplies the list of "
               "calls on which the invoice rests."),
        clause(CLASSIC, "4. Health Information",
               "The parties sign a business associate agreement beside this Service Order. Provider holds cyber "
               "liability insurance with a limit of $5,000,000 in the aggregate and a retention of $50,000."),
        clause(CLASSIC, "5. Limitation of Liability",
               "Except for breach of confidentiality, the liability of either party in any contract year is limited "
               "to the greater of $75,000 and the fees paid in the preceding twelve months."),
        clause(CLASSIC, "6. Term and Termination",
               "Either party may terminate this Service Order for a material breach that is not cured within thirty "
               "days of notice. After the thirty-six months it renews for one year at a time unless one party "
               "declines in writing ninety days before."),
        clause(CLASSIC, "7. Notices, Law and Entire Agreement",
               "Notices go to the addresses above and take effect on receipt. The laws of the State of New York "
               "govern. This Service Order is the whole agreement of the parties about its subject; the quotation "
               "of March 3, 2025, with a single rate of $0.115, is withdrawn."),
    ]  # fmt: skip


def _signed() -> Flowable:
    return signatures(
        CLASSIC, "IN WITNESS WHEREOF the parties have signed this Service Order on the dates below.",
        Signature("Brindlecat Dental Group", "Dr. Lorcan Tabbyshaw", "Managing Partner", "April 11, 2025"),
        Signature(VENDOR, "Barnaby Quillfeather", "General Counsel", "April 14, 2025"),
    )  # fmt: skip
