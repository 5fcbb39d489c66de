"""The moderators' forms: each asks for what its decision needs, in the words of the people who
will read it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from reports import contacts, ready_sentences
from reports.answers import TEXT_LENGTH
from reports.case import Case
from reports.forms.contents import checked_email
from reports.forms.fields import TypedForm, WebAddress, Words
from reports.models import Answer, Contact, Reply, Suggestion
from reports.ready_sentences import Sentence
from reports.services import ACCEPTANCE
from reports.text import shown

REASON_LENGTH = 4_000  # characters
NOBODY, NO_AUTHOR = "", "none"
"""Choices of who is asked: nobody else; somebody who is not on the author list."""
UPHOLD, REFUSE = "uphold", "refuse"
VERDICTS = [
    (UPHOLD, "Yes: what was sent there was sent to the wrong person, and counts for nothing"),
    (REFUSE, "No: this author stays asked, and has at least 14 more days"),
]


KIND = "Choose what kind of answer it is."
ROBOTS = "Choose whether the author is away, or a robot answers beside them."


class ModerationForm(TypedForm):
    """A form about a case, and about the `thing` of it on which is decided."""

    def __init__(
        self, typed: Any, *, asked: bool, case: Case, thing: Any = None, **more: Any
    ) -> None:
        self.case, self.thing = case, thing
        super().__init__(typed, asked=asked, **more)
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the case."""


class Confirm(ModerationForm):
    """A decision that needs no words."""


class Reason(ModerationForm):
    """A decision with its reason; `readers` says who reads it."""

    readers: ClassVar[str] = "The authors who were reached and the reporter read it."
    reason = Words(
        "Reason, in words for the people concerned", "-", most=REASON_LENGTH, rows=4,
        ask="Give the reason, in words for the people concerned.",
    )  # fmt: skip

    def prepare(self) -> None:
        """Say who reads the reason."""
        self.fields["reason"].help_text = self.readers


class ToReporter(Reason):
    """A reason for the reporter, begun with a ready sentence or written whole."""

    readers = "The reporter reads it. Markdown."

    @property
    def sentences(self) -> Sequence[Sentence]:
        """The ready sentences to choose from."""
        return ready_sentences.for_returning()

    def insert(self, key: str) -> None:
        """Put the ready sentence `key` below what was typed; an unknown one changes nothing."""
        chosen = next((one.text for one in self.sentences if one.key == key), "")
        written = str(self.data.get("reason", "")).rstrip()
        both = "\n\n".join(filter(None, (written, chosen)))
        self.data = {**{name: self.data.get(name) for name in self.data}, "reason": both}


class Beside(Reason):
    """A reason that is public beside the answer."""

    readers = "Everybody reads it beside the answer. Markdown."


class ToEverybody(Reason):
    """A reason that may become public."""

    readers = "If the report ever was public, everybody reads it: name no address in it."


