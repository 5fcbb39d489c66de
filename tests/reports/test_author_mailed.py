"""The author's page while an answer that came by mail waits for its kind."""

from collections.abc import Iterator

import pytest
import time_machine
from bs4 import Tag

from reports import answers, replies
from reports.models import Answer, Hold, Reply, Report
from tests.reports import stages
from tests.reports.stages import DAY, NOW
from tests.reports.test_author_page import Author, words

pytestmark = pytest.mark.django_db
REACHED = "Your mail of 3 March 2026 reached us: choose its kind to publish it."


@pytest.fixture(autouse=True)
def two_days_after_the_notice() -> Iterator[None]:
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        yield


def mailed(report: Report, text: str = "Use seed 3.", *, mail: int = 1, days: int = 1) -> None:
    replies.received(
        contact_id=stages.contact_of(report).pk, mail=mail, content=str(mail), text=text,
        received_at=NOW + days * DAY, now=NOW + days * DAY,
    )  # fmt: skip


def text_of(main: Tag) -> str:
    return main.select_one("#id_text").text.removeprefix("\n")


def test_the_page_says_so_on_top_and_the_form_has_the_words() -> None:
    report = stages.asked()
    mailed(report, "Use *seed* 3.\n\nAda")
    main = Author(report).open(do="answer")
    assert REACHED in words(main)
    assert "From 10 March 2026, 09:30 UTC on, a moderator may choose for you." in words(main)
    assert text_of(main) == "Use *seed* 3.\n\nAda"
    assert main.select("#id_kind input[checked]") == []
    assert [one["id"] for one in main.select("#by-mail, #answer")] == ["by-mail", "answer"]


def test_without_a_mail_nothing_is_said() -> None:
    main = Author(stages.asked()).open()
    assert (main.select("#by-mail"), text_of(main)) == ([], "")
    assert "your mail" not in words(main).casefold()


def test_the_words_of_several_mails_stand_together() -> None:
    report = stages.asked()
    mailed(report, "First.")
    mailed(report, "Second.", mail=2, days=2)
    main = Author(report).open()
    assert "Your mail of 3 March 2026 and 4 March 2026 reached us" in words(main)
    assert text_of(main) == "First.\n\nSecond."


def test_a_mail_without_words_is_spoken_of_and_fills_nothing_in() -> None:
    report = stages.asked()
    mailed(report, "")
    main = Author(report).open()
    assert (REACHED in words(main), text_of(main)) == (True, "")
    assert "the words of your mail" not in words(main)


@pytest.mark.parametrize("do", ["answer", "preview"])
@pytest.mark.parametrize("typed", ["", "Other words."])
def test_what_is_typed_stands_even_if_it_is_nothing(do, typed) -> None:
    report = stages.asked()
    mailed(report)
    author = Author(report)
    main = author.post(do, 422 if do == "answer" else 200, text=typed, name="Ada")
    assert text_of(main) == typed
    assert Answer.objects.count() == 0


def test_a_form_beside_leaves_the_words_there() -> None:
    report = stages.asked()
    mailed(report)
    main = Author(report).post("wrong_person", 422, kind="other_person", text="Ask Bo.")
    assert text_of(main) == "Use seed 3."


def test_answering_publishes_and_settles_it() -> None:
    report = stages.asked()
    mailed(report)
    author = Author(report)
    main = author.post("answer", kind="explains", text=text_of(author.open()), name="Ada")
    assert "Your answer is stored as shown below." in words(main)
    assert (main.select("#by-mail"), text_of(main)) == ([], "")
    reply = Reply.objects.get()
    assert (reply.answer, reply.answer.text) == (Answer.objects.get(), "Use seed 3.")
    assert Hold.objects.get().released_at == NOW + 2 * DAY
    assert Report.objects.get(pk=report.pk).state == "answered"


def test_a_co_author_reads_nothing_of_it() -> None:
    report = stages.asked(emails=("ada@authors.example", "bo@authors.example"))
    mailed(report)
    main = Author(report, 2).open()
    assert (main.select("#by-mail"), text_of(main)) == ([], "")


def test_looking_settles_nothing() -> None:
    report = stages.asked()
    mailed(report)
    author = Author(report)
    for _ in range(3):
        author.open(do="answer")
    assert Reply.objects.get().decided_at is None
    assert Hold.objects.get().released_at is None


def test_what_was_written_stands_as_text() -> None:
    report = stages.asked()
    bad = "</textarea><script>alert(1)</script>\u202etxet\u202c\r\nTwo"
    mailed(report, bad)
    main = Author(report).open()
    assert text_of(main) == "</textarea><script>alert(1)</script>txet\nTwo"
    assert main.select("form script") == []


def test_a_mail_that_is_too_long_for_an_answer_is_begun() -> None:
    report = stages.asked()
    mailed(report, "x" * (answers.TEXT_LENGTH + 10))
    assert len(text_of(Author(report).open())) == answers.TEXT_LENGTH


def test_nothing_is_said_once_the_report_is_gone() -> None:
    report = stages.asked()
    mailed(report)
    stages.removed(report, reason="Privacy.")
    assert Author(report).open().select("#by-mail") == []
