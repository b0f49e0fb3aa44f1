"""The child process that takes a PDF apart: `python -m billing.contracts.pdf_child MEMORY SECONDS PAGES < FILE`.

Promises one JSON object on standard output: the pages, or the error. It runs under limits on memory and processor time
and inherits no secrets, so a hostile file can end this process and nothing else.
"""

import io
import json
import logging
import resource
import sys
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from billing.contracts.paint import dictionary
from billing.contracts.visible import Painting, hidden

DEEPEST_FORM = 8


class Unreadable(Exception):
    """The code of the reason ('encrypted'), with a detail where there is one."""


def main() -> None:
    memory, seconds, pages = (int(limit) for limit in sys.argv[1:4])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable()
    try:
        answer: dict[str, Any] = {"pages": take_apart(sys.stdin.buffer.read(), pages)}
    except Unreadable as reason:
        answer = {"error": list(reason.args)}
    except MemoryError:
        answer = {"error": ["limits"]}
    # A damaged file can break the parser anywhere; whatever it raises means the same to the person who sent it.
    except Exception as damage:
        answer = {"error": ["damaged", type(damage).__name__]}
    json.dump(answer, sys.stdout)


def take_apart(data: bytes, most: int) -> list[dict[str, Any]]:
    """Each page's visible text (plain and laid out), hidden text, and whether it holds pictures or overlaid fields."""
    reader = _open(data)
    if len(reader.pages) > most:
        raise Unreadable("pages", str(len(reader.pages)))
    return [_page(page) for page in reader.pages]


def _open(data: bytes) -> PdfReader:
    reader = PdfReader(io.BytesIO(data))
    try:
        # Many files are encrypted only to forbid printing; those open with the empty password.
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("encrypted")
    except (DependencyError, FileNotDecryptedError, NotImplementedError):
        raise Unreadable("encrypted") from None
    return reader


def _page(page: PageObject) -> dict[str, Any]:
    painting = Painting(page)
    unseen = hidden(painting.events)
    secret = ""
    if unseen:
        painting.show_only(unseen)
        secret = page.extract_text()
        painting.show_only([event for event in painting.texts if event not in unseen])
    return {
        "text": page.extract_text(),
        "layout": page.extract_text(extraction_mode="layout"),
        "hidden": secret.strip(),
        "image": _has_image(page, 0),
        "overlay": _has_overlay(page),
    }


def _has_image(owner: Any, depth: int) -> bool:
    drawn = [dictionary(drawn) for drawn in dictionary(dictionary(owner.get("/Resources")).get("/XObject")).values()]
    if any(one.get("/Subtype") == "/Image" for one in drawn):
        return True
    forms = [one for one in drawn if one.get("/Subtype") == "/Form"] if depth < DEEPEST_FORM else []
    return any(_has_image(form, depth + 1) for form in forms)


def _has_overlay(page: PageObject) -> bool:
    """Typed-in form fields and free text lie over the page; text extraction does not see them."""
    notes = [dictionary(note) for note in page.annotations or ()]
    return any(
        note.get("/Subtype") == "/FreeText" or (note.get("/FT") in ("/Tx", "/Ch") and note.get("/V")) for note in notes
    )


if __name__ == "__main__":
    main()
