"""The reader: one call of a language model, without tools, that fills the reading form from a contract's text.

What comes back is a claim and nothing more: billing finds each quote on its page and derives each value from it. The
text of a contract reaches a model here and nowhere else, and the model that reads it can do nothing.
"""

import json
import logging
from collections.abc import Callable
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langsmith import tracing_context
from openai import BadRequestError, OpenAIError
from pydantic import ValidationError

from agent.prompt import prompt
from billing.contracts.pdf import Document, read_pdf
from billing.contracts.reading import Reading
from billing.contracts.rules.read import read_by_rules
from billing.errors import Refused

log = logging.getLogger(__name__)

TRIES = 2
UNSUPPORTED = ("default", "minLength", "title")


def reader(model: BaseChatModel) -> Callable[[bytes], tuple[Document, Reading]]:
    """Reads a PDF with `model`; by rules, as without any model, when the endpoint or its answer is of no use."""

    def read(data: bytes) -> tuple[Document, Reading]:
        document = read_pdf(data)
        try:
            return document, read_with_model(document, model)
        except (Refused, OpenAIError) as problem:
            log.warning("read by rules instead: %s", problem)
            return document, read_by_rules(document)

    return read


def read_with_model(document: Document, model: BaseChatModel) -> Reading:
    """Raises Refused when the model does not fill the form in two tries; errors of the endpoint pass through."""
    said: list[BaseMessage] = [SystemMessage(prompt("read_contract")), HumanMessage(_text(document))]
    for _ in range(TRIES):
        try:
            return Reading.model_validate_json(json.dumps(_ask(model, said)))
        except ValidationError as wrong:
            log.warning("the model's reading does not fit the form: %s", _problems(wrong))
            said = [*said[:2], HumanMessage(f"Your last answer did not fit the form. Mind: {_problems(wrong)}")]
    raise Refused(
        "The language model could not fill in the form for this document; it has to be read by rules instead."
    )


def _ask(model: BaseChatModel, said: list[BaseMessage]) -> Any:
    """By JSON schema, or by a forced call where the endpoint knows no schemas."""
    with tracing_context(enabled=False):
        try:
            return model.with_structured_output(form(), method="json_schema", strict=True).invoke(said)
        except BadRequestError:
            return model.with_structured_output(form(), method="function_calling", strict=True).invoke(said)


def _problems(wrong: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong.errors()[:10])


def form() -> dict[str, Any]:
    """The reading form as a strict JSON schema: every field asked for, none with a default."""
    return {"title": "Reading", "description": "What the contract says.", **_strict(Reading.model_json_schema())}


def _strict(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _strict(value) for key, value in schema.items() if key not in UNSUPPORTED or isinstance(value, dict)}
    if "$ref" in kept:
        return {"$ref": kept["$ref"]}
    if kept.get("type") == "object" and "properties" in kept:
        kept |= {"required": list(kept["properties"]), "additionalProperties": False}
    return kept


def _text(document: Document) -> str:
    parts = []
    for number, page in enumerate(document.pages, start=1):
        parts.append(f"[page {number} / text]\n{page}")
        if document.layout and document.layout[number - 1]:
            parts.append(f"[page {number} / layout]\n{document.layout[number - 1]}")
    return "\n\n".join(parts)
