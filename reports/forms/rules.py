"""The rules of the report form that need several of its parts (product.md, sections 3 and 6)."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext

from registry import identifiers
from registry.selectors import papers_of
from reports.forms.contents import AddressForm
from reports.forms.sections import Problem
from reports.identity import position_of
from reports.models import Evidence
from reports.persons import is_among
from reports.results import Verdict
from reports.states import Outcome

if TYPE_CHECKING:
    from reports.forms.whole import WholeForm

PROOF = frozenset(
    {Evidence.Kind.CODE, Evidence.Kind.LOG, Evidence.Kind.CONFIGURATION, Evidence.Kind.NOTEBOOK}
)


def check(whole: "WholeForm") -> None:
    """Ask every form of the page, and then what needs several of them."""
    rows = (*whole.claims, *whole.evidence, *whole.files, *whole.addresses)
    for form in (whole.main, whole.person, whole.sharing, *rows):
        form.full_clean()
    _check_paper(whole)
    _check_again(whole)
    _check_claims(whole)
    _check_evidence(whole)
    _check_addresses(whole)
    _check_own_paper(whole)


def _check_paper(whole: "WholeForm") -> None:
    if whole.by_hand:
        _check_identifiers(whole)
    elif whole.chosen is None:
        _lacks(whole, "paper", "The paper", "Choose the paper, or enter it by hand.")


def _check_identifiers(whole: "WholeForm") -> None:
    found = []
    for line in whole.identifier_lines():
        one = identifiers.parse(line)
        if one is not None:
            found.append((one.scheme, one.value))
            continue
        whole.main.add_error(
            "identifiers",
            gettext("“{line}” is not an identifier we can read. ").format(line=line[:80])
            + " ".join(identifiers.EXAMPLES.values()),
        )
    if any(paper.is_public for paper in papers_of(found).values()):
        whole.main.add_error(
            "identifiers",
            "A paper with this identifier is known here: find it by that above, and choose it.",
        )


def _check_again(whole: "WholeForm") -> None:
    """A second report on the same is another attempt, and says so."""
    if not whole.alike:
        return
    if not whole.main.cleaned_data.get("again"):
        whole.main.add_error(
            "again",
            gettext(
                "Report {alike} of yours is on this paper, version and mode already. Mend or "
                "withdraw that one, or tick that this is another attempt."
            ).format(alike=whole.alike[0].pk),
        )
    if not whole.main.cleaned_data.get("again_because"):
        whole.main.add_error(
            "again_because", "Say what is different: other code, another machine, more runs ..."
        )


def _check_own_paper(whole: "WholeForm") -> None:
    """Nobody reports on a paper of their own."""
    known = list(whole.chosen.authors.all()) if whole.chosen is not None else []
    authors = [(author.name, author.orcid) for author in known]
    authors = authors or [(name, "") for name in whole.author_names]
    person = whole.person.cleaned_data
    if is_among(authors, name=person.get("name", ""), orcid=person.get("orcid", "")):
        whole.person.add_error(
            "name",
            gettext(
                "An author of this paper has your name or your ORCID iD, and nobody reports on "
                "a paper of their own: answer the reports on its page instead. If you are "
                "somebody else of that name, write to {contact_email}."
            ).format(contact_email=settings.CONTACT_EMAIL),
        )


def _check_claims(whole: "WholeForm") -> None:
    filled = [form for form in whole.claims if form.has_changed()]
    if not filled:
        _lacks(whole, "results", "Results", "Add at least one claim of the paper.")
        return
    if any(form.errors for form in filled) or not whole.main.attempted:
        return
    outcome = whole.main.cleaned_data.get("outcome")
    verdicts = {form.verdict() for form in filled}
    if outcome in (Outcome.NOT_MATCHED, Outcome.PARTIAL) and verdicts == {Verdict.INSIDE}:
        whole.main.add_error(
            "outcome",
            "Every value lies inside your own tolerance: choose matched, or add the claim "
            "that did not match.",
        )
    if outcome == Outcome.MATCHED and Verdict.WORSE in verdicts:
        whole.main.add_error(
            "outcome",
            "A value lies outside your own tolerance: choose matched in part or did not match.",
        )


def _check_evidence(whole: "WholeForm") -> None:
    filled = [form for form in whole.evidence if form.has_changed()]
    kinds = [form.data.get(form.add_prefix("kind")) for form in (*filled, *whole.files)]
    proof = any(kind in PROOF for kind in kinds)
    if whole.main.attempted and not proof:
        _lacks(
            whole,
            "evidence",
            "Evidence",
            "Add a link to your code, log, configuration or notebook, or attach it as a file.",
        )


def _check_addresses(whole: "WholeForm") -> None:
    filled = [form for form in whole.addresses if form.has_changed()]
    seen: set[str] = set()
    for form in filled:
        email = form.cleaned_data.get("email", "").lower()
        if email and email in seen:
            form.add_error("email", "This address stands above already: remove one row.")
        if email and whole.user is not None and email == whole.user.email.lower():
            form.add_error("email", "This is your own address: write the author's.")
        seen.add(email)
        _check_author(whole, form)
    outcome = whole.data.get("outcome")
    if not filled and outcome != Outcome.MATCHED and not whole.data.get("no_address"):
        _lacks(whole,
            "authors", "Authors",
            "Add an author's e-mail address, or say that you looked and found none.",
        )  # fmt: skip


def _check_author(whole: "WholeForm", form: AddressForm) -> None:
    author = form.cleaned_data.get("author")
    if not author:
        return
    if not whole.author_names:
        if whole.chosen is not None and "authors" not in whole.main.errors:
            whole.main.add_error(
                "authors",
                "The authors of this paper are not known here: write them, one a line.",
            )
        return
    try:
        position_of(author, whole.author_names)
    except ValueError as error:
        form.add_error("author", str(error))


def _lacks(whole: "WholeForm", anchor: str, label: str, sentence: str) -> None:
    whole.lacking.append(Problem(anchor, label, sentence))
