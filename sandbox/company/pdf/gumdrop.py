"""Gumdrop Mobility's order form and its Amendment No. 1: a rate and a fee that change in the middle of a month."""

from pathlib import Path

from reportlab.platypus import Flowable

from sandbox.company.pdf.letterhead import VENDOR, Form, write
from sandbox.company.pdf.look import CLASSIC, MODERN, Look
from sandbox.company.pdf.parts import Signature, clause, facts, grid, heading, signatures, small, text, title

ORDER_NAME = "gumdrop-order-form.pdf"
AMENDMENT_NAME = "gumdrop-amendment-1.pdf"
ORDER = Form("Order Form", "TW-2025-0467", "Signed electronically  ·  Envelope 5D2E-GMDR-0467")
AMENDMENT = Form("Amendment No. 1 to Order Form", "TW-2025-0467", "Counterpart of Provider", ("T.O.", "Z.P."))


def render(folder: Path) -> None:
    """Writes both PDFs into `folder`."""
    write(folder / ORDER_NAME, MODERN, ORDER, _order)
    write(folder / AMENDMENT_NAME, CLASSIC, AMENDMENT, _amendment)


def _order() -> list[Flowable]:
    signed = _signatures(MODERN, "Signed by the parties' authorized representatives.", "May 19, 2025", "May 20, 2025")
    return [*_order_front(), *_order_terms(), *_order_general(), signed]


def _order_front() -> list[Flowable]:
    return [
        *title(MODERN, "Order Form", "Number TW-2025-0467  ·  Gumdrop Mobility"),
        facts(MODERN, [
            ("Provider", "Tinwhistle Voice, Inc., 18 Bellwether Alley, New York, NY 10000"),
            ("Customer", "Gumdrop Mobility, 5 Licorice Lane, Sweetwater Junction, NY 00064"),
            ("Bill to", "Gumdrop Mobility, Accounts, billing@gumdrop.example"),
            ("Effective date", "June 1, 2025"),
            ("Term", "24 months, ending May 31, 2027"),
            ("Payment terms", "Net 30 days from the invoice date, US Dollars (USD)"),
        ], framed=True),
        heading(MODERN, "1. Services and fees"),
        grid(MODERN, [
            ("Service", "Fee", "Unit"),
            ("Rider-help and lost-item voice agents, usage", "$0.11", "per minute"),
            ("Platform fee, dashboards and integrations", "$1,500.00", "per calendar month"),
            ("Sandbox environment", "No charge", ""),
        ], (0.56, 0.20, 0.24)),
    ]  # fmt: skip


def _order_terms() -> list[Flowable]:
    return [
        clause(MODERN, "2. Usage charge",
               "Customer pays $0.11 per minute of usage. No minutes are included in the Platform Fee."),
        clause(MODERN, "3. Platform Fee",
               "Customer pays a Platform Fee of $1,500.00 per calendar month. The Platform Fee is charged in arrears, "
               "together with the usage of the month. For a part of a month it is prorated by calendar days."),
        clause(MODERN, "4. Measurement",
               "Usage is counted from live answered calls; test calls are excluded. The time of a call is its "
               "connected time from answer to end, with any time after a transfer. Calls are added with their exact "
               "length, and the month's total is rounded up to the next whole minute. A call belongs to the month in "
               "which it begins, New York time, and it begins when it is answered, even if it ends in the next month."),
        clause(MODERN, "5. Invoices",
               "All fees are invoiced monthly in arrears in US Dollars (USD), due net 30 days from the invoice date. "
               "Each invoice line is rounded half up to the cent."),
    ]  # fmt: skip


def _order_general() -> list[Flowable]:
    return [
        clause(MODERN, "6. Credits for downtime",
               "For each full hour in which the agents cannot be reached, Customer may claim 2% of the month's "
               "Platform Fee, at most 20%. Claims are made within fifteen days and settled by credit note."),
        clause(MODERN, "7. Insurance and liability",
               "Provider maintains insurance of $2,000,000 for each occurrence. The liability of a party is limited "
               "to $90,000 over the term. Equipment that Provider lends, worth about $3,200, is returned at its end."),
        clause(MODERN, "8. Changes",
               "Fees change only by an amendment that both parties sign. An amendment prevails over this Order Form "
               "where the two disagree."),
        clause(MODERN, "9. General",
               "Neither party assigns this Order Form without consent. The laws of the State of New York govern. "
               "Customer's name may be shown in a list of Provider's customers."),
        small(MODERN, "Estimate given for Customer's budget: between 35,000 and 50,000 minutes a month, or $3,850 to "
                      "$5,500. The estimate is neither a commitment nor a limit."),
    ]  # fmt: skip


