"""The report form's single fields (product.md, section 6); its rows are in forms of their own."""

from decimal import Decimal
from typing import Any

from django import forms

from accounts.forms import AccountForm
from accounts.models import User
from registry.importing.bibtex import LONGEST as LONGEST_ENTRY
from reports.forms.choice import BY_HAND
from reports.forms.fields import Number, Quiet, TypedForm, WebAddress, Words, Year, visible
from reports.independence import group_key
from reports.models import Cause
from reports.states import Mode, Outcome

LONG = 20_000

MODES = [
    (str(Mode.RERUN), "re-run: the authors' code and data"),
    (str(Mode.REIMPLEMENTATION), "re-implementation: from the text"),
    (str(Mode.OWN_DATA), "own data"),
]
OUTCOMES = [
    (str(Outcome.MATCHED), "matched: every claim, within its tolerance"),
    (str(Outcome.PARTIAL), "matched in part"),
    (str(Outcome.NOT_MATCHED), "did not match"),
    (str(Outcome.NOT_ATTEMPTED), "could not be attempted: code, data, details or hardware missing"),
]
FAMILIARITY = [
    ("", "say nothing"),
    ("1", "1: new to me"),
    ("2", "2"),
    ("3", "3: I have used it"),
    ("4", "4"),
    ("5", "5: I work on it"),
]
TEXTS = (
    "version", "mode", "outcome", "summary", "code_url", "code_commit", "data_used", "environment",
    "differences", "missing", "shown_as", "group", "conflict", "again_because",
)  # fmt: skip
"""Fields that are columns of the report under the same name."""


