"""A mail's HTML body as plain text, quoted letters as lines with ">" before them. Pure.

What is quoted shows in the structure that mail programs give it, whatever language they speak.
Read as a stream of tags by lxml (libxml2): no tree is built, nothing is fetched, and the time is
linear in the length also for tags nested or malformed on purpose (html.parser, html5lib and
lexbor are not).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from notifications.quotes import head, line, title

LONGEST_HTML = 5_000_000  # characters that are read; pictures inside the HTML count too
LONGEST_TEXT = 1_000_000
MOST_LINES = 20_000
DEEPEST = 500  # open tags; what lies deeper is not read, nor what follows
MOST_EVENTS = 150_000  # tags and pieces of text
_PIECE = 65_536


def _names_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DROPPED = _names_of(
    "script style head title template noscript object svg math select textarea button"
)
_BLOCKS = _names_of(
    "address article aside body center dd details div dl dt fieldset figure footer form h1 h2 h3"
    " h4 h5 h6 header hr html li main nav ol p pre section table tbody tfoot thead tr ul"
    " blockquote caption"
)
_SPACED = _names_of("p h1 h2 h3 h4 h5 h6 ul ol table pre")

_QUOTED = _names_of(
    """
    yahoo_quoted moz-cite-prefix protonmail_quote tutanota_quote zmail_extra sh-quoted-content
    front-blockquote ms-outlook-mobile-reference-message mail-editor-reference-message-container
    olk_src_body_section messagereplysection isreplycontent ntes-mailmaster-quote
    mailmasterorignal mailmasteroriginal original-content reply139content alimail-quote
    history-quote-wrapper lark-mail-quote mail-quote-collapse reply-intro airmail_on
    gmail_quote_attribution
    """
)
"""Classes, ids and names of elements that hold a quoted letter or say who wrote it."""

_QUOTED_FROM_HERE = _names_of("appendonsend divrplyfwdmsg outlookmessageheader")
"""Of elements after which nothing of the person's own follows."""

