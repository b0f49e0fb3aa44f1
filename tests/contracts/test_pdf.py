"""Taking PDFs apart: what a reader sees, what nobody sees, and files that are none."""

import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from billing.contracts import pdf
from billing.contracts.pdf import UnreadableDocument, read_pdf


def drawn(*pages: Callable[[Canvas], None]) -> bytes:
    target = BytesIO()
    canvas = Canvas(target)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def words(text: str, y: int = 700) -> Callable[[Canvas], None]:
    return lambda canvas: canvas.drawString(72, y, text)


def picture(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (20, 20), "grey")), 72, 400, 200, 200)


def hiding(canvas: Canvas) -> None:
    """Text in every place where nobody looks, between two lines that everybody sees."""
    canvas.drawString(72, 760, "The price is $0.085 per minute, said aloud.")
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, 700, "whitepaper $0.01")
    canvas.setFillColorRGB(0, 0, 0)
    canvas.setFont("Helvetica", 2)
    canvas.drawString(72, 680, "tinyprint $0.02")
    canvas.setFont("Helvetica", 11)
    canvas.drawString(-400, 660, "offpage $0.03")
    text = canvas.beginText(72, 640)
    text.setTextRenderMode(3)
    text.textLine("modethree $0.04")
    text.setTextRenderMode(0)
    canvas.drawText(text)
    canvas.drawString(72, 600, "covered $0.05")
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(60, 590, 300, 30, fill=1, stroke=0)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.setFillAlpha(0)
    canvas.drawString(72, 560, "glasslike $0.06")
    canvas.setFillAlpha(1)
    canvas.beginForm("inner")
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, 520, "formwhite $0.07")
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawString(72, 500, "Black words in the same form.")
    canvas.endForm()
    canvas.doForm("inner")
    canvas.drawString(72, 460, "The last line is plain.")


def banner(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.1, 0.1, 0.4)
    canvas.roundRect(60, 690, 400, 40, 6, fill=1, stroke=0)
    canvas.rect(60, 600, 400, 40, fill=1, stroke=0)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, 705, "White on a navy banner")
    canvas.drawString(72, 615, "White on a navy table head")


def test_text_that_nobody_sees_is_kept_apart() -> None:
    document = read_pdf(drawn(hiding))
    for secret in ("whitepaper", "tinyprint", "offpage", "modethree", "covered", "glasslike", "formwhite"):
        assert secret in document.hidden[0]
        assert not any(secret in view for view in document.views(1))
    for shown in ("$0.085", "Black words", "last line"):
        assert shown in document.pages[0] and shown not in document.hidden[0]


def test_white_text_on_a_dark_ground_is_seen() -> None:
    document = read_pdf(drawn(banner))
    assert "navy banner" in document.pages[0] and "navy table head" in document.pages[0]
    assert document.hidden == ("",)


def test_pages_keep_their_order_and_columns() -> None:
    def table(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Platform fee for everything")
        canvas.drawString(350, 700, "$2,500.00")

    document = read_pdf(drawn(words("The first page of the contract."), table))
    assert document.pages[0].startswith("The first page")
    assert "Platform fee for everything" in document.layout[1] and "   $2,500.00" in document.layout[1]


def test_a_page_without_text_is_named() -> None:
    document = read_pdf(drawn(words("A page with words enough to be read."), picture))
    assert document.pictures == (2,)
    with pytest.raises(UnreadableDocument, match=r"pages 1 and 2 are pictures\. Ari cannot read scans yet"):
        read_pdf(drawn(picture, picture))


def test_typed_in_form_fields_are_named() -> None:
    def form(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Price per minute, to be filled in below:")
        canvas.acroForm.textfield(name="price", value="$0.50", x=72, y=650)

    assert read_pdf(drawn(form)).overlays == (1,)


def locked(password: str) -> bytes:
    writer = PdfWriter(BytesIO(drawn(words("Words that only some may read here."))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def test_a_file_that_opens_without_a_password_is_read() -> None:
    assert "only some may read" in read_pdf(locked("")).pages[0]


BROKEN = [
    (b"", "is empty"),
    (b"hello", "not a PDF"),
    (b"PK\x03\x04 a zip", "not a PDF"),
    (b"\n<!DOCTYPE html><html>Sign in</html>", "files:read"),
    (b"%PDF-1.7 and then nothing", "damaged"),
    (locked("secret"), "locked with a password"),
    (drawn(lambda canvas: None), "no text that can be seen"),
]


@pytest.mark.parametrize(("data", "says"), BROKEN)
def test_what_cannot_be_read_says_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableDocument, match=says):
        read_pdf(data)


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    two = drawn(words("One page with words enough on it."), words("Another page with words enough."))
    monkeypatch.setattr(pdf, "MOST_PAGES", 1)
    with pytest.raises(UnreadableDocument, match="has 2 pages"):
        read_pdf(two)
    monkeypatch.setattr(pdf, "MOST_BYTES", 100)
    with pytest.raises(UnreadableDocument, match="reads up to"):
        read_pdf(two)


def bomb() -> bytes:
    """A small file that unpacks to a content stream of many million operators."""
    packed = zlib.compress(b"BT /F1 9 Tf (x) Tj ET\n" * 3_000_000, 9)
    body = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed),
    ]
    target = b"%PDF-1.4\n"
    offsets = []
    for number, item in enumerate(body, 1):
        offsets.append(len(target))
        target += b"%d 0 obj\n%b\nendobj\n" % (number, item)
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return target + b"xref\n0 5\n0000000000 65535 f \n%btrailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        rows,
        len(target),
    )


def test_a_bomb_ends_the_child_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "SECONDS", 2)
    monkeypatch.setattr(pdf, "MEMORY_BYTES", 300 * 1024 * 1024)
    with pytest.raises(UnreadableDocument, match=r"more time or memory|damaged"):
        read_pdf(bomb())
