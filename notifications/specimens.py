"""Made-up people, papers and words for the gallery of letters: ordinary ones, and the worst. Pure.

Nothing here is stored or sent. Every value fits the column that it would stand in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from reports.states import Mode, Outcome

HOSTILE = (
    '<script>alert(1)</script><img src="https://evil.example/pixel.gif"> [x](javascript:alert(1)) '
    "![y](https://evil.example/y.png) <https://evil.example> **bold** `code` | a | b | # head "
    "{{ 7*7 }} {% now %} &lt; \u202egnp.exe\u202c \r\nBcc: everybody@evil.example\r\n\r\n "
    "=?utf-8?q?x?= \x07 ' \" ] ) >"
)
MIXED = (
    "👩‍🔬🇩🇪 “Attention” is «all» we 'need': שלום לעולם, تعلم عميق, "
    r"$\mathcal{O}(n^2)$ \textbf{bounds} for 深度学习 & more_or_less \"so\" — ℵ₀, naïve, Ångström"
)
CHINESE = (
    "面向小样本图像识别的深度残差网络训练方法及其在多中心医学影像数据集上的可复现性研究："
    "兼论随机种子、数据划分、学习率调度与预训练权重对最终结果的影响"
)
LONG_TITLE = (CHINESE * 6)[:300]
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3
PARAGRAPH = (
    "We train for 90 epochs with a batch size of 256 and report the mean of five runs on the "
    "official test split; the best checkpoint is chosen on the validation split alone. "
)
LONG_QUOTE = PARAGRAPH * 20
LONG_TEXT = "\n\n".join(f"{number}. {PARAGRAPH * 3}" for number in range(1, 61))
URL = "https://code.example/widgets"
LONG_URL = f"https://code.example/{'a-very-long-path/' * 28}"

Values = Mapping[str, Any]


def _values(**values: Any) -> Values:
    return MappingProxyType(values)


ACCURACY = _values(
    place="Table 2, page 6", quote="We reach 93.1 % accuracy on WidgetNet.", metric="accuracy",
    dataset="WidgetNet test", claimed=93.1, claimed_spread=0.2, runs=[81.0, 82.0, 83.0],
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Case:
    """What the letters of one case are about."""

    about: str
    """In a few words, for the page."""
    title: str = "Deep Widgets Are All We Built"
    version: str = "v2"
    authors: tuple[str, ...] = ("Ada Example", "Bo Sample")
    author: int = 1
    """Whom the letters go to: the position on the paper."""
    email: str = "ada@uni.example"
    source: str = "paper's first page"
    account: str = "Jörg Müller"
    """The name of the reporter's account."""
    shown_as: str = "Jörg Müller"
    mode: Mode = Mode.REIMPLEMENTATION
    outcome: Outcome = Outcome.NOT_MATCHED
    looked_for: str = ""
    missing: str = ""
    claims: tuple[Values, ...] = (ACCURACY,)
    evidence: tuple[tuple[str, str], ...] = (("code", URL), ("log", "https://code.example/log"))
    note: str = "Please name the row of Table 2.\nThe rest is clear."
    answer: str = "We used another split.\n\nThe seed file is in the repository."
    answer_url: str = "https://code.example/seeds"
    answered_by: str = "Bo Sample"
    role: str = "second author"
    reply: str = "Dear all,\nthe numbers in Table 2 are of seed 3. We will send the file."
    asked: datetime = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    """When the authors were asked."""
    turned: bool = False
    """Whether a letter that can say two things says the rarer one."""


