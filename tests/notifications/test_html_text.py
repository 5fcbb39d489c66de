"""HTML mail as plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.html_text import html_text
from notifications.reply_text import new_text
from tests.patience import at_most

LETTER = "<div>Dear Ada,</div><div><br></div><div>which seed?</div>"
OUTLOOK_LINE = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"

QUOTES = {
    "Gmail": '<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Zorg Registry flurb'
    f'<br></div><blockquote class="gmail_quote" style="margin:0">{LETTER}</blockquote></div>',
    "Gmail, forwarded": '<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
    "---------- Forwarded message ---------<br>From: <b>Registry</b><br>Date: 3 May<br>"
    f"Subject: Seed<br>To: Ada</div><br>{LETTER}</div>",
    "Apple Mail": f'<div><br><blockquote type="cite"><div>On 3 May 2021, at 10:12, Registry wrote:'
    f"</div><br><div>{LETTER}</div></blockquote></div>",
    "Thunderbird": '<div class="moz-cite-prefix">Zorg Registry flurb:<br></div>'
    f'<blockquote type="cite" cite="mid:1@site.example">{LETTER}</blockquote>',
    "Yahoo": '<div id="ydp12yahoo_quoted_1" class="yahoo_quoted"><div>On Monday Registry wrote:'
    f"</div><div>{LETTER}</div></div>",
    "Outlook on the web": '<div id="appendonsend"></div><hr tabindex="-1"><div id="divRplyFwdMsg"'
    f"><b>Zorg:</b> Registry<br><b>Flurb:</b> Monday</div>{LETTER}",
    "Outlook on the web, passed through Outlook": '<div id="x_appendonsend"></div>'
    f'<div id="x_divRplyFwdMsg"><b>Zorg:</b> Registry</div>{LETTER}',
    "Outlook, a language that nobody knows": f'<div style="{OUTLOOK_LINE}"><p class=MsoNormal>'
    "<b>Zorg:</b> Registry<br><b>Flurb:</b> Monday<br><b>Blip:</b> Seed</p></div>"
    f"<p class=MsoNormal>{LETTER}</p>",
    "Outlook 2003": "<div class=OutlookMessageHeader dir=ltr><hr tabindex=-1><b>Zorg:</b> Registry"
    f"</div>{LETTER}",
    "Outlook for phones": '<div class="ms-outlook-mobile-reference-message">Zorg: Registry'
    f"{LETTER}</div>",
    "Outlook for Mac": f'<span id="OLK_SRC_BODY_SECTION">Zorg: Registry{LETTER}</span>',
    "Windows Mail": '<div style="padding-top:5px;border-top-color:rgb(229,229,229);border-top-width'
    f':1px;border-top-style:solid"><b>Zorg:</b> Registry<br><b>Flurb:</b> Monday</div>{LETTER}',
    "Hotmail": f'<hr id="stopSpelling">Date: Mon, 3 May 2021 10:12<br>From: a@site.example<br>'
    f"To: ada@uni.example<br>Subject: Seed<br><br>{LETTER}",
    "ProtonMail": '<div class="protonmail_quote">‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐<br>'
    f"<blockquote type='cite'>{LETTER}</blockquote></div>",
    "Zoho": f'<div class="zmail_extra">---- zorg ----<blockquote>{LETTER}</blockquote></div>',
    "Mail.ru": f"3 мая 2021, 10:12 от Registry &lt;a@site.example&gt;:<br><blockquote>{LETTER}"
    "</blockquote>",
    "QQ": "<div>------------------&nbsp;原始邮件&nbsp;------------------</div>"
    '<div style="background:#efefef"><div><b>发件人:</b>&nbsp;"Registry"&lt;a@b.example&gt;</div>'
    f"<div><b>发送时间:</b>&nbsp;2021年5月3日</div><div><b>主题:</b>&nbsp;Seed</div></div>{LETTER}",
    "QQ, English": "<div>------------------&nbsp;Original&nbsp;------------------</div><div>"
    f'<b>From: </b>"Registry";</div><div><b>Date: </b>Mon, May 3, 2021</div>{LETTER}',
    "Foxmail": '<blockquote style="margin-top:0px;margin-bottom:0px;margin-left:0.5em"><div>&nbsp;'
    f'</div><div style="border:none;border-top:solid #B5C4DF 1.0pt"><b>发件人：</b>Registry<br>'
    f"<b>发送时间：</b>2021-05-03</div>{LETTER}</blockquote>",
    "NetEase": '<div id="divNeteaseMailCard"></div><br>在 2021-05-03 10:12:00，"Registry" '
    f'&lt;a@site.example&gt; 写道：<br><blockquote id="isReplyContent" style="PADDING-LEFT:1ex">'
    f"{LETTER}</blockquote>",
    "NetEase Mail Master": '<div class="ntes-mailmaster-quote"><div>---- 回复的原邮件 ----</div>'
    f"<table><tr><td>发件人</td><td>Registry</td></tr></table>{LETTER}</div>",
    "Coremail": f"-----原始邮件-----<br><b>发件人:</b>Registry<br><b>发送时间:</b>2021-05-03<br>"
    f"<b>主题:</b> Seed<br><br>{LETTER}",
    "Lark": f'<div class="history-quote-wrapper" id="quote-1">Zorg: Registry{LETTER}</div>',
    "Naver": f"<div>-----Original Message-----<br><b>From:</b> Registry<br><b>Sent:</b> 2021-05-03"
    f"<br><b>Subject:</b> Seed</div>{LETTER}",
}


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES.keys())
def test_the_structure_of_a_mail_program_shows_what_is_quoted(quote: str) -> None:
    html = f"<html><body><div>Seed 3.</div><div>Best,<br>Ada</div>{quote}</body></html>"
    assert new_text("", html) == "Seed 3.\nBest,\nAda"


SIGNATURES = {
    "Gmail": '<span class="gmail_signature_prefix">-- </span><br><div dir="ltr" '
    'class="gmail_signature">Ada<br>Tel. 1</div>',
    "Thunderbird": '<pre class="moz-signature" cols="72">-- \nAda\nTel. 1</pre>',
    "Outlook on the web": '<div id="Signature"><p>Ada, Tel. 1</p></div>',
    "Outlook for phones": '<div id="ms-outlook-mobile-signature">获取 <a href="https://aka.example">'
    "Outlook for iOS</a></div>",
    "Windows Mail": '<div data-signatureblock="true">Ada, Tel. 1</div>',
    "ProtonMail": '<div class="protonmail_signature_block">Sent with Proton Mail</div>',
    "iPhone": '<br><div dir="ltr" id="AppleMailSignature">发自我的iPhone</div>',
    "typed": "<div>-- <br>Ada<br>Tel. 1</div>",
}


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES.keys())
def test_the_signature_of_a_mail_program_is_left_out(signature: str) -> None:
    assert new_text("", f"<div>Seed 3.</div>{signature}") == "Seed 3."
    assert new_text("", f"<div>Seed 3.</div>{signature}{QUOTES['Yahoo']}") == "Seed 3."


def test_answers_inside_the_quote_stay() -> None:
    html = (
        '<div class="gmail_quote"><div class="gmail_attr">On 3 May 2021, Registry wrote:</div>'
        "<blockquote class=gmail_quote>which seed?</blockquote><div>Seed 3.</div>"
        "<blockquote class=gmail_quote>which rate?</blockquote><div>0.1</div></div>"
    )
    assert new_text("", html) == "> which seed?\n\nSeed 3.\n\n> which rate?\n\n0.1"


def test_lines_lists_tables_and_links_are_told_apart() -> None:
    html = (
        "<h3>Results</h3><p>See <a href='https://code.example/x'>our code</a>\n and"
        " <a href='https://data.example/'>data.example</a>.</p>"
        "<ul><li>one</li><li>two</li></ul><ol><li>first<li>second</ol>"
        "<table><tr><td>seed</td><td>accuracy</td></tr><tr><td>3</td><td>0.91</td></tr></table>"
        "<pre>a  b\n  c</pre>a<br>b"
    )
    assert html_text(html) == (
        "Results\n\nSee our code <https://code.example/x> and data.example.\n\n"
        "- one\n- two\n\n1. first\n2. second\n\nseed  accuracy\n3  0.91\n\na  b\n  c\n\na\nb"
    )


def test_what_a_person_does_not_see_is_left_out() -> None:
    html = (
        "<head><title>t</title><style>p{}</style></head><script>alert(1)</script>"
        "<div style='display: none'>hidden</div><!-- comment --><p>seen&nbsp;&amp; read 😀"
        "<img alt='🙂' src=x><img alt='a logo' src='https://site.example/pixel'></p>"
    )
    assert html_text(html) == "seen & read 😀🙂"


def test_an_indented_paragraph_is_no_quote() -> None:
    html = "<blockquote style='margin:0 0 0 40px;border:none;padding:0'>Seed 3.</blockquote>"
    assert html_text(html) == "Seed 3."


def test_a_line_above_a_box_of_ones_own_is_no_quote() -> None:
    html = f"Seed 3.<div style='{OUTLOOK_LINE}'>A box</div>And more."
    assert html_text(html) == "Seed 3.\nA box\nAnd more."


@pytest.mark.parametrize("html", ["", " ", "\x00", "<", "<!--", "<p", "</p>", "&", "\ud800<p>x"])
def test_broken_html_does_no_harm(html: str) -> None:
    html_text(html)


PATIENCE = 20
TAGS = (
    "<p>|</p>|<div>|</div>|<blockquote>|</blockquote>|<table>|<td>|<li>|<ol>|<pre>|</pre>|<br>|"
    "<a href='https://x.example'>|</a>|<script>|</script>|<svg>|<hr>|x|>|<|&|\x00|é"
)


@given(st.lists(st.sampled_from(TAGS.split("|"))).map("".join))
def test_nothing_raises(html: str) -> None:
    html_text(html)
    new_text("", html)


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "<div>",
            "<p>x",
            "<b><p>",
            "<a>",
            "<!--",
            "<",
            "&",
            "</p>",
            "<ul><li>",
            "<table>",
            "<br>",
        ),
        *(
            "<blockquote>x",
            "x ",
            "<script>",
            "<pre>\n",
            "<svg><p>",
            "<a href=https://x.example>x</a>",
        ),
    ],
)
def test_a_megabyte_of_anything_takes_little_time(piece: str) -> None:
    html = (piece * (1_000_000 // len(piece) + 1))[:2_000_000]
    with at_most(PATIENCE):
        html_text(html)
        html_text("<div>" * 400 + html)


def test_a_tag_with_a_hundred_thousand_attributes_takes_little_time() -> None:
    with at_most(PATIENCE):
        assert (
            html_text("Seed 3.<a " + " ".join(f"x{i}=1" for i in range(100_000)) + ">") == "Seed 3."
        )


def test_a_picture_of_ten_megabytes_inside_the_html_does_no_harm() -> None:
    html = "<p>Seed 3.</p><img src='data:image/png;base64," + "A" * 10_000_000 + "'><p>End.</p>"
    assert html_text(html) == "Seed 3."
