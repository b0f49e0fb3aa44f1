"""The demo company's November 2025, from first principles: the arithmetic of every row stands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from pricing.rate import rate
from pricing.statement import Billed, Opening, Usage
from pricing.terms import LineRounding, Metric, Minimum, Terms
from pricing.working import sentence
from tests.pricing.pricing_kit import (
    FIRST,
    NOVEMBER,
    SECOND,
    amounts,
    fee,
    left,
    metered,
    per_unit,
    piece,
    prepaid,
    terms,
    tiered,
    used,
)  # fmt: skip


@dataclass
class Case:
    terms: Terms
    usage: Usage
    lines: dict[str, str]
    total: str
    sentences: tuple[str, ...]
    due: str | None = None
    opening: Opening = field(default_factory=Opening)
    billed: Sequence[Billed] = ()


ACORNHILL = terms(fee("2500"), metered(per_unit("0.085"), included="20000"))
MINIMUM = Minimum(id="monthly", description="Monthly minimum", amount=Decimal("5000"), counts=("minutes",))
GUMDROP = terms(
    metered(per_unit("0.11"), in_force=FIRST), metered(per_unit("0.095"), in_force=SECOND),
    fee("1500", "actual_days", in_force=FIRST), fee("2000", "actual_days", in_force=SECOND),
)  # fmt: skip
METERS = {"minutes": "0.095", "transcripts": "0.018", "sms": "0.0125", "storage": "0.25"}
MEASURED = {"minutes": "44200", "transcripts": "31007", "sms": "18243", "storage": "812.6"}

CASES = {
    # 27,413 - 20,000 = 7,413; 7,413 x 0.085 = 630.105; half up 630.11; + 2,500.00 = 3,130.11; the fee is billed.
    "acornhill": Case(
        ACORNHILL, used("27412.35"), {"platform_fee": "2500.00", "minutes": "630.11"}, "3130.11",
        ("$2,500.00 for the whole period, already billed by sub_123: $2,500.00",
         "27,412.35 rounded up to 27,413 min - 20,000 included = 7,413 × $0.085 = $630.105, "
         "rounded half up to $630.11"),
        due="630.11", billed=(Billed(line="platform_fee", amount=Decimal("2500.00"), by="sub_123"),),
    ),
    # 10,000 x 0.12 + 40,000 x 0.10 + 11,250 x 0.08 = 1,200 + 4,000 + 900.
    "brindlecat": Case(
        terms(metered(tiered("graduated"))), used("61250"), {"minutes": "6100.00"}, "6100.00",
        ("10,000 × $0.12 + 40,000 × $0.10 + 11,250 × $0.08 = $6,100.00",),
    ),
    # All 50,400 at the price of the tier reached: 50,400 x 0.08.
    "copperkettle": Case(
        terms(metered(tiered("volume"))), used("50400"), {"minutes": "4032.00"}, "4032.00",
        ("50,400 min × $0.08 (tier 3 for all) = $4,032.00",),
    ),
    # Before the cliff: 49,900 x 0.10, more than 50,400 cost.
    "copperkettle, before the cliff": Case(
        terms(metered(tiered("volume"))), used("49900"), {"minutes": "4990.00"}, "4990.00",
        ("49,900 min × $0.10 (tier 2 for all) = $4,990.00",),
    ),
    # 4,300 / 0.10 = 43,000 drawn; 90,000 - 43,000 = 47,000 x 0.115 = 5,405.
    "dapplewood": Case(
        terms(metered(per_unit("0.10")), prepaid=(prepaid(),)), used("90000"),
        {"commit.drawdown": "0.00", "commit.overage": "5405.00"}, "5405.00",
        ("43,000 min × $0.10 = $4,300.00 drawn from the prepaid balance",
         "90,000 min - 43,000 prepaid = 47,000 × $0.115 = $5,405.00"),
        opening=left("4300.00"),
    ),
    # 38,000 x 0.11 = 4,180; 5,000 - 4,180 = 820.
    "elmfoot": Case(
        terms(metered(per_unit("0.11")), minimums=(MINIMUM,)), used("38000"),
        {"minutes": "4180.00", "monthly.shortfall": "820.00"}, "5000.00",
        ("38,000 min × $0.11 = $4,180.00", "$5,000.00 minimum - $4,180.00 counted = $820.00"),
    ),
    # 22,000 x 0.11 = 2,420; 25,500 x 0.095 = 2,422.50; 15 of 30 days of 1,500 and of 2,000.
    "gumdrop": Case(
        GUMDROP, used("22000", "25500"),
        {"minutes": "2420.00", "minutes@2025-11-16": "2422.50", "platform_fee": "750.00",
         "platform_fee@2025-11-16": "1000.00"}, "6592.50",
        ("22,000 min × $0.11 = $2,420.00", "25,500 min × $0.095 = $2,422.50", "15 of 30 days × $1,500.00 = $750.00",
         "15 of 30 days × $2,000.00 = $1,000.00"),
    ),
    # Each stretch is rounded up on its own: 21,999.2 -> 22,000 and 25,499.01 -> 25,500.
    "gumdrop, raw": Case(
        GUMDROP, used("21999.2", "25499.01"),
        {"minutes": "2420.00", "minutes@2025-11-16": "2422.50", "platform_fee": "750.00",
         "platform_fee@2025-11-16": "1000.00"}, "6592.50",
        ("21,999.2 rounded up to 22,000 min × $0.11 = $2,420.00",
         "25,499.01 rounded up to 25,500 min × $0.095 = $2,422.50",
         "15 of 30 days × $1,500.00 = $750.00", "15 of 30 days × $2,000.00 = $1,000.00"),
    ),
    # The yen has no minor unit: 1,234 x 0.75 = 925.5 -> 926.
    "yen": Case(
        terms(metered(per_unit("0.75")), currency="JPY"), used("1234"), {"minutes": "926"}, "926",
        ("1,234 min × ¥0.75 = ¥925.5, rounded half up to ¥926",),
    ),
    # The Kuwaiti dinar has three decimals: 333 x 0.0125 = 4.1625 -> 4.163.
    "dinar": Case(
        terms(metered(per_unit("0.0125")), currency="KWD"), used("333"), {"minutes": "4.163"}, "4.163",
        ("333 min × KWD 0.0125 = KWD 4.1625, rounded half up to KWD 4.163",),
    ),
    # Rounded line by line: 44,200 x 0.095 = 4,199; 31,007 x 0.018 = 558.126; 18,243 x 0.0125 = 228.0375; 812.6 x 0.25 =
    # 203.15. Their sum rounded once would be 5,188.31.
    "kestrel, four meters": Case(
        terms(*(metered(per_unit(price), id=name, metric=name) for name, price in METERS.items()),
              metrics=tuple(Metric(id=name, unit=name) for name in METERS)),
        Usage(slices=tuple(piece(quantity, metric=name) for name, quantity in MEASURED.items())),
        {"minutes": "4199.00", "transcripts": "558.13", "sms": "228.04", "storage": "203.15"}, "5188.32",
        ("44,200 minutes × $0.095 = $4,199.00",
         "31,007 transcripts × $0.018 = $558.126, rounded half up to $558.13",
         "18,243 sms × $0.0125 = $228.0375, rounded half up to $228.04",
         "812.6 storage × $0.25 = $203.15"),
    ),
    # Half even, as another contract might say: 630.105 -> 630.10.
    "acornhill, half even": Case(
        ACORNHILL.model_copy(update={"rounding": LineRounding(mode="half_even")}), used("27413"),
        {"platform_fee": "2500.00", "minutes": "630.10"}, "3130.10",
        ("$2,500.00 for the whole period",
         "27,413 min - 20,000 included = 7,413 × $0.085 = $630.105, rounded half even to $630.10"),
    ),
    # The late calls: 27,413 + 1,285 = 28,698; 8,698 x 0.085 = 739.33; less the 630.11 billed leaves 109.22.
    "acornhill, true-up": Case(
        ACORNHILL, used("28698"), {"platform_fee": "2500.00", "minutes": "739.33"}, "3239.33",
        ("$2,500.00 for the whole period, already billed by sub_123: $2,500.00",
         "28,698 min - 20,000 included = 8,698 × $0.085 = $739.33, already billed by ari: $630.11, "
         "which leaves $109.22"),
        due="109.22",
        billed=(Billed(line="minutes", amount=Decimal("630.11"), by="ari"),
                Billed(line="platform_fee", amount=Decimal("2500.00"), by="sub_123")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_right_answer_to_the_cent(case: Case) -> None:
    statement = rate(case.terms, case.usage, NOVEMBER, case.opening, case.billed)
    assert amounts(statement) == case.lines
    assert str(statement.total) == case.total
    assert str(statement.due) == (case.due or case.total)
    assert tuple(sentence(line, statement.currency) for line in statement.lines) == case.sentences


def test_the_prepaid_balance_closes_at_zero() -> None:
    case = CASES["dapplewood"]
    closing = rate(case.terms, case.usage, NOVEMBER, case.opening).closing
    assert [(one.id, str(one.amount)) for one in closing.balances] == [("commit", "0.00")]
    assert [(one.id, str(one.amount)) for one in closing.used] == [("commit", "4300.00")]


def test_the_exact_amount_stands_beside_the_rounded_one() -> None:
    minutes = rate(ACORNHILL, used("27413"), NOVEMBER).lines[1]
    assert (str(minutes.exact), str(minutes.amount), str(minutes.quantity)) == ("630.105", "630.11", "7413")
