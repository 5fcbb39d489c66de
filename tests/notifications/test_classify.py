"""What a mail is taken for: robots are never people, people never robots that are dropped."""

from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.classify import Kind, classify

WRITTEN = "Dear colleagues,\n\nthe learning rate in Table 2 was wrong.\n\nBest,\nAnn\n"
DELIVERY_FIELDS = """Reporting-MTA: dns; mx.uni.example

Final-Recipient: rfc822; ann@uni.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}
"""


def mail(headers: str, body: str = WRITTEN) -> bytes:
    """A mail of a person with one address, `headers` first."""
    sender = "" if "From:" in headers else "From: Ann <ann@uni.example>\n"
    return f"{headers.strip()}\n{sender}To: reply@site.example\n\n{body}".encode()


def report(
    *,
    action: str = "failed",
    status: str = "5.1.1",
    words: str = "550 5.1.1 user unknown",
    kind: str = 'report; report-type="delivery-status"',
    top: str = "From: Mail Delivery System <MAILER-DAEMON@mx.uni.example>\nReturn-Path: <>",
    disposition: str = "",
    text: str = "Your letter did not arrive.",
) -> bytes:
    """A delivery report by the standard, or parts of it in another mail."""
    fields = DELIVERY_FIELDS.format(action=action, status=status, words=words)
    return (
        f"{top}\nTo: bounce@site.example\nSubject: Undelivered Mail Returned to Sender\n"
        f'MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\n{text}\n"
        f"--b\nContent-Type: message/delivery-status\n{disposition}\n{fields}\n"
        "--b\nContent-Type: message/rfc822\n\nMessage-ID: <notice-1@site.example>\n"
        "From: site@site.example\nTo: ann@uni.example\nSubject: Report\n"
        "References: <thread-1@site.example>\n\nHello\n--b--\n"
    ).encode()


def test_a_letter_of_a_person_is_human() -> None:
    raw = mail("Subject: Re: Report\nIn-Reply-To: <notice-1@site.example>")
    verdict = classify(raw)
    assert (verdict.kind, verdict.final, verdict.addresses) == (Kind.HUMAN, False, ())
    assert verdict.about == ("<notice-1@site.example>",)


def test_an_unknown_user_is_a_permanent_bounce_with_the_address() -> None:
    verdict = classify(report())
    assert verdict.kind is Kind.BOUNCE_PERMANENT
    assert verdict.final
    assert verdict.addresses == ("ann@uni.example",)
    assert verdict.codes == ("5.1.1",)
    assert verdict.about == ("<notice-1@site.example>", "<thread-1@site.example>")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("5.2.2", "552 5.2.2 mailbox full"),
        ("5.2.1", "550 5.2.1 the account is disabled"),
        ("5.4.4", "X-Postfix; Host or domain name not found. Host not found"),
        ("5.4.4", "554 5.4.4 unable to route"),
        ("5.7.1", "550 5.7.1 message refused by policy"),
        ("5.3.4", "552 5.3.4 message too large"),
        ("5.1.1", "550 5.1.1 blocked by spamhaus"),
        ("5.1.8", "553 5.1.8 domain of sender address does not exist"),
        ("4.4.7", "message expired"),
        ("4.1.1", "450 4.1.1 user unknown"),
        ("5.0.0", "554 relay access denied"),
    ],
)
def test_any_other_failure_is_final_but_marks_no_address_dead(status: str, words: str) -> None:
    verdict = classify(report(status=status, words=words))
    assert (verdict.kind, verdict.final) == (Kind.BOUNCE_TEMPORARY, True)
    assert verdict.addresses == ("ann@uni.example",)


def test_a_delay_is_not_final() -> None:
    verdict = classify(report(action="delayed", status="4.4.1", words="connection timed out"))
    assert (verdict.kind, verdict.final) == (Kind.DELAY, False)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_success_notice_names_whom_the_letter_reached(action: str) -> None:
    verdict = classify(report(action=action, status="2.0.0", words="250 ok"))
    assert (verdict.kind, verdict.final, verdict.addresses) == (Kind.AUTO_REPLY, False, ())
    assert verdict.delivered == ("ann@uni.example",)


def test_one_bad_address_among_others_is_named_alone() -> None:
    raw = report().replace(
        b"\n\n--b\nContent-Type: message/rfc822",
        b"\n\nFinal-Recipient: rfc822; bob@uni.example\nAction: failed\nStatus: 5.2.2\n"
        b"Diagnostic-Code: smtp; 552 5.2.2 full\n\n--b\nContent-Type: message/rfc822",
    )
    assert classify(raw).addresses == ("ann@uni.example",)


