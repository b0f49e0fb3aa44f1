"""Drafts: the only invoices that may be edited.

Promises that every edit ends with fresh totals and one invoice.updated event. Leaves out what may be edited.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.stripe import events, totals
from sandbox.stripe.errors import Obj, refused
from sandbox.stripe.world import World


def editable(world: World, ident: str, param: str = "id", status: int = 404) -> Obj:
    """The draft. Raises resource_missing, or invoice_not_editable once it is finalized."""
    invoice = world.find("invoices", ident, param, status)
    if invoice["status"] != "draft":
        raise refused("Invalid invoice: This invoice is no longer editable", code="invoice_not_editable")
    return invoice


@contextmanager
def editing(world: World, invoice: Obj) -> Iterator[None]:
    with events.changing(world, totals.refresh(world, invoice), "invoice.updated"):
        yield
        totals.refresh(world, invoice)
