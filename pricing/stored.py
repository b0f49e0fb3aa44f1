"""Stored terms: read whatever release wrote them, upgraded step by step to the present schema.

Terms are kept as they were written, for an approval rests on those bytes; they are upgraded each time they are read.
"""

import json
from collections.abc import Callable
from typing import Any

from pricing.terms import SCHEMA, Terms


def read_terms(text: str) -> Terms:
    """Terms from JSON of any schema version. Raises pydantic.ValidationError, also for a version from the future."""
    try:
        data = json.loads(text)
    except ValueError:
        return Terms.model_validate_json(text)
    return Terms.model_validate_json(json.dumps(upgraded(data)) if isinstance(data, dict) else text)


def upgraded(terms: dict[str, Any]) -> dict[str, Any]:
    """The same terms in the present schema; a version that no step knows stays, for validation to refuse."""
    while terms.get("schema_version", SCHEMA) in UPGRADES:
        terms = UPGRADES[terms["schema_version"]](terms)
    return terms


def _one_to_two(terms: dict[str, Any]) -> dict[str, Any]:
    """Version 2 only added fields, each of which says when absent what version 1 always meant."""
    return {**terms, "schema_version": 2}


UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _one_to_two}
