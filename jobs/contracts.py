"""A file was dropped: fetch it, read it, and post what it says for a person to confirm."""

import logging
from datetime import timedelta
from typing import Any

import httpx
from sqlmodel import select

from billing.contracts import propose
from billing.contracts.pdf import UnreadableDocument
from billing.contracts.propose import Drop
from billing.contracts.terms_view import terms_view_by_id
from billing.errors import Refused
from billing.views import TermsView
from cards import terms as terms_card
from cards.parts import clean
from jobs.office import Office
from jobs.worker import Work
from settings import wall_now
from store import tasks
from store.tables.contract import TermsVersion
from store.tables.document import Document

log = logging.getLogger(__name__)
LARGEST = 40 * 1024 * 1024
GRACE = timedelta(seconds=15)


def dropped(office: Office, file: dict[str, Any], channel: str, thread_ts: str, user: str) -> None:
    """A file in a message. PDFs are taken in; anything else gets a word about what Ari reads."""
    if file.get("file_access") == "check_file_info" or "url_private_download" not in file:
        file = office.poster.client.files_info(file=file["id"])["file"]
    name = str(file.get("name") or "file")
    if file.get("filetype") != "pdf" and not name.lower().endswith(".pdf"):
        office.poster.post(
            f"file:{file['id']}",
            channel,
            f"I read contracts as PDF files; {clean(name)} is none. Save it as a PDF and drop it again.",
            [],
            thread_ts,
        )
        return
    data = _download(office, file)
    if data is None:
        office.poster.post(
            f"file:{file['id']}",
            channel,
            f"{clean(name)} is larger than I read ({LARGEST // 1024 // 1024} MB). Split it, or send the pages with the prices.",
            [],
            thread_ts,
        )
        return
    document, new = propose.take_in(office.desk, data, Drop(name, file["id"], channel, thread_ts, user))
    if not new and document.slack_file_id != file["id"]:
        _known(office, document, channel, thread_ts)
        return
    with office.desk.db.write() as session:
        tasks.add(session, "contract.read", document.id, {"document": document.id}, wall_now())
    office.wake()


def announced(office: Office, event: dict[str, Any]) -> None:
    """A file was shared. Its message comes at the same time and is what counts; later we look whether it did come."""
    payload = {"file": event["file_id"], "user": event["user_id"]}
    with office.desk.db.write() as session:
        tasks.add(session, "contract.shared", event["file_id"], payload, wall_now() + GRACE)


def shared(office: Office, work: Work) -> None:
    """The backstop for a file whose message did not reach us. What was taken in or answered already stays as it is."""
    name = work.payload["file"]
    with office.desk.db.read() as session:
        if session.exec(select(Document).where(Document.slack_file_id == name)).first():
            return
    file = office.poster.client.files_info(file=name)["file"]
    shares = {**file.get("shares", {}).get("public", {}), **file.get("shares", {}).get("private", {})}
    for channel, messages in shares.items():
        where = messages[0].get("thread_ts") or messages[0]["ts"]
        dropped(office, file, channel, where, work.payload["user"])


def read(office: Office, work: Work) -> None:
    """Read a document that was taken in, and post its terms or the reason why there are none."""
    with office.desk.db.read() as session:
        document = session.get_one(Document, work.payload["document"])
    channel, thread = str(document.channel), document.thread_ts
    progress = f"reading:{document.id}"
    office.poster.post(progress, channel, f"⏳ Reading {clean(document.filename)} …", [], thread)
    try:
        terms_id = propose.read(office.desk, document.id, office.read)
    except (UnreadableDocument, Refused) as problem:
        office.poster.post(progress, channel, f"⚠️ {clean(document.filename)}: {clean(str(problem))}", [], thread)
        return
    view = draw(office, terms_id)
    found = f"{len(view.items)} terms, {_questions(len(view.questions))}"
    words = f"📄 Read {clean(document.filename)}: {found}. Please check them below."
    office.poster.post(progress, channel, words, [], thread)


def card(office: Office, work: Work) -> None:
    """Draw the terms card as it stands now."""
    draw(office, work.payload["terms"])


def draw(office: Office, terms_id: str) -> TermsView:
    """Post the terms card in the document's thread, or update it in place; before it what does not fit on it."""
    view = terms_view_by_id(office.desk, terms_id)
    with office.desk.db.read() as session:
        version = session.get_one(TermsVersion, terms_id)
        document = session.get_one(Document, version.document_id)
    for page, blocks in enumerate(terms_card.rest(view), start=1):
        words = f"{clean(view.filename, 200)}, part {page} of what it says"
        office.poster.post(f"terms:{terms_id}:{page}", str(document.channel), words, blocks, document.thread_ts)
    ts = office.poster.post(
        f"terms:{terms_id}", str(document.channel), terms_card.text(view), terms_card.card(view), document.thread_ts
    )
    if version.card_ts != ts:
        with office.desk.db.write() as session:
            session.get_one(TermsVersion, terms_id).card_ts = ts
    return view


def _known(office: Office, document: Document, channel: str, thread_ts: str) -> None:
    day = f"{document.received_at:%Y-%m-%d}"
    read = f"I have read this very file before, as {clean(document.filename)} on {day}."
    words = f"{read} Its terms stand in that thread; nothing was added."
    office.poster.post(f"known:{document.id}:{thread_ts}", channel, words, [], thread_ts)


def _download(office: Office, file: dict[str, Any]) -> bytes | None:
    """The bytes, or None when there are too many. Without files:read Slack answers with a sign-in page, which the
    reader refuses as no PDF."""
    if int(file.get("size") or 0) > LARGEST:
        return None
    headers = {"Authorization": f"Bearer {office.poster.client.token}"}
    answer = httpx.get(
        file["url_private_download"], headers=headers, timeout=60, follow_redirects=True
    ).raise_for_status()
    return answer.content if len(answer.content) <= LARGEST else None


def _questions(count: int) -> str:
    return {0: "nothing left open", 1: "one open question"}.get(count, f"{count} open questions")