ROBOTS = {
    "rfc 3834": "Auto-Submitted: auto-replied\nSubject: Re: Report",
    "with a comment": "Auto-Submitted: Auto-Replied (vacation)\nSubject: Re: Report",
    "notified": "Auto-Submitted: auto-notified; owner=x\nSubject: Hello",
    "generated": "Auto-Submitted: auto-generated\nSubject: Abwesenheitsnotiz",
    "gmail": "X-Autoreply: yes\nPrecedence: bulk\nSubject: Re: Report",
    "cpanel": "Precedence: auto_reply\nX-Precedence: auto_reply\nSubject: Auto reply",
    "plesk": "X-Autoresponder: yes\nSubject: Re: Report",
    "first class": "X-FC-MachineGenerated: true\nSubject: Re: Report",
    "outlook express": "X-POST-MessageClass: 9; Autoresponder\nSubject: Re: Report",
    "null path": "Return-Path: <>\nSubject: I am hiking",
    "null path of sendmail": "Return-Path: <MAILER-DAEMON>\nSubject: I am hiking",
    "a list about itself": "Subject: Your message awaits approval\nX-List-Administrivia: yes",
    "exchange": (
        "Subject: Automatic reply: Report\nX-MS-Exchange-Generated-Message-Source: "
        "Mailbox Rules Agent\nX-Auto-Response-Suppress: All"
    ),
}


@pytest.mark.parametrize("headers", ROBOTS.values(), ids=ROBOTS)
def test_an_answering_machine_is_no_person(headers: str) -> None:
    verdict = classify(mail(headers))
    assert (verdict.kind, verdict.final) == (Kind.AUTO_REPLY, False)
    assert verdict.why


SUBJECTS = """
Automatic reply: Report about your paper
Out of Office: Re: Report
Out of Office
AUTO: Ann is out of the office (returning 05/01/2027)
Ann Lee is out of the office.
Abwesenheitsnotiz: Report
Automatische Antwort: Report
Réponse automatique : Report
Absence du bureau : Report
Respuesta automática: Report
Risposta automatica: Report
Resposta automática: Report
Automatisch antwoord: Report
Autosvar: Report
Automatiskt svar: Report
Automaattinen vastaus: Report
Odpowiedź automatyczna: Report
Automatická odpověď: Report
Automatikus válasz: Report
Автоматический ответ: Report
Автоответ: Report
Otomatik yanıt: Report
自动回复：Report
自动回复:Re: Report
自动答复: Report
【自动回复】Report
自動回覆: Report
自動返信: Report
【自動返信】Re: Report
自動応答: Report
不在通知
자동 회신: Report
Trả lời tự động: Report
رد تلقائي: Report
מענה אוטומטי: Report
Re: Report [自动回复]
Re: Report - Out of Office
[부재중 자동회신] Re: Report
Undeliverable: Report
Delayed Mail (still being retried)
Permanent Delivery Failure
Unzustellbar: Report
Non remis : Report
Delivery Status Notification (Failure)
Undelivered Mail Returned to Sender
系统退信
Fwd: Returned mail: see transcript for details
""".strip().split("\n")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_alone_makes_a_mail_be_held_and_never_dropped(subject: str) -> None:
    assert classify(mail(f"Subject: {subject}")).kind is Kind.UNKNOWN


def test_an_encoded_subject_is_read() -> None:
    raw = mail("Subject: =?gb2312?B?19S2r7vYuLSjulJlcG9ydA==?=")
    assert classify(raw).kind is Kind.UNKNOWN


PEOPLE = {
    "through a list": (
        "Subject: Re: Report\nPrecedence: list\nList-Id: <all.uni.example>\n"
        "Sender: all-bounces@lists.uni.example\nReturn-Path: <all-bounces@lists.uni.example>"
    ),
    "bulk, but a list": "Subject: Re: Report\nPrecedence: bulk\nList-Id: <all.uni.example>",
    "exchange organisation": "Subject: RE: Report\nX-Auto-Response-Suppress: DR, OOF, AutoReply",
    "exchange inside": "Subject: RE: x\nX-MS-Exchange-Organization-Auto-Response-Suppress: All",
    "a metric, in a thread": (
        "Subject: Delivery failed: 3 of 40 drones\nIn-Reply-To: <notice-1@site.example>\n"
        "User-Agent: Mozilla Thunderbird"
    ),
    "said to be none": "Subject: Re: Report\nAuto-Submitted: no",
    "forwarded by a rule": "Subject: Re: Report\nAuto-Submitted: auto-forwarded",
    "answers a robot": "Subject: Re: Automatic reply: Report",
    "answers in German": "Subject: AW: Abwesenheitsnotiz: Report",
    "answers in Chinese": "Subject: 回复: 自动回复: Report",
    "out of office as a word": "Subject: Out of office hours are not in our data set",
    "delivery failed as a metric": "Subject: Delivery failed rate in Table 3",
    "a name like a robot's": "Subject: Re: Report\nFrom: Norman Mailer <n.mailer@uni.example>",
    "redirected": "Subject: Re: Report\nX-Autogenerated: Mirror",
    "not away": "Subject: Re: Report\nX-Autoreply: no",
}


@pytest.mark.parametrize("headers", PEOPLE.values(), ids=PEOPLE)
def test_a_person_is_a_person(headers: str) -> None:
    assert classify(mail(headers)).kind is Kind.HUMAN


