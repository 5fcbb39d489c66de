"""The whole report form: its parts, the rules that need several of them, and what comes of it."""

from collections.abc import Iterable, Sequence
from copy import copy
from functools import cached_property
from typing import Any

from django.forms.forms import BaseForm
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from accounts.models import User
from registry.models import Paper
from reports.drafts import REMOVED, Typed, first
from reports.forms import rows
from reports.forms.choice import Choice
from reports.forms.claim import ClaimForm
from reports.forms.contents import AddressForm, EvidenceForm
from reports.forms.fields import Row
from reports.forms.files import FileForm, limits
from reports.forms.report import PersonForm, ReportForm
from reports.forms.rules import check
from reports.forms.sections import HAND_FIELDS, SECTIONS, Problem, Progress, Section
from reports.forms.sharing import SharingForm
from reports.identity import names_of
from reports.models import Address, Report
from reports.selectors import reports_alike
from reports.submission import Complete, Entered
from reports.text import plain

WORDS = {"claim": "Claim", "evidence": "Link", "address": "Address"}
"""What a row is called on the page, by its kind."""


class WholeForm:
    """Everything on the page, bound to what was typed. `asked`: say what is missing."""

    def __init__(
        self,
        typed: Typed,
        *,
        user: User | None,
        report: Report | None,
        asked: bool = False,
        choice: Choice | None = None,
        files_refused: Sequence[str] = (),
        pdf_refused: str = "",
    ) -> None:
        self.typed, self.user, self.report, self.asked = typed, user, report, asked
        self.files_refused = files_refused  # sentences about files that are not attached
        self.pdf_refused = pdf_refused  # why no addresses are proposed
        data: Any = MultiValueDict(
            {name: [plain(value) for value in values] for name, values in typed.items()}
        )
        for name in ("name", "affiliation", "orcid"):
            if user is not None and not data.get(name, "").strip():
                data[name] = getattr(user, name)
        self.data = data
        self.choice = Choice(
            data, own_paper=report.paper_id if report is not None else None,
            signed_in=user is not None,
        )  # fmt: skip
        self.main = ReportForm(data, asked=asked)
        attempted = self.main.attempted
        # An account of its own: validation writes into the instance.
        person = copy(user) if user is not None else User()
        self.person = PersonForm(data, asked=asked, user=person)
        self.sharing = SharingForm(data, asked=asked)
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
        if version := " ".join(data.get("version", "").split()):
            hint = gettext(
                "Page, and table, figure or section, in {version}: p. 5, Table 2, row 3."
            ).format(version=version[:60])
            for claim in self.claims:
                claim.fields["place"].help_text = hint
        attached = report.files.all() if report is not None else ()
        self.files = [FileForm(file, asked=asked) for file in attached]
        self.lacking: list[Problem] = []
        if asked:
            check(self)

    # --- the paper ------------------------------------------------------------------------

    @property
    def chosen(self) -> Paper | None:
        """The known paper that was chosen, if it may be."""
        return self.choice.chosen

    @property
    def by_hand(self) -> bool:
        """Whether the paper is entered by hand."""
        return self.choice.by_hand

    @property
    def needs_hand(self) -> bool:
        """Whether the fields for entering by hand are open: used, or the authors are not known."""
        used = any(self.data.get(name, "").strip() for name in HAND_FIELDS)
        return self.by_hand or used or (self.chosen is not None and not self.author_names)

    @cached_property
    def alike(self) -> list[Report]:
        """The person's other open and public reports on this paper, version and mode."""
        if self.user is None or not (self.chosen or self.by_hand):
            return []
        data = self.data
        return reports_alike(
            self.user, paper=self.chosen, title=data.get("title", ""),
            version=data.get("version", ""), mode=data.get("mode", ""),
            but=self.report.pk if self.report else None,
        )  # fmt: skip

    @property
    def removed(self) -> str:
        """The row that was removed last and can be brought back, as the form carries it."""
        return first(self.typed, REMOVED) if rows.last_removed(self.typed) else ""

    @property
    def removed_kind(self) -> str:
        """Of which kind that row is."""
        found = rows.last_removed(self.typed)
        return found[0] if found else ""

    @property
    def removed_words(self) -> str:
        """Which row that was."""
        found = rows.last_removed(self.typed)
        return f"{WORDS[found[0]]} {found[1] + 1}" if found else ""

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

    @property
    def file_limits(self) -> str:
        """How many and how large files may be attached."""
        return limits()

    @cached_property
    def author_names(self) -> list[str]:
        """The authors in order: the paper's, or as typed."""
        return names_of(self.chosen, self.main.author_lines())

    @property
    def year(self) -> int | None:
        """When the paper appeared, as it is known or typed."""
        if self.chosen is not None and not self.by_hand:
            return self.chosen.year
        typed = self.data.get("year", "").strip()
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else None

    def identifier_lines(self) -> list[str]:
        """The identifiers typed for a paper entered by hand."""
        return [
            line.strip() for line in self.data.get("identifiers", "").split("\n") if line.strip()
        ]

    # --- what comes of it -----------------------------------------------------------------

    @cached_property
    def progress(self) -> list[Progress]:
        """Each section with what is said about it; nothing is before it is asked for."""
        return [
            Progress(number, section, self._of_section(section))
            for number, section in enumerate(SECTIONS, 1)
        ]

    @cached_property
    def overview(self) -> list[Progress]:
        """Each section with what it lacks, asked for or not."""
        if self.asked:
            return self.progress
        return WholeForm(
            self.typed, user=self.user, report=self.report, asked=True, choice=self.choice
        ).progress

    @cached_property
    def problems(self) -> list[Problem]:
        """Every sentence, in the order of the page; empty for a complete form.

        Before anything is asked, only about files that were not attached.
        """
        return [problem for one in self.progress for problem in one.problems]

    def _of_section(self, section: Section) -> list[Problem]:
        forms: dict[str, Sequence[Row]] = {
            "claim": self.claims, "evidence": self.evidence, "address": self.addresses,
        }  # fmt: skip
        return [
            *(problem for problem in self.lacking if problem.anchor == section.anchor),
            *self._of(self.person, section.person),
            *self._rows(WORDS.get(section.rows, ""), forms.get(section.rows, [])),
            *self._of(self.main, section.main),
            *self._of(self.sharing, self.sharing.fields if section.shared else (), "Shared: "),
            *(self._of_files() if section.anchor == "evidence" else []),
            *(self._of_pdf() if section.anchor == "authors" else []),
        ]

    def _of_files(self) -> list[Problem]:
        refused = [
            Problem("id_files", gettext("Files"), sentence) for sentence in self.files_refused
        ]
        return [*self._rows("File", self.files), *refused]

    def _of_pdf(self) -> list[Problem]:
        refused = self.pdf_refused
        return [Problem("id_pdf", "PDF of the paper", refused)] if refused else []

    def _rows(self, word: str, forms: Sequence[BaseForm]) -> list[Problem]:
        return [
            problem
            for number, form in enumerate(forms, 1)
            for problem in self._of(form, form.fields, f"{gettext(word)} {number}: ")
        ]

    @staticmethod
    def _of(form: BaseForm, names: Iterable[str], title: str = "") -> list[Problem]:
        return [
            Problem(form[name].auto_id, f"{title}{gettext(str(form[name].label))}", str(sentence))
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
            files=[form.file for form in self.files],
            addresses=addresses,
            shared=self.sharing.stated(),
            person={name: self.person.cleaned_data[name] for name in self.person.fields},
        )
