"""Why a dump was taken off, in the language of the page: what is stored is English."""

import pytest
from django.utils import translation

from reports.dumps.taken_back import in_language


@pytest.mark.parametrize(
    ("stored", "chinese"),
    [
        ("Report 12 was withdrawn on 2026-03-01.", "报告 12 已于 2026-03-01 撤回。"),
        ("Report 12 was removed on 2026-03-01.", "报告 12 已于 2026-03-01 删除。"),
        ("A passage of report 12 or of an answer to it was covered on 2026-03-01.",
         "报告 12 或对其答复中的一段文字已于 2026-03-01 遮盖。"),
        ("A report is not public any more.", "一份报告不再公开。"),
        ("A passage was covered.", "一段文字已遮盖。"),
        ("A reporter erased their account.", "一位报告人注销了账号。"),
        ("A sentence of an older version.", "A sentence of an older version."),
        ("", ""),
    ],
)  # fmt: skip
def test_each_sentence_is_said_in_chinese_and_stays_as_it_is_in_english(
    stored: str, chinese: str
) -> None:
    assert in_language(stored) == stored
    with translation.override("zh-hans"):
        assert in_language(stored) == chinese
