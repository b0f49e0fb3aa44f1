"""Bytes in and out of the browser: uploads that wait to be sent, files of messages, sample files.

Promises: an upload is kept until it is sent or the limit pushes it out; only harmless kinds of file open inside the
browser. Leaves out: who may see a file (everything here is one person's laptop).
"""

import mimetypes
from collections import OrderedDict
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request, Response

from sandbox.slack.ids import new_id
from sandbox.slack.workspace import ActError, Upload, Workspace

LARGEST = 50 * 1024 * 1024
WAITING = 40
SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"})


class Uploads:
    """Files that were put into a composer and are not sent yet."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Upload] = OrderedDict()

    def keep(self, name: str, content: bytes) -> str:
        """Returns the id under which `take` gives the file back."""
        key = new_id("UP")
        self._waiting[key] = (name, content, kind_of(name))
        while len(self._waiting) > WAITING:
            self._waiting.popitem(last=False)
        return key

    def get(self, keys: list[str]) -> list[Upload]:
        """The files of those ids. Raises ActError when one is no longer there."""
        missing = [key for key in keys if key not in self._waiting]
        if missing:
            raise ActError("A file was attached too long ago. Attach it again.")
        return [self._waiting[key] for key in keys]

    def drop(self, keys: list[str]) -> None:
        """Forget files that were sent."""
        for key in keys:
            self._waiting.pop(key, None)


def kind_of(name: str) -> str:
    """The MIME type by a file's name."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def samples(workspace: Workspace) -> list[Path]:
    """The files a newcomer may attach from the folder `sample_files` of the configuration."""
    folder = workspace.config.get("sample_files")
    found = Path(folder).iterdir() if folder and Path(folder).is_dir() else []
    return sorted(path for path in found if path.is_file() and not path.name.startswith("."))


def sample(workspace: Workspace, name: str) -> Upload:
    """One sample file. Raises ActError when there is none of that name."""
    for path in samples(workspace):
        if path.name == name:
            return name, path.read_bytes(), kind_of(name)
    raise ActError(f"There is no sample file called {name}.")


def routes(workspace: Workspace, uploads: Uploads) -> APIRouter:
    """POST /page/uploads?name=… with the bytes as body; GET /page/files/{id}."""
    router = APIRouter()

    @router.post("/page/uploads")
    async def upload(request: Request, name: str) -> dict[str, str]:
        content = bytearray()
        async for piece in request.stream():
            content += piece
            if len(content) > LARGEST:
                raise HTTPException(413, f"{name} is larger than {LARGEST // 1024 // 1024} MB.")
        return {"id": uploads.keep(Path(name).name, bytes(content))}

    @router.get("/page/files/{file_id}")
    async def download(file_id: str) -> Response:
        file = workspace.files.get(file_id)
        if file is None:
            raise HTTPException(404, "There is no such file, or it was deleted.")
        mimetype = str(file.get("mimetype", ""))
        place = "inline" if mimetype in SHOWN else "attachment"
        return Response(
            workspace.file_bytes(file_id),
            media_type=mimetype,
            headers={
                "Content-Disposition": f"{place}; filename*=UTF-8''{quote(str(file.get('name', 'file')))}",
                "X-Content-Type-Options": "nosniff",
            },
        )

    return router
