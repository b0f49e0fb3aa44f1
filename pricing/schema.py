"""JSON Schema of the terms, and of one input of `ari rate`, generated from the models: descriptions are their docstrings.

It describes the full forms; the short ones that `ari rate` also takes are in docs/rate.md. Rules that reach over several
fields (tiers that rise, names that exist) are the models' own and not in a schema.
"""

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from pricing.statement import Bundle
from pricing.terms import Terms

NUMBER = r"^[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$"
# Bounds of a value that may be text stay under the models' names for them; a schema bounds its whole numbers.
BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum"}


class _Exact(GenerateJsonSchema):
    """Numbers as the models take them: text, or whole numbers. Most readers make a binary fraction of 0.085."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        return {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": NUMBER}]}


def schema() -> dict[str, Any]:
    """One document: the terms at its root, one rating's input under `$defs.RateInput`."""
    terms = Terms.model_json_schema(schema_generator=_Exact)
    whole = Bundle.model_json_schema(schema_generator=_Exact)
    parts = {**whole.pop("$defs"), **terms.pop("$defs")}
    del parts["Terms"]
    whole["properties"]["terms"] = {"$ref": "#"}
    made = {"$schema": _Exact.schema_dialect, **terms, "$defs": {**parts, "RateInput": {**whole, "title": "RateInput"}}}
    return dict(_bounded(made))


def schema_text() -> str:
    """The file docs/terms.schema.json."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _bounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {BOUNDS.get(name, name): _bounded(one) for name, one in value.items()}
    return [_bounded(one) for one in value] if isinstance(value, list) else value
