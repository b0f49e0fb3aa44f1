"""Requests: form-encoded pairs in, typed forms out, mistakes in Stripe's words.

Promises the nesting of `a[b][0][c]=v`, Stripe's strictness (unknown parameters, integers, booleans, decimals of at
most twelve places without exponent, metadata limits) and that a form remembers which fields were given. Leaves out
rules that need more than one field: those live with the nouns.
"""

import re
from decimal import Decimal
from typing import Annotated, Any, Self, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from sandbox.stripe import money
from sandbox.stripe.errors import Obj, StripeError, invalid

T = TypeVar("T")
F = TypeVar("F", bound=BaseModel)
DECIMAL = re.compile(r"-?\d+(\.\d{1,12})?")


def decode(encoded: str) -> Obj:
    """A form body or query string as nested dicts; list indexes stay keys until a form says what is a list."""
    tree: Obj = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        first = name.partition("[")[0]
        _place(tree, [first, *re.findall(r"\[([^\]]*)\]", name[len(first) :])], value, name)
    return tree


def _place(node: Obj, steps: list[str], value: str, name: str) -> None:
    *path, last = steps
    for step in path:
        node = node.setdefault(step or str(len(node)), {})
        if not isinstance(node, dict):
            raise invalid(f"Invalid parameter: {name} is both a value and a hash", name)
    node[last or str(len(node))] = value


def _fail(code: str, message: str) -> PydanticCustomError:
    return PydanticCustomError(code, message.replace("{", "{{").replace("}", "}}"))


def _scalar(value: Any, noun: str) -> str:
    if value == "":
        raise _fail(
            "parameter_invalid_empty", "An empty string unsets a field, but this one needs a value; leave it out."
        )
    if isinstance(value, dict | list):
        raise _fail("invalid", f"Invalid {noun}: expected a single value, got a hash or a list")
    return str(value)


def _whole(value: Any) -> int:
    digits = _scalar(value, "integer")
    if isinstance(value, bool) or not re.fullmatch(r"[+-]?\d{1,18}", digits):
        raise _fail("parameter_invalid_integer", f"Invalid integer: {digits}")
    return int(digits)


def _flag(value: Any) -> bool:
    word = _scalar(value, "boolean").lower()
    if word not in ("true", "false"):
        raise _fail("invalid", f"Invalid boolean: {word}")
    return word == "true"


def _exact(value: Any) -> Decimal:
    digits = money.plain(value) if isinstance(value, Decimal) else _scalar(value, "decimal")
    if not DECIMAL.fullmatch(digits):
        raise _fail("parameter_invalid_decimal", f"Invalid decimal: {digits} (at most 12 decimal places, no exponent)")
    return Decimal(digits)


