"""Search: Stripe's query language over customers and invoices.

Promises clauses `field:'x'`, `field~'x'`, `field>n` and `metadata['k']:'v'`, a leading `-` for not, joined by AND or
by OR, and that a new object cannot be found for a minute, so that nobody builds on reading their own writes here.
Leaves out paging beyond the first hundred and the other searchable objects.
"""

import re
from collections.abc import Callable
from typing import Any

from sandbox.stripe.errors import Obj, invalid
from sandbox.stripe.forms import Id, Int, Plain
from sandbox.stripe.world import World

LAG = 60
CLAUSE = re.compile(r"""(-?)(\w+)(?:\[["'](.+?)["']\])?([:~]|[<>]=?)(?:["'](.*?)["']|(\d+|null))""")
FIELDS = {
    "customers": {"created", "email", "metadata", "name", "phone"},
    "invoices": {"created", "currency", "customer", "metadata", "number", "receipt_number", "status", "total"},
}


class Search(Plain):
    query: Id
    limit: Int = 10
    page: Id | None = None


def customers(world: World, form: Search) -> Obj:
    return _found(world, form, "customers")


def invoices(world: World, form: Search) -> Obj:
    return _found(world, form, "invoices")


def _found(world: World, form: Search, table: str) -> Obj:
    join = any if re.search(r"\sOR\s", form.query) else all
    tests = [_test(clause, table) for clause in re.split(r"\s+(?:AND|OR)\s+", form.query.strip())]
    seen = (row for row in world.rows(table) if row["created"] + LAG <= world.now() and not row.get("_deleted"))
    hits = [row for row in seen if join(test(row) for test in tests)]
    body = {"object": "list", "data": hits[: form.limit], "has_more": len(hits) > form.limit, "next_page": None}
    return body | {"url": f"/v1/{table}/search"}


def _test(clause: str, table: str) -> Callable[[Obj], bool]:
    match = CLAUSE.fullmatch(clause)
    if match is None or match[2] not in FIELDS[table]:
        told = (
            "We were unable to parse your search query. Write `metadata['key']:'value'`, clauses joined by AND or OR."
        )
        raise invalid(f"{told} The part in question: {clause}", "query")
    negated, field, key, operator, text, number = match.groups()
    wanted = text if text is not None else number

    def test(row: Obj) -> bool:
        value = row[field].get(key) if key else row[field]
        return _compare(value, operator, wanted) != bool(negated)

    return test


def _compare(value: Any, operator: str, wanted: str) -> bool:
    if value is None or wanted == "null":
        return value is None and wanted == "null"
    if operator == ":":
        return str(value).casefold() == wanted.casefold()
    if operator == "~":
        return wanted.casefold() in str(value).casefold()
    low, high = (int(wanted), value) if operator[0] == ">" else (value, int(wanted))
    return bool(low < high or ("=" in operator and low == high))
