"""A PDF, read by rules: the way in for those who need nothing in between."""

from billing.contracts.pdf import Document, read_pdf
from billing.contracts.reading import Reading
from billing.contracts.rules.read import read_by_rules


def read_document(data: bytes) -> tuple[Document, Reading]:
    """The pages and what the rules read in them. Raises UnreadableDocument."""
    document = read_pdf(data)
    return document, read_by_rules(document)
