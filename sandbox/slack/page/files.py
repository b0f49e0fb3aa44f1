"""Files in messages: cards and pictures, and the words for their kind and size.

Promises: a card opens the file from this computer. Leaves out: keeping and serving bytes (`transfers.py`).
"""

from collections.abc import Mapping
from typing import Any

from htpy import Node, a, div, img, span

from sandbox.slack.page.blocks.text import Json

COLORS = {"pdf": "red", "csv": "green", "xlsx": "green", "xls": "green", "docx": "blue", "doc": "blue"}


def href(file: Mapping[str, Any]) -> str:
    """Where the page serves a file."""
    return f"/page/files/{file['id']}"


def size(count: int) -> str:
    """'812 B', '34 KB', '1.2 MB'."""
    if count < 1024:
        return f"{count} B"
    return f"{count // 1024} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"


def file_card(file: Json) -> Node:
    """A picture as a picture, anything else as a card with its kind and size."""
    if file.get("mode") == "tombstone":
        return div(".file.gone")["This file was deleted."]
    name = str(file.get("title") or file.get("name") or "file")
    if str(file.get("mimetype", "")) in ("image/png", "image/jpeg", "image/gif", "image/webp"):
        return a(".picture", href=href(file), target="_blank", data_file=file["id"])[img(src=href(file), alt=name)]
    kind = str(file.get("filetype") or "file").lower()
    note = f"{file.get('pretty_type') or kind.upper()} · {size(int(file.get('size') or 0))}"
    return a(".file", href=href(file), target="_blank", data_file=file["id"], data_testid="file-card")[
        span(class_=["kind", COLORS.get(kind, "grey")])[kind[:4].upper()],
        span(".about")[span(".name")[name], span(".note")[note]],
    ]
