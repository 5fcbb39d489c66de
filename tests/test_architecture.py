"""The house keeps its rules: imports run one way, one file writes the state, no delays."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ABOVE = {
    "accounts": {"registry", "reports", "notifications", "sample", "config", "local"},
    "registry": {"reports", "notifications", "sample", "config", "local"},
    "reports": {"notifications", "sample", "config", "local"},
    "notifications": {"sample", "config", "local"},
    "sample": {"config", "local"},
}


def sources(room: str) -> list[Path]:
    return [p for p in sorted((ROOT / room).rglob("*.py")) if "migrations" not in p.parts]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("room", ABOVE)
def test_imports_run_one_way(room: str) -> None:
    assert sources(room)
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources(room)
        for name in imported(path)
        if name.partition(".")[0] in ABOVE[room]
    ]
    assert wrong == []


def matching(pattern: str) -> set[str]:
    return {
        str(path.relative_to(ROOT))
        for room in ABOVE
        for path in sources(room)
        if re.search(pattern, path.read_text())
    }


def test_one_file_writes_the_state_of_a_report() -> None:
    assert matching(r"\breport\.state\b[^=\n]*[^=!<>\n]= ") == {"reports/lifecycle.py"}


def stores_a_state(path: Path) -> bool:
    """Whether a statement on reports names the column: `Report.objects. ... .update(state=...)`."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("update", "bulk_update", "update_or_create", "create")
        and ast.unparse(node.func).startswith("Report.objects")
        and any(keyword.arg == "state" for keyword in node.keywords)
        for node in ast.walk(ast.parse(path.read_text()))
    )


def test_one_file_stores_the_state_of_reports() -> None:
    assert [
        str(path.relative_to(ROOT))
        for room in ABOVE
        for path in sources(room)
        if stores_a_state(path)
    ] == ["reports/lifecycle.py"]


def test_one_file_marks_html_safe() -> None:
    assert matching(r"mark_safe|SafeString\(") == {"reports/text.py"}


def test_no_task_is_delayed_and_no_clock_is_read_beside_the_one() -> None:
    assert matching(r"(countdown|eta)=") == set()
    assert matching(r"datetime\.now\(|utcnow\(|auto_now|\bNow\(\)") == set()