CASES: Mapping[str, Case] = MappingProxyType({
    "plain": Case(about="ordinary content"),
    "turned": Case(about="the rarer turn of a letter that has two", turned=True),
    "least": Case(
        about="as little as a report can hold", shown_as="", account="", role="",
        authors=("",), source="", evidence=(), note="", answer="", answer_url="", reply="",
        claims=(_values(place="p. 1", quote="It works."),), turned=True,
    ),
    "could-not-be-attempted": Case(
        about="a report that could not be attempted", outcome=Outcome.NOT_ATTEMPTED,
        mode=Mode.RERUN, looked_for="Code and weights, in the repository and on the authors' "
        "pages, in the first week of February 2026.", missing="The training code.",
        claims=(_values(place="Table 2", quote="We reach 93.1 %.", metric="accuracy",
                        dataset="WidgetNet", claimed=93.1),),
    ),
    "matched-in-part": Case(
        about="a report that matched in part, and lists nothing", outcome=Outcome.PARTIAL,
        mode=Mode.OWN_DATA,
    ),
    "long-title": Case(about="a title of 300 Chinese characters", title=LONG_TITLE),
    "mixed-title": Case(
        about="a title with emoji, right-to-left words, LaTeX and quotes", title=MIXED
    ),
    "thousand-authors": Case(
        about="a paper of 1,000 authors, written to the last one",
        authors=tuple(f"Collaborator {number}" for number in range(1, 1001)), author=1000,
        title="Search for Widgets with the Large Widget Detector",
    ),
    "names": Case(
        about="names with comma, umlaut and quotes, in several scripts",
        authors=("Müller-Lüdenscheidt, Jörg, Prof. Dr. “Jojo” Ørsted", "王小明"),
        shown_as="O'Brien, Renée \"Ren\" <ren@evil.example>", account="王小明",
        answered_by="王小明", role="通讯作者", version="第二版",
    ),
    "idn-address": Case(
        about="an address under a domain with letters beyond ASCII",
        email="ada.example@bücher-universität.example", authors=("李雷", "韩梅梅"),
        shown_as="一位细心的读者", title=CHINESE, answered_by="韩梅梅", role="",
    ),
    "huge-numbers": Case(
        about="claims with huge and tiny numbers, and more claims than a letter shows",
        claims=(
            _values(place="Table 1", quote="x", metric="perplexity", dataset="C4", claimed=1e99,
                    claimed_spread=9.87654321e98, runs=[-1e99, 1e99, 1.23456789e-99]),
            _values(place="Table 2", quote="y", metric="parameters", dataset="all",
                    claimed=123_456_789_012_345.678, mean=-0.000000123456789,
                    spread=1e-12, n=2_147_483_647),
            _values(place="Table 3", quote="z", metric="loss", dataset="all", claimed=-1e-300,
                    runs=[float(n) for n in range(10_000)]),
            *(_values(place=f"Table {n}", quote="more", metric="BLEU", claimed=n)
              for n in range(4, 24)),
        ),
    ),
    "long-quotes": Case(
        about="long quotes, reasons, answers and links",
        claims=(
            _values(place="Table 2, in the row that is called “ours, large, with augmentation”, "
                    "and again in Section 5.3", quote=LONG_QUOTE, metric=LONG_WORD[:200],
                    dataset=PARAGRAPH, claimed=93.1, runs=[81.0]),
        ) * 3,
        looked_for=LONG_TEXT, missing=LONG_QUOTE, note=LONG_TEXT, answer=LONG_TEXT,
        reply=LONG_TEXT, role=PARAGRAPH, source=PARAGRAPH, version=LONG_WORD[:60],
        evidence=tuple(("notebook", f"{LONG_URL}{n}") for n in range(7)), answer_url=LONG_URL,
        outcome=Outcome.NOT_ATTEMPTED,
    ),
    "hostile": Case(
        about="markup, scripts and header injection wherever somebody can type",
        title=HOSTILE, version=HOSTILE[:60], authors=(HOSTILE[:300],), source=HOSTILE[:200],
        account=HOSTILE[:200], shown_as=HOSTILE[:200], looked_for=HOSTILE, missing=HOSTILE,
        claims=(_values(place=HOSTILE[:200], quote=HOSTILE + "\n```\n# x\n| a |\n|---|\n",
                        metric=HOSTILE[:200], dataset=HOSTILE[:300], claimed=1, runs=[2]),),
        evidence=(("code", "javascript:alert(1)"), ("log", 'https://code.example/"><script>x'),
                  ("other", "https://code.example/](javascript:alert(1))\r\nBcc: x")),
        note=HOSTILE, answer=HOSTILE, answer_url="javascript:alert(1)",
        answered_by=HOSTILE[:200], role=HOSTILE[:200], reply=HOSTILE,
    ),
    "years-end": Case(
        about="a deadline on the last day of a year, in the next one by UTC",
        asked=datetime(2026, 12, 3, 14, 0, tzinfo=UTC),
    ),
})  # fmt: skip
