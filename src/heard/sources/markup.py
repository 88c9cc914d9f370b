"""HTML bodies to plain words: paragraphs stay apart, quoted earlier mail is dropped where it is marked as such."""

import re
from html import unescape
from html.parser import HTMLParser

_UNREAD = frozenset({"script", "style", "head", "title", "template", "noscript"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_PARAGRAPHS = frozenset({"p", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr"})
_LINES = frozenset({"div", "li", "tr", "section", "article"})

# How mail programs mark the mail that is answered: Gmail, Yahoo, Thunderbird, Proton and Outlook, in that order.
_QUOTES = frozenset({"gmail_quote", "gmail_extra", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote"})
# Outlook does not wrap what it quotes: all that follows this mark is the earlier mail.
_REST_IS_QUOTED = frozenset({"divrplyfwdmsg", "appendonsend", "x_divrplyfwdmsg"})

# Known names only: "<name@example.com>" in plain text is an address, which the gate has to see.
_TAG = re.compile(
    r"</?(a|b|i|u|p|em|br|hr|li|ol|ul|td|tr|th|div|img|pre|span|font|html|body|head|code|style|table|strong|script|"
    r"blockquote|section|article|h[1-6])(\s[^<>]*)?/?>",
    re.IGNORECASE,
)


# Breaks while the words are collected; white space of the source never looks like them, since it is made to blanks.
_BR, _LINE, _PARAGRAPH = "\n", "\v", "\f"
_BREAKS = re.compile(r" ?[\n\v\f][ \n\v\f]*")
_BLANKS = str.maketrans(dict.fromkeys("\n\r\t\v\f\xa0", " "))


class _Words(HTMLParser):
    """Collects the words outside of quotes, scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.skipped = ""
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.skipped:
            self.depth += tag == self.skipped
        elif tag not in _VOID and (tag in _UNREAD or _is_quote(tag, dict(attrs))):
            self.skipped, self.depth = tag, 1
            if str(dict(attrs).get("id")).lower() in _REST_IS_QUOTED:
                self.skipped, self.depth = "everything", 1
        else:
            self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.skipped:
            self._break("" if tag in _VOID else tag)
        elif tag == self.skipped:
            self.depth -= 1
            if not self.depth:
                self.skipped = ""

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.parts.append(data.translate(_BLANKS))

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.parts.append(_PARAGRAPH)
        elif tag in _LINES:
            self.parts.append(_LINE)
        elif tag == "br":
            self.parts.append(_BR)


def _is_quote(tag: str, attrs: dict[str, str | None]) -> bool:
    marks = {mark.lower() for mark in (attrs.get("class") or "").split()} | {(attrs.get("id") or "").lower()}
    return tag == "blockquote" or bool(marks & (_QUOTES | _REST_IS_QUOTED))


def text_of(html: str | None) -> str:
    r"""Words of an HTML body; text without tags keeps its lines.

    Args:
        html: A body as a help desk keeps it; None reads as no words.

    Returns:
        Paragraphs split by an empty line, lines by a line feed. Empty when the body holds nothing but a quote or a
        picture.

    Example:
        >>> text_of('<p>It broke.</p><p>Again&nbsp;today<br>at noon.</p><div class="gmail_quote">You wrote</div>')
        'It broke.\n\nAgain today\nat noon.'
    """
    if not html or not _TAG.search(html):
        return unescape(html or "").strip()
    words = _Words()
    words.feed(html)
    words.close()
    text = re.sub(r"  +", " ", "".join(words.parts))
    return _BREAKS.sub(_breaks, text).strip()


def _breaks(run: re.Match[str]) -> str:
    """A run of breaks as a browser shows it: a new paragraph, else a line for blocks that meet and one for each br."""
    if _PARAGRAPH in run[0]:
        return "\n\n"
    return "\n" * min(2, run[0].count(_BR) + (_LINE in run[0]))
