"""Elmfoot Utilities' letter agreement: one rate, and a monthly minimum below which the difference is paid."""

from pathlib import Path

from reportlab.platypus import Flowable, Spacer

from sandbox.company.pdf.letterhead import VENDOR, Form, write
from sandbox.company.pdf.look import LETTER
from sandbox.company.pdf.parts import Signature, clause, grid, heading, signatures, text, title

NAME = "elmfoot-letter-agreement.pdf"
FORM = Form("Letter Agreement and Order Form", "LA-0188", "Elmfoot Utilities  ·  LA-0188")


def render(folder: Path) -> None:
    """Writes the PDF into `folder`."""
    write(folder / NAME, LETTER, FORM, _body)


def _body() -> list[Flowable]:
    return [*_opening(), *_fees(), *_terms(), _signed()]


def _opening() -> list[Flowable]:
    return [
        *text(LETTER, "April 8, 2025",
              "Elmfoot Utilities<br/>Attention: Marguerite Rootsby, Director of Customer Care<br/>"
              "300 Culvert Road<br/>Lower Taproot, VT 00052"),
        *title(LETTER, "Letter Agreement and Order Form LA-0188", "Outage and moving-house lines, from May 1, 2025"),
        *text(LETTER, "Dear Ms. Rootsby,",
              "Thank you for choosing Tinwhistle Voice, Inc. (“we”, the “Provider”). This letter sets out what we "
              "supply to Elmfoot Utilities (“you”, the “Customer”) and what you pay for it. It takes effect on "
              "May 1, 2025 and becomes binding when both of us have signed it."),
        Spacer(1, 2),
    ]  # fmt: skip


def _fees() -> list[Flowable]:
    return [
        heading(LETTER, "Services and fees"),
        grid(LETTER, [
            ("What you get", "What you pay"),
            ("Voice agents for outage reports and for moving house, day and night", "$0.11 per minute"),
            ("Monthly minimum", "$5,000.00 per calendar month"),
        ], (0.62, 0.38), ruled=True),
        clause(LETTER, "(a) Rate",
               "You pay $0.11 per minute for all minutes of a calendar month. Nothing is included free of charge, and "
               "the rate does not change with volume."),
        clause(LETTER, "(b) Monthly minimum",
               "The charges of a calendar month are at least $5,000.00 (the “Monthly Minimum”). If the minutes of a "
               "month come to less, we add the difference up to the Monthly Minimum as a line of its own, called "
               "“minimum shortfall”. A shortfall is not credited against later months, and minutes above the "
               "minimum in one month do not help another."),
    ]  # fmt: skip


def _terms() -> list[Flowable]:
    return [
        clause(LETTER, "(c) What counts as a minute",
               "We count live answered calls and nothing else: test calls are excluded, and a call that is not "
               "answered costs nothing. A call's time is its connected time, from answer to end, including transfers. "
               "We add the exact times of all calls, and the month's total is rounded up to the next whole minute. A "
               "call belongs to the month in which it begins, New York time; it begins when our agent answers it."),
        clause(LETTER, "(d) Invoices",
               "We invoice monthly in arrears, in US Dollars (USD), and you pay net 30 days after the date of the "
               "invoice, by bank transfer. Every line is rounded half up to the cent. Invoices go to "
               "billing@elmfoot.example and bear your purchase order number EU-4410-25."),
        clause(LETTER, "(e) How long",
               "The first term is from May 1, 2025 to April 30, 2026. After it, this letter continues from year to "
               "year until one of us ends it by a notice of sixty days."),
        clause(LETTER, "(f) Storm days",
               "On days for which the state declares an emergency we add capacity for you without extra charge. If "
               "we fail to answer more than one call in fifty on such a day, we owe you a single sum of $500.00 for "
               "that day, which you may claim in writing within a month."),
        clause(LETTER, "(g) Insurance and liability",
               "We carry general liability insurance of $1,000,000 for each occurrence and $2,000,000 in the "
               "aggregate. What either of us may owe the other in damages is limited to $60,000 a year."),
        clause(LETTER, "(h) The rest",
               "Your regulator may see this letter. The laws of the State of Vermont apply. If we want to change "
               "anything, both of us sign a further letter. The range of $4,000 to $6,000 a month in our proposal of "
               "January was an estimate and is not part of this agreement."),
        *text(LETTER, "We look forward to answering your telephone.", "Yours sincerely,"),
    ]  # fmt: skip


def _signed() -> Flowable:
    return signatures(
        LETTER, "For the Provider, and accepted and agreed for the Customer:",
        Signature("Elmfoot Utilities", "Marguerite Rootsby", "Director of Customer Care", "April 15, 2025"),
        Signature(VENDOR, "Barnaby Quillfeather", "General Counsel", "April 8, 2025"),
    )  # fmt: skip