def _items(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if sorted(value) != sorted(map(str, range(len(value)))):
        raise _fail("invalid", "Invalid array")
    return [value[str(index)] for index in range(len(value))]


def _blank(value: Any) -> Any:
    return None if value == "" else value


def _currency(value: Any) -> str:
    code = _scalar(value, "currency").lower()
    if not money.known(code):
        raise _fail("invalid", f"Invalid currency: {code}. Use a lowercase three-letter ISO code such as usd.")
    return code


def _metadata(value: Any) -> Any:
    if value == "" or value is None:
        return None
    if not isinstance(value, dict):
        raise _fail("invalid", "Invalid object: metadata must be a hash of strings")
    for key, entry in value.items():
        _check_entry(key, entry)
    return value


def _check_entry(key: str, entry: Any) -> None:
    if not isinstance(entry, str):
        raise _fail("invalid", f"Metadata values must be strings, but for key `{key}` you passed a hash or a list")
    if len(key) > 40 or "[" in key or "]" in key:
        raise _fail("invalid", f"Metadata keys have at most 40 characters and no square brackets: {key}")
    if len(entry) > 500:
        raise _fail("invalid", f"Metadata values can have up to 500 characters, but `{key}` has {len(entry)}")


def _text(limit: int) -> BeforeValidator:
    def shorten(value: Any) -> str | None:
        if value is None or value == "":
            return None
        words = _scalar(value, "string")
        if len(words) > limit:
            raise _fail("invalid", f"Invalid string: {words[:20]}…; must be at most {limit} characters")
        return words

    return BeforeValidator(shorten)


Int = Annotated[int, BeforeValidator(_whole)]
Bool = Annotated[bool, BeforeValidator(_flag)]
Exact = Annotated[Decimal, BeforeValidator(_exact)]
Many = Annotated[list[T], BeforeValidator(_items)]
Unset = Annotated[T | None, BeforeValidator(_blank)]
ClearableMany = Annotated[list[T] | None, BeforeValidator(lambda value: _items(_blank(value)))]
CurrencyCode = Annotated[str, BeforeValidator(_currency)]
Metadata = Annotated[dict[str, str] | None, BeforeValidator(_metadata)]
Id = Annotated[str, BeforeValidator(lambda value: _scalar(value, "id"))]
Text = Annotated[str | None, _text(5000)]
Memo = Annotated[str | None, _text(1500)]
Descriptor = Annotated[str | None, _text(22)]
Number = Annotated[str | None, _text(26)]
Name40 = Annotated[str | None, _text(40)]
Value140 = Annotated[str | None, _text(140)]


class Form(BaseModel):
    """Parameters of one call. An empty string arrives as None: the caller wants the field unset."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    def given(self, *names: str) -> Obj:
        """Those of the named fields that the caller passed, with their values."""
        return {name: getattr(self, name) for name in names if name in self.model_fields_set}


class Plain(Form):
    """Calls that take nothing but `expand`."""

    expand: Many[str] = Field(default_factory=list)


class Between(Form):
    """A range of Unix times; a bare number means exactly that second."""

    gt: Int | None = None
    gte: Int | None = None
    lt: Int | None = None
    lte: Int | None = None

    def holds(self, moment: int | None) -> bool:
        if moment is None:
            return False
        low = max(self.gte or 0, (self.gt if self.gt is not None else -1) + 1)
        high_open = self.lt is None or moment < self.lt
        return moment >= low and high_open and (self.lte is None or moment <= self.lte)


Range = Annotated[
    Between, BeforeValidator(lambda value: value if isinstance(value, dict) else {"gte": value, "lte": value})
]


class Period(Form):
    """Service period, Unix seconds, both ends inclusive."""

    start: Int
    end: Int

    def checked(self) -> Self:
        if self.end < self.start:
            raise invalid("Invalid period: end must be on or after start", "period[end]")
        return self


def parse(form: type[F], data: Obj) -> F:
    """The typed form. Raises StripeError that names the parameter as Stripe would write it."""
    try:
        return form.model_validate(data)
    except ValidationError as error:
        raise _translated(error.errors()[0]) from None


def _translated(problem: ErrorDetails) -> StripeError:
    head, *rest = [str(step) for step in problem["loc"]] or [""]
    param = head + "".join(f"[{step}]" for step in rest)
    match problem["type"]:
        case "extra_forbidden":
            hint = "Received unknown parameter: {} (or one that the local Stripe leaves out)"
            return invalid(hint.format(param), param, "parameter_unknown")
        case "missing":
            return invalid(f"Missing required param: {param}.", param, "parameter_missing")
        case "literal_error":
            return invalid(f"Invalid {param}: must be one of {problem['ctx']['expected']}", param)
        case kind if kind.startswith("parameter_"):
            return invalid(problem["msg"], param, kind)
        case _:
            return invalid(problem["msg"], param)


def merged(old: dict[str, str], new: dict[str, str] | None) -> dict[str, str]:
    """Metadata after an update: None clears all, an empty value unsets its key."""
    if new is None:
        return {}
    result = {key: value for key, value in (old | new).items() if value != ""}
    if len(result) > 50:
        raise invalid(f"You can set up to 50 metadata keys, this would make {len(result)}", "metadata")
    return result
