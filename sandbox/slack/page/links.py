"""Which addresses may become links or pictures.

Promises: only schemes on a short list are ever put into an href; pictures come from this computer or not at
all, because the page must not call out to the internet. Leaves out: how text around a link is drawn.
"""

from urllib.parse import urlsplit

from htpy import Node, Renderable, a

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def safe_href(url: str) -> str | None:
    """The address if it may be linked, else None (`javascript:`, `data:`, relative and unreadable ones)."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme.lower() in SCHEMES else None


def is_local(url: str) -> bool:
    """Whether the address is served from this computer."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return False
    if not parts.scheme:
        return url.startswith("/") and not parts.netloc
    return parts.scheme in {"http", "https"} and parts.hostname in LOOPBACK


def link(url: str, label: Node) -> Renderable | None:
    """A link that opens in a new tab, or None when the address may not be linked."""
    href = safe_href(url)
    return a(href=href, target="_blank", rel="noopener noreferrer")[label] if href else None