class Acceptance(ModerationForm):
    """What section 3 asks for; the service says what lacks."""

    check = forms.MultipleChoiceField(
        label="Checks", required=False, choices=list(ACCEPTANCE.items()),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    address = forms.TypedMultipleChoiceField(
        label="Sources of the addresses", required=False, coerce=int, empty_value=[],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def prepare(self) -> None:
        """A tick for the source of each address."""
        self.fields["address"].choices = [  # type: ignore[attr-defined]
            (address.pk, address.email) for address in self.case.addresses
        ]

    @property
    def ticked(self) -> list[int]:
        """The addresses whose source was opened."""
        return [int(x) for x in self["address"].value() or () if str(x).isdecimal()]


class NewAddress(ModerationForm):
    """An author's new address, and where it stands."""

    author = forms.TypedChoiceField(
        label="Author", coerce=int,
        error_messages={
            "required": "Choose an author of the paper: only they are asked.",
            "invalid_choice": "Choose an author of the paper: only they are asked.",
        },
    )  # fmt: skip
    email = Words(
        "E-mail address", most=320, ask="Write the address, like name@university.edu.",
        autocomplete="off",
    )  # fmt: skip
    source = Words(
        "Where you found it", "A page that you opened yourself; the author is told it.",
        most=contacts.SOURCE_LENGTH, ask="Say where the address was found; it must be open to see.",
    )  # fmt: skip
    source_url = WebAddress("Link to that page")

    def prepare(self) -> None:
        """The authors of the paper, by their place."""
        self.fields["author"].choices = [  # type: ignore[attr-defined]
            ("", "choose"),
            *((place, f"{place}. {name}") for place, name in enumerate(self.case.authors, 1)),
        ]

    def clean_email(self) -> str:
        """An address at which a person can read."""
        return checked_email(self.cleaned_data["email"])


class Search(ModerationForm):
    """A search for an author's address."""

    where = Words(
        "Where you searched", "The paper's first page, the lab's list of people ...",
        most=REASON_LENGTH, rows=2,
        ask="Say where you searched, so that the next one looks elsewhere.",
    )  # fmt: skip
    found = Words("What it gave", most=REASON_LENGTH, rows=2)


class Aside(Reason):
    """Why a mail is no answer."""

    readers = "Kept in the log, for moderators: nobody is written to."


class Publishing(ModerationForm):
    """A reply as the answer it is published as."""

    thing: Reply
    kind = forms.ChoiceField(
        label="What kind of answer it is", widget=forms.RadioSelect,
        error_messages={"required": KIND, "invalid_choice": KIND},
    )  # fmt: skip
    text = Words(
        "The answer, in Markdown",
        "As understood from the mail. Take out what is no part of it, such as a quote or a "
        "telephone number; change none of the author's words.",
        most=TEXT_LENGTH, rows=10,
    )  # fmt: skip
    url = WebAddress("Link to code, data or the new version")
    name = Words(
        "Name under which it is published", most=200,
        ask="Give the author's name: an answer is published under a name.",
    )  # fmt: skip

    def prepare(self) -> None:
        """The kinds that are possible; what is known of the mail."""
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.value, kind.label)
            for kind in Answer.Kind
            if kind is not Answer.Kind.EARLIER_STANDS or self.case.earlier_stands
        ]
        self.initial = {
            "text": shown(self.thing.text, TEXT_LENGTH).text,
            "name": self.thing.contact.name,
        }

    def clean(self) -> dict[str, Any]:
        """Whatever the kind needs is there."""
        data = super().clean() or {}
        kind = data.get("kind")
        silent = kind in (None, Answer.Kind.EARLIER_STANDS, Answer.Kind.AGREES)
        if not silent and not data.get("text") and "text" not in self.errors:
            self.add_error("text", "Write the answer: it is published in full.")
        if kind == Answer.Kind.PROVIDES and not data.get("url") and "url" not in self.errors:
            self.add_error("url", "Give the link to the code or data.")
        return data


class Robots(ModerationForm):
    """What answered every letter to an author."""

    what = forms.ChoiceField(
        label="What answers this author's letters", choices=Contact.Robots.choices,
        widget=forms.RadioSelect, error_messages={"required": ROBOTS, "invalid_choice": ROBOTS},
    )  # fmt: skip


class Because(ModerationForm):
    """Why reaching this author will do."""

    because = Words(
        "Why reaching this author will do",
        "Beside the corresponding, first and last author: for example, they ran the experiments.",
        most=REASON_LENGTH, rows=2, ask="Say why reaching this author will do.",
    )  # fmt: skip


class Decision(ModerationForm):
    """On what an author said of their address."""

    thing: Suggestion
    verdict = forms.ChoiceField(
        label="Is the author's word upheld?", choices=VERDICTS, widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you uphold it."},
    )  # fmt: skip
    decision = Words(
        "Your reason", "Kept in the log. Upheld after a lapse, it becomes public: name no address.",
        most=REASON_LENGTH, rows=3, ask="Give the reason of your decision.",
    )  # fmt: skip
    email = Words(
        "Address of the person to ask", "Only if you uphold it.",
        most=320, autocomplete="off",
    )  # fmt: skip
    author = forms.ChoiceField(
        label="Who this person is", required=False,
        help_text="The silence of somebody who is not on the author list never counts.",
        error_messages={"invalid_choice": "Choose which author this is, or none."},
    )  # fmt: skip

    def prepare(self) -> None:
        """The authors by their place; the one of the name given is chosen."""
        places = list(enumerate(self.case.authors, 1))
        self.fields["author"].choices = [  # type: ignore[attr-defined]
            (NOBODY, "nobody else is asked"),
            *((str(place), f"{place}. {name}") for place, name in places),
            (NO_AUTHOR, "not on the author list"),
        ]
        named = self.thing.name.strip().casefold()
        same = [str(place) for place, name in places if name.casefold() == named]
        self.initial = {"email": self.thing.email, "author": same[0] if same else NOBODY}

    @property
    def upheld(self) -> bool:
        """Whether it is upheld; who refuses, asks nobody else."""
        return bool(self.data.get("verdict") == UPHOLD)

    def clean_email(self) -> str:
        """Empty, or an address at which a person can read."""
        typed = self.cleaned_data["email"]
        return checked_email(typed) if typed and self.upheld else ""

    def clean(self) -> dict[str, Any]:
        """Whoever is to be asked has an address, and a place or none on the paper."""
        data = super().clean() or {}
        if self.upheld and data.get("email") and data.get("author") == NOBODY:
            self.add_error("author", "Choose which author this is, or none.")
        if self.upheld and data.get("author") and data.get("email") == "":
            self.add_error("email", "Give the person's address, or choose to ask nobody else.")
        return data
