"""The interface is whole in Chinese: this counts what is not, and the lists may only shrink."""

import os
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

from registry.catalogue import compile_catalogues
from reports.forms.claim import ClaimForm
from reports.statistics.computing import PARTS
from tests import catalogue

PO = Path(settings.BASE_DIR) / "locale/zh_Hans/LC_MESSAGES/django.po"
TEMPLATES_NOT_YET: set[str] = set()
"""Templates with words outside of the catalogue."""
SPANS = {
    f"{{n:g}} {unit}{end}" for unit in ("day", "hour", "minute", "second") for end in ("", "s")
}
"""Messages of deadlines.counted, which puts them together."""


def statistics() -> set[str]:
    """What the statistics and the report form say with numbers of the code in it."""
    columns = {column.label for part in PARTS for column in part.columns}
    words = {text for part in PARTS for text in (part.shows, part.shows_not, part.key)}
    return columns | words | {str(field.help_text) for field in ClaimForm.base_fields.values()}


@pytest.fixture(scope="module")
def po() -> polib.POFile:
    return polib.pofile(str(PO))


def test_no_template_has_words_outside_of_the_catalogue() -> None:
    left = {
        name: catalogue.left_in_english(source) for name, source in catalogue.templates().items()
    }
    assert {
        name: words for name, words in left.items() if words and name not in TEMPLATES_NOT_YET
    } == {}
    assert {name for name in TEMPLATES_NOT_YET if not left.get(name)} == set()


def test_what_programs_read_is_in_no_language() -> None:
    """Names of fields and classes of the style sheet are the same whatever the language."""
    read = re.compile(r'\b(?:id|for|name|value|class)="[^"]*\|words?\b')
    said = {name: read.findall(source) for name, source in catalogue.templates().items()}
    assert {name: found for name, found in said.items() if found} == {}


def test_every_message_is_translated(po: polib.POFile) -> None:
    assert [entry.msgid for entry in po if not entry.translated() or entry.fuzzy] == []
    known = {entry.msgid for entry in po}
    assert sorted(catalogue.asked_for() - known) == []


def test_no_message_is_left_over(po: polib.POFile) -> None:
    said = catalogue.asked_for() | catalogue.said_somewhere() | SPANS | statistics()
    assert [entry.msgid for entry in po if entry.msgid not in said] == []


def test_placeholders_and_marks_are_the_same(po: polib.POFile) -> None:
    def marks(text: str) -> tuple[list[str], list[str]]:
        tags = [found[0] for found in catalogue.TAG.finditer(text)]
        return sorted(set(catalogue.PLACEHOLDER.findall(text))), sorted(tags)

    wrong = []
    for entry in po:
        told = entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr
        if marks(told) != marks(entry.msgid_plural or entry.msgid):
            wrong.append((entry.msgid, told))
    assert wrong == []


def test_chinese_has_its_own_marks_and_spaces(po: polib.POFile) -> None:
    """Full-width marks beside Chinese letters."""

    def faults(text: str) -> list[str]:
        return re.findall(
            r"[\u4e00-\u9fff][,;:!?](?:\s|$|[\u4e00-\u9fff])", catalogue.TAG.sub("", text)
        )

    told = {e.msgid: e.msgstr_plural.get(0, "") if e.msgid_plural else e.msgstr for e in po}
    assert {msgid: text for msgid, text in told.items() if faults(text)} == {}


def test_each_page_of_prose_has_the_same_places(po: polib.POFile) -> None:
    """Links into a page lead to the same place in either language."""
    for name in catalogue.TWINS:
        english, chinese = (
            re.findall(r'\bid="([^"]*)"', (catalogue.TEMPLATES / part / name).read_text())
            for part in ("", "zh-hans")
        )
        assert chinese == english, name


def test_only_what_changed_is_compiled(tmp_path: Path) -> None:
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    source.write_text('msgid "no"\nmsgstr "否"\n')
    assert compile_catalogues(tmp_path) == [folder / "django.mo"]
    assert polib.mofile(str(folder / "django.mo"))[0].msgstr == "否"
    assert compile_catalogues(tmp_path) == []
    later = source.stat().st_mtime + 5
    os.utime(source, (later, later))
    assert compile_catalogues(tmp_path) == [folder / "django.mo"]
    assert sorted(path.name for path in folder.iterdir()) == ["django.mo", "django.po"]
