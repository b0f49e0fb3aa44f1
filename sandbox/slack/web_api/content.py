"""What a message may say: text, blocks, markdown, attachments and metadata, checked as Slack checks them."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.blocks import block_problems, too_long
from sandbox.slack.records import Json
from sandbox.slack.web_api.args import ApiError, Args

TEXT_LIMIT = 40_000
MARKDOWN_LIMIT = 12_000
ATTACHMENTS = 100
FALLBACK = "This content can't be displayed."


@dataclass
class Content:
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None


def read(args: Args) -> Content:
    """The content that the arguments give. Raises ApiError: no_text, msg_too_long, invalid_blocks, …"""
    blocks = read_blocks(args)
    attachments = args.json("attachments", "invalid_attachments") or []
    if not isinstance(attachments, list) or len(attachments) > ATTACHMENTS:
        raise ApiError("too_many_attachments" if isinstance(attachments, list) else "invalid_attachments")
    text, markdown = args.text("text"), read_markdown(args)
    if markdown and (text or blocks):
        raise ApiError("markdown_text_conflict")
    if markdown:
        text, blocks = markdown, [{"type": "markdown", "text": markdown}]
    if not text.strip() and not blocks and not attachments:
        raise ApiError("no_text")
    if len(text) > TEXT_LIMIT:
        raise ApiError("msg_too_long")
    return Content(text or FALLBACK, blocks, attachments, read_metadata(args))


def read_blocks(args: Args) -> list[Json]:
    blocks: Any = args.json("blocks", "invalid_blocks_format") or []
    if problems := block_problems(blocks):
        raise ApiError("invalid_blocks", problems, errors=problems)
    if too_long(blocks):
        raise ApiError("msg_blocks_too_long")
    return list(blocks)


def read_markdown(args: Args) -> str:
    markdown = args.text("markdown_text")
    if len(markdown) > MARKDOWN_LIMIT:
        raise ApiError("msg_too_long")
    return markdown


def read_metadata(args: Args) -> Json | None:
    """Metadata {event_type, event_payload}; an empty object is given back as it is, absent is None."""
    metadata = args.json("metadata", "invalid_metadata_format")
    match metadata:
        case None:
            return None
        case dict() if not metadata:
            return {}
        case {"event_type": str(name), "event_payload": dict()} if name:
            return dict(metadata)
    raise ApiError("invalid_metadata_format")
