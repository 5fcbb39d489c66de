"""Opening one address of a named host, politely and with care: does it open?

Nothing of what it says is kept or believed. Connections go to public addresses alone
(registry/outbound.py); each redirect is checked like the address itself.
"""

import logging
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from django.conf import settings

from registry import outbound
from reports.link_hosts import host_of
from reports.models import LinkCheck

logger = logging.getLogger(__name__)
TIMEOUT = (4, 8)
"""Seconds to connect, and for each piece of an answer."""
LONGEST = 60
"""Seconds for one link with its redirects, however slowly its hosts answer."""
REDIRECTS = 3
Found = tuple[LinkCheck.Outcome, int | None]
"""The outcome, and the status of HTTP it was read from."""


def opens(url: str) -> Found:
    """Whether `url`, of a named host, opens. Takes some seconds; never raises for what it finds."""
    try:
        with _session() as session, outbound.bounded(LONGEST):
            return _follow(session, url)
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        logger.info("A link could not be opened: %s", type(error).__name__)
        return LinkCheck.Outcome.UNSURE, None


def _follow(session: requests.Session, url: str) -> Found:
    for _ in range(REDIRECTS + 1):
        status, target = _ask(session, "HEAD", url)
        if not (200 <= status < 300 or target):  # many answer HEAD wrongly or not at all
            status, target = _ask(session, "GET", url)
        if not target:
            return _outcome(status), status
        url = urljoin(url, target)
        if not host_of(url, settings.LINK_HOSTS):
            return LinkCheck.Outcome.LEADS_ELSEWHERE, status
    return LinkCheck.Outcome.UNSURE, status


def _outcome(status: int) -> LinkCheck.Outcome:
    if 200 <= status < 300:
        return LinkCheck.Outcome.OPENS
    return LinkCheck.Outcome.GONE if status in (404, 410) else LinkCheck.Outcome.UNSURE


def _ask(session: requests.Session, method: str, url: str) -> tuple[int, str]:
    """The status, and where it redirects to. Of a body nothing is read."""
    session.cookies.clear()
    headers = {}
    if settings.LINK_CHECK_BASE:  # a server of a test stands for all hosts
        parts = urlsplit(url)
        headers["Host"] = parts.netloc
        url = settings.LINK_CHECK_BASE + parts._replace(scheme="", netloc="").geturl()
    with session.request(
        method, url, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True
    ) as answer:
        moved = answer.status_code in (301, 302, 303, 307, 308)
        return answer.status_code, answer.headers.get("Location", "") if moved else ""


def _session() -> requests.Session:
    session = outbound.session("link check", habit="once a link")
    if settings.LINK_CHECK_BASE:
        outbound.allow_loopback(session, settings.LINK_CHECK_BASE)
    return session
