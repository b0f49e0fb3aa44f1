"""Reading and evidence as the database keeps them: JSON in, the objects back out."""

import json
from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter

from billing.contracts.evidence import Entry, Evidence
from billing.contracts.pdf import Document as Pages
from billing.contracts.reading import Reading
from pricing.canonical import canonical
from store.tables.contract import TermsVersion
from store.tables.document import Document

_EVIDENCE: TypeAdapter[dict[str, Entry]] = TypeAdapter(dict[str, Entry])


def evidence_of(version: TermsVersion) -> Evidence:
    return _EVIDENCE.validate_json(version.evidence)


def pages_json(pages: Pages) -> str:
    return canonical({field.name: getattr(pages, field.name) for field in fields(pages)})


def pages_of(document: Document) -> Pages:
    """What was read of the file; raises ValueError for one that was not read."""
    if document.pages_json is None:
        raise ValueError(f"{document.id} was not read yet")
    body: dict[str, list[Any]] = json.loads(document.pages_json)
    return Pages(**{name: tuple(values) for name, values in body.items()})


def reading_of(document: Document) -> Reading:
    return Reading.model_validate_json(document.reading or "{}")
