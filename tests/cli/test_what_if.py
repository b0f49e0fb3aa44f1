"""`ari what-if` as a person types it."""

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.billing.kit import customer
from tests.world import TestWorld

run = CliRunner().invoke
OVER = "charges.minutes.price.unit_amount=0.07"


def test_one_customer_line_by_line(world: TestWorld) -> None:
    customer(world, "acornhill")
    done = run(app, ["what-if", "acornhill freight", "2025-11", OVER, "charges.minutes.included.quantity=20000"])
    assert done.exit_code == 0, done.output
    assert "Acornhill Freight Co.: $3,130.11 → $3,018.91, -$111.20" in done.stdout
    assert "charges.minutes.price.unit_amount: $0.085 → $0.07" in done.stdout


def test_everybody_and_why_not(world: TestWorld) -> None:
    for key in ("copperkettle", "elmfoot"):
        customer(world, key)
    done = run(app, ["what-if", "all", "2025-11", "minimums.monthly_minimum=null"])
    assert "Elmfoot Utilities: $5,000.00 → $4,180.00, -$820.00" in done.stdout
    assert "– Copperkettle Insurance: " in done.stdout and "no such path" in done.stdout
    assert "USD, 1 of them: $5,000.00 → $4,180.00, -$820.00" in done.stdout


@pytest.mark.parametrize(
    ("given", "said"),
    [(["elmfoot", "2025-11", "nonsense"], "write path=value"), (["elmfoot", "November", OVER], "is not a month"),
     (["elmfoot", "2025-11", "charges.minutes.price.unit_amont=1"], "the nearest are"),
     (["nobody", "2025-11", OVER], "no such customer")],
)  # fmt: skip
def test_wrong_use_is_one_sentence(world: TestWorld, given: list[str], said: str) -> None:
    customer(world, "elmfoot")
    done = run(app, ["what-if", *given])
    assert done.exit_code == 2 and said in done.output and "Traceback" not in done.output
