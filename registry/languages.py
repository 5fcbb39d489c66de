"""The languages of pages: English at the addresses of product.md, Chinese below /zh-hans/.

The address alone decides, whatever a browser asks for: so it shows everybody the same, and caches
may keep it. Machines read English, at one address. A reader's choice is remembered in a cookie only
when it is made (views/language.py), and leads from `/` to `/zh-hans/`, never away from an address
that somebody gave.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver
from django.utils import translation
from django.utils.cache import patch_cache_control

ENGLISH, CHINESE = "en", "zh-hans"
TAGS = {ENGLISH: "en", CHINESE: "zh-Hans"}
"""As pages and headers name them (BCP 47)."""
NAMES = {ENGLISH: "English", CHINESE: "简体中文"}
COOKIE = "language"
COOKIE_SECONDS = 365 * 86400
PREFIX = f"/{CHINESE}"
ENGLISH_ALONE = ("/api/", "/admin/", "/mail/", "/mailbox/")
"""Where pages have no Chinese beside them."""


class LanguagePrefix:
    """A part of an address that is `zh-hans/` while that language is active, and nothing else.

    Like Django's own LocalePrefixPattern, but it may stand in an included list: the addresses of
    the registry are pages and machines' in one namespace.
    """

    def __init__(self) -> None:
        self.converters: dict[str, object] = {}

    def __str__(self) -> str:
        return f"{CHINESE}/" if is_chinese() else ""

    @property
    def regex(self) -> re.Pattern[str]:
        """What `reverse` begins with; it keeps the addresses of each language apart."""
        return re.compile(re.escape(str(self)))

    def match(self, path: str) -> tuple[str, tuple[()], dict[str, object]] | None:
        """The rest of the path behind the prefix; None without it."""
        prefix = str(self)
        return (path.removeprefix(prefix), (), {}) if path.startswith(prefix) else None

    def check(self) -> list[object]:
        """Nothing to warn of."""
        return []

    def describe(self) -> str:
        """As Django's checks name it."""
        return f"'{self}'"


def in_languages(*patterns: URLPattern | URLResolver) -> URLResolver:
    """These pages in each language. What stands outside is English, and has one address."""
    return URLResolver(LanguagePrefix(), list(patterns))  # type: ignore[arg-type]


def is_chinese() -> bool:
    """Whether what is written now is in Chinese."""
    return translation.get_language() == CHINESE


def of_path(path: str) -> str:
    """The language of an address."""
    return CHINESE if path.startswith(f"{PREFIX}/") else ENGLISH


def path_in(language: str, path: str) -> str:
    """The same page in a language; the path as it is where it has English alone."""
    plain = path.removeprefix(PREFIX) if of_path(path) == CHINESE else path
    if language == ENGLISH or plain.startswith(ENGLISH_ALONE):
        return plain
    return PREFIX + plain


def word(stored: object) -> str:
    """What is stored, or read by programs, in the language of now. Wherever it is kept, in the API,
    in feeds and in files it is English; what the catalogue does not know stays as it is."""
    text = "" if stored is None else str(stored)
    return translation.gettext(text) if text else ""


def prefix() -> str:
    """What stands before the addresses of pages in the language of now."""
    return PREFIX if is_chinese() else ""


@dataclass(frozen=True)
class Other:
    """The language that a page offers besides its own."""

    code: str
    tag: str
    name: str
    page: str


def other(page: str, language: str) -> Other | None:
    """The other language of the page at an address; None where it has none."""
    code = ENGLISH if language == CHINESE else CHINESE
    if path_in(CHINESE, page) == path_in(ENGLISH, page):
        return None
    return Other(code, TAGS[code], NAMES[code], page)


def alternates(path: str) -> list[tuple[str, str]]:
    """The page in each language, as search engines read it: language, address."""
    pages = [(TAGS[code], settings.SITE_URL + path_in(code, path)) for code in NAMES]
    english, chinese = (address for _, address in pages)
    return [*pages, ("x-default", english)] if english != chinese else []


def template_in(name: str) -> str:
    """The template of a page of prose in the language of now: each has one of its own."""
    return f"{CHINESE}/{name}" if is_chinese() else name


class Language:
    """Answers each request in the language of its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = of_path(request.path_info)
        if request.path_info == "/" and request.COOKIES.get(COOKIE) == CHINESE:
            return _chosen(request)
        with translation.override(language):
            response = self.get_response(request)
        if language != ENGLISH:
            response.headers["Content-Language"] = TAGS[language]
        return response


def _chosen(request: HttpRequest) -> HttpResponse:
    """To the list in the language that was chosen; for this reader alone."""
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponseRedirect(f"{PREFIX}/" + (f"?{query}" if query else ""))
    patch_cache_control(response, private=True, no_store=True)
    return response


def remember(response: HttpResponse, language: str) -> None:
    """Keep the choice in the browser; of English, which needs none, nothing is kept."""
    if language == ENGLISH:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(
        COOKIE, language, max_age=COOKIE_SECONDS, samesite="Lax", httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