class ReportForm(TypedForm):
    """What is asked once. Rules that need the rows too are in `forms.rules`."""

    guided = True  # forms.guide has examples

    # 1. The paper
    q = Words("Identifier, web address or title", "arXiv, DOI, OpenReview, ACL.", most=2_000)
    paper = forms.CharField(required=False)
    bibtex = Words("BibTeX entry", "The one entry of this paper.", most=LONGEST_ENTRY, rows=4)
    title = Words("Title", most=2_000)
    authors = Words("Authors", "One a line, in the order of the paper.", most=LONG, rows=4)
    venue = Words("Venue", "Conference or journal.", most=300)
    year = Year("Year")
    url = WebAddress("Link to the paper")
    identifiers = Words("Identifiers", "DOI, arXiv id ..., one a line.", most=2_000, rows=2)
    # 2. What you tried
    mode = forms.ChoiceField(
        label="How you tried",
        choices=MODES,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how you tried it."},
    )
    version = Words(
        "Version of the paper", "arXiv v2, the proceedings ... The claims are quoted from it.",
        most=60, list="paper-versions",
        ask="Name the version of the paper: arXiv v2, the proceedings ...",
    )  # fmt: skip
    again = forms.BooleanField(
        label="This is another attempt, and belongs into a report of its own", required=False
    )
    again_because = Words("What is different from your other report", most=2_000, rows=2)
    summary = Words(
        "What you did", "Step by step, and not what the authors may have intended. Markdown.",
        most=LONG, rows=8, ask="Describe what you did.",
    )  # fmt: skip
    code_url = WebAddress("The authors' code that you used", "Link to the repository.")
    code_commit = Words("Its commit", "Or tag, or the date of your copy.", most=100)
    data_used = Words("Data you used", most=LONG, rows=2)
    environment = Words(
        "Environment", "Operating system, hardware, frameworks with their versions.",
        most=LONG, rows=3,
    )  # fmt: skip
    hours = Number("Hours you spent")
    familiarity = forms.ChoiceField(
        label="Your familiarity with the method", choices=FAMILIARITY, required=False
    )
    differences = Words(
        "What is different from the paper", "Batch size, hardware, data version ...",
        most=LONG, rows=3,
    )  # fmt: skip
    # 4. Outcome
    outcome = forms.ChoiceField(
        label="Outcome",
        choices=OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the outcome."},
    )
    causes = forms.MultipleChoiceField(
        label="Causes, as you see them",
        choices=Cause.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    looked_for = Words("What you looked for", most=5_000, rows=2)
    looked_where = Words("Where you looked", most=5_000, rows=2)
    looked_when = Words("When you looked", "Dates.", most=300)
    missing = Words("What was missing", most=5_000, rows=2)
    # 6. Authors
    no_address = forms.BooleanField(
        label="I looked for an address of the authors and found none", required=False
    )
    # 7. You
    shown_as = Words(
        "Name or pseudonym shown to the authors and the public", most=200,
        ask="Write the name or pseudonym under which the report appears.",
    )  # fmt: skip
    group = Words(
        "Group or institution behind this attempt",
        "Public, beside your name. Reports of one person or one group count as one, so name it if "
        "others of it may report on this paper, too.",
        most=200,
    )  # fmt: skip
    conflict = Words(
        "Conflict of interest", "What could seem to influence you; or write: none. Public.",
        most=2_000, rows=2, ask="State your conflicts of interest, or write: none.",
    )  # fmt: skip
    licence = forms.BooleanField(
        label="I agree that the report is published under CC BY 4.0",
        error_messages={
            "required": "The report can only be published under CC BY 4.0: agree to it."
        },
    )

    @property
    def attempted(self) -> bool:
        """Whether something was measured, so that values, hours and environment are asked for."""
        return self.data.get("outcome") != Outcome.NOT_ATTEMPTED

    def clean_hours(self) -> Decimal | None:
        """Hours to a tenth, at least a tenth."""
        hours = self.cleaned_data["hours"]
        if hours is None:
            return None
        if not 0 < hours < 100_000:
            raise forms.ValidationError("Write the hours you spent, more than 0: 12 or 0.5.")
        return max(Decimal(str(hours)).quantize(Decimal("0.1")), Decimal("0.1"))

    def clean(self) -> dict[str, Any]:
        """What the outcome and a paper entered by hand ask for."""
        data = super().clean() or {}
        if self.attempted:
            self._ask("environment", "Describe the environment in which it ran.")
            self._ask("hours", "Write the hours you spent; they stand beside the result.")
        else:
            self._ask("looked_for", "Say what you looked for: code, data, a model ...")
            self._ask("looked_where", "Say where you looked.")
            self._ask("looked_when", "Say when you looked: the dates.")
            self._ask("missing", "Say what was missing.")
        if data.get("paper") == BY_HAND:
            self._ask("title", "Write the title of the paper.")
            self._ask("authors", "Write the authors, one a line, in the order of the paper.")
        long_names = [name for name in self.author_lines() if len(name) > 300]
        if long_names and "authors" not in self.errors:
            self.add_error("authors", "A name has at most 300 characters: one author a line.")
        return data

    def _ask(self, name: str, sentence: str) -> None:
        if name not in self.errors and self.cleaned_data.get(name) in (None, ""):
            self.add_error(name, sentence)

    def author_lines(self) -> list[str]:
        """The authors' names as typed, in their order."""
        return [
            " ".join(line.split())
            for line in self.data.get("authors", "").split("\n")
            if visible(line)
        ]

    def columns(self) -> dict[str, Any]:
        """The checked form as columns of the report."""
        data = self.cleaned_data
        looked = (
            f"What: {data['looked_for']}\n\nWhere: {data['looked_where']}\n\n"
            f"When: {data['looked_when']}"
        )
        columns = {name: data[name] for name in TEXTS} | {
            "causes": data["causes"],
            "hours": data["hours"],
            "familiarity": int(data["familiarity"]) if data["familiarity"] else None,
            "looked_for": "" if self.attempted else looked,
            "licence_agreed": True,
            "group_key": group_key(data["group"]),
        }
        if self.attempted:
            columns["missing"] = ""
        return columns


class PersonForm(Quiet, AccountForm):
    """Who reports, as the moderators know them; stored on the account."""

    language = None  # type: ignore[assignment]  # not asked here

    class Meta(AccountForm.Meta):
        model = User
        fields = ("name", "affiliation", "orcid")  # type: ignore[assignment]

    def __init__(self, typed: Any, *, asked: bool, user: User) -> None:
        self.asked = asked
        super().__init__(typed, instance=user, label_suffix="", use_required_attribute=False)
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)

    def clean(self) -> dict[str, Any]:
        """A name, and an affiliation or an ORCID iD (section 3)."""
        data = super().clean() or {}
        if not data.get("name") and "name" not in self.errors:
            self.add_error("name", "Write your name; only moderators see it.")
        if not data.get("affiliation") and not data.get("orcid") and "orcid" not in self.errors:
            self.add_error("affiliation", "Write your affiliation, or your ORCID iD below.")
        return data
