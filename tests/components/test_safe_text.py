"""Hostile text: whatever a trace holds, it is shown, and it is only shown."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.safe_text import (
    coloured,
    linked,
    markdown,
    marked,
    web_address,
    without_hidden,
)

PLAIN_TAGS = {
    *("p", "br", "hr", "h4", "h5", "h6", "strong", "em", "s", "code", "pre"),
    *("ul", "ol", "blockquote", "table", "thead", "tbody", "tr"),
}
ALLOWED = {
    **{tag: set() for tag in PLAIN_TAGS},
    "a": {"class", "role", "tabindex", "data-href"},
    "span": {"class", "title"},
    "div": {"class"},
    "li": {"value"},
    "th": {"class"},
    "td": {"class"},
}
CLASSES = {"ext", "mark", "target", "lang", "kw", "str", "num", "com", "name", "tw", "n"}
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
MARK_OR_PART_OF_A_LETTER = re.compile(
    "[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c\u200d\u206a-\u206f\u3164\ufe00-\ufe0f"
    "\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
PIECES = st.sampled_from(
    [
        *("*", "**", "_", "`", "```", "~~", "~~~\n", "#", "# ", "- ", "1. ", "7) ", "> ", "    "),
        *("[", "](", ")", "![", "]", "<", ">", "|", "|-|-|\n", "\n", "\n\n", "\\", "\t", "$", "$$"),
        *("\\(", "\\)", "\\[", "http://a.b", "https://c.d/e_f", "javascript:x", "data:image/png,x"),
        *('"t"', "'", "&", "&lt;", "<b>", "<script>", "---", "===", "word", "zwei", "3", " ", "é"),
        *("\x00", "\u202e", "\u200b", "\ud800", "\r\n", "\r", "[x]: http://y.z", "<!--", "-->"),
    ]
)
HOSTILE = st.one_of(
    st.text(st.characters(exclude_categories=[])),
    st.lists(PIECES, max_size=30).map("".join),
)


class Reader(HTMLParser):
    """What a browser would find: tags, attributes, and the text outside of marks."""

    def __init__(self):
        super().__init__()
        self.strange, self.values = [], []
        self.text, self.marks = "", []
        self._open = []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.values += [value or "" for value in values.values()]
        odd = (
            set(values) - ALLOWED.get(tag, set()) or set(values.get("class", "").split()) - CLASSES
        )
        if tag not in ALLOWED or odd or not web_address(values.get("data-href", "http://a")):
            self.strange.append((tag, attributes))
        if tag not in ("br", "hr"):
            self._open.append((tag, values.get("class")))
        if values.get("class") == "mark":
            self.marks.append("")

    def handle_endtag(self, tag):
        if self._open and self._open[-1][0] == tag:
            self._open.pop()
        else:
            self.strange.append(("/", tag))

    def handle_data(self, data):
        if ("span", "mark") in self._open:
            self.marks[-1] += data
        else:
            self.text += data

    def handle_comment(self, data):
        self.strange.append(("comment", data))

    def handle_decl(self, decl):
        self.strange.append(("declaration", decl))


def read(html):
    reader = Reader()
    reader.feed(str(html))
    reader.close()
    assert not reader.strange
    str(html).encode("utf-8")
    return reader


def visible(text):
    return MARK_OR_PART_OF_A_LETTER.sub("", HIDDEN.sub("", text.replace("\r\n", "\n")))


@given(HOSTILE)
def test_text_comes_out_as_it_went_in(text):
    """Any text is shown whole and in order; only hidden characters are replaced, by marks."""
    for show in (marked, linked, lambda code: coloured(code, "sql")):
        shown = read(show(text)).text
        assert visible(shown) == visible(text)
        assert not HIDDEN.search(shown)


@given(HOSTILE)
def test_markdown_lets_only_our_own_tags_through(text):
    """Whatever stands in Markdown, the page gets our few tags, no address to load, no script."""
    assert not HIDDEN.search(read(markdown(text)).text)


@given(HOSTILE.filter(lambda text: "&" not in text))
def test_markdown_loses_no_letter_and_no_digit(text):
    """Every letter and digit written is on screen, in a link's address or a list's number."""
    shown = read(markdown(text))
    there = Counter("".join([shown.text, *shown.values]))
    written = Counter(sign for sign in text if sign.isalnum() and sign.isascii())
    assert not written - there


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<style>@import 'http://evil.example/x.css'</style>",
        "<p style='background:url(http://evil.example)' onclick=x id=desk class=form>",
        "<iframe srcdoc='<script>x</script>'></iframe>",
        "<math><mtext></p><style><img src onerror=x></style>",
        "<form action=//evil.example><button>go</button></form>",
        "</article></div></template><base href=//evil.example>",
        "<!-- <p>hidden --> <![CDATA[x]]>",
        "<span class='mark' title='x'>fake</span>",
    ],
)
def test_html_is_shown_as_the_text_it_is(text):
    """HTML in a trace is something to read, in prose, in code and in tables."""
    for show in (marked, linked, markdown, lambda code: coloured(code, "json")):
        assert text in read(show(text)).text
    assert text in read(markdown(f"**b**\n\n```html\n{text}\n```")).text


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "vbscript:x"),
        *("data:text/html,<script>x</script>", "data:image/svg+xml,<svg onload=x>", "file:///etc"),
        *("//evil.example/x", "/relative", "#here", "ftp://a.b", "blob:http://a.b/c", "https://"),
        *("https://good.example\\@evil.example", "https://good.example@evil.example/", "http:/a.b"),
        *("https://a.b/\u202etxt", "https://a.b/x y", "https://a.b/\x00", " https://a.b", "\ud800"),
        *("javascript&colon;alert(1)", "&#106;avascript:alert(1)", "mailto:", "mailto:a b@c.d"),
    ],
)
def test_only_plain_web_and_mail_addresses_can_be_opened(address):
    """A link that is no honest http, https or mail address stays text, whatever it hides behind."""
    assert web_address(address) is None
    html = f"{markdown(f'[click]({address}) <{address}>')}"
    if "&" not in address:
        assert f'data-href="{address}"' not in html
    assert "script" not in "".join(re.findall('data-href="([^"]*)"', html))
    assert "click" in read(html).text


def test_links_wait_to_be_opened_on_purpose():
    """Links, bare addresses, autolinks and images are inert links that name where they lead."""
    html = str(
        markdown(
            'See [the *book*](https://a.example/b_c?d=1&e "Title"), https://f.example/(g). '
            "<i@j.example> ![a chart](http://k.example/l.png) ![](https://m.example)"
        )
    )
    link = '<a class="ext" role="link" tabindex="0" data-href="{}">{}</a>'
    assert link.format("https://a.example/b_c?d=1&amp;e", "the <em>book</em>") in html
    assert link.format("https://f.example/(g)", "https://f.example/(g)") + "." in html
    assert link.format("mailto:i@j.example", "i@j.example") in html
    assert link.format("http://k.example/l.png", "image: a chart (k.example)") in html
    assert link.format("https://m.example", "image (m.example)") in html
    assert "(Title)" in html
    assert " href=" not in html
    assert "src=" not in html


def test_an_embedded_image_is_named_not_loaded():
    """A picture inside of the text is said to be there, with its size, and never shown."""
    text = read(markdown(f"![chart](data:image/png;base64,{'A' * 2000}) *x*")).text
    assert text == "image: chart (embedded, 2,022 characters) x"


def test_a_link_that_cannot_be_opened_shows_its_target():
    """A relative path is read beside the words that link to it."""
    text = read(markdown('See [the guide](files/guide.pdf "v2") and ![map](maps/a.png).')).text
    assert text == "See the guide (files/guide.pdf) (v2) and image: map (maps/a.png)."


@pytest.mark.parametrize(
    "text",
    [
        "[a][1] *and*\n\n[1]: http://e.example 'said'",
        "costs $5 and *not* $6",
        r"\(a_1*b*c\) and *x*",
        r"\[ \frac{a}{b} \\ c \] and *x*",
        r"$$a*b*c$$ and *x*",
        ":red[alarm] :material/home: :smile: *x*",
        "C:\\\\server\\(x86)\\{id} *x*",
    ],
)
def test_latex_directives_and_references_stay_as_written(text):
    """Formulas, Streamlit's directives and reference lists are read as they were written."""
    for part in re.split(r"\*(?:and|not|x)\*|\n+", text):
        assert part.strip() in read(markdown(text)).text


