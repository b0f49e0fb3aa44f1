"""The door between the model and billing: typed arguments in, short clean JSON and perhaps a card out.

Promises that every tool checks reading rights first, that nothing but ids, months and search words comes through, and
that text from outside is flattened before a model reads it. Errors are the guard's business, not this module's.
"""

import json
import unicodedata
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Protocol, get_args, runtime_checkable

from langchain.tools import ToolRuntime
from langchain_core.tools import BaseTool, StructuredTool
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from billing.desk import Desk
from billing.ideas import Figure
from billing.rights import may_read
from tools.card import Card

ULID = r"[0-7][0-9a-hjkmnp-tv-z]{25}"
LONGEST_QUESTION = 4000
LONGEST_TEXT = 300
MARKUP = str.maketrans(dict.fromkeys("<>|*`~", " "))

Answer = tuple[dict[str, Any], Card | None]


@runtime_checkable
class Asker(Protocol):
    """What a tool needs to know of the person who asks; the run's context provides it."""

    @property
    def user_id(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def thread(self) -> str | None: ...
    @property
    def channel_shared(self) -> bool: ...
    @property
    def groups(self) -> frozenset[str]: ...
    @property
    def figures(self) -> Sequence[Figure]: ...


def _short(text: str) -> str:
    if not 0 < len(text.strip()) <= LONGEST_QUESTION:
        raise PydanticCustomError("words", "give the words to look for, a few lines at most")
    return text


CustomerId = Annotated[str, Field(pattern=f"^customer-{ULID}$", description="As find_customer returns it.")]
LineId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.:@-]{0,99}$", description="As a statement's lines show it.")]
Month = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="A calendar month, YYYY-MM.")]
Words = Annotated[str, AfterValidator(_short)]


class Args(BaseModel):
    """The base of every tool's arguments: exact types, and nothing that was not asked for."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)

    runtime: ToolRuntime[Asker, Any]

    @model_validator(mode="before")
    @classmethod
    def _left_out_means_none(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Not as defaults: a strict tool schema may not carry any."""
        optional = [name for name, field in cls.model_fields.items() if type(None) in get_args(field.annotation)]
        return dict.fromkeys(optional) | given


def door(desk: Desk, answer: Callable[..., Answer], args: type[Args], step: str) -> BaseTool:
    """A tool with the name and docstring of `answer(desk, caller, **args)`. `step` is shown to people while it runs.

    The tool raises billing's Refused, for callers without the right to read too.
    """

    def run(runtime: ToolRuntime[Asker, Any], **given: Any) -> tuple[str, Card | None]:
        caller = runtime.context
        may_read(desk.settings, caller.user_id, caller.groups, caller.channel_shared)
        data, card = answer(desk, caller, **given)
        return json.dumps(clean(data), ensure_ascii=False), card

    return StructuredTool.from_function(
        run, name=answer.__name__, description=answer.__doc__, args_schema=args,
        response_format="content_and_artifact", metadata={"step": step},
    )  # fmt: skip


def clean(value: Any) -> Any:
    """`value` with every text free of controls, invisible characters and markup, and cut to a sane length."""
    if isinstance(value, dict):
        return {key: clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [clean(inner) for inner in value]
    return label(value) if isinstance(value, str) else value


def label(text: str) -> str:
    visible = "".join(char if unicodedata.category(char) not in ("Cc", "Cf") else " " for char in text)
    return " ".join(visible.translate(MARKUP).split())[:LONGEST_TEXT]
