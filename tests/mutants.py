"""The mutants: each is one change for the worse, and the tests of which one must notice it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """`changes` are (file, what stands there once, what stands there instead)."""

    name: str
    changes: tuple[tuple[str, str, str], ...]
    tests: tuple[str, ...]


LAPSE = (
    "tests/reports/test_five_conditions.py",
    "tests/reports/test_lapse_together.py",
    "tests/reports/test_late_letters.py",
    "tests/reports/test_more_time.py",
    "tests/reports/test_agreements.py",
    "tests/reports/test_main_job.py",
    "tests/reports/test_deadlines_properties.py",
    "tests/reports/test_moderation_holds.py",
    "tests/reports/test_moderation_named.py",
    "tests/reports/test_moderation_suggestions.py",
    "tests/reports/test_lifecycle_machine.py",
)
RACES = ("tests/reports/test_races_lapse.py", "tests/reports/test_races_people.py")
MAIL = (
    "tests/notifications/test_outbox_leases.py",
    "tests/notifications/test_outbox_sending.py",
    "tests/notifications/test_outbox_cancelling.py",
    "tests/notifications/test_owed.py",
    "tests/notifications/test_outbox_failures.py",
    "tests/notifications/test_letters.py",
    "tests/notifications/test_whole_inquiry.py",
)
INCOMING = (
    "tests/notifications/test_inbound.py",
    "tests/notifications/test_authentication.py",
    "tests/notifications/test_reply_address.py",
    "tests/notifications/test_probe.py",
)


def one(name: str, path: str, old: str, new: str, *tests: str) -> Mutant:
    return Mutant(name, ((path, old, new),), tests)


ONE_MAIL_A_KEY = (
    (
        "notifications/migrations/0001_initial.py",
        "help_text='Source, kind and recipient.', max_length=200, unique=True",
        "help_text='Source, kind and recipient.', max_length=200",
    ),
    (
        "notifications/migrations/0001_initial.py",
        "help_text='Fixed before any try.', max_length=250, unique=True",
        "help_text='Fixed before any try.', max_length=250",
    ),
)
MUTANTS = (
    # --- due ---
    one(
        "due: a day before the deadline", "reports/lapse.py",
        "due=now > inquiry.deadline and", "due=now > inquiry.deadline - timedelta(days=1) and",
        *LAPSE,
    ),
    one(
        "due: at the deadline itself", "reports/lapse.py",
        "due=now > inquiry.deadline and", "due=now >= inquiry.deadline and", *LAPSE,
    ),
    one(
        "due: though a notice on its way promises more time", "reports/lapse.py",
        " and inquiry.pk not in promised", "", *LAPSE,
    ),
    one(
        "due: the deadline of a later notice is not put in force", "reports/facts.py",
        "elif inquiry.deadline is not None and printed > inquiry.deadline:", "elif False:", *LAPSE,
    ),
    # --- reached ---
    one(
        "reached: whoever it is", "reports/lapse.py",
        "if (author := AuthorFact(*fact)).counts", "if (author := AuthorFact(*fact))", *LAPSE,
    ),
    one(
        "reached: also who is no author", "reports/lapse.py",
        "(inquiry__among=by_id.keys()).exclude(state__in=GONE)", "(inquiry__among=by_id.keys())",
        *LAPSE,
    ),
    one(
        "reached: though a letter failed", "reports/reach.py",
        "        return False\n    return _complete([x for x in letters if delivered(",
        "        pass\n    return _complete([x for x in letters if delivered(", *LAPSE,
    ),
    one(
        "reached: without a notice", "reports/reach.py",
        "        LetterKind.NOTICE in kinds\n        and bool", "        bool", *LAPSE,
    ),
    one(
        "reached: without a reminder", "reports/reach.py",
        "        and bool(kinds & REMINDERS)\n", "", *LAPSE,
    ),
    one(
        "reached: without a final notice", "reports/reach.py",
        "        and any(final_counts(letter, policy, deadline) for letter in letters)\n", "",
        *LAPSE,
    ),
    one(
        "reached: by a final notice with the old date", "reports/reach.py",
        " or letter.printed != deadline", "", *LAPSE,
    ),
    one(
        "reached: by a final notice of the last minute", "reports/reach.py",
        "return min(letter.delivered_at or settled, settled) <= deadline", "return True", *LAPSE,
    ),
    one(
        "reached: handed over is delivered", "reports/reach.py",
        "if ear.trusting or letter.delivered_at is not None:", "if True:", *LAPSE,
    ),
    one(
        "reached: settled though nobody listened", "reports/reach.py",
        "return ear.heard_until is not None and letter.handed_over_at + policy.settle "
        "<= ear.heard_until", "return True", *LAPSE,
    ),
    one(
        "reached: a failure notice after the lapse annuls nothing", "reports/facts.py",
        "    if inquiry.report.state == State.LAPSED:\n", "    if False:\n", *LAPSE,
    ),
    # --- silent ---
    one(
        "silent: though an author answered", "reports/answers.py",
        "    if report.state in ANSWERABLE:\n", "    if False:\n", *LAPSE,
    ),
    one(
        "silent: though a hold stands", "reports/lapse.py",
        " | _held(running)", "", *LAPSE,
    ),
    one(
        "silent: a release gives no time", "reports/holds.py",
        '    give_time(inquiry, reason="A hold was released.", now=now)\n', "", *LAPSE,
    ),
    # --- listening ---
    one(
        "listening: without a probe", "reports/lapse.py",
        "listening=ear.trusting or heard", "listening=True", *LAPSE,
    ),
    one(
        "listening: by a probe from before the deadline", "reports/lapse.py",
        " and ear.heard_until > inquiry.deadline", "", *LAPSE,
    ),
    one(
        "listening: by a probe that did not return", "reports/inquiry.py",
        "Probe.objects.filter(returned_at__lte=now)", "Probe.objects", *LAPSE,
    ),
    # --- new ---
    one(
        "new: though the claim was answered elsewhere", "reports/lapse.py",
        "new=inquiry.report_id not in known", "new=True", *LAPSE,
    ),
    one(
        "new: though another entry of the work was answered", "reports/lapse.py",
        "        return roots.get(paper_id, paper_id) if paper_id is not None else None",
        "        return paper_id", *LAPSE,
    ),
    one(
        "reached: the wrong person's address is written to again", "reports/suggestions.py",
        "        Address.objects.filter(pk=contact.address_id, failed_at=None)"
        ".update(failed_at=now)\n", "        pass\n", "tests/reports/test_author_links.py",
    ),
    one(
        "new: merging leaves a listing that an earlier answer contradicts", "reports/merging.py",
        "    answered_beside.annul(merging.group_of(root), moderator=moderator, now=now)\n", "",
        "tests/reports/test_merging.py", "tests/reports/test_races_merging.py",
    ),
    one(
        "new: only an undisputed answer stands", "reports/lapse.py",
        "(State.ANSWERED, State.DISPUTED, State.RESOLVED, State.CONFIRMED)", "(State.ANSWERED,)",
        *LAPSE,
    ),
    # --- the clock ---
    one(
        "wrong zone: the day ends in Greenwich", "reports/deadlines.py",
        "timedelta(hours=-12)", "timedelta(0)", *LAPSE,
    ),
    one(
        "wrong zone: the day of the server's local time", "reports/deadlines.py",
        "day = start.astimezone(AOE).date() + _days(span)",
        "day = start.date() + _days(span)", *LAPSE,
    ),
    one(
        "a deadline on a Sunday", "reports/deadlines.py",
        "    if day.weekday() >= 5:\n", "    if day.weekday() == 5:\n", *LAPSE,
    ),
    one(
        "a deadline a second too early", "reports/deadlines.py",
        "    if _end_of(day) - start < span:", "    if False:", *LAPSE,
    ),
    one(
        "changed settings change a running inquiry", "reports/models/inquiry.py",
        "return Policy.from_json(self.frozen_policy)", "return Policy.of(settings.RESPONSE_WINDOW)",
        *LAPSE,
    ),
    one(
        "letters without a gap", "reports/reach.py",
        "if letter.handed_over_at) + policy.gap\n    if deadline is None",
        "if letter.handed_over_at)\n    if deadline is None", *LAPSE,
    ),
    one(
        "an extension after the deadline", "reports/answers.py",
        "    if now > inquiry.deadline:\n", "    if False:\n", *LAPSE,
    ),
    one(
        "two extensions", "reports/answers.py",
        "    if inquiry.extended:\n", "    if False:\n", *LAPSE,
    ),
    # --- locks ---
    Mutant(
        "drop a lock: of the paper and the report",
        (
            ("reports/lifecycle.py",
             "Paper.objects.select_for_update(skip_locked=skip_locked).filter(pk=paper_id)",
             "Paper.objects.filter(pk=paper_id)"),
            ("reports/lifecycle.py",
             "Report.objects.select_for_update(skip_locked=skip_locked).filter(pk=report_id)",
             "Report.objects.filter(pk=report_id)"),
            ("reports/lifecycle.py",
             "Paper.objects.select_for_update(skip_locked=True).filter", "Paper.objects.filter"),
            ("reports/lifecycle.py",
             "Report.objects.select_for_update(skip_locked=True)\n", "Report.objects\n"),
        ),
        RACES,
    ),
    one(
        "drop a lock: facts of the mail overtake the lapse", "reports/facts.py",
        "    report = lifecycle.lock(*of_report.get())\n",
        "    report = lifecycle.Report.objects.select_related(\"paper\").get("
        "pk=of_report.get()[0])\n",
        *RACES,
    ),
    Mutant(
        "drop a lock, and the constraint behind it: two workers take one to-do",
        (
            ("notifications/letters.py",
             'ToDo.objects.select_for_update(of=("self",), skip_locked=True)', "ToDo.objects"),
            *ONE_MAIL_A_KEY,
        ),
        RACES,
    ),
    one(
        "drop a lease: who lost it marks the mail", "notifications/outbox.py",
        "filter(pk=email_id, lease=self.batch.lease, state=", "filter(pk=email_id, state=", *MAIL,
    ),
    # --- the outbox ---
    one(
        "mark before send", "notifications/outbox.py",
        "        self._stands(email)\n        return self.transport.send(",
        "        self._accepted(email, composed, Accepted('', ''))\n"
        "        return self.transport.send(", *MAIL,
    ),
    Mutant("skip the unique constraint: one mail a key", ONE_MAIL_A_KEY, MAIL),
    one(
        "skip the unique constraint: one answer a form", "reports/migrations/0001_initial.py",
        "sent twice it is stored once.', unique=True", "sent twice it is stored once.'", *RACES,
    ),
    one(
        "a new Message-ID at each try", "notifications/compose.py",
        "email.message_id", 'headers.message_id(f"{email.key}.{email.attempts}", "x.example")',
        *MAIL,
    ),
    one(
        "a final notice with the old date", "reports/facts.py",
        "    return inquiry.deadline\n",
        "    first = inquiry.deadline_changes.exclude(new=None).first()\n"
        "    return first.new if first else inquiry.deadline\n", *LAPSE,
    ),
    one(
        "a cancelled letter is sent", "reports/facts.py",
        "    if letter.cancelled_at is not None or letter.failed_at is not None:\n",
        "    if False:\n", *LAPSE, *MAIL,
    ),
    # --- what comes in ---
    one(
        "reached: robots count", "reports/reach.py",
        "    if not robots_are and robots_only(letters):\n        return False\n", "", *LAPSE,
    ),
    one(
        "reached: who complained counts", "reports/contacts.py",
        "Contact.State.VOID, Contact.State.COMPLAINED)", "Contact.State.VOID)", *LAPSE,
    ),
    one(
        "silent: an answer by mail is none", "reports/lapse.py",
        "contact__inquiry__among=ids, decided_at=None)", "contact__inquiry__among=[])", *LAPSE,
    ),
    one(
        "a letter that came back counts", "reports/facts.py",
        "letter.handed_over_at = letter.printed = letter.delivered_at = letter.robot_at = None",
        "pass", *LAPSE, *INCOMING,
    ),
    one(
        "held mail blocks nothing", "notifications/inbound.py",
        "    block(incoming, reports, now)\n", "", *INCOMING,
    ),
    one(
        "everybody is authenticated", "notifications/authentication.py",
        "    if not authserv_id or not domain or ours is None:\n        return False\n",
        "    if ours is None:\n        return True\n", *INCOMING,
    ),
    one(
        "any sender answers", "notifications/inbound.py",
        "if not any(same_address(sender, email) for email", "if () and not any(email for email",
        *INCOMING,
    ),
    one(
        "a signature is not checked", "notifications/reply_address.py",
        "    if not hmac.compare_digest(mac, _mac(purpose, body, key)):\n        return None\n", "",
        *INCOMING,
    ),
    one(
        "a probe proves too much", "notifications/inbound.py",
        "    if Incoming.objects.filter(state__in=unread, pk__lt=incoming.pk).exists():",
        "    if () and unread:", *INCOMING,
    ),
    # --- the list ---
    one(
        "an annulled listing without its reason", "registry/listing.py",
        "closed_at=now, ending=ending, note=note", "closed_at=now, ending=ending", *LAPSE,
    ),
    one(
        "an answer leaves the paper on the list", "reports/lifecycle.py",
        "        listing.close_listing(report_id", "        () and listing.close_listing(report_id",
        *LAPSE,
    ),
    one(
        "a match in part lists", "reports/states.py",
        "frozenset({Outcome.NOT_MATCHED, Outcome.NOT_ATTEMPTED})",
        "frozenset({Outcome.NOT_MATCHED, Outcome.NOT_ATTEMPTED, Outcome.PARTIAL})", *LAPSE,
    ),
    one(
        "the standing is not derived anew", "reports/lifecycle.py",
        "if report.state in PUBLIC or target in PUBLIC", "if target in PUBLIC", *LAPSE,
    ),
    one(
        "an event is missing", "reports/contacts.py",
        '        record_fact(letter, "cancelled", now=now, note=reason)\n', "", *LAPSE,
    ),
    one(
        "an agreement is confirmed at once", "reports/agreements.py",
        "agreement.settles_at = now + contact.inquiry.policy.objection",
        "agreement.settles_at = now", *LAPSE,
    ),
    one(
        "an objection is not heard", "reports/agreements.py",
        "            agreement.objected_at is not None\n            or ", "            ",
        *LAPSE,
    ),
)  # fmt: skip
