"""Quotes are words of strangers. In every field, in all four renderers, they stay words."""

import json
import re
import shutil
import subprocess
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from monday_example import example_inputs

from heard.actions.monday.build import build
from heard.actions.monday.html import html
from heard.actions.monday.json_text import json_text
from heard.actions.monday.markdown import escaped, markdown
from heard.actions.monday.pdf import pdf
from heard.actions.monday.plain import link, plain

HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",  # HTML
    '"><svg onload=alert(1)><a href="javascript:alert(1)">x</a>',  # out of an attribute
    "</style></title></details><!-- <base href=//evil.example>",  # out of the elements around it
    "{{ 7 * 7 }}{% for x in y %}{{ self }}",  # Jinja
    '#panic("x") #sys.inputs $sum_x$ *b* _i_ @ref <label> // c \\ ] }',  # Typst
    '#image("/etc/passwd") #read("x") #link("javascript:x")[y]',  # Typst, reading files
    "[click](javascript:alert(1)) ![x](https://evil.example/x.png) <https://evil.example>",  # Markdown
    "| a | b | `code` ~~x~~ www.evil.example https://evil.example a@evil.example",  # Markdown tables and bare links
    "# heading",
    "- item",
    "12. item",
    "---",
    "```",
    "&lt;b&gt; &amp; &#60;",  # entities must be shown as they were written
    "abc\u202edcba\u202c \u2066x",  # direction overrides
    "nul\x00 bell\x07 esc\x1b[31m\r\n\r\n# new line\u2028x",  # controls and line ends
    "Z" + "\u0301" * 60 + "algo",  # towers of accents
    "שלום \u05d0 سلام",  # right to left, honestly
    "x" * 500,  # no place to break
    "\ud800 lone surrogate",
    "",
]
CLOSED = {"kind", "cause", "side", "unit", "grade", "last_speaker", "currency"}
"""Fields with a closed list of words."""


def infected(value, text):
    """The same inputs with every free string replaced."""
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(infected(item, text) for item in value)
    if is_dataclass(value):
        names = [field.name for field in fields(value) if field.name not in CLOSED]
        return replace(value, **{name: infected(getattr(value, name), text) for name in names})
    return value


@pytest.fixture(params=HOSTILE, ids=lambda text: ascii(text)[:24])
def page(request):
    return build(infected(example_inputs(), request.param)), plain(request.param)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.words = set(), [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data):
        self.words.append(data)


def _read(text):
    reader = _Reader()
    reader.feed(text)
    return reader


TAGS = _read(html(build(example_inputs()))).tags
"""The elements of an ordinary page: a hostile one has no other."""


def test_html_gains_no_element_no_handler_and_no_address(page):
    document, words = page
    reader = _read(html(document))
    assert reader.tags <= TAGS
    assert not [name for _, name, _ in reader.attributes if name.startswith("on") or name in {"style", "src", "srcset"}]
    assert not [value for _, name, value in reader.attributes if name in {"href", "xlink:href"} and value]
    if words:
        assert words[:20] in "".join(reader.words)


def test_an_ordinary_page_has_no_script_and_loads_nothing():
    assert not TAGS & {
        "script",
        "img",
        "link",
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "image",
        "use",
        "foreignobject",
    }
    text = html(build(example_inputs()))
    assert "@import" not in text
    assert "url(" not in text.split("</style>")[0]


def test_markdown_gains_no_markup(page):
    document, words = page
    parser = MarkdownIt("commonmark").enable("table")
    tokens = [token for outer in parser.parse(markdown(document)) for token in (outer, *(outer.children or ()))]
    kinds = {token.type for token in tokens}
    assert not kinds & {"html_inline", "html_block", "image", "link_open", "code_inline", "code_block", "fence", "hr"}
    ordinary = parser.parse(markdown(build(example_inputs())))
    assert _count(tokens, "heading_open") == _count(ordinary, "heading_open")
    assert _count(tokens, "th_open") == _count(ordinary, "th_open")
    if words:
        assert words[:20] in "".join(token.content for token in tokens if token.type.startswith("text"))


def _count(tokens, kind):
    return sum(token.type == kind for token in tokens)


def test_pdf_is_made_and_links_nowhere(page):
    made = pdf(page[0])
    assert made.startswith(b"%PDF-")
    assert b"/URI" not in made


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler's pdftotext is not installed")
def test_pdf_shows_typst_markup_as_words():
    text = '#panic("x") $sum_x$ *b* @ref'
    made = pdf(build(infected(example_inputs(), text)))
    read = subprocess.run(["pdftotext", "-", "-"], input=made, capture_output=True, check=True).stdout.decode()
    assert '#panic("x") $sum_x$' in " ".join(read.split())


def test_json_is_ascii_and_holds_no_angle_bracket(page):
    document, words = page
    text = json_text(document)
    assert text.isascii()
    assert not re.search("[<>&]", text)
    assert json.loads(text)["cautions"][0] == (words if len(words) <= 200 else document.cautions[0])


@given(st.text(max_size=60))
@example("www.x https://x")
@example("1) a")
@example("\u20281. a")
def test_escaped_markdown_reads_back_as_the_text(text):
    clean = plain(text)
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(escaped(clean))
    inner = [child for token in tokens for child in token.children or ()]
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
    assert {child.type for child in inner} <= {"text", "text_special"}
    assert "".join(child.content for child in inner) == clean


@given(st.text(max_size=80), st.integers(9, 40))
def test_plain_words_are_one_visible_line_and_stay_so(text, limit):
    line = plain(text, limit)
    assert len(line) <= limit
    assert line == line.strip()
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", line)
    assert plain(line, limit) == line


LINKS = [
    ("https://desk.example/t/1?x=1#2", "https://desk.example/t/1?x=1#2"),
    ("HTTP://desk.example", "HTTP://desk.example"),
    ('https://desk.example/"><script>', "https://desk.example/%22%3E%3Cscript%3E"),
    ("https://desk.example/a>b c", "https://desk.example/a%3Eb%20c"),  # would end an address in Markdown
    ("javascript:alert(1)", ""),
    (" java\nscript:alert(1)", ""),
    ("data:text/html,x", ""),
    ("//evil.example", ""),
    ("https://user:pass@evil.example", ""),  # a name before the @ makes an address look like another
    ("https://[", ""),
    (None, ""),
]


@pytest.mark.parametrize(("url", "kept"), LINKS)
def test_only_plain_web_addresses_are_linked(url, kept):
    assert link(url) == kept