def test_what_markdown_would_drop_is_kept():
    """Numbers of a list, extra cells of a table and very deep quotes are all on screen."""
    assert '<li value="2">' in markdown("1. a\n\n2. b")
    assert '<li value="7">' in markdown("3. a\n7. b")
    assert "secret" in read(markdown("|a|\n|-|\n|1|secret|")).text
    for deep in (">" * 300, "- " * 300):
        assert "END" in read(markdown(f"{deep}END *x*")).text
    assert "one<br>\ntwo" in markdown("one\ntwo")


@pytest.mark.parametrize(
    "text, mark",
    [
        ("a\u202eb", "RLO"),
        ("a\u2066b", "LRI"),
        ("a\u200b\u200b\u200bb", "ZWSP ×3"),
        ("a\ufeffb", "BOM"),
        ("a\xadb", "SHY"),
        ("a\x00b", "NUL"),
        ("a\x1b[31mb", "ESC"),
        ("a\x9bb", "U+009B"),
        ("a\rb", "CR"),
        ("a\ud83db", "D83D"),
        ("a\u200db", "ZWJ"),
        ("a\ufe0fb", "U+FE0F"),
        ("a" + "".join(chr(0xE0000 + ord(letter)) for letter in "obey") + "b", "hidden text: obey"),
    ],
)
def test_hidden_characters_are_small_marks(text, mark):
    """What cannot be seen or turns the reading direction is a mark, in every kind of content."""
    for show in (marked, linked, markdown, lambda code: coloured(code, "python")):
        shown = read(show(text))
        assert shown.marks == [mark]
        assert shown.text.startswith("a")
        assert shown.text.endswith("b")
    assert read(markdown(f"**{text}** `{text}`")).marks == [mark, mark]
    assert not HIDDEN.search(without_hidden(text))


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d⚕\ufe0f 👨\u200d👩\u200d👧 🏳\ufe0f\u200d🌈 👍🏽 1\ufe0f\u20e3 ❤\ufe0f\u200d🔥",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "می\u200cخو",
        "क्\u200dष न\u200cहीं",
        "葛\U000e0100城",
        "العقد ساري שלום",
    ],
)
def test_emoji_and_joining_scripts_are_left_alone(text):
    """Emoji, Persian, Hindi and Japanese names look as their writers meant them."""
    assert read(markdown(text)).marks == []
    assert read(marked(text)).text == text


def test_code_is_coloured_in_our_own_words():
    """SQL and JSON get a few classes of ours; very long code gets none."""
    sql = str(coloured("SELECT 'a', 1 -- why", "SQL"))
    for css_class, text in (("kw", "SELECT"), ("str", "&#39;a&#39;"), ("num", "1")):
        assert f'<span class="{css_class}">{text}</span>' in sql
    assert '<span class="name">&#34;a&#34;</span>' in coloured('{"a": null}', "json")
    assert "<span" not in coloured("SELECT 1 " * 10_000, "sql")
    assert "<span" not in coloured("SELECT 1", "klingon")


@pytest.mark.parametrize("piece", ["===\n>~~~\n", "![", "\\[", "\\(", "[a](![*_<a@", "[~~*"])
def test_tangled_text_is_read_as_plain_text(piece):
    """A text made to keep the parser busy for minutes is shown at once, without layout."""
    tags = set(re.findall(r"<(\w+)", markdown((piece * 100_000)[:100_000])))
    assert tags <= {"p", "br"}
