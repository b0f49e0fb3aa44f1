"""Who may approve what: the table of cases, and what holds for every rule, person and amount."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.invoices.policy import Actor, may_act, may_approve
from settings import Policy, Rule

ODO = Actor("U02ODO", "Odo", frozenset({"S01FINAPP"}))
MARIBEL = Actor("U03MARIBEL", "Maribel", frozenset({"S01FINAPP"}))
NAMED = Actor("U07NAMED", "Named by id")
TIBOR = Actor("U04TIBOR", "No rights", frozenset({"S09SALES"}))
RULE = Rule(
    users=("U07NAMED",),
    groups=("S01FINAPP",),
    second_above={"USD": "5000", "EUR": "4000"},
    limit={"USD": "20000", "EUR": "9000"},
)
WREN = "U01WREN"


@pytest.mark.parametrize(
    ("actor", "outcome", "words"),
    [
        (ODO, "granted", ""),
        (NAMED, "granted", ""),
        (TIBOR, "refused", "ari.yml names them"),
        (Actor("U08NOBODY", "No group"), "refused", "ari.yml names them"),
        (replace(ODO, bot=True), "refused", "active account"),
        (replace(NAMED, bot=True), "refused", "active account"),
        (replace(ODO, deactivated=True), "refused", "active account"),
        (replace(ODO, guest=True), "refused", "Guests"),
        (replace(ODO, stranger=True), "refused", "other companies"),
    ],
)
def test_who_may_act(actor: Actor, outcome: str, words: str) -> None:
    for verdict in (may_act(RULE, actor), may_approve(RULE, actor, Decimal(1), "USD", WREN, ())):
        assert verdict.outcome == outcome
        assert words in verdict.reason


@pytest.mark.parametrize(
    ("amount", "currency", "given_by", "outcome", "words"),
    [
        ("5000", "USD", (), "granted", ""),
        ("5000.01", "USD", (), "second", "5000 USD"),
        ("5000.01", "USD", ("U03MARIBEL",), "granted", ""),
        ("20000", "USD", ("U03MARIBEL",), "granted", ""),
        ("20000.01", "USD", (), "refused", "above the limit of 20000 USD"),
        ("20000.01", "USD", ("U03MARIBEL",), "refused", "above the limit"),
        ("4000", "EUR", (), "granted", ""),
        ("4000.01", "EUR", (), "second", "4000 EUR"),
        ("1", "JPY", (), "refused", "no limit for JPY"),
        ("1", "usd", (), "refused", "no limit for usd"),
        ("5000", "USD", ("U02ODO",), "refused", "already"),
        ("50000", "USD", ("U02ODO",), "refused", "already"),
    ],
)
def test_up_to_what(amount: str, currency: str, given_by: tuple[str, ...], outcome: str, words: str) -> None:
    verdict = may_approve(RULE, ODO, Decimal(amount), currency, WREN, given_by)
    assert verdict.outcome == outcome
    assert words in verdict.reason


@pytest.mark.parametrize(
    ("own", "given_by", "outcome"),
    [(False, (), "refused"), (True, (), "granted"), (False, ("U03MARIBEL",), "refused")],
)
def test_ones_own_request(own: bool, given_by: tuple[str, ...], outcome: str) -> None:
    rule = RULE.model_copy(update={"own_request": own})
    assert may_approve(rule, ODO, Decimal(10), "USD", ODO.id, given_by).outcome == outcome


def test_a_rule_that_names_nobody_lets_nobody() -> None:
    for actor in (ODO, NAMED, TIBOR):
        assert may_approve(Policy().send, actor, Decimal(1), "USD", WREN, ()).outcome == "refused"


def test_without_limits_any_currency_passes() -> None:
    rule = Rule(groups=("S01FINAPP",))
    assert may_approve(rule, ODO, Decimal(10**9), "XOF", WREN, ()).outcome == "granted"


people = st.builds(
    Actor, id=st.sampled_from(["U02ODO", "U07NAMED", "U04TIBOR"]), name=st.just("x"),
    groups=st.frozensets(st.sampled_from(["S01FINAPP", "S09SALES"])), bot=st.booleans(), guest=st.booleans(),
    stranger=st.booleans(), deactivated=st.booleans(),
)  # fmt: skip
amounts = st.decimals(min_value=0, max_value=10**7, places=2)
caps = st.dictionaries(st.sampled_from(["USD", "EUR"]), amounts.map(str), max_size=2)
users, groups = st.just(("U07NAMED",)), st.just(("S01FINAPP",))
rules = st.builds(Rule, users=users, groups=groups, second_above=caps, limit=caps, own_request=st.booleans())


@given(rules, people, amounts, st.sampled_from(["USD", "EUR", "GBP"]), st.sampled_from(["U02ODO", "U01WREN"]),
       st.sets(st.sampled_from(["U02ODO", "U03MARIBEL"])))  # fmt: skip
def test_nothing_is_granted_against_the_rule(
    rule: Rule, actor: Actor, amount: Decimal, currency: str, asked: str, given_by: set[str]
) -> None:
    verdict = may_approve(rule, actor, amount, currency, asked, given_by)
    if verdict.outcome == "refused":
        assert verdict.reason
        return
    assert actor.id in rule.users or actor.groups & set(rule.groups)
    assert not (actor.bot or actor.guest or actor.stranger or actor.deactivated)
    assert actor.id not in given_by
    assert rule.own_request or actor.id != asked
    assert not rule.limit or amount <= Decimal(rule.limit[currency])
    alone = not rule.second_above or amount <= Decimal(rule.second_above[currency])
    assert (verdict.outcome == "granted") == (alone or bool(given_by))


@given(rules, people, amounts, amounts, st.sampled_from(["USD", "EUR"]))
def test_a_smaller_amount_is_never_harder_to_approve(
    rule: Rule, actor: Actor, one: Decimal, other: Decimal, currency: str
) -> None:
    ease = {"refused": 0, "second": 1, "granted": 2}
    low, high = (may_approve(rule, actor, amount, currency, WREN, ()).outcome for amount in sorted((one, other)))
    assert ease[low] >= ease[high]
