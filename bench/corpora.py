"""How well mail is understood: a table for each corpus of real mails beside the project.

    python -m bench.corpora [--list] [--half open] [DATA]

DATA is the folder of the corpora (else ../shared/data). `--list` names each mail that was not
understood as its corpus says. Words of the table:

kind right     the kind that the corpus says
kind held      unknown: a moderator looks at it; right for what no program can know
kind wrong     any other
address right  all addresses that the corpus names, no other
as human       robots taken for a person: must be 0
as dead        temporary failures and delays that would mark an address dead: must be 0, but for
               notices that say 5.1.1 themselves (docs/classification.md)
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notifications.classify import Kind, Verdict, classify

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
CORPORA = (
    "sisimai_set_of_emails",
    "flufl_bounce",
    "bounceparser_corpus",
    "alaveteli_mail",
    "redmine_mail",
    "talon",
)
BOUNCES = {Kind.BOUNCE_PERMANENT, Kind.BOUNCE_TEMPORARY}
ROBOTS = set(Kind) - {Kind.HUMAN}
RIGHT: dict[str, set[Kind]] = {
    "hard_bounce": {Kind.BOUNCE_PERMANENT},
    "soft_bounce": {Kind.BOUNCE_TEMPORARY},
    "bounce_unspecified": BOUNCES,
    "delayed": {Kind.DELAY},
    "complaint": {Kind.COMPLAINT},
    "auto_reply": {Kind.AUTO_REPLY},
    "delivered_notice": {Kind.AUTO_REPLY},
    "challenge_response": {Kind.CHALLENGE},
    "bounce_or_auto": {*BOUNCES, Kind.AUTO_REPLY},
    "not_parsed_by_sisimai": ROBOTS,
    "not_a_bounce": set(Kind) - BOUNCES,
    "unrecognised_or_not_actionable": set(Kind) - BOUNCES,
    "human_reply": {Kind.HUMAN},
    "human_or_template": {Kind.HUMAN},
    "own_address_loop": {Kind.HUMAN, Kind.UNKNOWN},
    "no_from_header": {Kind.UNKNOWN},
}
"""What is right for each kind of the corpora. sisimai calls only a bad address a hard bounce."""
HUMAN = {
    "not_a_bounce",
    "unrecognised_or_not_actionable",
    "human_reply",
    "human_or_template",
    "own_address_loop",
}
NOT_DEAD = {"soft_bounce", "delayed"}


@dataclass(frozen=True)
class Case:
    """One mail of a corpus, what is said of it, and what was made of it."""

    corpus: str
    file: str
    expected: str
    addresses: frozenset[str]
    verdict: Verdict
    seconds: float

    @property
    def right(self) -> bool:
        if self.corpus == "flufl_bounce" and self.expected == "hard_bounce":
            return self.verdict.kind in BOUNCES and self.verdict.final
        return self.verdict.kind in RIGHT[self.expected]

    @property
    def held(self) -> bool:
        return not self.right and self.verdict.kind is Kind.UNKNOWN

    @property
    def address_right(self) -> bool:
        return {
            a.lower() for a in (*self.verdict.addresses, *self.verdict.delivered)
        } == self.addresses

    @property
    def as_human(self) -> bool:
        return self.verdict.kind is Kind.HUMAN and self.expected not in HUMAN | {"no_from_header"}

    @property
    def as_dead(self) -> bool:
        return self.verdict.kind is Kind.BOUNCE_PERMANENT and self.expected in NOT_DEAD


def cases(corpus: str, data: Path = DATA, half: str = "open") -> Iterator[Case]:
    """Every whole mail of the corpus with what was made of it."""
    folder = data / corpus / half
    for file, said in sorted(json.loads((folder / "expected.json").read_text()).items()):
        path = folder / file
        if said["kind"] == "reply_folding" or path.suffix == ".html" or ".body." in file:
            continue
        raw = path.read_bytes()
        for placeholder in (b"EMAIL_FROM", b"EMAIL_TO"):  # as the corpus says
            raw = raw.replace(placeholder, b"someone@example.org")
        begin = time.perf_counter()
        verdict = classify(raw)
        seconds = time.perf_counter() - begin
        yield Case(corpus, file, said["kind"], _addresses(said), verdict, seconds)


def _addresses(said: dict[str, Any]) -> frozenset[str]:
    """The addresses that the corpus names for the worst thing that it says of any."""
    if "recipients" in said:
        named = [r["address"] for r in said["recipients"] if r["kind"] == said["kind"]]
    elif "permanent" in said:
        named = said["permanent"] or said["temporary"]
    else:
        named = said.get("addresses", [])
    return frozenset(address.lower() for address in named)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--half", default="open")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    print(
        f"{'corpus':22}{'kind':32}{'mails':>6}{'right':>7}{'held':>6}{'wrong':>7}{'address':>9}{'slowest':>9}"
    )
    human = dead = 0
    for corpus in CORPORA:
        found = list(cases(corpus, options.data, options.half))
        for kind, count in sorted(Counter(case.expected for case in found).items()):
            these = [case for case in found if case.expected == kind]
            right = sum(case.right for case in these)
            held = sum(case.held for case in these)
            named = [case for case in these if case.addresses]
            good = f"{sum(c.address_right for c in named)}/{len(named)}" if named else ""
            slow = max(case.seconds for case in these) * 1000
            wrong = count - right - held
            line = f"{corpus:22}{kind:32}{count:6}{right:7}{held:6}{wrong:7}"
            print(f"{line}{good:>9}{slow:7.0f}ms")
        for case in found:
            human += case.as_human
            dead += case.as_dead
            wrong_address = case.addresses and not case.address_right
            if options.list and (not case.right or wrong_address):
                mark = "HUMAN!" if case.as_human else "DEAD!" if case.as_dead else ""
                got = f"{case.verdict.kind} {','.join(case.verdict.addresses)}"
                print(
                    f"  {mark:6} {case.file:36}{case.expected} {','.join(case.addresses)} -> {got}"
                )
    print(f"robots as human: {human}; temporary failures and delays as dead addresses: {dead}")
    sys.exit(bool(human or dead))


if __name__ == "__main__":
    main()
