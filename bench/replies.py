"""How many replies of public collections give the right new text, and how fast.

    python -m bench.replies [--show]

Right: equal to the expected text modulo white space. The collections lie beside the project
(../shared/data); `--show` prints what is wrong.
"""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from notifications import mime
from notifications.reply_text import new_text

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
COLLECTIONS = ["email_reply_trimmer", "talon", "alaveteli_mail", "mail_parser_reply"]


@dataclass(frozen=True)
class Case:
    """A mail of a collection: its bodies and the text that is expected."""

    name: str
    text: str
    html: str
    expected: str


@dataclass
class Outcome:
    right: int = 0
    wrong: list[tuple[Case, str]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def share(self) -> float:
        return self.right / max(1, self.right + len(self.wrong))


def cases(collection: str, data: Path = DATA) -> Iterator[Case]:
    """The mails of a collection for which somebody wrote down the new text."""
    folder = data / collection / "open"
    for name, entry in json.loads((folder / "expected.json").read_text()).items():
        expected = _expected(folder, entry)
        if expected is not None:
            yield Case(name, *_bodies(folder / name), expected)


def _expected(folder: Path, entry: dict[str, str]) -> str | None:
    if entry["kind"] == "reply_folding":
        folded = (folder / entry["expected_file"]).read_text(errors="replace")
        return folded.replace("FOLDED_QUOTED_SECTION", "")
    return entry.get("reply_text", entry.get("latest_reply_reference"))


def _bodies(path: Path) -> tuple[str, str]:
    """Plain text and HTML body of a file."""
    raw = path.read_bytes()
    if path.suffix == ".html":
        return "", raw.decode("utf-8", "replace")
    if path.suffix == ".txt":
        return raw.decode("utf-8", "replace"), ""
    mail = mime.read(raw)
    return mail.text, mail.html


def measured(collection: str, data: Path = DATA) -> Outcome:
    outcome = Outcome()
    for case in cases(collection, data):
        began = time.perf_counter()
        got = new_text(case.text, case.html)
        outcome.seconds += time.perf_counter() - began
        if "".join(got.split()) == "".join(case.expected.split()):
            outcome.right += 1
        else:
            outcome.wrong.append((case, got))
    return outcome


def main() -> None:
    print(f"{'collection':22}{'right':>7}{'wrong':>7}{'share':>8}{'ms a mail':>11}")
    for collection in COLLECTIONS:
        outcome = measured(collection)
        n = outcome.right + len(outcome.wrong)
        each = 1000 * outcome.seconds / max(1, n)
        print(
            f"{collection:22}{outcome.right:7}{len(outcome.wrong):7}"
            f"{outcome.share:8.1%}{each:11.2f}"
        )
        for case, got in outcome.wrong if "--show" in sys.argv else []:
            print(f"\n--- {case.name}: expected\n{case.expected}\n--- got\n{got}\n")


if __name__ == "__main__":
    main()
