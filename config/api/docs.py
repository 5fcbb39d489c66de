"""The documentation as a page: docs/api.md, and every operation as the description has it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from config.api.examples import EXAMPLES, SITE
from config.api.schema import schema
from registry.views.anonymous import page_of

GUIDE = settings.BASE_DIR / "docs" / "api.md"
LANGUAGES = {"python": "Python (requests)", "r": "R (httr2)", "curl": "curl"}


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of docs/api.md, in Markdown."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """What an address takes, in its path or its query."""

    name: str
    place: str
    kind: str
    required: bool
    about: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A resource, and how it is asked."""

    id: str
    tag: str
    method: str
    path: str
    title: str
    about: str
    parameters: tuple[Parameter, ...]
    errors: tuple[tuple[str, str], ...]
    examples: Mapping[str, str]
    asked: str
    answer: str


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every resource with its parameters, an example answer, and how to ask."""
    context = {"sections": guide(), "operations": operations()}
    return page_of(request, "pages/api.html", context)


@cache
def guide() -> tuple[Section, ...]:
    """The sections of docs/api.md."""
    _, *parts = re.split(r"^## ", _here(GUIDE.read_text()), flags=re.M)
    sections = []
    for part in parts:
        title, _, text = part.partition("\n")
        sections.append(Section(id=slugify(title), title=title, text=text.strip()))
    return tuple(sections)


@cache
def operations() -> tuple[Operation, ...]:
    """What the description has, in the order of the examples."""
    described = {
        operation["operationId"]: (path, method, operation)
        for path, methods in schema()["paths"].items()
        for method, operation in methods.items()
    }
    return tuple(_operation(name, *described[name]) for name in EXAMPLES)


def _operation(name: str, path: str, method: str, described: dict[str, Any]) -> Operation:
    example = EXAMPLES[name]
    answer = described["responses"]["200"]["content"]["application/json"]["example"]
    return Operation(
        id=name,
        tag=described["tags"][0],
        method=method.upper(),
        path=path,
        title=described["summary"],
        about=described["description"],
        parameters=tuple(_parameters(described)),
        errors=tuple(
            (f"{status} {HTTPStatus(int(status)).phrase}", response["description"])
            for status, response in described["responses"].items()
            if int(status) >= 300
        ),
        examples={LANGUAGES[language]: _here(getattr(example, language)) for language in LANGUAGES},
        asked=_here(example.address),
        answer=_here(json.dumps(answer, ensure_ascii=False, indent=2)),
    )


def _parameters(described: dict[str, Any]) -> Iterator[Parameter]:
    for one in described.get("parameters", ()):
        said = one["schema"]
        yield Parameter(
            name=one["name"],
            place=one["in"],
            kind=_kind(said),
            required=one.get("required", False),
            about=one["description"].partition("* `")[0].strip(),
            values=tuple(said.get("enum", ())),
        )


def _kind(said: dict[str, Any]) -> str:
    """What values there are, in words."""
    if "enum" in said:
        return "one of"
    if said["type"] == "integer":
        low, high = said.get("minimum"), said.get("maximum")
        return "number" if low is None else f"number from {low} to {high}"
    longest = said.get("maxLength")
    return f"text of at most {longest:,} characters" if longest else "text"


def _here(text: str) -> str:
    """`text` with the address of this site."""
    return text.replace(SITE, settings.SITE_URL)
