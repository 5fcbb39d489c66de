"""How each operation of the API is asked, written once for every language, and what it answers.

The answers are in answers/, as the API gave them (tests/api/test_docs.py asks again, and compares).
"""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

SITE = "https://SITE"
"""Stands in examples for the address of the site."""
ANSWERS = Path(__file__).parent / "answers"


@dataclass(frozen=True, kw_only=True)
class Example:
    """A request: its path under /api/v1/, parameters, and what is posted, if anything is."""

    path: str
    asked: Mapping[str, str] = field(default_factory=dict)
    posted: Mapping[str, Any] | None = None

    @property
    def address(self) -> str:
        """Where it is asked."""
        return f"{SITE}/api/v1/{self.path}"

    @property
    def python(self) -> str:
        """For requests."""
        method = "get" if self.posted is None else "post"
        lines = [f"    {_quoted(self.address)},"]
        if self.asked:
            lines.append(f"    params={_python(self.asked)},")
        if self.posted is not None:
            lines.append(f"    json={_python(self.posted)},")
        body = "\n".join([*lines, "    timeout=30,"])
        return (
            f"import requests\n\nanswer = requests.{method}(\n{body}\n)\n"
            "answer.raise_for_status()\nprint(answer.json())\n"
        )

    @property
    def r(self) -> str:
        """For httr2."""
        lines = [f"request({_quoted(self.address)})"]
        if self.asked:
            pairs = ", ".join(f"{name} = {_quoted(value)}" for name, value in self.asked.items())
            lines.append(f"  req_url_query({pairs})")
        if self.posted is not None:
            pairs = ", ".join(f"{name} = {_r(value)}" for name, value in self.posted.items())
            lines.append(f"  req_body_json(list({pairs}))")
        lines += ["  req_perform()", "  resp_body_json()"]
        return "library(httr2)\n\n" + " |>\n".join(lines) + "\n"

    @property
    def curl(self) -> str:
        """For a shell."""
        parts = ["curl --fail --silent --show-error"]
        if self.asked:
            parts.append("--get")
            parts += [
                f"--data-urlencode {shlex.quote(f'{name}={value}')}"
                for name, value in self.asked.items()
            ]
        if self.posted is not None:
            parts.append("--header 'Content-Type: application/json'")
            parts.append(f"--data {shlex.quote(json.dumps(self.posted))}")
        return " \\\n  ".join([*parts, shlex.quote(self.address)]) + "\n"


EXAMPLES = {
    "index": Example(path=""),
    "papers": Example(path="papers", asked={"q": "lantern networks", "standing": "reported"}),
    "paper": Example(path="papers/12"),
    "paper_by_identifier": Example(path="papers/doi/10.9999/lantern"),
    "listings": Example(path="listings", asked={"state": "closed"}),
    "reports": Example(path="reports", asked={"outcome": "did not match", "mode": "re-run"}),
    "report": Example(path="reports/7"),
    "answers": Example(path="answers", asked={"kind": "explains"}),
    "statistics": Example(path="statistics", asked={"part": "causes"}),
    "check": Example(
        path="check", posted={"identifiers": ["10.9999/lantern", "arXiv:2401.00001v2"]}
    ),
    "prefixes": Example(path="prefixes/0af"),
}
"""By operation."""


@cache
def answer_of(operation: str) -> Any:
    """What the API answered to the operation's example."""
    return json.loads((ANSWERS / f"{operation}.json").read_text())


def add(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The description of the API with the answers as examples; a hook of drf-spectacular."""
    for methods in result["paths"].values():
        for operation in methods.values():
            content = operation["responses"]["200"]["content"]["application/json"]
            content["example"] = answer_of(operation["operationId"])
    return result


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _python(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _r(value: Any) -> str:
    """A text, or a list of texts, as R writes it."""
    if isinstance(value, list):
        return f"list({', '.join(map(_quoted, value))})"
    return _quoted(value)
