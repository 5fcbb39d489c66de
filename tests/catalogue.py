"""What of the templates is for people, and is it for the catalogue? For tests/test_catalogue.py."""

import ast
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from django.conf import settings
from django.template.base import Lexer, Token, TokenType

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
ROOMS = ("accounts", "registry", "reports", "notifications", "config")
ENGLISH_ALONE = re.compile(
    r"(account/)?emails?/|account/email/|zh-hans/|400\.html|500\.html|pages/api\.html"
    r"|registry/(feed_\w+|embed)\.html|reports/feed_\w+\.html|notifications/letters_folder\.html"
)
"""Letters, what machines read, and the pages of which each language has a template of its own."""
NAMES = re.compile(
    r"\b(UTC|SHA-256|CC BY 4\.0|BibTeX|RIS|CSL-JSON|ORCID iD|API|Atom|JSON Feed|ICML|Python|R"
    r"|SHA256SUMS|README\.md|LICENSE\.txt)\b"
)
"""Names, and what is written alike in both languages."""
SAID = re.compile(r'\b(?:aria-label|placeholder|alt|title|data-label)="([^"]*)"')
TAG = re.compile(r"<!--.*?-->|<(script|style|pre)\b.*?</\1>|</?[a-zA-Z!][^>]*>", re.DOTALL)
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+(?:[:!][^}]*)?\}")
TWINS = {
    path.relative_to(TEMPLATES / "zh-hans").as_posix()
    for path in (TEMPLATES / "zh-hans").rglob("*.html")
}
"""Pages of prose, which have a template in each language."""


def templates() -> dict[str, str]:
    """The templates that are for both languages, by name."""
    paths = [*TEMPLATES.rglob("*.html"), *(TEMPLATES / "account" / "messages").glob("*.txt")]
    found = {path.relative_to(TEMPLATES).as_posix(): path for path in paths}
    return {
        name: path.read_text()
        for name, path in sorted(found.items())
        if not ENGLISH_ALONE.match(name) and name not in TWINS
    }


def left_in_english(source: str) -> list[str]:
    """The words of a template that are outside of the catalogue."""
    whole, inside = "", False
    for token in Lexer(source).tokenize():
        word = token.split_contents()[0] if token.token_type == TokenType.BLOCK else ""
        if word in ("blocktranslate", "comment"):
            inside = True
        elif word in ("endblocktranslate", "endcomment"):
            inside = False
        elif token.token_type == TokenType.TEXT and not inside:
            whole += token.contents
        elif word == "include":
            whole += " ".join(_arguments(token))
        elif word == "block" and token.split_contents()[1] == "main_class":
            inside = True
        elif word == "endblock":
            inside = False
    return [text for text in _texts(whole) if re.search("[A-Za-z]", NAMES.sub("", unescape(text)))]


def _arguments(token: Token) -> Iterator[str]:
    """Sentences that are handed to another template as they are."""
    for bit in token.split_contents()[2:]:
        if found := re.fullmatch(r'\w+="([A-Z].*|.* .*)"', bit):
            yield f"<p>{found[1]}</p>"


def _texts(source: str) -> Iterator[str]:
    yield from (found[1] for found in SAID.finditer(source))
    yield from (text.strip() for text in TAG.sub("\n", source).split("\n") if text.strip())


def asked_for() -> set[str]:
    """Every message that a template or a module asks the catalogue for by its words."""
    return set(_of_templates()) | set(_of_modules())


def _of_templates() -> Iterator[str]:
    for name, source in templates().items():
        del name
        yield from re.findall(r'_\("([^"]*)"\)', source)
        body: str | None = None
        for token in Lexer(source).tokenize():
            bits = token.split_contents() if token.token_type == TokenType.BLOCK else [""]
            if bits[0] == "translate" and bits[1][0] in "'\"":
                yield bits[1][1:-1].replace("%", "%%")
            elif bits[0] == "blocktranslate":
                body = ""
            elif bits[0] in ("plural", "endblocktranslate") and body is not None:
                yield body
                body = None
            elif body is not None and token.token_type == TokenType.VAR:
                body += f"%({token.contents})s"
            elif body is not None:
                body += token.contents.replace("%", "%%")


def modules() -> dict[str, ast.Module]:
    """The modules of the project, by path."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text())
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if "migrations" not in path.parts
    }


def _of_modules() -> Iterator[str]:
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("gettext", "ngettext"):
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value


def said_somewhere() -> set[str]:
    """Every text that stands in a module: the catalogue may know it by the words of a page."""
    return {
        node.value
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
