"""docs/cases.md names tests that exist."""

import ast
import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ROW = re.compile(r"^\| (\d+) \|(.*)$", re.MULTILINE)


def test_every_case_has_tests_and_each_of_them_exists() -> None:
    rows = ROW.findall((ROOT / "docs" / "cases.md").read_text())
    assert len(rows) >= 29
    for number, row in rows:
        named = NAMED.findall(row)
        assert named, f"case {number} has no test"
        for path, name in named:
            functions = {
                node.name
                for node in ast.walk(ast.parse((ROOT / path).read_text()))
                if isinstance(node, ast.FunctionDef)
            }
            assert name in functions, f"case {number}: {path} has no {name}"
