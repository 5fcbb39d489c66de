"""The words of letters to those who watch something, in their languages. Pure."""

from datetime import datetime

from notifications import wording
from notifications.wording import CHINESE, ENGLISH
from reports.deadlines import in_words
from reports.news import News, What
from reports.states import State

SILENCE = {
    ENGLISH: "Silence is not evidence: it says nothing about the result.",
    CHINESE: "未答复不是证据，不说明结果是否正确。",
}
"""Beside everything that is told because nobody answered."""

SENTENCES: dict[str, dict[tuple[What, str], str]] = {
    ENGLISH: {
        (What.LISTED, "silence"): "The paper came onto the list Not reproducible. It was reported "
        "as not reproduced (report {report}), its authors were asked, and there was no answer by "
        "{deadline}.",
        (What.LISTED, "confirmed"): "The paper came onto the list Not reproducible: its authors "
        "confirmed report {report}.",
        (What.LEFT, "answered"): "The paper is no longer listed for report {report}: the authors "
        "answered.",
        (What.LEFT, "annulled"): "The listing for report {report} was annulled: it should not have "
        "been made.",
        (What.LEFT, "withdrawn"): "The paper is no longer listed for report {report}, which was "
        "withdrawn.",
        (What.LEFT, "removed"): "The paper is no longer listed for report {report}, which was "
        "removed.",
        (What.LEFT, "taken_back"): "The paper is no longer listed for report {report}: the authors "
        "took their agreement back.",
        (What.PUBLISHED, ""): "Report {report} became public. Outcome: {outcome}; {mode}.",
        (What.PUBLISHED, "lapsed"): "Report {report} became public. Outcome: {outcome}; {mode}. "
        "The authors were asked, and there was no answer by {deadline}.",
        (What.PUBLISHED, "unasked"): "Report {report} became public. Outcome: {outcome}; {mode}. "
        "The authors could not be reached.",
        (What.ANSWERED, ""): "The authors answered report {report}: {answer}.",
        (What.ADDED, "reporter"): "The reporter added to report {report}.",
        (What.ADDED, "authors"): "The authors added to their answer to report {report}.",
        (What.SHARED, ""): "Beside report {report} the authors said what they share.",
        (What.STATED, "disputed"): "Report {report} is disputed: the answer was not accepted.",
        (What.STATED, "resolved"): "Report {report} is resolved.",
        (What.STATED, "confirmed"): "The authors confirmed report {report}.",
        (What.TAKEN_BACK, "withdrawn"): "Report {report} was withdrawn by its reporter.",
        (What.TAKEN_BACK, "removed"): "Report {report} was removed by a moderator.",
    },
    CHINESE: {
        (What.LISTED, "silence"): "论文列入“不可复现”名单：有报告称未能复现（报告 {report}），"
        "已询问作者，截至 {deadline} 未收到答复。",
        (What.LISTED, "confirmed"): "论文列入“不可复现”名单：作者确认了报告 {report}。",
        (What.LEFT, "answered"): "论文不再因报告 {report} 列入名单：作者已答复。",
        (What.LEFT, "annulled"): "因报告 {report} 列入名单的记录已撤销：本不应列入。",
        (What.LEFT, "withdrawn"): "论文不再因报告 {report} 列入名单：该报告已撤回。",
        (What.LEFT, "removed"): "论文不再因报告 {report} 列入名单：该报告已移除。",
        (What.LEFT, "taken_back"): "论文不再因报告 {report} 列入名单：作者撤回了认同。",
        (What.PUBLISHED, ""): "报告 {report} 已公开。结果：{outcome}；{mode}。",
        (What.PUBLISHED, "lapsed"): "报告 {report} 已公开。结果：{outcome}；{mode}。已询问作者，"
        "截至 {deadline} 未收到答复。",
        (What.PUBLISHED, "unasked"): "报告 {report} 已公开。结果：{outcome}；{mode}。未能联系到"
        "作者。",
        (What.ANSWERED, ""): "作者答复了报告 {report}：{answer}。",
        (What.ADDED, "reporter"): "报告人补充了报告 {report}。",
        (What.ADDED, "authors"): "作者补充了对报告 {report} 的答复。",
        (What.SHARED, ""): "作者在报告 {report} 旁说明了所共享的内容。",
        (What.STATED, "disputed"): "报告 {report} 存在争议：答复未被接受。",
        (What.STATED, "resolved"): "报告 {report} 已解决。",
        (What.STATED, "confirmed"): "作者确认了报告 {report}。",
        (What.TAKEN_BACK, "withdrawn"): "报告 {report} 已由报告人撤回。",
        (What.TAKEN_BACK, "removed"): "报告 {report} 已由审核员移除。",
    },
}
"""By what happened and the word that says more of it; of reports that became public, by state."""

BY_WORD = (What.LISTED, What.LEFT, What.ADDED, What.STATED, What.TAKEN_BACK)
RHYTHMS = {
    ENGLISH: {"daily": "every day on which something happened",
              "weekly": "once a week, if something happened"},
    CHINESE: {"daily": "有新内容时每天一封", "weekly": "有新内容时每周一封"},
}  # fmt: skip
KINDS = {
    ENGLISH: {
        "list": "the list Not reproducible",
        "venue": "papers of a venue on the list Not reproducible",
        "search": "the papers that a search finds",
    },
    CHINESE: {
        "list": "本站的“不可复现”名单",
        "venue": "某会议或期刊列入“不可复现”名单的论文",
        "search": "某次检索找到的论文",
    },
}
"""What is watched, without words that somebody typed: whoever asks may write to anybody."""
THE_PAPER = {ENGLISH: "the paper “{title}”", CHINESE: "论文《{title}》"}
LINKS = {
    ENGLISH: {
        "watch_link": "see and confirm it here",
        "own_link": "what you watch",
        "end_link": "end all of it here",
    },
    CHINESE: {
        "watch_link": "在此查看并确认",
        "own_link": "您关注的内容",
        "end_link": "在此全部退订",
    },
}
"""What stands for a long link in the HTML part."""


def sentence(news: News, language: str) -> str:
    """What happened, in a sentence or two; nothing in it was typed by anybody."""
    found = SENTENCES[language]
    word = news.word if news.what in BY_WORD else ""
    if news.what is What.PUBLISHED and (news.what, news.state) in found:
        word = news.state
    said = found[news.what, word].format(
        report=news.report_id,
        deadline=in_words(news.deadline, language) if news.deadline is not None else "–",
        outcome=wording.OUTCOMES[language].get(news.word, ""),
        mode=wording.MODES[language].get(news.mode, ""),
        answer=wording.ANSWERS[language].get(news.word, ""),
    )
    return said + _about_silence(news, language)


def _about_silence(news: News, language: str) -> str:
    silent = (news.what, news.word) == (What.LISTED, "silence") or (
        news.what is What.PUBLISHED and news.state == State.LAPSED
    )
    if not silent:
        return ""
    return SILENCE[language] if language == CHINESE else f" {SILENCE[language]}"


def line(news: News, language: str) -> str:
    """When, and what."""
    at: datetime = news.at
    colon = "：" if language == CHINESE else ": "
    return f"{wording.moment(at, language)}{colon}{sentence(news, language)}"
