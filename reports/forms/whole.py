"""The whole report form: its parts, the rules that need several of them, and what comes of it."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.forms.forms import BaseForm
from django.utils.datastructures import MultiValueDict

from accounts.models import User
from registry import identifiers
from registry.models import Paper
from registry.selectors import find_papers, papers_of
from reports.drafts import Typed
from reports.forms import rows
from reports.forms.claim import ClaimForm
from reports.forms.contents import AddressForm, EvidenceForm
from reports.forms.fields import Row
from reports.forms.report import BY_HAND, PersonForm, ReportForm
from reports.identity import names_of, position_of
from reports.models import Address, Evidence, Report
from reports.results import Verdict
from reports.states import Outcome
from reports.submission import Complete, Entered
from reports.text import plain

SHOWN = 10
"""Papers offered for a search."""
PROOF = frozenset(
    {Evidence.Kind.CODE, Evidence.Kind.LOG, Evidence.Kind.CONFIGURATION, Evidence.Kind.NOTEBOOK}
)


@dataclass(frozen=True)
class Problem:
    """A sentence that says what to do, and the field or section it is about."""

    anchor: str
    label: str
    sentence: str


class WholeForm:
    """Everything on the page, bound to what was typed. `asked`: say what is missing."""

    def __init__(
        self, typed: Typed, *, user: User | None, report: Report | None, asked: bool = False
    ) -> None:
        self.typed, self.user, self.report, self.asked = typed, user, report, asked
        data: Any = MultiValueDict(
            {name: [plain(value) for value in values] for name, values in typed.items()}
        )
        for name in ("name", "affiliation", "orcid"):
            if user is not None and not data.get(name, "").strip():
                data[name] = getattr(user, name)
        self.data = data
        self.main = ReportForm(data, asked=asked)
        attempted = self.main.attempted
        # An account of its own: validation writes into the instance.
        person = copy(user) if user is not None else User()
        self.person = PersonForm(data, asked=asked, user=person)
        self.claims = [
            ClaimForm(data, asked=asked, prefix=f"claim-{i}", attempted=attempted)
            for i in range(rows.count(typed, "claim"))
        ]
        self.evidence = [
            EvidenceForm(data, asked=asked, prefix=f"evidence-{i}")
            for i in range(rows.count(typed, "evidence"))
        ]
        self.addresses = [
            AddressForm(data, asked=asked, prefix=f"address-{i}")
            for i in range(rows.count(typed, "address"))
        ]
        self.sections: list[Problem] = []
        if asked:
            self._check()

    # --- the paper ------------------------------------------------------------------------

    @cached_property
    def chosen(self) -> Paper | None:
        """The known paper that was chosen, if it may be."""
        value = self.data.get("paper", "")
        if not (value.isascii() and value.isdigit() and len(value) < 19):
            return None
        paper = Paper.objects.prefetch_related("authors", "versions").filter(pk=int(value)).first()
        own = self.report is not None and self.report.paper_id == int(value)
        return paper if paper is not None and (paper.is_public or own) else None

    @cached_property
    def found(self) -> list[Paper]:
        """The papers to choose from: the chosen one, then those that the search finds."""
        query = " ".join(self.data.get("q", "").split())
        papers = find_papers(query, limit=SHOWN) if query else []
        if self.chosen is not None:
            papers = [self.chosen, *(paper for paper in papers if paper.pk != self.chosen.pk)]
        return papers

    @property
    def searched(self) -> bool:
        """Whether something was searched for."""
        return bool(self.data.get("q", "").strip())

    @property
    def by_hand(self) -> bool:
        """Whether the paper is entered by hand."""
        return bool(self.data.get("paper") == BY_HAND)

    @property
    def needs_hand(self) -> bool:
        """Whether the fields for entering by hand are open: used, or the authors are not known."""
        used = any(self.data.get(name, "").strip() for name in HAND_FIELDS)
        return self.by_hand or used or (self.chosen is not None and not self.author_names)

    @property
    def form_key(self) -> str:
        """The key by which the same form sent twice is known."""
        return str(self.data.get("form_key", ""))

    @property
    def empty_claim(self) -> ClaimForm:
        """A row for the script that adds rows; so are the next two."""
        return ClaimForm({}, asked=False, prefix="claim-__row__", attempted=True)

    @property
    def empty_evidence(self) -> EvidenceForm:
        """An empty row of the evidence."""
        return EvidenceForm({}, asked=False, prefix="evidence-__row__")

    @property
    def empty_address(self) -> AddressForm:
        """An empty row of the addresses."""
        return AddressForm({}, asked=False, prefix="address-__row__")

    @cached_property
    def author_names(self) -> list[str]:
        """The authors in order: the paper's, or as typed."""
        return names_of(self.chosen, self.main.author_lines())

    # --- the rules ------------------------------------------------------------------------

    def _check(self) -> None:
        for form in (self.main, self.person, *self.claims, *self.evidence, *self.addresses):
            form.full_clean()
        self._check_paper()
        self._check_claims()
        self._check_evidence()
        self._check_addresses()

    def _problem(self, anchor: str, label: str, sentence: str) -> None:
        self.sections.append(Problem(anchor, label, sentence))

    def _check_paper(self) -> None:
        if self.by_hand:
            self._check_identifiers()
        elif self.chosen is None:
            self._problem("paper", "The paper", "Choose the paper, or enter it by hand.")

    def _check_identifiers(self) -> None:
        found = []
        for line in self.identifier_lines():
            one = identifiers.parse(line)
            if one is not None:
                found.append((one.scheme, one.value))
                continue
            self.main.add_error(
                "identifiers",
                f"“{line[:80]}” is not an identifier we can read. "
                + " ".join(identifiers.EXAMPLES.values()),
            )
        if any(paper.is_public for paper in papers_of(found).values()):
            self.main.add_error(
                "identifiers",
                "A paper with this identifier is known here: find it by that above, and choose it.",
            )

    def identifier_lines(self) -> list[str]:
        """The identifiers typed for a paper entered by hand."""
        return [
            line.strip() for line in self.data.get("identifiers", "").split("\n") if line.strip()
        ]

    def _check_claims(self) -> None:
        filled = [form for form in self.claims if form.has_changed()]
        if not filled:
            self._problem("results", "Results", "Add at least one claim of the paper.")
            return
        if any(form.errors for form in filled) or not self.main.attempted:
            return
        outcome = self.main.cleaned_data.get("outcome")
        verdicts = {form.verdict() for form in filled}
        if outcome in (Outcome.NOT_MATCHED, Outcome.PARTIAL) and verdicts == {Verdict.INSIDE}:
            self.main.add_error(
                "outcome",
                "Every value lies inside your own tolerance: choose matched, or add the claim "
                "that did not match.",
            )
        if outcome == Outcome.MATCHED and Verdict.WORSE in verdicts:
            self.main.add_error(
                "outcome",
                "A value lies outside your own tolerance: choose matched in part or did not match.",
            )

    def _check_evidence(self) -> None:
        filled = [form for form in self.evidence if form.has_changed()]
        proof = any(form.data.get(form.add_prefix("kind")) in PROOF for form in filled)
        if self.main.attempted and not proof:
            self._problem(
                "evidence", "Evidence", "Add a link to your code, log, configuration or notebook."
            )

    def _check_addresses(self) -> None:
        filled = [form for form in self.addresses if form.has_changed()]
        seen: set[str] = set()
        for form in filled:
            email = form.cleaned_data.get("email", "").lower()
            if email and email in seen:
                form.add_error("email", "This address stands above already: remove one row.")
            if email and self.user is not None and email == self.user.email.lower():
                form.add_error("email", "This is your own address: write the author's.")
            seen.add(email)
            self._check_author(form)
        outcome = self.data.get("outcome")
        if not filled and outcome != Outcome.MATCHED and not self.data.get("no_address"):
            self._problem(
                "authors", "Authors",
                "Add an author's e-mail address, or say that you looked and found none.",
            )  # fmt: skip

    def _check_author(self, form: AddressForm) -> None:
        author = form.cleaned_data.get("author")
        if not author:
            return
        if not self.author_names:
            if self.chosen is not None and "authors" not in self.main.errors:
                self.main.add_error(
                    "authors",
                    "The authors of this paper are not known here: write them, one a line.",
                )
            return
        try:
            position_of(author, self.author_names)
        except ValueError as error:
            form.add_error("author", str(error))

    # --- what comes of it -----------------------------------------------------------------

    @cached_property
    def problems(self) -> list[Problem]:
        """Every sentence, in the order of the page; empty for a complete form."""
        if not self.asked:
            return []
        return [
            *self._section("paper"),
            *self._of(self.main, PAPER_FIELDS),
            *self._of(self.main, TRIED_FIELDS),
            *self._section("results"),
            *self._rows("Claim", self.claims),
            *self._of(self.main, OUTCOME_FIELDS),
            *self._section("evidence"),
            *self._rows("Evidence", self.evidence),
            *self._section("authors"),
            *self._rows("Address", self.addresses),
            *self._of(self.person, self.person.fields),
            *self._of(self.main, YOU_FIELDS),
        ]

    def _section(self, anchor: str) -> list[Problem]:
        return [problem for problem in self.sections if problem.anchor == anchor]

    def _rows(self, word: str, forms: Sequence[Row]) -> list[Problem]:
        return [
            problem
            for number, form in enumerate(forms, 1)
            for problem in self._of(form, form.fields, f"{word} {number}: ")
        ]

    @staticmethod
    def _of(form: BaseForm, names: Iterable[str], title: str = "") -> list[Problem]:
        return [
            Problem(form[name].auto_id, f"{title}{form[name].label}", str(sentence))
            for name in names
            for sentence in form.errors.get(name, [])
        ]

    def complete(self) -> Complete:
        """The checked form, ready to be stored or previewed. Only without problems."""
        assert self.asked and not self.problems
        main, data = self.main, self.main.cleaned_data
        entered = None
        if self.by_hand:
            entered = Entered(
                title=data["title"],
                authors=tuple(main.author_lines()),
                venue=data["venue"],
                year=data["year"],
                url=data["url"],
                identifiers=tuple(self.identifier_lines()),
            )
        known = self.chosen is not None and names_of(self.chosen, [])
        claims = [form for form in self.claims if form.has_changed()]
        evidence = [form for form in self.evidence if form.has_changed()]
        addresses: list[tuple[str, Address]] = [
            (form.cleaned_data["author"], form.address(0, 0))
            for form in self.addresses
            if form.has_changed()
        ]
        return Complete(
            paper=None if self.by_hand else self.chosen,
            entered=entered,
            author_names=() if known and not self.by_hand else tuple(main.author_lines()),
            columns=main.columns(),
            claims=[form.claim(number) for number, form in enumerate(claims, 1)],
            evidence=[form.evidence(number) for number, form in enumerate(evidence, 1)],
            addresses=addresses,
            person={name: self.person.cleaned_data[name] for name in self.person.fields},
        )


HAND_FIELDS = ["title", "authors", "venue", "year", "url", "identifiers"]
PAPER_FIELDS = ["q", "paper", "title", "authors", "venue", "year", "url", "identifiers"]
TRIED_FIELDS = [
    "mode",
    "version",
    "summary",
    "code_url",
    "code_commit",
    "data_used",
    "environment",
    "hours",
    "familiarity",
    "differences",
]
OUTCOME_FIELDS = ["outcome", "causes", "looked_for", "looked_where", "looked_when", "missing"]
YOU_FIELDS = ["no_address", "shown_as", "conflict", "licence"]


def blank(*, form_key: str, paper: str = "", q: str = "") -> Typed:
    """What a new form has before anything is typed: a chosen `paper`, or a search for `q`.

    An identifier of no public paper stands ready where a paper is entered by hand.
    """
    typed: Typed = {"form_key": [form_key]}
    if paper:
        typed["paper"] = [paper]
    if q.strip():
        typed["q"] = [q]
        if identifiers.parse(q) is not None and not find_papers(q, limit=1):
            typed["identifiers"] = [q]
    return typed
