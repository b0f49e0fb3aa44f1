"""Evidence: for each term, what it rests on.

Promises one entry a field path of the terms ('charges.minutes.price.unit_amount'), kept beside the terms and never
inside them, so that it survives as plain JSON.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

State = Literal["stated", "inferred", "missing", "conflicting", "by_ruling", "measured"]


class Entry(BaseModel):
    """`value` is the plain value as text; `verified` means that code found the quote and derived the value from it.
    `ruling` names what answered a silence: 'house:time_zone', or 'answer:time_zone' for one contract alone;
    `document` the file in which the page is, once it is kept with others."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    state: State
    value: str | None = None
    page: int | None = None
    quote: str | None = None
    verified: bool = False
    note: str = ""
    ruling: str | None = None
    document: str | None = None


Evidence = dict[str, Entry]
