"""The demo company's papers: their deciding sentences come out of a plain PDF reader, and nothing else decides."""

from pathlib import Path

import pytest
from pypdf import PdfReader

from sandbox.company.pdf import contracts

EVERY = (
    "live", "answered calls|calls that were answered",
    "rounded up to the next whole minute|each total is rounded up", "rounded half up", "monthly in arrears", "net 30",
    "US Dollars (USD)", "which it begins", "/s/ ", "services and fees", "Tinwhistle Voice, Inc.",
)  # fmt: skip

DECIDING = {
    "acornhill-order-form": (
        "The Platform Fee includes 20,000 minutes of Usage in each calendar month",
        "Usage above 20,000 minutes in a calendar month is charged at $0.085 per minute",
        "a platform fee of $2,500.00 per calendar month",
        "currently collected through Provider's subscription billing",
        "half a cent or more is rounded up",
        "Test calls are excluded",
    ),
    "brindlecat-service-order": (
        "Test and internal calls are not billable",
        "each rate applies only to the minutes that fall within its own tier",
        "first 10,000 minutes of a month are charged at $0.12 per minute",
        "the minutes above 10,000 and up to 50,000 at $0.10 per minute",
        "minutes above 50,000 at $0.08 per minute",
    ),
    "copperkettle-order-form": (
        "The rate of the tier reached applies to all minutes of the month",
        "Up to 10,000 minutes $0.12 Above 10,000 and up to 50,000 minutes $0.10 Above 50,000 minutes $0.08",
        "test calls are excluded",
    ),
    "dapplewood-annual-commitment": (
        "Customer commits to $120,000.00 for calendar year 2025 and prepays it",
        "Minutes draw the Prepaid Commitment down at $0.10 per minute",
        "After the Prepaid Commitment is used up, minutes are charged at $0.115 per minute",
        "when 75%, when 90% and when 100% of the Prepaid Commitment has been used",
        "The notice at 100% is owed to Customer on the day",
        "opening balance",
    ),
    "elmfoot-letter-agreement": (
        "You pay $0.11 per minute for all minutes of a calendar month",
        "The charges of a calendar month are at least $5,000.00",
        "we add the difference up to the Monthly Minimum as a line of its own",
    ),
    "gumdrop-order-form": (
        "Customer pays $0.11 per minute of usage",
        "a Platform Fee of $1,500.00 per calendar month",
        "The Platform Fee is charged in arrears",
        "prorated by calendar days",
    ),
    "gumdrop-amendment-1": (
        "takes effect at 12:00 a.m. New York time on November 16, 2025",
        "from $0.11 to $0.095 per minute",
        "from $1,500.00 to $2,000.00 per calendar month",
        "Fees are prorated by calendar days",
        "charged in arrears",
        "A call that begins before the Amendment Time is charged at the earlier rate, even if it ends after it",
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("papers")
    contracts.render(out)
    return out


def pages(folder: Path, name: str) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(folder / f"{name}.pdf").pages]


def test_there_are_these_papers_and_no_others(folder: Path) -> None:
    assert {path.stem for path in folder.iterdir()} == set(DECIDING)


@pytest.mark.parametrize("name", DECIDING)
def test_each_deciding_sentence_stands_on_one_page(folder: Path, name: str) -> None:
    read = pages(folder, name)
    assert [words for words in DECIDING[name] if not any(words in page for page in read)] == []


@pytest.mark.parametrize("name", DECIDING)
def test_every_paper_says_what_all_of_them_say(folder: Path, name: str) -> None:
    whole = " ".join(pages(folder, name)).lower()
    assert [words for words in EVERY if not any(each.lower() in whole for each in words.split("|"))] == []


@pytest.mark.parametrize("name", DECIDING)
def test_papers_are_two_to_four_pages_and_signed_by_both_at_the_end(folder: Path, name: str) -> None:
    read = pages(folder, name)
    assert 2 <= len(read) <= 4 and all(len(page) > 250 for page in read)
    assert read[-1].count("/s/ ") == 2 and read[-1].endswith(("Page 2 of 2", "T.O. Z.P.", "T.O. H.F.", "B.Q. L.T."))


@pytest.mark.parametrize("name", DECIDING)
def test_only_acornhills_paper_is_silent_about_the_time_zone(folder: Path, name: str) -> None:
    whole = " ".join(pages(folder, name))
    assert ("New York time" in whole) is (name != "acornhill-order-form")
    if name == "acornhill-order-form":
        assert not [word for word in ("time zone", "Eastern", "UTC", "midnight", "a.m.") if word in whole]


@pytest.mark.parametrize("name", DECIDING)
def test_papers_hold_amounts_that_are_not_prices(folder: Path, name: str) -> None:
    decoys = ("$60,000", "$5,000,000", "$150,000", "$75,000", "$2,000,000", "$8,400")
    assert any(decoy in " ".join(pages(folder, name)) for decoy in decoys)


def test_text_comes_in_the_order_in_which_a_person_reads(folder: Path) -> None:
    first = pages(folder, "acornhill-order-form")[0]
    order = ("Order form number", "Effective date", "1. Services and fees", "$0.085", "2. Platform fee",
             "3. Overage", "4. How Usage is measured", "Page 1 of 2")  # fmt: skip
    assert sorted(order, key=first.index) == list(order)


def test_papers_are_the_same_bytes_each_time(folder: Path, tmp_path: Path) -> None:
    contracts.render(tmp_path)
    assert all((tmp_path / path.name).read_bytes() == path.read_bytes() for path in folder.iterdir())
