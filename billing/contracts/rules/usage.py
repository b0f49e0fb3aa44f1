"""Prices per unit of something counted: flat, above an included quantity, or in tiers.

Promises bands only when they fit together from zero without a gap; figures of a table that does not fit are left to be
shown as not understood. Which tier model holds is read from the words that decide it, never from the look of a table.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from billing.contracts.amounts import FIGURE
from billing.contracts.naming import unit_key
from billing.contracts.reading import Said, Stated, TierRow, Usage
from billing.contracts.rules.bands import Band
from billing.contracts.rules.passages import Passage, has, stated
from billing.contracts.rules.prices import NOT_PRICES, Price
from billing.contracts.values import normal, phrases

QUANTITY = rf"(?P<quantity>{FIGURE})"
INCLUDED = (
    rf"\binclud(?:es?|ing)\s+(?:up to |the first |a total of )?{QUANTITY}\s+(?:[a-z]+\s+){{0,2}}?{{unit}}",
    rf"\b(?:receives?|is entitled to|allowance of|bundle of|package of)\s+(?:up to |the first )?{QUANTITY}\s+{{unit}}",
    rf"\bcovers?\s+(?:up to |the first )?{QUANTITY}\s+(?:[a-z]+\s+){{0,2}}?{{unit}}",
    rf"(?<![\w.,$]){QUANTITY}\s+(?:[a-z]+\s+){{0,2}}?{{unit}}\b[^.;]{{0,60}}\b(?:is|are)\s+included\b",
    rf"\b(?:first\s+){QUANTITY}\s+(?:[a-z]+\s+){{0,2}}?{{unit}}\b[^.;]{{0,40}}\b(?:free|at no (?:extra "
    rf"|further )?c(?:harge|ost))\b",
    rf"^(?:monthly )?(?:included|allowance)\b[^.;]{{0,30}}?\b{QUANTITY}\s+{{unit}}",
)
DECIDES = r"\btiers?\b|\bbands?\b|\brates?\b|\bprices?\b|\bpricing\b|\bgraduated\b|\bthereafter\b|\bnext \d"


@dataclass(frozen=True, slots=True)
class UsageRead:
    """The usage prices, and the prices that could not be fitted in."""

    usage: tuple[Usage, ...]
    left: tuple[Price, ...]


def read_usage(prices: list[Price], passages: list[Passage]) -> UsageRead:
    groups: dict[str, list[Price]] = defaultdict(list)
    for price in prices:
        if price.role in ("unit", "drawdown", "after_commitment") and price.unit:
            groups[unit_key(price.unit)].append(price)
    tables = [price for price in prices if price.role == "tier"]
    if len(groups) == 1:
        next(iter(groups.values())).extend(tables)
        tables = []
    read = [_group(unit, group, passages) for unit, group in groups.items()]
    return UsageRead(tuple(usage for usage, _ in read), (*tables, *(price for _, left in read for price in left)))


def _group(unit: str, group: list[Price], passages: list[Passage]) -> tuple[Usage, list[Price]]:
    own = [price for price in group if price.role in ("unit", "tier")]
    tiered = [price for price in own if price.band] if len({price.band for price in own if price.band}) > 1 else []
    single = [price for price in own if price not in tiered]
    sets = list(_sets(tiered))
    tables = [rows for rows in map(_rows, sets) if rows]
    fits = len({len(rows) for rows in tables}) == 1 and len(tables) == len(sets)
    usage = Usage(
        metric=stated([_metric(price, unit) for price in group if price.unit], ""),
        unit_price=stated([_price(price) for price in single], "no single price per unit is stated"),
        included=stated([*_included(unit, passages), *_beginnings(single)], "no included quantity is stated"),
        tier_model=_model(passages) if fits else Stated(),
        tiers=_merged(tables) if fits else (),
    )
    return usage, [] if fits else tiered


def _metric(price: Price, unit: str) -> Said:
    """The thing counted, as printed; in a table the words may stand in the head."""
    words = price.unit or unit
    whole = rf"\b{re.escape(words)}s?\b"
    found = re.search(whole, price.passage.text, re.IGNORECASE)
    if found:
        return price.passage.said(found[0], *found.span())
    header = " ".join(price.passage.header)
    found = re.search(whole, header, re.IGNORECASE)
    return Said(value=found[0] if found else words, page=price.passage.page, quote=header or price.passage.text)


def _price(price: Price) -> Said:
    return price.passage.said(price.amount.text, price.amount.start, price.amount.end)


def _beginnings(single: list[Price]) -> Iterator[Said]:
    """A price that holds only above a quantity says that what lies below is covered."""
    for price in single:
        if price.band and price.band.above and price.band.open:
            yield price.passage.said(price.band.above, price.amount.start, price.amount.end)


def _included(unit: str, passages: list[Passage]) -> Iterator[Said]:
    for passage in passages:
        if has(NOT_PRICES["an illustration"], passage.text) or has(r"\bper call\b", passage.text):
            continue
        for form in INCLUDED:
            match = re.search(form.replace("{unit}", f"{re.escape(unit)}s?"), passage.text, re.IGNORECASE)
            if match:
                yield passage.said(match["quantity"], *match.span())


def _sets(tiered: list[Price]) -> Iterator[list[Price]]:
    """One table or sentence each: a set begins again where a band begins at zero."""
    current: list[Price] = []
    for price in tiered:
        first = price.band and price.band.up_to and price.band.above in (None, "0")
        if current and first:
            yield current
            current = []
        current.append(price)
    if current:
        yield current


def _rows(prices: list[Price]) -> list[TierRow]:
    """The bands in order; nothing when one is missing, overlaps or leaves a gap."""
    rows: list[TierRow] = []
    reached = Decimal(0)
    for place, price in enumerate(prices):
        found = price.band
        if found is None or not _continues(found, reached, place) or (found.open and place + 1 < len(prices)):
            return []
        end = _end(found, reached)
        rows.append(_row(price, found))
        reached = end if end is not None else reached
    return rows


def _continues(found: Band, reached: Decimal, place: int) -> bool:
    if found.above is None:
        return place == 0 or found.width is not None or found.open
    above = normal("quantity", found.above)
    return above is not None and Decimal(above) in (reached, reached + 1) and (place > 0 or Decimal(above) <= 1)


def _end(found: Band, reached: Decimal) -> Decimal | None:
    figure = found.up_to or found.width
    value = normal("quantity", figure) if figure else None
    return None if value is None else Decimal(value) + (reached if found.width else 0)


def _row(price: Price, found: Band) -> TierRow:
    def said(value: str) -> Stated:
        return Stated(said=(price.passage.said(value, price.amount.start, price.amount.end),))

    return TierRow(
        above=said(found.above) if found.above else Stated(reason="begins where the band before ends"),
        up_to=said("above") if found.open else said(found.up_to) if found.up_to else Stated(reason="a width is given"),
        width=said(found.width) if found.width else Stated(reason="its end is given"),
        unit_price=said(price.amount.text),
    )


def _merged(tables: list[list[TierRow]]) -> tuple[TierRow, ...]:
    """The same bands stated twice, in a table and in a sentence, are one table with two places each."""
    return tuple(
        TierRow(
            above=_both([row.above for row in rows]),
            up_to=_both([row.up_to for row in rows]),
            width=_both([row.width for row in rows]),
            unit_price=_both([row.unit_price for row in rows]),
        )
        for rows in zip(*tables, strict=True)
    )


def _both(fields: list[Stated]) -> Stated:
    return stated([said for one in fields for said in one.said], fields[0].reason or "")


def _model(passages: list[Passage]) -> Stated:
    said = [
        passage.said(words.pop())
        for passage in passages
        if has(DECIDES, passage.text) and len(words := phrases("tier_model", passage.text)) == 1
    ]
    return stated(said, "no words say whether a tier's price holds for all units or only for those within it")
