"""Lists: newest first, cursors, limits.

Promises Stripe's cursor paging: a cursor keeps its place even when its object no longer fits the filter. Leaves out
what a list filters by: each noun says that.
"""

from collections.abc import Callable

from sandbox.stripe.errors import Obj, invalid
from sandbox.stripe.forms import Id, Int, Plain
from sandbox.stripe.world import World


class Page(Plain):
    """Parameters that every list takes."""

    limit: Int = 10
    starting_after: Id | None = None
    ending_before: Id | None = None


def page(world: World, table: str, form: Page, fits: Callable[[Obj], bool], url: str | None = None) -> Obj:
    """One page of a table, newest first."""
    return cut(world.rows(table), form, fits, url or f"/v1/{table}")


def cut(rows: list[Obj], form: Page, fits: Callable[[Obj], bool], url: str) -> Obj:
    """One page of rows that are already in order."""
    if not 1 <= form.limit <= 100:
        told = f"Invalid limit: must be between 1 and 100, got {form.limit}"
        raise invalid(told, "limit", "parameter_invalid_integer")
    if form.starting_after and form.ending_before:
        raise invalid("You may only specify one of these parameters: starting_after, ending_before.", "starting_after")
    if form.ending_before:
        before = [row for row in rows[: _place(rows, form.ending_before, "ending_before")] if fits(row)]
        return _listed(before[-form.limit :], len(before) > form.limit, url)
    start = _place(rows, form.starting_after, "starting_after") + 1 if form.starting_after else 0
    after = [row for row in rows[start:] if fits(row)]
    return _listed(after[: form.limit], len(after) > form.limit, url)


def _listed(rows: list[Obj], more: bool, url: str) -> Obj:
    return {"object": "list", "data": rows, "has_more": more, "url": url}


def _place(rows: list[Obj], ident: str, param: str) -> int:
    for index, row in enumerate(rows):
        if row["id"] == ident:
            return index
    raise invalid(f"No such object: '{ident}'", param, "resource_missing")
