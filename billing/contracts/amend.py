"""An amendment: the base terms, with a second stretch for each charge that it changes.

Promises that a stretch begins on the amendment's day under the same charge id, and that an old price which the
amendment quotes must be the one in force. What an amendment says beside fees and unit prices must agree with the base.
"""

from datetime import date
from decimal import Decimal

from billing.contracts import charges
from billing.contracts.draft import Choices, Draft
from billing.contracts.mapping import assemble, first_day
from billing.contracts.naming import change_key, unit_key
from pricing.terms import Charge, InForce, PerUnit, RecurringCharge, Terms, UsageCharge

ON_CHANGE: Choices = (
    ("restart", "Included units and tiers begin anew on that day"), ("continue", "They go on counting over the month"),
)  # fmt: skip
Stretch = RecurringCharge | UsageCharge


def amended(draft: Draft, base: Terms | None) -> Terms | None:
    """The terms after the amendment. With anything unsettled None."""
    if base is None:
        draft.problem("no_base", "This amends an order form whose terms are not confirmed. Confirm that one first.")
        return None
    start = first_day(draft, "amended_from")
    _agrees(draft, base)
    stretches: list[Charge] = list(base.charges)
    for place in range(len(draft.inputs.reading.changes)):
        changed = _change(draft, base, place, start) if start else None
        stretches = _spliced(stretches, changed) if changed else stretches
        start = start if changed else None
    if not draft.inputs.reading.changes:
        draft.problem("no_change", "No changed price was found in this amendment. Enter what it changes by hand.")
    if start is None or draft.problems or not draft.inputs.reading.changes:
        return None
    return assemble(draft, **{**dict(base), "charges": tuple(stretches)})


def _agrees(draft: Draft, base: Terms) -> None:
    """What the amendment repeats is as before; what it changes beside prices is for a person."""
    metric = base.metrics[0].rounding.mode if base.metrics else None
    repeated = {
        "currency": base.currency, "time_zone": base.time_zone, "net_days": str(base.billing.net_days),
        "line_rounding": base.rounding.mode, "unit_rounding": metric, "timing": base.billing.timing,
        "amends": base.effective_from.isoformat(),
    }  # fmt: skip
    for name, before in repeated.items():
        verdict = draft.inputs.verdicts.get(name)
        if verdict.state == "verified" and verdict.value != before:
            what = f"The amendment says {verdict.value} for {name.replace('_', ' ')} (page {verdict.page})"
            draft.problem(f"differs.{name}", f"{what}, the terms so far {before}. Ari cannot change that from a date.")
    if draft.inputs.reading.minimum or draft.inputs.reading.commitment:
        draft.problem("differs.commitment", "The amendment states a minimum or a commitment; enter it by hand.")


def _change(draft: Draft, base: Terms, place: int, start: date) -> tuple[Stretch, Stretch] | None:
    """The charge's last stretch cut at `start`, and the one after it."""
    said = draft.inputs.reading.changes[place].what.said
    words = " ".join(one.value for one in said)
    current = _charge(base, change_key(words))
    if current is None:
        draft.problem(f"change.{place}", f"The amendment changes “{words}”; no charge of the terms so far is that.")
        return None
    if current.in_force.start and current.in_force.start >= start:
        draft.problem(f"change.{current.id}", f"{current.id} already changes on {current.in_force.start}.")
        return None
    path = f"charges.{current.id}@{start}"
    new = draft.take(f"changes.{place}.new", f"{path}.{_leaf(current)}", f"the new price of {current.id}")
    if new is None or not _old_holds(draft, place, current):
        return None
    proration = _proration(draft, current, start)
    ended = current.model_copy(update={"in_force": InForce(start=current.in_force.start, end=start), **proration})
    begun = _begun(draft, current, Decimal(new), start)
    return (ended, begun.model_copy(update=proration)) if begun else None


def _charge(base: Terms, key: str) -> Stretch | None:
    """The charge's open stretch: by the fee's id, by what it counts, or the only usage charge there is."""
    last = [charge for charge in base.charges if charge.in_force.end is None]
    if not key.startswith("usage"):
        return next((one for one in last if isinstance(one, RecurringCharge) and one.id == key), None)
    unit = key.partition(":")[2]
    metered = [one for one in last if isinstance(one, UsageCharge)]
    named = [one for one in metered if unit in ("", unit_key(one.metric), unit_key(base.metric(one.metric).unit))]
    return named[0] if len(named) == 1 else None


def _leaf(charge: Stretch) -> str:
    return "amount" if isinstance(charge, RecurringCharge) else "price.unit_amount"


def _old_holds(draft: Draft, place: int, current: Stretch) -> bool:
    """The price that the amendment says it replaces must be the price in force."""
    path = f"amends.{current.id}"
    old = draft.take(f"changes.{place}.old", path, f"the earlier price of {current.id}")
    if not draft.said(f"changes.{place}.old"):
        draft.forget(path)
        return True
    now = current.amount if isinstance(current, RecurringCharge) else getattr(current.price, "unit_amount", None)
    if old is not None and now is not None and Decimal(old) == now:
        return True
    if old is not None:
        text = f"The amendment replaces {old} for {current.id}; the terms so far say {now}."
        draft.problem(f"old_price.{current.id}", text)
    return False


def _proration(draft: Draft, current: Stretch, start: date) -> dict[str, object]:
    if not isinstance(current, RecurringCharge):
        return {}
    cut = start.day != 1 and current.proration is None
    if current.proration is None:
        charges.prorated(draft, current.id, cut)
    stated = charges.prorated(draft, f"{current.id}@{start}", cut)
    return {"proration": stated or current.proration}


def _begun(draft: Draft, current: Stretch, new: Decimal, start: date) -> Stretch | None:
    after = InForce(start=start)
    if isinstance(current, RecurringCharge):
        return current.model_copy(update={"amount": new, "in_force": after})
    if not isinstance(current.price, PerUnit):
        draft.problem(f"tiers.{current.id}", f"{current.id} is priced in tiers; enter the new tiers by hand.")
        return None
    update: dict[str, object] = {"price": PerUnit(unit_amount=new), "in_force": after}
    if current.included and start.day != 1:
        text = f"The price of {current.id} changes within a month. What becomes of the included units?"
        answer = draft.ask("tiers_on_change", f"charges.{current.id}@{start}.tiers_on_change", text, ON_CHANGE)
        if answer is None:
            return None
        update["tiers_on_change"] = answer
    return current.model_copy(update=update)


def _spliced(stretches: list[Charge], changed: tuple[Stretch, Stretch]) -> list[Charge]:
    ended, begun = changed
    return [
        piece
        for one in stretches
        for piece in ((ended, begun) if one.id == ended.id and one.in_force.end is None else (one,))
    ]