def test_the_words_of_a_person_are_never_looked_at() -> None:
    words = (
        "550 5.1.1 ann@uni.example User unknown\nI am out of the office.\n"
        "Final-Recipient: rfc822; ann@uni.example\nAction: failed\nStatus: 5.1.1\n"
        "> Auto-Submitted: auto-replied\n> Precedence: bulk\nThis is the mail system at host x.\n"
        "Delivery to the following recipients failed permanently: bob@uni.example\n"
    )
    verdict = classify(mail("Subject: Re: Report", words))
    assert (verdict.kind, verdict.addresses) == (Kind.HUMAN, ())


def test_a_person_may_attach_the_bounce_that_they_got() -> None:
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "Ann <ann@uni.example>", "Re: Report"
    outer.set_content("This came back to me: the address of Bob is wrong.")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "MAILER-DAEMON@mx.example", "Undeliverable: x"
    inner["Auto-Submitted"] = "auto-replied"
    inner.set_content("550 5.1.1 no such user")
    outer.add_attachment(inner)
    assert classify(bytes(outer)).kind is Kind.HUMAN


@pytest.mark.parametrize("disposition", ["Content-Disposition: attachment\n", ""])
def test_a_delivery_report_beside_a_written_text_is_a_persons(disposition: str) -> None:
    top = "From: Ann <ann@uni.example>\nIn-Reply-To: <notice-1@site.example>"
    raw = report(kind="mixed", top=top, disposition=disposition, text=WRITTEN)
    raw = raw.replace(b"Subject: Undelivered Mail Returned to Sender", b"Subject: Re: Report")
    assert classify(raw).kind is Kind.HUMAN


def test_a_delivery_report_without_its_type_is_still_a_bounce() -> None:
    assert classify(report(kind="mixed")).kind is Kind.BOUNCE_PERMANENT


def test_a_report_without_a_null_path_and_from_anybody_is_a_bounce() -> None:
    assert classify(report(top="From: imss@uni.example")).kind is Kind.BOUNCE_PERMANENT


def test_a_complaint_names_who_pressed_the_button() -> None:
    raw = (
        b"From: fbl@provider.example\nSubject: complaint about message\n"
        b"Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
        b"--b\n\nThis is a complaint.\n--b\nContent-Type: message/feedback-report\n\n"
        b"Feedback-Type: abuse\nOriginal-Rcpt-To: <ann@uni.example>\n"
        b"--b\nContent-Type: message/rfc822\n\nMessage-ID: <notice-1@site.example>\n"
        b"From: a@site.example\nTo: ann@uni.example\n\nx\n--b--\n"
    )
    verdict = classify(raw)
    assert (verdict.kind, verdict.addresses) == (Kind.COMPLAINT, ("ann@uni.example",))
    assert verdict.about == ("<notice-1@site.example>",)


def test_a_challenge_is_no_answer() -> None:
    raw = mail("Subject: RE: Report\nX-Bluebottle-Request: <1234>")
    assert classify(raw).kind is Kind.CHALLENGE


def test_a_receipt_is_no_answer() -> None:
    raw = (
        b"From: Ann <ann@uni.example>\nSubject: Read: Report\n"
        b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n"
        b"--b\n\nYour message was read.\n--b\nContent-Type: message/disposition-notification\n\n"
        b"Final-Recipient: rfc822; ann@uni.example\nOriginal-Message-ID: <notice-1@site.example>\n"
        b"Disposition: manual-action/MDN-sent-manually; displayed\n--b--\n"
    )
    verdict = classify(raw)
    assert (verdict.kind, verdict.about) == (Kind.AUTO_REPLY, ("<notice-1@site.example>",))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 50,
        b"no headers at all",
        mail("Subject: x").replace(b"From: Ann <ann@uni.example>\n", b""),
        mail("Subject: x\nFrom: a@uni.example\nFrom: b@uni.example"),
        mail("Subject: x\nFrom: no-reply@uni.example"),
        mail("Subject: x\nPrecedence: junk"),
    ],
    ids=["empty", "nul", "no headers", "no From", "two Froms", "no-reply", "junk"],
)
def test_what_cannot_be_decided_is_held(raw: bytes) -> None:
    verdict = classify(raw)
    assert verdict.kind is Kind.UNKNOWN
    assert verdict.why


@given(st.binary(max_size=3_000))
@settings(max_examples=200, deadline=1_000)
def test_any_bytes_get_a_verdict(raw: bytes) -> None:
    assert classify(raw).kind in Kind


SEEDS = [report(), report(action="delayed", status="4.4.1"), mail(PEOPLE["through a list"])]


@given(st.sampled_from(SEEDS), st.data())
@settings(max_examples=200, deadline=1_000)
def test_a_broken_mail_gets_a_verdict(raw: bytes, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(begin, min(len(raw), begin + 200)))
    junk = data.draw(st.binary(max_size=60) | st.sampled_from([b"\n\n", b"--b\n", b"--b--", b"\r"]))
    assert classify(raw[:begin] + junk + raw[end:]).kind in Kind
