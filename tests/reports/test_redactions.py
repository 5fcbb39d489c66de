"""A passage that a moderator covered is read by nobody, wherever the text is shown."""

import pytest
from bs4 import BeautifulSoup
from django.db import InternalError, connection, models
from django.test import Client

from notifications.compose import compose
from notifications.letters import write_letters
from notifications.models import Email
from reports import personal, redactions, services
from reports.lifecycle import Refused
from reports.models import (
    Answer,
    Claim,
    Evidence,
    File,
    Original,
    Redaction,
    Report,
    ReportEvent,
    Statement,
)
from reports.selectors import with_history
from tests.reports import stages
from tests.reports.moderators import Desk, done, offered, page_of, sentences, words
from tests.reports.stages import DAY, NOW

pytestmark = pytest.mark.django_db
NAME = "Student Zebulon"
WHY = "It names a student."
MARK = "[redacted by a moderator on 20 April 2026: It names a student.]"
THEN = NOW.replace(month=4, day=20)


def told() -> Report:
    """A disputed report that names somebody everywhere; an answer names them, too."""
    report = stages.asked(
        summary=f"We asked {NAME}, and *he* ran it.", environment=f"Laptop of {NAME}",
        differences=f"{NAME} wrote it", conflict=f"{NAME} is our friend", shown_as=f"By {NAME}",
        code_url="https://code.example/lantern",
    )  # fmt: skip
    Claim.objects.filter(report=report).update(quote=f"As {NAME} found, 93.1")
    report.evidence.update(note=f"by {NAME}", url="https://logs.example/StudentZebulon")
    Statement.objects.create(
        report=report, item="code", value="yes", note=f"{NAME} has it", said_at=NOW,
        url="https://code.example/StudentZebulon",
    )  # fmt: skip
    stages.answer(report, at=NOW + DAY, text=f"Tell {NAME} hello.", role=f"boss of {NAME}")
    return services.dispute(
        report_id=report.pk, user=report.reporter, reason=f"But {NAME} says no.", now=NOW + 2 * DAY
    )


def cover(report: Report, passage: str = NAME, reason: str = WHY, **more: object) -> Redaction:
    values = {"moderator": stages.moderator(), "now": THEN} | more
    return redactions.redact(report_id=report.pk, passage=passage, reason=reason, **values)


def undo(redaction: Redaction, reason: str = "It was no student.") -> None:
    redactions.undo(
        redaction_id=redaction.pk, moderator=stages.moderator(), reason=reason, now=THEN + DAY
    )


def everything(report: Report) -> str:
    """What everybody, its authors, its reporter and other moderators read of the report."""
    own = Client()
    own.force_login(report.reporter)
    paper = report.paper
    assert paper is not None
    author = Client()
    token = stages.token_of(report)
    pages = [
        *(Client().get(p, follow=True) for p in (f"/papers/{paper.pk}/", f"/reports/{report.pk}/",
          "/", "/corrections/", "/papers/?q=things")),
        own.get(f"/reports/{report.pk}/"),
        own.get("/reports/"),
        author.get(f"/answer/{token}/", follow=True),
    ]  # fmt: skip
    assert [page.status_code for page in pages] == [200] * len(pages)
    return "".join(page.content.decode() for page in pages)


def test_a_covered_passage_is_on_no_page_and_the_mark_is_in_its_place() -> None:
    report = told()
    assert everything(report).count("Zebulon") > 20
    cover(report)
    shown = everything(report)
    assert [w for w in shown.split() if NAME.split()[1] in w and "StudentZ" not in w] == []
    text = BeautifulSoup(shown, "html.parser").text
    assert f"We asked {MARK}, and he ran it." in text
    assert f"Tell {MARK} hello." in text
    assert f"But {MARK} says no." in text
    cover(report, "StudentZebulon")
    assert "Zebulon" not in everything(report)


def test_no_letter_shows_it_and_those_concerned_are_told() -> None:
    report = told()
    cover(report)
    cover(report, "StudentZebulon")
    write_letters(now=THEN)
    kinds = set(Email.objects.values_list("kind", flat=True))
    assert {"answer", "answer_copy", "disputed", "redacted"} <= kinds
    for email in Email.objects.all():
        raw = compose(email, THEN).raw
        assert b"Zebulon" not in raw.replace(b"=\r\n", b"").replace(b"=\n", b"")


def test_the_original_is_for_moderators_who_may_decide_on_it() -> None:
    report = told()
    cover(report)
    cover(report, "StudentZebulon")
    desk = Desk()
    assert NAME in words(desk.get(report), "#redactions-title ~ div pre")
    desk.send(report, "conflict")
    assert "Zebulon" not in desk.get(report).text
    assert "Zebulon" not in "".join(row.what for row in _lines(report))


def _lines(report: Report) -> list:
    from reports.timeline import entries

    return entries([with_history(Report.objects.all()).get(pk=report.pk)], now=NOW)


def test_the_projection_of_the_paper_holds_the_mark() -> None:
    report = told()
    cover(report)
    report.paper.refresh_from_db()
    assert report.paper.facts["environments"] == [f"Laptop of {MARK}"]


def test_it_is_public_in_the_corrections_with_date_and_reason() -> None:
    report = told()
    page = Client().get("/corrections/")
    assert "covered a passage of" not in page.content.decode()
    redaction = cover(report)
    row = page_of(Client().get("/corrections/")).select_one(f"#redaction-{redaction.pk}")
    assert WHY in row.text
    assert "20 April 2026" in row.text
    undo(redaction)
    row = page_of(Client().get("/corrections/")).select_one(f"#redaction-{redaction.pk}")
    assert "shown again since 21 April 2026, 09:30 UTC: It was no student." in " ".join(
        row.text.split()
    )


