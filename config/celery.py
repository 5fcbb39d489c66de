"""The Celery app and the only schedule. Tasks take no arguments: the database says what is due."""

import gc
import os

from celery import Celery
from celery.signals import worker_process_init
from django.conf import settings
from kombu.transport.redis import Channel

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
HOUR = 3600.0
app = Celery("unreproduced")
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# A message that a worker held is not put back when its connection closes: the beat rings again, and
# kombu (5.7.0) fails at it where Redis is away, which ended the worker.
Channel.do_restore = False


def _every(task: str, seconds: float) -> dict[str, object]:
    """A beat entry; a message nobody took before the next ring is dropped."""
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds * 5, 10)}}


def schedule(sweep: float) -> dict[str, dict[str, object]]:
    """The beat schedule for sweeps every `sweep` seconds (product.md, section 4)."""
    ways_in = {"mailbox": _every("notifications.tasks.read_mailbox", sweep)}
    return {
        **(ways_in if settings.IMAP_URL else {}),
        "priority letters": _every("notifications.tasks.send_priority", min(2, sweep)),
        "to-dos": _every("notifications.tasks.write_letters", min(10, sweep)),
        "outbox": _every("notifications.tasks.send_outbox", min(10, sweep)),
        "digests due": _every("notifications.tasks.write_digests", min(60, sweep)),
        "digests": _every("notifications.tasks.send_digests", min(15, sweep)),
        "expired leases": _every("notifications.tasks.free_expired_leases", min(60, sweep * 5)),
        "incoming mail": _every("notifications.tasks.read_incoming", min(10, sweep)),
        "probe": _every("notifications.tasks.send_probe", settings.PROBE_SECONDS),
        "letters due": _every("reports.tasks.order_due_letters", sweep),
        "lapse": _every("reports.tasks.lapse_due_inquiries", sweep),
        "links": _every("reports.tasks.check_links", min(60, sweep * 2)),
        "mail domains": _every("reports.tasks.check_mail_domains", 60.0),
        "look-ups": _every("reports.tasks.look_up", 30.0),
        "papers to look up": _every("registry.tasks.follow_reported", HOUR),
        "words": _every("registry.tasks.gather_words", 6 * HOUR),
        "near titles": _every("registry.tasks.keep_near_titles", 60.0),
        "agreements": _every("reports.tasks.confirm_agreements", sweep),
        # Hourly and not daily, so that a beat that is often restarted rings for them too.
        "addresses": _every("reports.tasks.forget_addresses", HOUR),
        "appeals": _every("reports.tasks.forget_appeals", HOUR),
        "files": _every("reports.tasks.forget_files", HOUR),
        "recipients": _every("notifications.tasks.forget_recipients", HOUR),
        "reconciliation": _every("notifications.tasks.reconcile", 6 * HOUR),
        "audit": _every("reports.tasks.audit_listings", 6 * HOUR),
        "statistics": _every("reports.tasks.compute_statistics", min(HOUR, sweep * 60)),
        # Hourly and not nightly, so that what was taken back is soon off the site; the first ring
        # of a day (UTC) writes a dump.
        "dumps": _every("reports.tasks.dump_public_data", HOUR),
        "sessions": _every("accounts.tasks.clear_expired_sessions", HOUR),
    }


app.conf.beat_schedule = schedule(settings.SWEEP_SECONDS)


@worker_process_init.connect
def leave_what_is_loaded_alone(**_: object) -> None:
    """Look for garbage among what sweeps make and not among what was imported: that, for the many
    rows of a batch, takes a tenth of its time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
