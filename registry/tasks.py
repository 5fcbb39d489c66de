"""The sweeps. No arguments: the database says what is due."""

from celery import shared_task
from django.utils import timezone

from registry import look_ups, near_titles, spelling


@shared_task
def keep_near_titles() -> None:
    """Give the titles of papers with a public report the keys by which near ones are suggested."""
    near_titles.keep()


@shared_task
def gather_words() -> None:
    """Gather the words by which typing errors in searches are put right."""
    spelling.gather()


@shared_task
def follow_reported() -> None:
    """Let the metadata of papers with a public report be asked for again."""
    look_ups.follow_reported(now=timezone.now())
