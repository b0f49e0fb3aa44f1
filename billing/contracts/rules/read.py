"""The rule-based reader: a document in, a Reading out, the same each time and without a model.

Promises to abstain where its phrases do not fit. It is built from the way real pricing language talks, in English.
"""

from billing.contracts.pdf import Document
from billing.contracts.reading import Reading
from billing.contracts.rules import changes, dating, fees, house, leftover, parties
from billing.contracts.rules.passages import lines, passages
from billing.contracts.rules.prices import read_prices
from billing.contracts.rules.usage import read_usage


def read_by_rules(document: Document) -> Reading:
    """What the rules find in `document`."""
    running, printed = passages(document), lines(document)
    kind = parties.read_kind(printed)
    amending = any(said.value == "amendment" for said in kind.said)
    customer, vendor = parties.read_parties(running, printed)
    names = [one.said[0].value if one.said else "" for one in (customer, vendor)]
    dates = dating.read_dates(running, amending)
    paired = {pair.passage for pair in changes.pairs(running)} if amending else set()
    prices = read_prices([one for one in running if one not in paired], amending)
    usage = read_usage([] if amending else prices, running)
    return Reading(
        document=kind,
        amends=parties.read_amended(running),
        customer=customer,
        vendor=vendor,
        signatures=parties.read_signatures(printed, *names),
        dates=dates,
        currency=house.read_currency(running),
        net_days=house.read_net_days(running),
        po_number=house.read_po_number(running),
        frequency=house.read_frequency(running),
        timing=house.read_timing(running),
        time_zone=dating.read_time_zone(running),
        unit_rounding=house.read_unit_rounding(running),
        line_rounding=house.read_line_rounding(running),
        proration=house.read_proration(running),
        excluded=house.read_excluded(running),
        fees=() if amending else fees.read_fees(prices, running),
        usage=usage.usage,
        minimum=fees.read_minimum(prices),
        commitment=fees.read_commitment(prices, running),
        changes=changes.read_changes(running, prices, dates) if amending else (),
        beyond=leftover.read_beyond(running, prices),
        not_billable=leftover.read_not_billable(prices, usage.left),
    )
