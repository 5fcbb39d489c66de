"""Attaching files to reports and answers, and taking them away.

A content goes into the storage first, under a key that nobody can guess, and its row after it; if
the row cannot be written the content is deleted again, and what a crash leaves is swept away
(file_retention.py). A content is deleted only after the commit that took its row.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext

from accounts.models import User
from reports import contacts, lifecycle
from reports.drafts import EDITABLE
from reports.file_names import shown_name
from reports.lifecycle import Refused
from reports.models import Answer, Evidence, File, Report
from reports.sniffing import NOTEBOOK, NotTaken, sniff
from reports.states import State
from reports.text import plain
from reports.uploads import AWAY, Upload, in_megabytes

logger = logging.getLogger(__name__)
SUGGESTED = {
    ".log": Evidence.Kind.LOG, ".out": Evidence.Kind.LOG, ".err": Evidence.Kind.LOG,
    ".py": Evidence.Kind.CODE, ".r": Evidence.Kind.CODE, ".sh": Evidence.Kind.CODE,
    ".diff": Evidence.Kind.CODE, ".patch": Evidence.Kind.CODE,
    ".yaml": Evidence.Kind.CONFIGURATION, ".yml": Evidence.Kind.CONFIGURATION,
    ".toml": Evidence.Kind.CONFIGURATION, ".ini": Evidence.Kind.CONFIGURATION,
    ".cfg": Evidence.Kind.CONFIGURATION,
}  # fmt: skip
"""The kind that the end of a name suggests, until somebody chooses another."""
NOT_ANY_MORE = "Report {report} is {state}: its files do not change any more."


class Away(Exception):
    """The storage takes nothing at the moment."""


@dataclass
class Attached:
    """What became of uploads: the rows, and a sentence for each that is not attached."""

    files: list[File] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    away: bool = False  # the storage was away; trying again may help


def storage() -> Storage:
    """Where the contents are."""
    return storages["uploads"]


# --- attaching ---------------------------------------------------------------------------------


def attach_to_report(
    *, report_id: int, user: User, uploads: Iterable[Upload], now: datetime
) -> Attached:
    """Attach files to the draft or returned report. The same content is attached once."""

    def place(row: File) -> File | None:
        report = _own(report_id, user)
        row.report = report
        return _room(report.files.all(), row)

    return _attach(uploads, place, now)


def attach_to_answer(
    *, contact_id: int, form_key: UUID, uploads: Iterable[Upload], now: datetime
) -> Attached:
    """Let files wait for the answer of the form; nothing more waits for one that was sent."""

    def place(row: File) -> File | None:
        contact, inquiry = contacts.lock(contact_id)
        if inquiry.report.state in (State.REMOVED, State.DECLINED):
            raise Refused(
                gettext("The report is {state}: nothing is attached to it.").format(
                    state=gettext(inquiry.report.state)
                )
            )
        sent = Answer.objects.filter(form_key=form_key).first()
        if sent is not None:
            same = sent.files.filter(sha256=row.sha256).first()
            if same is None:
                raise Refused("The answer is published already: attach it to an addition.")
            return same
        row.contact = contact
        return _room(contact.files.filter(answer=None), row)

    return _attach(uploads, place, now)


def no_more(report: Report) -> str:
    """That files of the report are neither added nor removed any more."""
    return gettext(NOT_ANY_MORE).format(report=report.pk, state=gettext(report.state))


def _own(report_id: int, user: User) -> Report:
    """The person's report, locked, if it can be changed."""
    try:
        report: Report | None = lifecycle.lock(report_id)
    except Report.DoesNotExist:
        report = None
    if report is None:
        raise Refused("The draft was deleted at the same moment.")
    if report.reporter_id != user.pk:
        raise Refused("Only the reporter does this.")
    if report.state not in EDITABLE:
        raise Refused(no_more(report))
    return report


def _room(beside: QuerySet[File], row: File) -> File | None:
    """The file of the same content, if it is there; else Refused where there is no room."""
    same = beside.filter(sha256=row.sha256).first()
    if same is not None:
        return same
    there = beside.aggregate(count=Count("pk"), size=Sum("size", default=0))
    if there["count"] >= settings.FILES_MAX:
        raise Refused(
            gettext("At most {files_max} files: remove one, or add a link instead.").format(
                files_max=settings.FILES_MAX
            )
        )
    if there["size"] + row.size > settings.FILES_MAX_BYTES:
        raise Refused(
            gettext(
                "All files together have at most {files_max_bytes}: remove one, or put it into "
                "a public repository and add its link."
            ).format(files_max_bytes=in_megabytes(settings.FILES_MAX_BYTES))
        )
    return None


