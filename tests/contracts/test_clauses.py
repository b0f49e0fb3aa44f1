"""Questions about contracts: the passage itself comes back, of the right customer."""

import pytest

from billing.contracts import propose
from billing.contracts.clauses import search
from billing.contracts.customers import find
from billing.contracts.document import read_document
from billing.contracts.propose import Drop
from tests.world import TestWorld

FILES = ("dapplewood-annual-commitment", "elmfoot-letter-agreement", "brindlecat-service-order")


@pytest.fixture
def read(world: TestWorld, company) -> TestWorld:  # type: ignore[no-untyped-def]
    for name in FILES:
        data = (company / "contracts" / f"{name}.pdf").read_bytes()
        document, _ = propose.take_in(
            world.desk, data, Drop(f"{name}.pdf", f"F{name}", "C02CONTRACTS", "1.1", "U01WREN")
        )
        propose.read(world.desk, document.id, read_document)
    return world


ASKED = (
    ("prepaid commitment overage price", "dapplewood", "$0.115"),
    ("monthly minimum", "elmfoot", "$5,000.00"),
    ("internal calls not billable", "brindlecat", "internal"),
)


def test_the_best_passage_answers_and_one_customer_is_told_from_another(read: TestWorld) -> None:
    for query, file, words in ASKED:
        found = search(read.desk, query)
        assert found[0].filename.startswith(file)
        assert any(words in one.quote for one in found[:3])
    [elmfoot] = find(read.desk, "Elmfoot")
    assert {one.filename for one in search(read.desk, "price per minute", elmfoot.id)} == {
        "elmfoot-letter-agreement.pdf"
    }


def test_nothing_near_is_nothing(read: TestWorld) -> None:
    assert search(read.desk, "zeppelin") == []
