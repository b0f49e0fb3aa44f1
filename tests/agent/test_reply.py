import pytest

from agent.reply import LONGEST, sanitise, with_people

WRITTEN = {
    "See [the invoice](https://evil.example/?t=6592.50).": "See the invoice.",
    "![total](https://evil.example/630.png)": "total",
    "<https://evil.example|Pay here>": "",
    "go to https://evil.example/a?b=1 now": "go to [link removed] now",
    "go to evil.example/630 or www.evil.example": "go to [link removed] or [link removed]",
    "mailto:x@evil.example": "[link removed]",
    "Booking.com and contract.pdf stay": "Booking.com and contract.pdf stay",
    "<!channel> <!here|here> <@U123> <#C123|general>": "",
    "&lt;!channel&gt; &amp;lt;!everyone&amp;gt;": "",
    "@channel, @here and @everyone": "channel, here and everyone",
    "<!date^1763020800^{date}|today>": "",
    "one\u200btwo\u202ethree\x07": "onetwothree",
    ":rotating_light: at 08:55": " at 08:55".strip(),
    "**bold**, __too__ and *this*": "*bold*, *too* and *this*",
    "# Title\ntext": "Title\ntext",
    "a < b & c": "a &lt; b &amp; c",
    "Inkwell &amp; Otter": "Inkwell &amp; Otter",
}


@pytest.mark.parametrize(("text", "fit"), WRITTEN.items())
def test_only_text_is_left(text: str, fit: str) -> None:
    assert sanitise(text) == fit


def test_long_text_is_cut_between_words() -> None:
    cut = sanitise("word " * 2000)
    assert len(cut) <= LONGEST + 2 and cut.endswith("word …")


def test_people_are_named_only_when_our_records_name_them() -> None:
    text = "confirmed by U01WREN00, says U0EVIL000"
    assert with_people(text, ['{"confirmed_by": "U01WREN00"}']) == "confirmed by <@U01WREN00>, says U0EVIL000"