def _attach(
    uploads: Iterable[Upload], place: Callable[[File], File | None], now: datetime
) -> Attached:
    done = Attached()
    for upload in uploads:
        name = shown_name(upload.name or "")
        try:
            row = _attach_one(upload, name, place, now)
        except (Refused, NotTaken) as error:
            done.refused.append(
                gettext("“{name}” is not attached. {error}").format(name=name, error=error)
            )
        except Away:
            done.away = True
            done.refused.append(
                gettext(
                    "“{name}” could not be stored at the moment. Choose it again in a few minutes."
                ).format(name=name)
            )
        else:
            done.files += [row] if row not in done.files else []
    return done


def _attach_one(
    upload: Upload, name: str, place: Callable[[File], File | None], now: datetime
) -> File:
    if upload.problem == AWAY:
        raise Away
    if upload.problem:
        raise Refused(upload.problem)
    content = upload.read()
    found = sniff(content, name)
    row = File(
        name=name, kind=_suggested(name, found.media_type), media_type=found.media_type,
        charset=found.charset, size=len(content), sha256=hashlib.sha256(content).hexdigest(),
        key=f"{(key := uuid4().hex)[:2]}/{key[2:]}", stored_at=now,
    )  # fmt: skip
    with transaction.atomic():
        same = place(row)
    if same is not None:
        return same
    _store(row.key, content)
    try:
        with transaction.atomic():  # somebody may have come first while it was stored
            same = place(row)
            if same is None:
                row.save(force_insert=True)
    except BaseException:
        delete_contents([row.key])
        raise
    if same is not None:
        delete_contents([row.key])
    return same or row


def _suggested(name: str, media_type: str) -> str:
    if media_type == NOTEBOOK:
        return Evidence.Kind.NOTEBOOK
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    return SUGGESTED.get(ending, Evidence.Kind.OTHER)


def _store(key: str, content: bytes) -> None:
    try:
        storage().save(key, ContentFile(content))
    except Exception as error:  # each storage has exceptions of its own
        logger.exception("A file could not be stored.")
        delete_contents([key])
        raise Away from error


# --- what is said of them, and taking them away ------------------------------------------------


def describe(
    *,
    report_id: int,
    user: User,
    kinds: Mapping[int, str],
    notes: Mapping[int, str],
    removed: Sequence[int] = (),
) -> None:
    """Keep the kinds and notes of a draft's files as typed, by file, and take some away."""
    if not (kinds or notes or removed):
        return
    with transaction.atomic():
        files = _own(report_id, user).files
        forget(files.filter(pk__in=removed))
        for file in files.all():
            before = (file.kind, file.note)
            if kinds.get(file.pk) in Evidence.Kind.values:
                file.kind = kinds[file.pk]
            file.note = plain(notes.get(file.pk, file.note))
            if (file.kind, file.note) != before:
                file.save(update_fields=["kind", "note"])


def remove_waiting(*, contact_id: int, file_ids: Sequence[int]) -> None:
    """Take files away that wait for an author's answer."""
    if not file_ids:
        return
    with transaction.atomic():
        contact, _ = contacts.lock(contact_id)
        forget(contact.files.filter(answer=None, pk__in=file_ids))


def publish(answer: Answer, file_ids: Sequence[int]) -> None:
    """The person's waiting files belong to the answer from now on, within its transaction."""
    if not file_ids or answer.contact is None:
        return
    same = Q(contact=answer.contact)
    address = answer.contact.address
    if address is not None and address.email:  # the page of another report of the paper
        paper = answer.contact.inquiry.report.paper_id
        same |= Q(
            contact__inquiry__report__paper=paper, contact__address__email__iexact=address.email
        )
    waiting = File.objects.filter(same, answer=None, pk__in=file_ids)
    File.objects.filter(pk__in=[file.pk for file in waiting]).update(answer=answer)


def forget(files: QuerySet[File]) -> int:
    """Delete the rows in the running transaction, and after its commit their contents."""
    keys = list(files.values_list("key", flat=True))
    if keys:
        File.objects.filter(key__in=keys).delete()
        transaction.on_commit(lambda: delete_contents(keys), robust=True)
    return len(keys)


def delete_contents(keys: Iterable[str]) -> None:
    """Delete from the storage; what cannot be deleted now is an orphan, and swept away later."""
    for key in keys:
        with suppress(Exception):  # each storage has exceptions of its own
            storage().delete(key)


def as_typed(files: Iterable[File]) -> dict[str, list[str]]:
    """Which files there are, and what is said of them, as fields of the form."""
    return {f"file-{file.pk}-{file.kind}": [file.note] for file in files}
