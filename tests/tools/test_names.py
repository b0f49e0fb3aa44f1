"""Who is meant: certain, unclear, or nobody."""

import pytest

from billing.views import CustomerView
from tests.tools.billing_kit import CUSTOMERS
from tools.names import mentions

EXTRA = [
    CustomerView(id=f"customer-{9:026d}", name=name, status="billable")
    for name in ("Target Corp", "Next Wave Media", "Acme")
]
SAID: dict[str, list[tuple[bool, str]]] = {
    "How does Gumdrop stand?": [(True, "Gumdrop Mobility")],
    "gumdrop mobility's bill": [(True, "Gumdrop Mobility")],
    "INKWELL & OTTER": [(True, "Inkwell & Otter LLP")],
    "Inkwell and Otter": [(True, "Inkwell & Otter LLP")],
    "Gumdrop, Elmfoot and Acornhill": [
        (True, "Gumdrop Mobility"), (True, "Elmfoot Utilities"), (True, "Acornhill Freight Co.")],
    "Juniper": [(False, "Juniper Teapot Retail|Juniper Rail")],
    "Juniper Rail": [(True, "Juniper Rail")],
    "Juniper Teapot": [(True, "Juniper Teapot Retail")],
    "Gumdorp": [(False, "Gumdrop Mobility")],
    "acorn hill": [(False, "Acornhill Freight Co.")],
    "the credit union": [(False, "Halfpenny Credit Union"), (False, "Halfpenny Credit Union")],
    "freight": [(False, "Acornhill Freight Co.")],
    "what's our next target?": [],
    "draft November for Target": [(True, "Target Corp")],
    "how is Next Wave doing": [(True, "Next Wave Media")],
    "acme's usage": [(True, "Acme")],
    "Zorblax": [],
    "Аcme": [],
    "": [],
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), SAID.items())
def test_mentions(text: str, wanted: list[tuple[bool, str]]) -> None:
    found = mentions(text, [*CUSTOMERS, *EXTRA])
    assert [(one.sure, "|".join(who.name for who in one.candidates)) for one in found] == wanted


def test_two_of_one_name_are_never_chosen_between() -> None:
    twins = [CustomerView(id=f"customer-{at:026d}", name="Acme", status="billable") for at in range(2)]
    assert [(one.sure, len(one.candidates)) for one in mentions("Acme", twins)] == [(False, 2)]
