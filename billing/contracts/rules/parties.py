"""Who the document is between, what kind it is, and who signed it.

Promises names as printed, by who pays. Roles that no usual word names (a 'Company' without a 'Customer') are left open.
A signature is a name on a signature line; an empty line, or none, is no signature.
"""

import re
from collections.abc import Iterator

from billing.contracts.dates import dates
from billing.contracts.reading import Said, Signature, Stated
from billing.contracts.rules.passages import Passage, stated
from billing.contracts.values import phrases

ROLES = {
    "customer": r"customer|client|licensee|subscriber|buyer|purchaser",
    "vendor": r"(?:service )?provider|vendor|supplier|licensor|seller|company",
}
DEFINED = re.compile(r"(?P<before>[^()]{3,240}?)\s*\((?P<inside>[^()]{0,60}[\"'][^()]{0,60})\)")
LEGAL_FORM = re.compile(
    r"^(?:Inc|LLC|L\.L\.C|Ltd|Limited|Corp|Co|LP|LLP|PLC|GmbH|AG|S\.A|B\.V|Pty)\b\.?", re.IGNORECASE
)
CAPITALISED = re.compile(r"(?:(?:[A-Z0-9&][\w.&'/-]*,?|of|the|[ad]/[kb]/a)\s+)*[A-Z0-9][\w.&'/-]*\.?,?$")
DESCRIPTION = re.compile(
    r",?\s+an?\s+(?:\w+\s+){0,4}(?:corporation|company|partnership|limited|firm)\b.*$", re.IGNORECASE
)
SIGN_LINE = re.compile(
    r"^(?:(?:by|signature|signed(?: by)?)\s*:|/s/|(?:electronically |docu)signed by\b:?)\s*(?P<who>.*)$",
    re.IGNORECASE,
)
BLANK = re.compile(r"^[\s_.\-:]*$|^[\[{(]|^(?:name|title|date)\s*:|^(?:not signed|unsigned|pending)", re.IGNORECASE)
AMENDED = re.compile(r"\b(?:form|agreement|contract|order)\b[^.;()]{0,40},?\s(?:dated|effective|made|entered into)\b"
                     r"(?: as of| on)?\s*$", re.IGNORECASE)  # fmt: skip
TITLE_LINES = 14


def read_kind(lines: list[Passage]) -> Stated:
    """By the title: what is mentioned further down says nothing of the document itself."""
    for line in lines[:TITLE_LINES]:
        kinds = phrases("document", line.text)
        if len(kinds) == 1 and len(line.text) < 80 and not line.text.endswith("."):
            return stated([line.said(kinds.pop())], "")
    return Stated(reason="no title says what kind of document this is")


def read_amended(passages: list[Passage]) -> Stated:
    """The date of the document that this one amends."""
    said = [
        passage.said(words, passage.text.find(words))
        for passage in passages
        for _, words in dates(passage.text)
        if AMENDED.search(passage.text[: passage.text.find(words)])
    ]
    return stated(said, "no dated document is named as amended")


def read_parties(passages: list[Passage], lines: list[Passage]) -> tuple[Stated, Stated]:
    """Customer and vendor."""
    found: dict[str, list[Said]] = {role: [] for role in ROLES}
    for passage in passages:
        for role, name, start, end in (*_defined(passage), *_labelled(passage)):
            found[role].append(passage.said(name, start, end))
    for line in lines:
        for role, name, *_ in (*_labelled(line), *_bracketed(line)):
            found[role].append(line.said(name))
    customer, vendor = (stated(found[role], f"no usual word names the {role}") for role in ROLES)
    return customer, vendor


def _defined(passage: Passage) -> Iterator[tuple[str, str, int, int]]:
    """'Quillhaven Freight Co., 3 Inkpot Lane (the "Customer")'"""
    for match in DEFINED.finditer(passage.text):
        role = _role(" ".join(re.findall(r"[\"']([^\"']+)[\"']", match["inside"])))
        before = CAPITALISED.search(DESCRIPTION.sub("", match["before"]).strip())
        if role and before:
            yield role, company(before[0]), *match.span()


def _labelled(passage: Passage) -> Iterator[tuple[str, str, int, int]]:
    """A row or line that begins with the role: 'Customer   Quillhaven Freight Co.', 'Customer: Quillhaven Freight Co.'"""
    label, _, rest = passage.text.partition(":")
    if len(passage.cells) > 1:
        label, rest = passage.cells[0].rstrip(": "), passage.cells[1]
    role = _role(re.sub(r"\b(?:legal|name|entity)\b", "", label, flags=re.IGNORECASE).strip(), alone=True)
    if role and CAPITALISED.match(company(rest)) and _role(rest) is None:
        yield role, company(rest), 0, len(passage.text)


def _bracketed(line: Passage) -> Iterator[tuple[str, str, int, int]]:
    """The head of a signature block: 'Quillhaven Freight Co. (Customer)'."""
    match = re.fullmatch(r"(?P<name>[^()]{3,80})\s*\((?P<role>[^()]+)\)", line.text)
    if match and (role := _role(match["role"])):
        yield role, company(match["name"]), 0, len(line.text)


def _role(words: str, alone: bool = False) -> str | None:
    """The one role that `words` end in: 'we the Provider'. `alone` accepts nothing before it but 'the'."""
    start = r"^(?:the\s)?" if alone else r"(?:^|\s)"
    named = [role for role, one in ROLES.items() if re.search(rf"{start}(?:{one})\s*$", words, re.IGNORECASE)]
    return named[0] if len(named) == 1 and len(words) < 40 else None


def company(text: str) -> str:
    """A name without what follows it: 'Pewterbell Voice, Inc., 9 Anvil Row' -> 'Pewterbell Voice, Inc.'"""
    first, *rest = text.strip(" ,").split(", ")
    for part in rest:
        if not LEGAL_FORM.match(part):
            break
        first = f"{first}, {part}"
    return first.strip(" ,:")


def read_signatures(lines: list[Passage], customer: str, vendor: str) -> Signature:
    """Names on signature lines, each given to the party named beside or above it; to none when two are named there."""
    found: dict[str, list[Said]] = {role: [] for role in ROLES}
    seen: list[Said] = []
    for place, line in enumerate(lines):
        match = SIGN_LINE.match(line.text)
        name = re.sub(r"^/s/\s*", "", match["who"]) if match else ""
        role = _signer([one.text for one in lines[max(0, place - 2) : place + 1]], customer, vendor) if match else None
        if role and CAPITALISED.match(_signed_name(name)) and not BLANK.match(name):
            found[role].append(line.said(_signed_name(name)))
            seen += [near.said(words) for near in lines[place : place + 5] for _, words in dates(near.text)]
    customers, vendors = (stated(found[role], f"no signature of the {role} was found") for role in ROLES)
    return Signature(customer=customers, vendor=vendors, dates=tuple(dict.fromkeys(seen)))


def _signer(above: list[str], customer: str, vendor: str) -> str | None:
    names = {"customer": customer, "vendor": vendor}
    for text in reversed(above):
        named = [
            role
            for role, words in ROLES.items()
            if re.search(rf"\b(?:{words})\b", text, re.IGNORECASE)
            or (names[role] and names[role].casefold() in text.casefold())
        ]
        if named:
            return named[0] if len(named) == 1 else None
    return None


def _signed_name(name: str) -> str:
    return re.split(r"\s+(?:on|dated?:?|name:|title:)\s|,\s", f"{name} ", maxsplit=1, flags=re.IGNORECASE)[0].strip()
