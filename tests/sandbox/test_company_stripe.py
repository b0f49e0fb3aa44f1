"""The seed of the local Stripe: the objects point at each other, and the past is billed as the story needs it."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sandbox.company import orgs, stripe_seed
from sandbox.stripe import seed as reader
from sandbox.stripe.world import World

NEW_YORK = ZoneInfo("America/New_York")


class StoryClock:
    """The moment of the close."""

    def now(self) -> datetime:
        return datetime(2025, 12, 2, 10, tzinfo=NEW_YORK)


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    return stripe_seed.objects()


@pytest.fixture(scope="module")
def lived() -> World:
    world = World(StoryClock(), base_url="http://127.0.0.1")
    reader.load(world, stripe_seed.objects())
    return world


def local(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone(NEW_YORK).isoformat()[:16]


def invoices(seed: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return [invoice for invoice in seed["invoices"] if invoice["customer"] == f"cus_TW{key.upper()}"]


def test_ids_are_unique_and_references_hold(seed: dict[str, Any]) -> None:
    ids = [row["id"] for name, rows in seed.items() if name != "account" for row in rows]
    assert len(ids) == len(set(ids))
    customers = {row["id"] for row in seed["customers"]}
    assert {row["customer"] for row in seed["subscriptions"] + seed["invoices"]} <= customers
    assert {customer for *_, customer, _ in orgs.rows() if customer} <= customers


def test_acornhills_fee_is_paid_month_by_month_on_its_subscription(seed: dict[str, Any]) -> None:
    fees = [row for row in invoices(seed, "acornhill") if "PLAN" in row["id"]]
    periods = [(local(line["period"]["start"]), local(line["period"]["end"])) for row in fees for line in row["lines"]]
    starts = [f"2025-{month:02d}-01T00:00" for month in range(5, 13)]
    assert periods == list(pairwise(starts))
    assert {line["subscription_item"] for row in fees for line in row["lines"]} == {"si_TWACORNHILLPLAN"}
    assert all(row["finalized_at"] < row["paid_at"] for row in fees)
    assert {line["amount"] for row in fees for line in row["lines"]} == {250_000}


@pytest.mark.parametrize("key, cents", [
    ("acornhill", [7_395, 19_678, 34_510, 50_915]),      # 870, 2,315, 4,060 and 5,990 minutes above, at $0.085
    ("brindlecat", [493_000, 509_500, 516_000, 537_440, 563_280, 589_760]),
    ("copperkettle", [388_000, 416_500, 453_000, 481_500]),
    ("elmfoot", [526_900, 508_200, 547_250, 564_300, 500_000, 500_000]),
    ("gumdrop", [533_350, 559_200, 585_600, 615_300, 643_900]),
    ("lemonfish", [632_000, 668_000, 699_000, 684_000, 711_500, 704_500, 700_000]),
])  # fmt: skip
def test_the_past_was_billed_by_hand(seed: dict[str, Any], key: str, cents: list[int]) -> None:
    by_hand = [row for row in invoices(seed, key) if "USAGE" in row["id"]]
    assert [sum(line["amount"] for line in row["lines"]) for row in by_hand] == cents


def test_lemonfish_was_billed_1400_dollars_too_little(seed: dict[str, Any]) -> None:
    billed = sum(line["amount"] for row in invoices(seed, "lemonfish")[-4:] for line in row["lines"])
    assert (68_400 + 71_150 + 70_450 + 70_000) * 10.5 - billed == 140_000


def test_what_an_audit_should_find_is_planted(seed: dict[str, Any]) -> None:
    emails = [row["email"] for row in seed["customers"]]
    assert [email for email in set(emails) if emails.count(email) > 1] == ["billing@halfpenny.example"]
    churned = {customer for *_, customer, status in orgs.rows() if status == "churned"}
    assert churned & {row["customer"] for row in seed["subscriptions"]} == {"cus_TWMARZIPAN"}
    known = {customer for *_, customer, _ in orgs.rows()}
    assert {row["customer"] for row in seed["invoices"]} - known == {"cus_TWWIDGEON"}


def test_the_local_stripe_plays_the_seed(lived: World, seed: dict[str, Any]) -> None:
    found = lived.tables["invoices"]
    assert found.keys() == {row["id"] for row in seed["invoices"]}
    unpaid = [ident for ident, row in found.items() if row["status"] != "paid"]
    assert unpaid == ["in_TWLEMONFISHUSAGE11"]
    assert {row["status"] for row in lived.tables["subscriptions"].values()} == {"active"}
    for row in seed["invoices"]:
        assert found[row["id"]]["total"] == sum(line["amount"] for line in row["lines"]), row["id"]
