"""Charges, minimum and commitment of a first document: from verified fields to the parts of terms.

Promises None for a part that cannot be made yet; why stands in the draft as a question or a problem.
"""

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from billing.contracts.draft import Choices, Draft
from billing.contracts.naming import fee_key, unit_key
from billing.contracts.reading import Said
from billing.contracts.text import fold
from pricing.terms import (
    Included,
    InForce,
    Metric,
    Minimum,
    PerUnit,
    Prepaid,
    Proration,
    RecurringCharge,
    Threshold,
    Tier,
    Tiered,
    UnitRounding,
    UsageCharge,
)

UNIT_ROUNDING: Choices = (
    ("up", "Up to the next whole unit"), ("half_up", "To the nearest whole unit"), ("down", "Down to the whole unit"),
    ("none", "Not at all: fractions are billed"),
)  # fmt: skip
PRORATION: Choices = (("actual_days", "By calendar days"), ("none", "Not at all: the full fee is due"))
TIER_MODELS: Choices = (
    ("graduated", "Each tier's price for the units within that tier"),
    ("volume", "The price of the tier reached for all units of the month"),
)
WHO_BILLS: Choices = (
    ("stripe_subscription", "A Stripe subscription bills the fee; Ari leaves it off the invoice"),
    ("ari", "Ari bills the fee"),
)
BOUNDARY: Choices = (
    ("lower", "A total exactly on the boundary is in the lower tier"), ("upper", "It is in the higher tier"),
)  # fmt: skip


def fees(draft: Draft, partial: bool) -> list[RecurringCharge] | None:
    """`partial` says whether a first or last month is cut, so that proration matters."""
    made = [_fee(draft, place, partial) for place in range(len(draft.inputs.reading.fees))]
    return [fee for fee in made if fee] if all(made) else None


def _fee(draft: Draft, place: int, partial: bool) -> RecurringCharge | None:
    name = f"fees.{place}"
    printed = draft.inputs.verdicts.get(f"{name}.description").value or "platform fee"
    labels = [said.value for said in draft.inputs.reading.fees[place].description.said]
    key = fee_key(" ".join(labels))
    amount = draft.take(f"{name}.amount", f"charges.{key}.amount", "the fee")
    period = draft.inputs.verdicts.get(f"{name}.period").value
    if period not in (None, "month"):
        draft.problem(f"period.{key}", f"The {printed} is due per {period}; Ari bills fees by the month.")
    if draft.take(f"{name}.collected", f"who_bills.{key}", "who collects the fee") == "subscription":
        draft.ask(f"who_bills.{key}", f"who_bills.{key}", WHO_TEXT.format(fee=printed), WHO_BILLS, f"{name}.collected")
    else:
        draft.forget(f"who_bills.{key}")
    proration = prorated(draft, key, partial)
    if amount is None or period != "month":
        return None
    return RecurringCharge(id=key, description=_title(printed), amount=Decimal(amount), proration=proration)


WHO_TEXT = "The contract says that a subscription already collects the {fee}. Who bills it?"


def prorated(draft: Draft, key: str, partial: bool) -> Proration | None:
    """What the document says; asked only when a month is cut."""
    path = f"charges.{key}.proration.basis"
    basis = draft.take("proration", path, "how a fee for part of a month is cut")
    if basis is None and not draft.said("proration"):
        draft.forget(path)
        if partial:
            basis = draft.ask(
                "fee_proration", path, "A month is cut. How is the fee for part of a month cut?", PRORATION
            )
    return Proration.model_validate({"basis": basis}) if basis else None


def metric_of(draft: Draft, words: str, field: str) -> str | None:
    """The metric that measures what the contract counts; None with a question when its words name none or several."""
    wanted = unit_key(fold(words))
    known = draft.inputs.metrics.values()
    found = [one.id for one in known if wanted in {unit_key(word) for word in (one.id, *one.words)}]
    if len(found) == 1:
        return found[0]
    choices = tuple((one.id, f"{one.id} (in {one.unit})") for one in known)
    key = f"metric.{wanted.replace(' ', '_')}"
    asked = draft.ask(key, key, f"The contract counts each {wanted}. Which metric measures it?", choices, field)
    return asked if asked in draft.inputs.metrics else None


