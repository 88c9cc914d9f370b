from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.sources.markup import text_of


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (None, ""),
        ("no tags\nat all", "no tags\nat all"),
        ("Ada &amp; Bo", "Ada & Bo"),  # escaped, though no tag gives it away
        ("from Ada <ada@example.org>", "from Ada <ada@example.org>"),  # an address is no tag: the gate has to see it
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("<div>One.</div><div>Two.</div>", "One.\nTwo."),
        ("<div>One.</div><div><br></div><div>Two.</div>", "One.\n\nTwo."),  # how Gmail writes an empty line
        ("One<br/>Two<br>Three", "One\nTwo\nThree"),
        ("<ul><li>one</li><li>two</li></ul>after", "one\ntwo\n\nafter"),
        ("<p>so\n   <b>very</b>&nbsp;&nbsp;sad</p>", "so very sad"),
        ("<style>p {color: red}</style><p>Hi<script>x()</script></p>", "Hi"),
        ("<p>Yes.</p><blockquote>You <blockquote>I</blockquote> wrote</blockquote><p>Bye.</p>", "Yes.\n\nBye."),
        ('<p>Yes.</p><div class="x gmail_quote">On <div>Monday</div> you wrote</div>Bye.', "Yes.\n\nBye."),
        ('<p>Yes.</p><div id="divRplyFwdMsg">From: me</div><p>old words</p>', "Yes."),  # Outlook quotes to the end
        ('<p>Yes.</p><div class="moz-cite-prefix">You wrote:</div>', "Yes."),
        ('<p><img alt="a" src="b"></p>', ""),  # a picture has no words
        ("<p>never closed <blockquote>quote", "never closed"),
        ("<p>1 < 2 & 3 > 2</p>", "1 < 2 & 3 > 2"),
    ],
)
def test_a_body_becomes_words(html: str | None, text: str) -> None:
    assert text_of(html) == text


@given(st.lists(st.text(st.characters(whitelist_categories=("L", "N", "P", "S")), min_size=1), min_size=1, max_size=6))
def test_paragraphs_come_back_as_they_were(paragraphs: list[str]) -> None:
    assert text_of("".join(f"<p>{escape(one)}</p>" for one in paragraphs)) == "\n\n".join(paragraphs)


@given(st.text())
def test_any_text_is_read(html: str) -> None:
    assert isinstance(text_of(html), str)