def _amendment() -> list[Flowable]:
    words = "The parties have signed this Amendment No. 1 by their authorized representatives."
    signed = _signatures(CLASSIC, words, "November 6, 2025", "November 7, 2025")
    return [*_amendment_front(), *_amendment_terms(), signed]


def _amendment_front() -> list[Flowable]:
    return [
        *title(CLASSIC, "AMENDMENT No. 1", "to Order Form TW-2025-0467"),
        *text(CLASSIC,
              "This Amendment No. 1 changes Order Form TW-2025-0467, effective June 1, 2025 (the “Order Form”), "
              "between <b>Tinwhistle Voice, Inc.</b> (“Provider”) and <b>Gumdrop Mobility</b> (“Customer”). It takes "
              "effect at 12:00 a.m. New York time on November 16, 2025 (the “Amendment Time”) and stays in force for "
              "the rest of the term of the Order Form, until May 31, 2027."),
        heading(CLASSIC, "1. Services and fees as amended"),
        grid(CLASSIC, [
            ("Fee", "Before the Amendment Time", "From the Amendment Time"),
            ("Usage, per minute", "$0.11", "$0.095"),
            ("Platform Fee, per calendar month", "$1,500.00", "$2,000.00"),
        ], (0.36, 0.32, 0.32), ruled=True),
        *text(CLASSIC,
              "From the Amendment Time, the charge for usage changes from $0.11 to $0.095 per minute, and the Platform "
              "Fee changes from $1,500.00 to $2,000.00 per calendar month."),
    ]  # fmt: skip


def _amendment_terms() -> list[Flowable]:
    return [
        clause(CLASSIC, "2. The month of the change",
               "2.1  Usage. A call that begins before the Amendment Time is charged at the earlier rate, even if it "
               "ends after it; a call that begins at or after the Amendment Time is charged at the new rate. The "
               "minutes of the two parts of November 2025 are totalled separately, and each total is rounded up to "
               "the next whole minute.",
               "2.2  Platform Fee. Fees are prorated by calendar days: the earlier Platform Fee for the days of "
               "November 2025 before the Amendment Time and the new Platform Fee for the days from it on, each for "
               "its days out of the thirty days of the month. The Platform Fee continues to be charged in arrears.",
               "2.3  Invoice. Both parts of November 2025 appear on one invoice, monthly in arrears, in US Dollars "
               "(USD), net 30 days, each line rounded half up to the cent."),
        clause(CLASSIC, "3. What stays",
               "Live answered calls are counted and test calls are excluded as before, and as before a call belongs "
               "to the month in which it begins, New York time. Everything in the Order Form that this Amendment does "
               "not change stays as it is. Where the two disagree, this Amendment prevails."),
        clause(CLASSIC, "4. Launch support",
               "For the opening of Customer's night fleet Provider lends two engineers for a week. Their time is "
               "valued at $8,400 and is not charged. If Customer ends the Order Form before May 31, 2026, it repays "
               "half of that value."),
        clause(CLASSIC, "5. Authority and counterparts",
               "Each signatory has authority to bind the party for which it signs. This Amendment may be signed in "
               "counterparts and electronically, and all counterparts are one document. A party may rely on a copy."),
        clause(CLASSIC, "6. Governing law",
               "The laws of the State of New York govern this Amendment as they govern the Order Form."),
    ]  # fmt: skip


def _signatures(look: Look, words: str, customer_date: str, vendor_date: str) -> Flowable:
    customer = Signature("Gumdrop Mobility", "Zelda Pastilleau", "Chief Operating Officer", customer_date)
    return signatures(look, words, customer, Signature(VENDOR, "Tamsin Oakapple", "Chief Revenue Officer", vendor_date))