_SIGNATURES = _names_of(
    """
    gmail_signature gmail_signature_prefix moz-signature signature ms-outlook-mobile-signature
    protonmail_signature_block tutanota_signature messagesignaturesection ntes-pcmac-signature
    __aliyun_signature_wrap lark-mail-signature zmail_signature_below
    """
)
_OUTLOOK_HEAD = re.compile(r"border-top(?:-style)?\s*:[^;]*solid|border-top-color", re.IGNORECASE)
_INDENT = re.compile(r"border(?:-left)?\s*:\s*(?:none|medium none|0)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_RULE = "_" * 32


def html_text(html: str) -> str:
    """The text that a person sees in `html`, a line for each line seen, links in angle brackets.

    Lines of quoted letters begin with ">", signatures that are marked as such are left out. Never
    raises: of what cannot be read to its end, the part before that.
    """
    reader = _Reader()
    parser = etree.HTMLParser(target=reader, encoding="utf-8", huge_tree=True)
    raw = html[:LONGEST_HTML].replace("\x00", "").encode("utf-8", "replace")
    try:
        for at in range(0, len(raw), _PIECE):
            parser.feed(raw[at : at + _PIECE])
        parser.close()
    except (_EnoughError, etree.LxmlError):
        pass
    return reader.text()


class _EnoughError(Exception):
    """The rest of the mail is not read."""


@dataclass
class _Open:
    """An open tag and what is undone when it closes."""

    tag: str
    first_line: int
    quoted: int = 0
    dropped: int = 0
    pre: int = 0
    check: str = ""  # "outlook" or "gmail": whether it was a head shows when it closes
    href: str = ""
    count: int = 0  # of the items of a numbered list


class _Reader:
    """Takes the events of the parser and keeps lines with their depth of quotation."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []
        self.open: list[_Open] = []
        self.now: list[str] = []
        self.seen = ""  # the text of the link that is open
        self.depth = self.dropped = self.pre = self.length = self.events = 0

    # Events ---------------------------------------------------------------------------------

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count()
        if len(self.open) >= DEEPEST or len(self.lines) >= MOST_LINES:
            raise _EnoughError
        if tag in _BLOCKS:
            self._break()
        this = _Open(tag, len(self.lines), pre=int(tag == "pre"))
        self._look(this, attributes)
        self.depth += this.quoted
        self.dropped += this.dropped
        self.pre += this.pre
        self.open.append(this)
        if self.dropped:
            return
        if tag in _SPACED and "MsoNormal" not in attributes.get("class", ""):
            self._blank()
        self._put_sign(tag, attributes)

    def end(self, tag: str) -> None:
        if not any(each.tag == tag for each in self.open[-3:]):
            return
        while self.open:
            this = self.open.pop()
            self._close(this)
            if this.tag == tag:
                return

    def data(self, text: str) -> None:
        self._count()
        if self.dropped:
            return
        self.length += len(text)
        if self.length > LONGEST_TEXT:
            raise _EnoughError
        if self.pre:
            first, *more = text.replace("\r\n", "\n").split("\n")
            self._put(first)
            for each in more:
                self._newline()
                self._put(each)
            return
        text = re.sub(r"[ \t\n\r\f]+", " ", text)
        if not self.now or self.now[-1][-1:] == " ":
            text = text.removeprefix(" ")
        self._put(text)
        if self.seen or (self.open and self.open[-1].href):
            self.seen = (self.seen + text)[:600]

    def close(self) -> "_Reader":
        self._break()
        return self

    def _count(self) -> None:
        self.events += 1
        if self.events > MOST_EVENTS:
            raise _EnoughError

    # What a tag means -----------------------------------------------------------------------

    def _look(self, this: _Open, attributes: dict[str, str]) -> None:
        if this.tag in _DROPPED:
            this.dropped = 1
            return
        if not attributes and this.tag != "blockquote":
            return
        style = attributes.get("style", "")[:2000]
        names = set(_names(attributes))
        if names & _SIGNATURES or _HIDDEN.search(style):
            this.dropped = 1
        elif names & _QUOTED_FROM_HERE:
            self.depth += 1
        elif this.tag == "blockquote":
            cited = attributes.get("type") == "cite" or "gmail_quote" in names
            this.quoted = int(cited or not _INDENT.search(style))
        elif names & _QUOTED:
            this.quoted = 1
        elif "gmail_attr" in names:
            this.check = "gmail"
        elif this.tag == "div" and _OUTLOOK_HEAD.search(style):
            this.check = "outlook"
        elif this.tag == "a" and re.match(r"https?://", attributes.get("href", ""), re.IGNORECASE):
            this.href = re.sub(r"[\s<>\x00-\x1f]", "", attributes["href"])[:500]
            self.seen = ""

    def _put_sign(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "br":
            self._newline()
        elif tag == "hr":
            self.lines.append((self.depth, _RULE))
        elif tag in ("td", "th") and self.now:
            self._put("  ")
        elif tag == "li":
            lists = next((o for o in self.open[::-1][:6] if o.tag in ("ol", "ul")), None)
            if lists is not None and lists.tag == "ol":
                lists.count += 1
                self._put(f"{lists.count}. ")
            else:
                self._put("- ")
        elif tag == "img" and len(alt := attributes.get("alt", "")) <= 4 and not alt.isascii():
            self._put(alt)

    def _close(self, this: _Open) -> None:
        if this.href and not self.dropped:
            shown = "".join(self.seen.split()).rstrip("/")
            if shown and shown not in this.href:
                self._put(f" <{this.href}>")
            self.seen = ""
        if this.tag in _BLOCKS:
            self._break()
        if this.check:
            self._check(this)
        self.depth -= this.quoted
        self.dropped -= this.dropped
        self.pre -= this.pre
        if this.tag in _SPACED and not self.dropped:
            self._blank()

    def _check(self, this: _Open) -> None:
        """Marks a head that has just been read as quoted, and what follows Outlook's."""
        read = self.lines[this.first_line : this.first_line + 40]
        lines = [line(words) for _, words in read if words.strip()]
        if not lines or any(title(each.words) for each in lines[:2]):
            return
        if this.check == "outlook":
            labelled = sum(bool(re.match(r"[^:：]{1,30}[:：]", each.words)) for each in lines)
            if labelled < 2 and head(lines, 0) < 0:
                return
        for at in range(this.first_line, len(self.lines)):
            self.lines[at] = (self.lines[at][0] + 1, self.lines[at][1])
        self.lines.append((self.depth + 1, ""))
        if this.check == "outlook":
            self.depth += 1

    # Lines ----------------------------------------------------------------------------------

    def _put(self, text: str) -> None:
        if text:
            self.now.append(text)

    def _newline(self) -> None:
        self.lines.append((self.depth, "".join(self.now)))
        self.now = []

    def _break(self) -> None:
        if any(not part.isspace() for part in self.now):
            self._newline()
        self.now = []

    def _blank(self) -> None:
        if self.lines and self.lines[-1][1].strip():
            self.lines.append((self.depth, ""))

    def text(self) -> str:
        self._break()
        out: list[str] = []
        for depth, words in self.lines[:MOST_LINES]:
            words = words.replace("\xa0", " ").rstrip()
            mark = ">" * min(depth, 20)
            out.append(f"{mark} {words}".rstrip() if mark else words)
        return re.sub(r"\n{4,}", "\n\n\n", "\n".join(out)).strip("\n")


def _names(attributes: dict[str, str]) -> Iterator[str]:
    """Classes, id and name in lower case, without the x_ that Outlook puts before foreign ones."""
    for key in ("class", "id", "name"):
        for name in attributes.get(key, "")[:500].lower().split():
            yield name.removeprefix("x_")
    if attributes.get("data-signatureblock") == "true" or "data-smartmail" in attributes:
        yield "signature"
