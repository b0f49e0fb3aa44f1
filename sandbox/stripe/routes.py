"""Which call does what: the whole API in one table.

A row is method, path, form, function. Functions take the world, the form and the ids in the path, and answer a row
or a list.
"""

from collections.abc import Callable
from typing import NamedTuple

from sandbox.stripe import (
    account,
    catalog,
    credit_notes,
    customers,
    discounts,
    events,
    invoice_lines,
    invoiceitems,
    invoices,
    lifecycle,
    payments,
    revisions,
    search,
    subscriptions,
)  # fmt: skip
from sandbox.stripe.errors import Obj
from sandbox.stripe.forms import Plain
from sandbox.stripe.paging import Page


class Route(NamedTuple):
    method: str
    path: str
    form: type[Plain]
    act: Callable[..., Obj]


def _(method: str, path: str, form: type, act: Callable[..., Obj]) -> Route:
    return Route(method, f"/v1/{path}", form, act)


# Paths with a fixed last step stand before those with an id in its place.
ROUTES = (
    _("GET", "account", Plain, account.retrieve),
    _("POST", "customers", customers.CustomerFields, customers.create),
    _("GET", "customers", customers.CustomerList, customers.find_all),
    _("GET", "customers/search", search.Search, search.customers),
    _("GET", "customers/{id}", Plain, customers.retrieve),
    _("POST", "customers/{id}", customers.CustomerFields, customers.update),
    _("DELETE", "customers/{id}", Plain, customers.delete),
    _("POST", "customers/{id}/balance_transactions", customers.Adjustment, customers.adjust),
    _("GET", "customers/{id}/balance_transactions", customers.BalanceList, customers.transactions),
    _("DELETE", "customers/{id}/discount", Plain, customers.delete_discount),
    _("POST", "coupons", discounts.CouponCreate, discounts.create),
    _("GET", "coupons", discounts.CouponList, discounts.find_all),
    _("GET", "coupons/{id}", Plain, discounts.retrieve),
    _("POST", "products", catalog.ProductCreate, catalog.create_product),
    _("GET", "products", catalog.ProductList, catalog.find_products),
    _("GET", "products/{id}", Plain, catalog.retrieve_product),
    _("POST", "products/{id}", catalog.ProductFields, catalog.update_product),
    _("POST", "prices", catalog.PriceCreate, catalog.create_price),
    _("GET", "prices", catalog.PriceList, catalog.find_prices),
    _("GET", "prices/{id}", Plain, catalog.retrieve_price),
    _("POST", "prices/{id}", catalog.PriceFields, catalog.update_price),
    _("POST", "subscriptions", subscriptions.SubscriptionCreate, subscriptions.create),
    _("GET", "subscriptions", subscriptions.SubscriptionList, subscriptions.find_all),
    _("GET", "subscriptions/{id}", Plain, subscriptions.retrieve),
    _("DELETE", "subscriptions/{id}", subscriptions.Cancel, subscriptions.cancel),
    _("GET", "subscription_items", subscriptions.ItemList, subscriptions.find_items),
    _("GET", "subscription_items/{id}", Plain, subscriptions.retrieve_item),
    _("POST", "invoices", invoices.InvoiceCreate, revisions.create),
    _("GET", "invoices", invoices.InvoiceList, invoices.find_all),
    _("GET", "invoices/search", search.Search, search.invoices),
    _("GET", "invoices/{id}", Plain, invoices.retrieve),
    _("POST", "invoices/{id}", invoices.InvoiceFields, invoices.update),
    _("DELETE", "invoices/{id}", Plain, invoices.delete),
    _("POST", "invoices/{id}/finalize", lifecycle.Finalize, lifecycle.finalize),
    _("POST", "invoices/{id}/send", Plain, lifecycle.send),
    _("POST", "invoices/{id}/pay", lifecycle.Pay, lifecycle.pay),
    _("POST", "invoices/{id}/void", Plain, lifecycle.void),
    _("POST", "invoices/{id}/mark_uncollectible", Plain, lifecycle.mark_uncollectible),
    _("GET", "invoices/{id}/lines", Page, invoice_lines.find_all),
    _("POST", "invoices/{id}/lines/{line}", invoice_lines.OneLine, invoice_lines.update_one),
    _("POST", "invoices/{id}/add_lines", invoice_lines.AddLines, invoice_lines.add),
    _("POST", "invoices/{id}/update_lines", invoice_lines.UpdateLines, invoice_lines.update_many),
    _("POST", "invoices/{id}/remove_lines", invoice_lines.RemoveLines, invoice_lines.remove),
    _("POST", "invoiceitems", invoiceitems.ItemCreate, invoiceitems.create),
    _("GET", "invoiceitems", invoiceitems.ItemList, invoiceitems.find_all),
    _("GET", "invoiceitems/{id}", Plain, invoiceitems.retrieve),
    _("POST", "invoiceitems/{id}", invoiceitems.ItemFields, invoiceitems.update),
    _("DELETE", "invoiceitems/{id}", Plain, invoiceitems.delete),
    _("GET", "credit_notes/preview", credit_notes.NoteFields, credit_notes.preview),
    _("GET", "credit_notes/preview/lines", credit_notes.NotePreviewLines, credit_notes.preview_lines),
    _("POST", "credit_notes", credit_notes.NoteFields, credit_notes.create),
    _("GET", "credit_notes", credit_notes.NoteList, credit_notes.find_all),
    _("GET", "credit_notes/{id}", Plain, credit_notes.retrieve),
    _("POST", "credit_notes/{id}", credit_notes.NoteUpdate, credit_notes.update),
    _("POST", "credit_notes/{id}/void", Plain, credit_notes.void),
    _("GET", "credit_notes/{id}/lines", Page, credit_notes.find_lines),
    _("GET", "invoice_payments", payments.PaymentList, payments.find_all),
    _("GET", "invoice_payments/{id}", Plain, payments.retrieve),
    _("GET", "payment_records", payments.RecordList, payments.find_records),
    _("GET", "payment_records/{id}", Plain, payments.retrieve_record),
    _("GET", "payment_intents", payments.MoneyList, payments.find_intents),
    _("GET", "payment_intents/{id}", Plain, payments.retrieve_intent),
    _("GET", "charges", payments.MoneyList, payments.find_charges),
    _("GET", "charges/{id}", Plain, payments.retrieve_charge),
    _("GET", "refunds", payments.MoneyList, payments.no_refunds),
    _("GET", "disputes", payments.MoneyList, payments.no_disputes),
    _("GET", "events", events.EventList, events.find_all),
    _("GET", "events/{id}", Plain, events.retrieve),
)