def test_a_second_act_shows_the_passage_again_everywhere() -> None:
    report = told()
    before = everything(report)
    redaction = cover(report)
    undo(redaction)
    after = everything(report)
    assert after.count("Zebulon") == before.count("Zebulon")
    with pytest.raises(Refused, match="taken back already"):
        undo(redaction)


def test_two_redactions_are_taken_back_in_any_order() -> None:
    report = told()
    first = cover(report)
    second = cover(report, "*he* ran", "Mocking.")
    undo(first)
    report.refresh_from_db()
    assert report.summary == f"We asked {NAME}, and {MARK.replace(WHY, 'Mocking.')} it."
    undo(second)
    report.refresh_from_db()
    assert report.summary == f"We asked {NAME}, and *he* ran it."


@pytest.mark.parametrize(
    ("passage", "reason", "said"),
    [
        ("nowhere to be found", "x", "This passage does not stand"),
        ("st", "x", "Copy the passage, 3 to"),
        (NAME, "  ", "Give the reason: everybody reads it."),
        (NAME, "x" * 301, "Give the reason in 300 characters"),
        ("we asked student zebulon", "x", "This passage does not stand"),
    ],
)
def test_what_cannot_be_covered_says_why(passage: str, reason: str, said: str) -> None:
    report = told()
    with pytest.raises(Refused, match=said):
        cover(report, passage, reason)
    assert not Redaction.objects.exists()


def test_what_is_covered_is_not_covered_twice() -> None:
    report = told()
    cover(report)
    with pytest.raises(Refused, match="does not stand"):
        cover(report)
    with pytest.raises(Refused, match="does not stand"):
        cover(report, "redacted by a moderator")


def test_what_nobody_reads_is_not_covered() -> None:
    report = stages.submitted()
    with pytest.raises(Refused, match="nobody beside its reporter"):
        cover(report, "three seeds")


def test_an_answer_beside_two_reports_is_covered_beside_both() -> None:
    report = told()
    other = stages.asked(of=report.paper, table="Table 9")
    Answer.objects.get().reports.add(other)
    cover(report)
    redaction = cover(other, "hello", "Rude.")
    assert Answer.objects.get().text == f"Tell {MARK} {MARK.replace(WHY, 'Rude.')}."
    undo(redaction)
    assert Answer.objects.get().text == f"Tell {MARK} hello."


def test_the_form_covers_and_uncovers() -> None:
    report, desk = told(), Desk(now=THEN)
    response = desk.send(report, "redact", passage=NAME, reason=WHY)
    assert done(desk, response, report) == [
        "The passage is covered wherever it stood; the corrections say so."
    ]
    redaction = Redaction.objects.get()
    assert "uncover" in offered(desk.get(report))
    response = desk.send(report, "uncover", of=redaction.pk, reason="An error.")
    assert done(desk, response, report)[-1] == "The passage is shown again."
    assert "uncover" not in offered(desk.get(report))
    refused = desk.send(report, "redact", passage="not there", reason="kept reason")
    assert refused.status_code == 409
    assert sentences(refused)[0].startswith("This passage does not stand")
    assert page_of(refused).select_one("#redact [name=reason]")["value"] == "kept reason"


def test_hostile_reasons_are_text() -> None:
    report = told()
    cover(report, reason="<script>alert(1)</script> ](javascript:alert(1)) \u202e")
    shown = everything(report)
    assert "<script>alert" not in shown
    assert 'href="javascript' not in shown


# --- what the database keeps ------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda: Answer.objects.update(text="other"),
        lambda: ReportEvent.objects.filter(target="disputed").update(note="other"),
        lambda: Redaction.objects.update(passage="other"),
        lambda: Original.objects.update(text="other"),
        lambda: Original.objects.all().delete(),
        lambda: Redaction.objects.all().delete(),
    ],
)
def test_nothing_is_changed_beside_it(change) -> None:
    cover(told(), "We asked", "x")
    with pytest.raises(InternalError):
        change()


def test_a_text_with_its_original_kept_may_change_and_no_other_column() -> None:
    cover(told())
    assert connection.cursor() is not None
    with pytest.raises(InternalError):
        Answer.objects.update(kind="agrees", text="")


def test_what_its_writer_erased_does_not_come_back() -> None:
    report = told()
    redaction = cover(report)
    personal.erase(report.reporter, keep_published=True, now=THEN)
    undo(redaction)
    report.refresh_from_db()
    assert report.shown_as == "a former user"
    assert NAME in report.summary


def test_withdrawn_with_the_account_the_originals_are_empty() -> None:
    report = told()
    cover(report)
    personal.erase(report.reporter, keep_published=False, now=THEN)
    kept = Original.objects.exclude(text="").values_list("kind", flat=True)
    assert set(kept) <= {"answer", "event"}


CHOSEN = {
    "state", "mode", "outcome", "kind", "version", "group_key", "item", "value", "media_type",
    "charset", "sha256", "key",
}  # fmt: skip
"""Words that are chosen, hashes, what a file is; and the version, which listings name."""


@pytest.mark.parametrize("model", [Report, Claim, Evidence, Answer, Statement, File])
def test_every_text_that_people_write_can_be_covered(model: type[models.Model]) -> None:
    texts = {
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField) and not field.choices
    }
    covered = dict(redactions.TEXTS.values())[model]
    assert texts - CHOSEN == set(covered)
