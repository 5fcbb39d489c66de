"""Asking the API, and what it answers."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client


def told(path: str, **asked: str) -> dict[str, Any]:
    """What the API tells there."""
    response = Client().get(path, asked)
    assert response.status_code == 200, response.content
    assert response.headers["Content-Type"] == "application/json"
    return dict(response.json())


def problem(response: HttpResponse, status: int) -> str:
    """The sentence of a problem, which is one of RFC 9457."""
    assert response.headers["Content-Type"] == "application/problem+json"
    said = json.loads(response.content)
    assert set(said) == {"type", "title", "status", "detail"}
    assert (response.status_code, said["status"]) == (status, status)
    assert said["detail"].endswith("."), said
    return str(said["detail"])


def refused(path: str, status: int = 400, **asked: str) -> str:
    """Why the API refuses that."""
    return problem(Client().get(path, asked), status)


def pages(path: str, **asked: str) -> list[dict[str, Any]]:
    """All rows of a list, page after page by its links."""
    page = told(path, **asked)
    rows = list(page["results"])
    while page["next"]:
        page = told(page["next"].removeprefix("http://testserver"))
        rows += page["results"]
    return rows
