"""What if, on the desk: the demo company's months beside what they would have been, and nothing kept of it."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlmodel import func, select

from billing.errors import Refused
from billing.ideas import Figure, How, Idea, What, Word
from billing.invoices.statements import billable
from billing.what_if import what_if, what_if_terms
from billing.what_if_views import CustomerChange
from pricing.canonical import canonical
from pricing.model.metric import Metric
from pricing.terms import Escalator, Terms
from pricing.what_if import Change
from store.tables.invoice import Invoice
from store.tables.statement import Statement
from store.tables.usage import UsageSnapshot
from tests.billing.kit import NAMES, NOVEMBER, customer
from tests.demo_terms import DEMO, _minutes, _price, _terms
from tests.world import TestWorld, add_customer


def figure(text: str) -> Figure:
    amount = Decimal(text.strip("$€%").replace(",", ""))
    kind = {"$": "money", "€": "money"}.get(text[0], "percent" if text.endswith("%") else "number")
    return Figure(text, kind, amount, {"$": "USD", "€": "EUR"}.get(text[0]))  # type: ignore[arg-type]


def idea(what: What, how: How, to: str, words: str = "") -> Idea:
    named: dict[str, Word] = {"none": "none", "unlimited": "unlimited", "graduated": "graduated", "volume": "volume"}
    return Idea(what, how, named.get(to) or figure(to), words)


def tried(world: TestWorld, key: str, wanted: Idea) -> CustomerChange:
    [one] = what_if(world.desk, wanted, NOVEMBER, customer(world, key)).results
    return one


GOLDEN: list[tuple[str, Idea, str, str, str]] = [
    ("copperkettle", idea("price model", "set", "graduated"), "$4,032.00", "$5,232.00", "+$1,200.00"),
    ("copperkettle", idea("usage", "set", "49,900"), "$4,032.00", "$4,990.00", "+$958.00"),
    ("copperkettle", idea("price per unit", "set", "$0.09"), "$4,032.00", "$4,536.00", "+$504.00"),
    ("brindlecat", idea("price per unit", "less", "10%"), "$6,100.00", "$5,490.00", "-$610.00"),
    ("acornhill", idea("overage price", "set", "$0.07"), "$3,130.11", "$3,018.91", "-$111.20"),
    ("acornhill", idea("included units", "set", "unlimited"), "$3,130.11", "$2,500.00", "-$630.11"),
    ("acornhill", idea("included units", "more", "5000"), "$3,130.11", "$2,705.11", "-$425.00"),
    ("acornhill", idea("fee", "set", "none"), "$3,130.11", "$630.11", "-$2,500.00"),
    ("dapplewood", idea("overage price", "more", "$0.01"), "$5,405.00", "$5,875.00", "+$470.00"),
    ("dapplewood", idea("usage", "more", "10%"), "$5,405.00", "$6,440.00", "+$1,035.00"),
    ("dapplewood", idea("usage", "less", "47,000"), "$5,405.00", "$0.00", "-$5,405.00"),
    ("elmfoot", idea("minimum", "set", "none"), "$5,000.00", "$4,180.00", "-$820.00"),
    ("elmfoot", idea("minimum", "set", "6000"), "$5,000.00", "$6,000.00", "+$1,000.00"),
    ("gumdrop", idea("fee", "more", "$200"), "$6,592.50", "$6,792.50", "+$200.00"),
    ("gumdrop", idea("price per unit", "set", "$0.08"), "$6,592.50", "$5,550.00", "-$1,042.50"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "wanted", "before", "after", "difference"), GOLDEN)
def test_to_the_cent(fresh: TestWorld, key: str, wanted: Idea, before: str, after: str, difference: str) -> None:
    one = tried(fresh, key, wanted)
    assert (one.before, one.after, one.difference, one.final) == (before, after, difference, True)


def test_nothing_is_kept(fresh: TestWorld) -> None:
    tried(fresh, "acornhill", idea("overage price", "set", "$0.07"))
    with fresh.desk.db.read() as session:
        for table in (Invoice, Statement, UsageSnapshot):
            assert session.exec(select(func.count()).select_from(table)).one() == 0


QUOTE = "$0.085 for each further minute"
EVIDENCE = {
    "charges.minutes.price.unit_amount": {"state": "stated", "value": "0.085", "page": 2, "quote": QUOTE, "verified": True},
    "charges.minutes.included.quantity": {"state": "stated", "value": "20000", "page": 1, "quote": "20,000 minutes"},
}  # fmt: skip


def test_each_change_shows_the_clause_that_it_replaces(fresh: TestWorld) -> None:
    made = customer(fresh, "acornhill")
    with fresh.desk.db.write() as session:
        billable(session, made).version.evidence = canonical(EVIDENCE)
    [one] = what_if(fresh.desk, idea("overage price", "set", "$0.07"), NOVEMBER, made).results
    [term] = one.replaced
    assert (term.label, term.before, term.after) == ("Minutes, price per unit", "$0.085", "$0.07")
    assert term.clause is not None and (term.clause.page, term.clause.quote) == (2, QUOTE)
    assert [line.difference for line in one.lines] == ["$0.00", "-$111.20"]
    assert "7,413 × $0.07 = $518.91" in (one.lines[1].sentence or "")


def test_everybody_at_once(fresh: TestWorld) -> None:
    for key in ("acornhill", "copperkettle", "dapplewood", "elmfoot"):
        customer(fresh, key)
    euros = DEMO["brindlecat"].model_copy(update={"currency": "EUR"})
    add_customer(fresh, NAMES["brindlecat"], "org_brindlecat", None, euros)
    with fresh.desk.db.write() as session:
        billable(session, fresh.customers[NAMES["elmfoot"]]).version.status = "proposed"
    view = what_if(fresh.desk, idea("usage", "more", "10%"), NOVEMBER)
    assert [(one.customer[:6], one.currency) for one in view.results] == [
        ("Dapple", "USD"), ("Brindl", "EUR"), ("Copper", "USD"), ("Acornh", "USD")]  # fmt: skip
    assert [(one.currency, one.customers, one.before) for one in view.sums] == [
        ("EUR", 1, "€6,100.00"), ("USD", 3, "$12,567.11")]  # fmt: skip
    assert [one.customer for one in view.untried] == ["Elmfoot Utilities"]
    assert "no confirmed terms" in view.untried[0].reason and view.everybody


def test_one_customer_that_it_does_not_fit_stops_nobody(fresh: TestWorld) -> None:
    for key in ("acornhill", "copperkettle"):
        customer(fresh, key)
    euros = DEMO["acornhill"].model_copy(update={"currency": "EUR"})
    add_customer(fresh, "Zwei", "org_gumdrop", None, euros)
    view = what_if(fresh.desk, idea("overage price", "set", "$0.07"), NOVEMBER)
    assert [one.customer for one in view.results] == ["Acornhill Freight Co."]
    assert {one.customer: one.reason for one in view.untried} == {
        "Copperkettle Insurance": "has no overage price",
        "Zwei": "has a contract in EUR, and $0.07 is not",
    }


REFUSED: list[tuple[str, Idea, str]] = [
    ("elmfoot", idea("overage price", "set", "$0.07"), "Elmfoot Utilities has no overage price."),
    ("acornhill", idea("minimum", "set", "$1"), "Acornhill Freight Co. has no minimum."),
    ("acornhill", idea("price model", "set", "volume"), "has no tiers"),
    ("copperkettle", idea("price model", "set", "volume"), "has volume tiers already"),
    ("copperkettle", idea("price model", "set", "0.07"), "say which of the two"),
    ("copperkettle", idea("price model", "set", "none"), "is no change that I can try"),
    ("acornhill", idea("usage", "set", "$5"), "counted in units, not in money"),
    ("acornhill", idea("usage", "set", "10%"), "10% of what"),
    ("acornhill", idea("usage", "set", "none"), "is no change that I can try"),
    ("acornhill", idea("fee", "less", "none"), "is no change that I can try"),
    ("acornhill", idea("usage", "less", "999,999"), "below zero"),
    ("acornhill", idea("included units", "less", "30,000"), "greater than or equal to 0"),
    ("elmfoot", idea("minimum", "less", "6000"), "greater than 0"),
    ("brindlecat", idea("included units", "more", "100"), "has none now"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "wanted", "reason"), REFUSED)
def test_what_does_not_fit_is_refused(fresh: TestWorld, key: str, wanted: Idea, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        tried(fresh, key, wanted)
    assert reason in str(refused.value)


def test_nobody_of_that_id(fresh: TestWorld) -> None:
    with pytest.raises(Refused, match="no such customer"):
        what_if(fresh.desk, idea("minimum", "set", "none"), NOVEMBER, "customer-" + "0" * 26)


def two_meters() -> Terms:
    """Minutes twice, at two prices: what people call them tells them apart."""
    first, second = _minutes(_price("0.10")), _minutes(_price("0.02"))
    other = second.model_copy(update={"id": "recording", "description": "Recorded minutes"})
    return _terms(first, other)


@pytest.mark.parametrize(
    ("words", "difference"),
    [("recorded minutes at 0.03", "+$380.00"), ("what if recording were 0.03", "+$380.00"), ("connected at 0.11", "+$380.00")],
)  # fmt: skip
def test_the_persons_words_tell_charges_apart(fresh: TestWorld, words: str, difference: str) -> None:
    made = customer(fresh, "elmfoot", two_meters())
    [one] = what_if(fresh.desk, idea("price per unit", "more", "$0.01", words), NOVEMBER, made).results
    assert one.difference == difference and len(one.replaced) == 1


def test_several_charges_are_asked_about(fresh: TestWorld) -> None:
    made = customer(fresh, "elmfoot", two_meters())
    with pytest.raises(Refused, match=r"several places \(minutes, recording\); say which"):
        what_if(fresh.desk, idea("price per unit", "set", "$0.01", "minutes?"), NOVEMBER, made)


def test_term_paths_by_hand(fresh: TestWorld) -> None:
    made = customer(fresh, "copperkettle")
    changes = [Change("charges.minutes.price.model", "graduated"), Change("charges.minutes.included.quantity", "10000")]
    [one] = what_if_terms(fresh.desk, changes, NOVEMBER, made).results
    assert (one.after, len(one.replaced)) == ("$4,240.00", 2)
    with pytest.raises(Refused, match=r"the nearest are charges\.minutes\.price\.model"):
        what_if_terms(fresh.desk, [Change("charges.minutes.price.modle", "volume")], NOVEMBER, made)


def test_usage_is_counted_again_where_the_change_decides_what_counts(fresh: TestWorld) -> None:
    """A price from the 16th cuts the month there; internal calls count when no clause excludes them."""
    made = customer(fresh, "brindlecat")
    excluded = what_if_terms(fresh.desk, [Change("metrics.minutes.excluded", [])], NOVEMBER, made).results[0]
    assert excluded.difference.startswith("+$")
    halves = [{"kind": "usage", "id": "minutes", "description": "Minutes", "metric": "minutes", "in_force": span,
               "price": {"model": "per_unit", "unit_amount": "0.10"}}
              for span in ({"end": "2025-11-16"}, {"start": "2025-11-16"})]  # fmt: skip
    [one] = what_if_terms(fresh.desk, [Change("charges", halves)], NOVEMBER, made).results
    assert [line.id for line in one.lines] == ["minutes", "minutes@2025-11-16"]


def test_a_running_month_is_so_far_and_as_of_now(fresh: TestWorld) -> None:
    fresh.clock.at = datetime(2025, 11, 13, 13, 55, tzinfo=UTC)
    made = customer(fresh, "copperkettle")
    view = what_if(fresh.desk, idea("price model", "set", "graduated"), NOVEMBER, made)
    assert not view.results[0].final and view.as_of == "13 Nov 2025, 08:55 New York"


def test_an_increase_that_still_applies_is_said(fresh: TestWorld) -> None:
    step = Escalator(id="yearly", applies_to=("minutes",), first=NOVEMBER.start.replace(month=8), percent=Decimal(5))
    made = customer(fresh, "elmfoot", DEMO["elmfoot"].model_copy(update={"escalators": (step,)}))
    [one] = what_if(fresh.desk, idea("price per unit", "set", "$0.20"), NOVEMBER, made).results
    assert one.notes == ("the contract's increase yearly still applies on top of the changed price",)


def test_a_price_for_another_meter_is_not_this_ones(fresh: TestWorld) -> None:
    unmeasured = DEMO["elmfoot"].model_copy(
        update={"metrics": (*DEMO["elmfoot"].metrics, Metric(id="sms", unit="sms"))}
    )
    with pytest.raises(Refused, match=r"ari\.yml defines no such metric"):
        what_if(fresh.desk, idea("minimum", "set", "none"), NOVEMBER, customer(fresh, "elmfoot", unmeasured))
