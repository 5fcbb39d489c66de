"""The words of product.md in the languages of letters, where a letter names a value. Pure."""

from datetime import UTC, datetime
from unicodedata import east_asian_width

from reports.deadlines import MONTHS

ENGLISH, CHINESE = "en", "zh-hans"
LANGUAGES = (ENGLISH, CHINESE)

OUTCOMES = {
    ENGLISH: {
        "matched": "matched",
        "matched in part": "matched in part",
        "did not match": "did not match",
        "could not be attempted": "could not be attempted",
    },
    CHINESE: {
        "matched": "一致",
        "matched in part": "部分一致",
        "did not match": "不一致",
        "could not be attempted": "无法尝试复现",
    },
}
MODES = {
    ENGLISH: {
        "re-run": "a re-run with the authors' code and data",
        "re-implementation": "a re-implementation from the text of the paper",
        "own data": "an attempt on other data",
    },
    CHINESE: {
        "re-run": "使用作者的代码和数据重新运行",
        "re-implementation": "根据论文文字重新实现",
        "own data": "使用其他数据进行尝试",
    },
}
ANSWERS = {
    ENGLISH: {
        "explains": "an explanation",
        "provides": "code or data provided",
        "corrects": "a correction or a new version",
        "contests": "the authors contest the report",
        "cannot_share": "code or data cannot be shared",
        "agrees": "the authors agree with the report",
        "earlier_stands": "an earlier answer stands",
    },
    CHINESE: {
        "explains": "说明",
        "provides": "提供代码或数据",
        "corrects": "更正或新版本",
        "contests": "作者对报告提出异议",
        "cannot_share": "无法共享代码或数据",
        "agrees": "作者认同该报告",
        "earlier_stands": "维持先前的答复",
    },
}
EVIDENCE = {
    ENGLISH: {
        "code": "code",
        "log": "log",
        "configuration": "configuration",
        "notebook": "notebook",
        "other": "other",
    },
    CHINESE: {
        "code": "代码",
        "log": "日志",
        "configuration": "配置",
        "notebook": "笔记本（notebook）",
        "other": "其他",
    },
}
SOMEBODY = {ENGLISH: "a researcher known to us", CHINESE: "一位身份已由本站确认的研究者"}
HEAD = {
    ENGLISH: ("Result", "Place", "Claimed", "Obtained"),
    CHINESE: ("结果", "位置", "论文报告值", "复现所得值"),
}
RUNS = {ENGLISH: " ({n} runs)", CHINESE: "（{n} 次运行）"}
ONE_RUN = {ENGLISH: " (1 run)", CHINESE: "（1 次运行）"}
LINKS = {
    ENGLISH: {
        "own_link": "your answer page",
        "answer_link": "choose and publish here",
        "more_time_link": "request it here",
        "wrong_person_link": "say so here",
        "opt_out_link": "stop them here",
        "object_link": "object here",
        "take_back_link": "take it back here",
        "agreement_link": "confirm here",
    },
    CHINESE: {
        "own_link": "您的答复页面",
        "answer_link": "选择并公开",
        "more_time_link": "在此申请",
        "wrong_person_link": "在此说明",
        "opt_out_link": "在此退订",
        "object_link": "在此提出",
        "take_back_link": "在此撤回",
        "agreement_link": "在此确认",
    },
}
"""What stands for a long link in the HTML part."""
FOLLOWS = {CHINESE: "（中文版附于英文版之后。）"}
"""What stands above a letter in English that follows in another language, for its readers."""


def moment(at: datetime, language: str) -> str:
    """A point in time with date, hour and zone."""
    at = at.astimezone(UTC)
    if language == CHINESE:
        return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M} UTC"
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H:%M} UTC"


def spaces_beside(text: str) -> tuple[str, str]:
    """What Chinese sets before and after `text` in a sentence: a space where a Latin letter or a
    digit would touch the next word, nothing beside a Chinese one."""
    if not text:
        return "", ""
    left, right = ("" if east_asian_width(c) in "WF" else " " for c in (text[0], text[-1]))
    return left, right


def languages_of(language: str) -> tuple[str, ...]:
    """The languages of one mail: `both` is English, then Chinese; an unknown one is English."""
    if language == "both":
        return LANGUAGES
    return (language,) if language in LANGUAGES else (ENGLISH,)
