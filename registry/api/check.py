"""Checking a bibliography, openly or by prefixes of digests (product.md, section 10; check.md)."""

import hashlib
import json
import re
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from registry import checking, identifiers, references
from registry.api.check_shown import (
    MOST_IDENTIFIERS,
    CheckAsked,
    CheckShown,
    IdentifiersAsked,
    PrefixShown,
)
from registry.api.described import named
from registry.api.view import Open
from registry.bibliography.entry import Entry, NotUnderstood
from registry.checking import ALARMING, LISTED, Checked, Counts, Finding, Known
from registry.models import Notice
from registry.problems import Problem
from registry.references import Unreadable


class Bytes(BaseParser):
    """The body as it is, whatever it says of its type; at most CHECK_MAX_BYTES."""

    media_type = "*/*"

    def parse(  # type: ignore[override]  # it makes no mapping of them
        self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None
    ) -> bytes:
        """Its bytes. Raises Problem (413)."""
        body = stream.read(settings.CHECK_MAX_BYTES + 1)
        if len(body) > settings.CHECK_MAX_BYTES:
            most = settings.CHECK_MAX_BYTES // 1024 // 1024
            raise Problem(f"The body is longer than {most} MB: send it in parts.", 413)
        return bytes(body)


class Check(Open):
    """POST a bibliography in any form that the page takes, or `{"identifiers": [...]}` as JSON."""

    parser_classes = (Bytes,)
    throttle_scope = "check"
    parameters = CheckAsked
    errors = (413, 422)

    @extend_schema(
        operation_id="check",
        tags=["Check"],
        summary="Check a bibliography",
        request={
            "application/json": IdentifiersAsked,
            "text/plain": OpenApiTypes.STR,
            "application/octet-stream": OpenApiTypes.BINARY,
        },
        responses={200: CheckShown},
    )
    def post(self, request: Request) -> Response:
        """What is known of each reference, in the order of the body."""
        body = request.data if isinstance(request.data, bytes) else b""  # {} where there is none
        if request.content_type.partition(";")[0].strip() == "application/json":
            form, checked, cut = "identifiers", _identifiers(body), ""
        else:
            try:
                answer = references.check(body, name=self.asked.get("name", ""), clock=timezone.now)
            except Unreadable as error:
                raise Problem(str(error), 422) from error
            form, checked, cut = answer.format, answer.checked, answer.cut
        return Response(
            {
                "format": form,
                "checked_at": timezone.now().isoformat(timespec="seconds"),
                "counts": {one.value: number for one, number in Counts.over(checked).of.items()},
                "cut": cut,
                "results": [_result(request, one) for one in checked],
            },
            headers={"Cache-Control": "no-store"},
        )


class Prefixes(Open):
    """GET the digests that begin with three hexadecimal digits, and what is known of each.

    A digest is the SHA-256 of `scheme:value` in normal spelling, such as
    `doi:10.1234/abc`, in hexadecimal digits: whoever asks does not say which works are meant.
    """

    throttle_scope = "prefixes"

    @extend_schema(
        operation_id="prefixes",
        tags=["Check"],
        summary="Check without sending a library",
        parameters=[
            named("prefix", "Three hexadecimal digits.", pattern="^[0-9a-fA-F]{3}$"),
        ],
        responses=PrefixShown,
    )
    def get(self, request: Request, prefix: str) -> HttpResponse:
        """Digest to finding. Raises Problem (400) for anything but three hexadecimal digits."""
        if not re.fullmatch(r"[0-9a-fA-F]{3}", prefix):
            raise Problem("Ask for the first three hexadecimal digits of a SHA-256, as 0af.", 400)
        return self.answer({"prefix": prefix.lower(), "digests": digests(prefix.lower())})


def digests(prefix: str) -> dict[str, str]:
    """By digest, in their order, the finding of the works whose digests begin so."""
    findings: dict[str, Finding] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT named.scheme, named.value, work.standing FROM registry_identifier AS named"
            " JOIN registry_paper AS paper ON paper.id = named.paper_id AND paper.is_public"
            " JOIN registry_paper AS work ON work.id = COALESCE(paper.root_id, paper.id)"
            " WHERE registry_bucket(named.scheme, named.value) = %s AND work.is_public"
            " AND work.standing <> 'none'",
            [prefix],
        )
        for scheme, value, standing in cursor.fetchall():
            findings[_digest(scheme, value)] = Finding(standing)
        cursor.execute(
            "SELECT scheme, value FROM registry_notice"
            " WHERE registry_bucket(scheme, value) = %s AND kind = ANY(%s)",
            [prefix, [Notice.Kind.RETRACTED, Notice.Kind.WITHDRAWN]],
        )
        for scheme, value in cursor.fetchall():
            if findings.get(digest := _digest(scheme, value)) not in LISTED:
                findings[digest] = Finding.RETRACTED
    return {digest: findings[digest].value for digest in sorted(findings)}


def _digest(scheme: str, value: str) -> str:
    return hashlib.sha256(f"{scheme}:{value}".encode()).hexdigest()


def _identifiers(body: bytes) -> list[Checked]:
    """What is known of each identifier in a JSON body. Raises Problem."""
    try:
        stated = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Problem('The body is no JSON: send {"identifiers": ["10.1234/abc"]}.', 400) from error
    texts = stated.get("identifiers") if isinstance(stated, dict) else None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Problem('Send an object with a list of texts: {"identifiers": ["10.1234/abc"]}.', 422)
    if len(texts) > MOST_IDENTIFIERS:
        raise Problem(f"Send at most {MOST_IDENTIFIERS:,} identifiers at once.", 422)
    return checking.check(_entry(number, text) for number, text in enumerate(texts, 1))


def _entry(number: int, text: str) -> Entry | NotUnderstood:
    found = identifiers.parse(text[:1000])
    if found is not None:
        return Entry(line=number, identifiers=(found,), text=text[:300])
    return NotUnderstood(
        line=number, text=text[:300],
        why="This is no identifier that we can read. " + identifiers.EXAMPLES[identifiers.DOI],
    )  # fmt: skip


# --- what is said -----------------------------------------------------------------------
def _result(request: Request, one: Checked) -> dict[str, Any]:
    entry = one.entry
    said: dict[str, Any] = {
        "line": entry.line,
        "finding": one.finding.value,
        "words": one.finding.label,
        "listed": one.finding in LISTED,
        "alarming": one.finding in ALARMING,
    }
    if isinstance(entry, NotUnderstood):
        return said | {"text": entry.text, "why": entry.why}
    return said | {
        "key": entry.key,
        "title": entry.title,
        "year": entry.year,
        "identifiers": [f"{found.scheme}:{found.value}" for found in entry.identifiers],
        "paper": _paper(request, one.paper) if one.paper else None,
        "by": one.by,
        "notices": [_notice(notice) for notice in one.notices],
        "near": [_paper(request, known) for known in one.near],
    }


def _paper(request: Request, known: Known) -> dict[str, Any]:
    return {
        "id": known.id,
        "title": known.title,
        "authors": known.names.split("; ") if known.names else [],
        "venue": known.venue,
        "year": known.year,
        "standing": known.standing,
        "reports": known.report_count,
        "matched": known.match_count,
        "url": request.build_absolute_uri(reverse("paper_by_id", args=[known.id])),
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "kind": notice.kind,
        "dated": notice.dated.isoformat() if notice.dated else None,
        "notice": notice.notice,
        "source": notice.source,
    }