def metric(draft: Draft, name: str) -> Metric | None:
    """The metric with its rounding and what the contract does not count."""
    path = f"metrics.{name}"
    mode = draft.take("unit_rounding", f"{path}.rounding.mode", "how the month's total is rounded")
    if mode is None and not draft.said("unit_rounding"):
        text = f"How is a month's total of {name} rounded before it is priced?"
        mode = draft.ask("unit_rounding", f"{path}.rounding.mode", text, UNIT_ROUNDING)
    excluded = [
        draft.take(f"excluded.{place}", f"{path}.excluded.{place}", "what is not counted")
        for place in range(len(draft.inputs.reading.excluded))
    ]
    if mode is None:
        return None
    words = tuple(word.casefold() for word in excluded if word)
    rounding = UnitRounding.model_validate({"mode": mode})
    return Metric(id=name, unit=draft.inputs.metrics[name].unit, rounding=rounding, excluded=words)


def usage(draft: Draft, place: int, name: str) -> UsageCharge | None:
    """The charge on metric `name` from the reading's usage price at `place`."""
    path, source = f"charges.{name}", f"usage.{place}"
    included = draft.take(f"{source}.included", f"{path}.included.quantity", "the included quantity")
    if included is None and not draft.said(f"{source}.included"):
        draft.forget(f"{path}.included.quantity")
    price = _tiered(draft, place, path) if draft.inputs.reading.usage[place].tiers else _per_unit(draft, place, path)
    if not draft.said(f"{source}.included") and _is_overage(draft, place):
        draft.problem(f"included.{name}", f"{OVERAGE_TEXT.format(name=name)}")
    open_included = included is None and draft.said(f"{source}.included")
    if price is None or open_included:
        return None
    quantity = Included(quantity=Decimal(included)) if included else None
    return UsageCharge(id=name, description=_title(name), metric=name, price=price, included=quantity)


TWO_PRICES = (
    "A price that draws the commitment down stands beside another price per unit; Ari cannot tell when each holds."
)
OVERAGE_TEXT = "The price is for further {name}, but no included quantity could be read. Enter the terms by hand."
OVERAGE = re.compile(r"\b(?:additional|further|extra|overage|excess)\b", re.IGNORECASE)


def _is_overage(draft: Draft, place: int) -> bool:
    return any(OVERAGE.search(said.quote) for said in draft.inputs.reading.usage[place].unit_price.said)


def _per_unit(draft: Draft, place: int, path: str) -> PerUnit | None:
    field, drawn = f"usage.{place}.unit_price", "commitment.drawdown_price"
    if draft.said(drawn):
        if draft.said(field):
            draft.problem("price.commitment", TWO_PRICES)
        field = drawn
    price = draft.take(field, f"{path}.price.unit_amount", "the price per unit")
    if price is None and not draft.said(field):
        draft.problem(f"price.{path}", "No price per unit could be read. Enter it by hand.")
    return PerUnit(unit_amount=Decimal(price)) if price else None


def _tiered(draft: Draft, place: int, path: str) -> Tiered | None:
    source = f"usage.{place}"
    model = draft.take(f"{source}.tier_model", f"{path}.price.model", "which price holds when a tier is reached")
    if model is None and not draft.said(f"{source}.tier_model"):
        text = "The contract has tiers. Which price holds when a tier is reached?"
        model = draft.ask("tier_model", f"{path}.price.model", text, TIER_MODELS, f"{source}.tiers.0.unit_price")
    rows = len(draft.inputs.reading.usage[place].tiers)
    whole: list[Tier] = []
    for row in range(rows):
        reached = whole[-1].up_to if whole else Decimal(0)
        tier = _tier(draft, f"{source}.tiers.{row}", f"{path}.price.tiers.{row}", reached)
        whole += [tier] if tier else []
    if whole and whole[-1].up_to is not None:
        draft.problem(f"tiers.{path}", f"The tiers end at {whole[-1].up_to:f}; the contract gives no price above that.")
    complete = len(whole) == rows and whole[-1].up_to is None
    if model not in ("graduated", "volume") or not complete or not _boundary(draft, place):
        return None
    return Tiered.model_validate({"model": model, "tiers": tuple(whole)})


def _tier(draft: Draft, source: str, path: str, reached: Decimal | None) -> Tier | None:
    """`reached` is where the tier before ends, for 'the next 40,000'."""
    wide = draft.said(f"{source}.width")
    end = draft.take(f"{source}.{'width' if wide else 'up_to'}", f"{path}.up_to", "where a tier ends")
    price = draft.take(f"{source}.unit_price", f"{path}.unit_amount", "a tier's price")
    if end is None or price is None or reached is None:
        return None
    up_to = None if end == "above" else Decimal(end) + (reached if wide else 0)
    return Tier(up_to=up_to, unit_amount=Decimal(price))


