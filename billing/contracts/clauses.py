"""Clauses of the contracts that were read, found by meaning and by words.

Chroma holds one entry per passage with an embedding that needs no network: hashed character n-grams. Its ranking is fused
with a plain word ranking by reciprocal rank. What is returned is the passage itself, for code to quote.
"""

import math
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from billing.contracts.stored import pages_of
from billing.desk import Desk
from billing.views import ClauseView
from store.tables.contract import Contract, TermsVersion
from store.tables.document import Document

DIMENSIONS = 512
COLLECTION = "clauses"
STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "be",
        "by",
        "for",
        "from",
        "in",
        "is",
        "it",
        "of",
        "on",
        "or",
        "our",
        "shall",
        "that",
        "the",
        "their",
        "this",
        "to",
        "we",
        "what",
        "which",
        "will",
        "with",
        "your",
    ]
)


@dataclass(frozen=True, slots=True)
class Passage:
    id: str
    document_id: str
    filename: str
    page: int
    text: str


def search(desk: Desk, query: str, customer_id: str | None = None, limit: int = 5) -> list[ClauseView]:
    """Up to `limit` passages, the best first, of one customer's contracts or of all. Empty when nothing is near."""
    passages = _passages(desk, customer_id)
    if not passages:
        return []
    by_words = _by_words(query, passages)
    by_meaning = [one for one in _by_meaning(desk, query, passages) if one in set(by_words)] if by_words else []
    scores: Counter[str] = Counter()
    for ranking in (by_words, by_meaning):
        for place, passage_id in enumerate(ranking):
            scores[passage_id] += 1_000_000 // (60 + place)
    known = {one.id: one for one in passages}
    best = [known[passage_id] for passage_id, _ in scores.most_common(limit)]
    return [
        ClauseView(document_id=one.document_id, filename=one.filename, page=one.page, quote=one.text, field="")
        for one in best
    ]


def _passages(desk: Desk, customer_id: str | None) -> list[Passage]:
    with desk.db.read() as session:
        query = (
            select(Document, Contract.customer_id)
            .join(TermsVersion, col(TermsVersion.document_id) == col(Document.id))
            .join(Contract, col(Contract.id) == col(TermsVersion.contract_id))
        )
        rows = [document for document, owner in session.exec(query) if customer_id in (None, owner)]
    return [passage for row in rows for passage in _split(row)]


def _split(document: Document) -> list[Passage]:
    """Sentences and headed lines, joined to passages of about 300 characters."""
    found: list[Passage] = []
    for number, page in enumerate(pages_of(document).pages if document.pages_json else (), start=1):
        sentences = re.split(r"(?<=[.;:])\s+(?=[A-Z0-9“\"(])", " ".join(page.split()))
        for place, text in enumerate(_joined(sentences)):
            found.append(Passage(f"{document.id}:{number}:{place}", document.id, document.filename, number, text))
    return found


def _joined(sentences: Sequence[str], size: int = 300) -> list[str]:
    parts: list[str] = [""]
    for sentence in sentences:
        if len(parts[-1]) > size // 2 and len(parts[-1]) + len(sentence) > size:
            parts.append("")
        parts[-1] = f"{parts[-1]} {sentence}".strip()
    return [part for part in parts if part]


def _words(text: str) -> list[str]:
    return [word.rstrip("s") for word in re.findall(r"[a-z0-9]+", text.casefold()) if word not in STOP]


def _by_words(query: str, passages: Sequence[Passage]) -> list[str]:
    """BM25 without length normalisation: rare words of the question count most."""
    bags = {one.id: Counter(_words(one.text)) for one in passages}
    wanted = set(_words(query))
    spread = {word: sum(word in bag for bag in bags.values()) for word in wanted}
    scores = {
        name: sum(math.log(1 + len(bags) / (1 + spread[word])) * min(bag[word], 2) for word in wanted if bag[word])
        for name, bag in bags.items()
    }
    return [name for name, score in sorted(scores.items(), key=lambda pair: -pair[1]) if score > 0]


def _by_meaning(desk: Desk, query: str, passages: Sequence[Passage]) -> list[str]:
    collection = _collection(desk)
    known = set(collection.get(ids=[one.id for one in passages], include=[])["ids"])
    fresh = [one for one in passages if one.id not in known]
    if fresh:
        collection.add(
            ids=[one.id for one in fresh], documents=[one.text for one in fresh],
            embeddings=[embed(one.text) for one in fresh], metadatas=[{"document": one.document_id} for one in fresh],
        )  # fmt: skip
    documents = sorted({one.document_id for one in passages})
    found = collection.query(
        query_embeddings=[embed(query)],
        n_results=min(20, len(passages)),
        where={"document": {"$in": documents}},
        include=[],
    )
    return list(found["ids"][0])


def _collection(desk: Desk) -> Any:
    """Chroma takes seconds to import, so only a search pays for it."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    client = chromadb.PersistentClient(str(desk.home / "clauses"), ChromaSettings(anonymized_telemetry=False))
    return client.get_or_create_collection(COLLECTION, embedding_function=None)


def embed(text: str) -> list[float]:
    """A unit vector of hashed words and 4-grams; the same on every machine, as CRC-32 is."""
    vector = [0.0] * DIMENSIONS
    words = _words(text)
    for token in [*words, *(word[at : at + 4] for word in words for at in range(max(1, len(word) - 3)))]:
        place = zlib.crc32(token.encode())
        vector[place % DIMENSIONS] += 1.0 if place & 0x10000 else -1.0
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]
