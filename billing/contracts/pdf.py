"""PDF -> Document: the text of each page, as a reader sees it.

Promises page text that quotes can be checked against word for word, a laid-out view for tables, and the text that no
reader can see kept apart. The file is taken apart in a child process under limits. Pictures are not read: they are
named by page, and a document of nothing else is refused.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

MOST_BYTES = 20 * 1024 * 1024
MOST_PAGES = 300
MEMORY_BYTES = 1024 * 1024 * 1024
SECONDS = 45
LEAST_CHARACTERS = 20

SENTENCES = {
    "encrypted": "This PDF is locked with a password. Save a copy without the password and upload that.",
    "damaged": "This PDF is damaged and cannot be read. Export it again from where it was made, and upload that.",
    "pages": f"This PDF has {{detail}} pages; Ari reads up to {MOST_PAGES}. Upload only the pages that set out prices.",
    "limits": "This PDF needs more time or memory than a contract should. Print it to a new PDF and upload that.",
    "none": "This PDF has no pages.",
}


class UnreadableDocument(ValueError):
    """A file that Ari cannot read. The message is for the person who sent it and says what to do next."""


@dataclass(frozen=True)
class Document:
    """One string a page: `pages` is the visible text, `layout` the same in columns ('' where there is none), `hidden`
    what nobody can see. `pictures` and `overlays` are the numbers, from 1, of pages that hold more than text shows."""

    pages: tuple[str, ...]
    layout: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    pictures: tuple[int, ...] = ()
    overlays: tuple[int, ...] = ()

    def views(self, page: int) -> tuple[str, ...]:
        """What a quote from `page` (from 1) may be found in; nothing for a page that does not exist."""
        if not 1 <= page <= len(self.pages):
            return ()
        laid_out = self.layout[page - 1] if self.layout else ""
        return (self.pages[page - 1], laid_out) if laid_out else (self.pages[page - 1],)

    def hidden_on(self, page: int) -> str:
        return self.hidden[page - 1] if 1 <= page <= len(self.hidden) else ""


def read_pdf(data: bytes) -> Document:
    """Raises UnreadableDocument."""
    _check_bytes(data)
    answer = _ask_child(data)
    if "error" in answer:
        code, *detail = answer["error"]
        raise UnreadableDocument(SENTENCES[code].format(detail="".join(detail)))
    return _document(answer["pages"])


def _check_bytes(data: bytes) -> None:
    if not data:
        raise UnreadableDocument("The file is empty. Upload the contract again.")
    if len(data) > MOST_BYTES:
        size = f"{len(data) // 1024 // 1024} MB"
        raise UnreadableDocument(f"The file has {size}; Ari reads up to {MOST_BYTES // 1024 // 1024} MB.")
    head = data[:1024].lstrip()
    if b"%PDF-" in head:
        return
    if head[:64].lower().startswith((b"<!doctype html", b"<html")):
        raise UnreadableDocument(
            "Instead of the file a web page came, most likely a sign-in page: the file could not be fetched. "
            "Check that the Slack app has the files:read scope, or upload the PDF again."
        )
    raise UnreadableDocument("This is not a PDF. Ari reads contracts as PDF files: export it as PDF and upload that.")


def _ask_child(data: bytes) -> dict[str, Any]:
    limits = (str(MEMORY_BYTES), str(SECONDS), str(MOST_PAGES))
    try:
        child = subprocess.run(
            [sys.executable, "-m", "billing.contracts.pdf_child", *limits],
            input=data,
            capture_output=True,
            timeout=2 * SECONDS,
            env={"PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)},
        )
    except subprocess.TimeoutExpired:
        return {"error": ["limits"]}
    # A child that was killed, or died before it could say why, ran into one of its limits.
    answer: dict[str, Any] = json.loads(child.stdout) if child.returncode == 0 else {"error": ["limits"]}
    return answer


def _document(pages: list[dict[str, Any]]) -> Document:
    if not pages:
        raise UnreadableDocument(SENTENCES["none"])
    pictures = [number for number, page in enumerate(pages, 1) if page["image"] and _too_short(page["text"])]
    if all(_too_short(page["text"]) for page in pages):
        raise UnreadableDocument(_no_text(pictures))
    return Document(
        pages=tuple(page["text"] for page in pages),
        layout=tuple(page["layout"] for page in pages),
        hidden=tuple(page["hidden"] for page in pages),
        pictures=tuple(pictures),
        overlays=tuple(number for number, page in enumerate(pages, 1) if page["overlay"]),
    )


def _too_short(text: str) -> bool:
    return len("".join(text.split())) < LEAST_CHARACTERS


def _no_text(pictures: list[int]) -> str:
    if not pictures:
        return "This PDF holds no text that can be seen. Export it again from where it was made, and upload that."
    which = f"page {pictures[0]} is a picture" if len(pictures) == 1 else f"pages {numbers(pictures)} are pictures"
    return (
        f"This PDF holds no text: {which}. Ari cannot read scans yet. Upload the original PDF or one with a text "
        "layer that was checked, or enter the terms by hand."
    )


def numbers(pages: list[int] | tuple[int, ...]) -> str:
    """[1, 2, 4] -> '1, 2 and 4'."""
    *first, last = [str(page) for page in pages]
    return f"{', '.join(first)} and {last}" if first else last