def _boundary(draft: Draft, place: int) -> bool:
    """'0-10, 10-20' leaves open where exactly 10 belongs; terms hold it in the lower tier."""
    rows = draft.inputs.reading.usage[place].tiers
    shared = [
        number
        for number, (low, high) in enumerate(pairwise(rows), 1)
        if any(end.value == begin.value and _dash(begin) for end in low.up_to.said for begin in high.above.said)
    ]
    if not shared:
        return True
    field = f"usage.{place}.tiers.{shared[0]}.unit_price"
    text = "The contract's bands share their end points. Which price holds exactly on a boundary?"
    answer = draft.ask("tier_boundary", f"usage.{place}.boundary", text, BOUNDARY, field)
    if answer == "upper":
        draft.problem("tier_boundary", "Ari's tiers include their upper end, so it cannot bill these bands.")
    return answer == "lower"


def _dash(begin: Said) -> bool:
    return f"{begin.value}-" in fold(begin.quote).replace(" -", "-")


def minimum(draft: Draft, charges: list[RecurringCharge | UsageCharge]) -> Minimum | None:
    key = "monthly_minimum"
    amount = draft.take("minimum.amount", f"minimums.{key}.amount", "the monthly minimum")
    counted = [charge.id for charge in charges]
    metered = [charge.id for charge in charges if isinstance(charge, UsageCharge)]
    which: str | None = "all"
    if counted != metered:
        which = draft.take("minimum.counts", f"minimums.{key}.counts", "what the minimum counts")
    if which is None and not draft.said("minimum.counts"):
        text = "What is the monthly minimum held against?"
        choices = (("usage", "Usage charges alone"), ("all", "Usage charges and fees together"))
        which = draft.ask("minimum_counts", f"minimums.{key}.counts", text, choices, "minimum.amount")
    if amount is None or which is None or not counted:
        return None
    counts = tuple(counted if which == "all" else metered)
    return Minimum(id=key, description="Monthly minimum", amount=Decimal(amount), counts=counts)


def prepaid(draft: Draft, charge: str, begins: date, ends: date | None) -> Prepaid | None:
    key = "annual_commit"
    path = f"prepaid.{key}"
    amount = draft.take("commitment.amount", f"{path}.amount", "the prepaid commitment")
    over = draft.take("commitment.overage_price", f"{path}.overage_unit_amount", "the price after the commitment")
    if not draft.said("commitment.overage_price"):
        draft.warnings.append(
            "No price is given for use after the prepaid commitment: a month that needs it cannot bill."
        )
    span = draft.take("commitment.covers", f"{path}.access", "the days the commitment covers")
    if span:
        first, last = (date.fromisoformat(day) for day in span.split("/"))
        begins, ends = first, last + timedelta(days=1)
    elif not draft.said("commitment.covers") and ends:
        draft.infer(f"{path}.access", f"{begins}/{ends}", "the commitment names no days of its own: those of the term")
    if amount is None or ends is None or (over is None and draft.said("commitment.overage_price")):
        if ends is None:
            draft.problem("commitment.access", "The contract does not say which days the prepaid commitment covers.")
        return None
    return Prepaid(
        id=key, description="Prepaid commitment", amount=Decimal(amount), applies_to=charge,
        access=InForce(start=begins, end=ends), overage_unit_amount=Decimal(over) if over else None,
    )  # fmt: skip


def notices(draft: Draft) -> tuple[Threshold, ...]:
    commitment = draft.inputs.reading.commitment
    places = range(len(commitment.notices) if commitment else 0)
    path = "thresholds.annual_commit_notice.percents"
    percents = [draft.take(f"commitment.notices.{n}", f"{path}.{n}", "when notice is owed") for n in places]
    values = tuple(Decimal(percent) for percent in percents if percent)
    if not values:
        return ()
    return (Threshold(id="annual_commit_notice", of="annual_commit", percents=values, customer_notice_required=True),)


def _title(words: str) -> str:
    """'platform fee' -> 'Platform fee'."""
    return words[:1].upper() + words[1:].casefold() if words else words
