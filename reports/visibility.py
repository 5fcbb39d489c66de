"""Who may see what. Every page, feed, export, attachment and API view goes through here."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import IntEnum

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest

from accounts.models import User
from reports.models import Answer, Contact, EventKind, Inquiry, Report, ReportEvent
from reports.persons import is_among
from reports.states import PUBLIC, State

UNDER_INQUIRY = frozenset({State.ASKING, State.UNREACHABLE})
"""States that, beside moderators and the reporter, only the authors see, through their links."""
LINES = frozenset({State.WITHDRAWN, State.REMOVED})
"""States of which a dated line is public, if the report ever was."""


class Level(IntEnum):
    """How much of a report somebody sees."""

    NONE = 0
    LINE = 1  # that it was there, its date and its reason
    FULL = 2


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks: an account, answer links, both or neither."""

    user: User | None = None
    contact_ids: frozenset[int] = field(default_factory=frozenset)

    @property
    def moderates(self) -> bool:
        """Whether the person is a moderator."""
        return self.user is not None and self.user.is_active and self.user.is_staff


ANYBODY = Viewer()


def viewer_of(request: HttpRequest) -> Viewer:
    """The account behind a request; answer links are added by the author's page alone."""
    user = request.user
    return Viewer(user if isinstance(user, User) and user.is_active else None)


def level(viewer: Viewer, report: Report) -> Level:
    """How much of `report` the viewer sees (product.md, section 3)."""
    state = State(report.state)
    if state is State.REMOVED:
        everybody = report.public_at is not None or viewer.moderates
        return Level.LINE if everybody or _reports(viewer, report) else Level.NONE
    if state in PUBLIC or _reports(viewer, report):
        return Level.FULL
    if viewer.moderates and moderators_level(report) is Level.FULL:
        return Level.FULL
    if state in UNDER_INQUIRY and _was_asked(viewer, report):
        return Level.FULL
    if state is State.WITHDRAWN and (report.public_at is not None or _was_asked(viewer, report)):
        return Level.LINE
    return Level.NONE


def moderators_level(report: Report) -> Level:
    """How much of `report` the moderators' pages show, whoever its reporter is."""
    if report.state == State.DRAFT:
        return Level.NONE
    return Level.LINE if report.state == State.REMOVED else Level.FULL


def _reports(viewer: Viewer, report: Report) -> bool:
    return viewer.user is not None and report.reporter_id == viewer.user.pk


def _was_asked(viewer: Viewer, report: Report) -> bool:
    return (
        bool(viewer.contact_ids)
        and Contact.objects.filter(pk__in=viewer.contact_ids, inquiry__report=report).exists()
    )


def public_reports() -> QuerySet[Report]:
    """The reports that everybody sees in full."""
    return Report.objects.filter(state__in=PUBLIC)


def public_lines() -> QuerySet[Report]:
    """The reports of which everybody sees a dated line and no more."""
    return Report.objects.filter(state__in=LINES, public_at__isnull=False, paper__is_public=True)


def beside_answers() -> QuerySet[Report]:
    """The reports beside which everybody reads the answers: public ones, and those that their
    reporter withdrew after they were public."""
    withdrawn = Q(state=State.WITHDRAWN, public_at__isnull=False, paper__is_public=True)
    return Report.objects.filter(Q(state__in=PUBLIC) | withdrawn)


def public_answers(about: Q = Q()) -> QuerySet[Answer]:  # noqa: B008 -- it is never changed
    """The answers that everybody reads beside a report of which `about` is true."""
    beside = beside_answers().filter(about, answers=OuterRef("pk"))
    return Answer.objects.filter(Exists(beside))


def open_inquiries(papers: Collection[int]) -> QuerySet[Inquiry]:
    """The inquiries about these papers, or ones merged into them, that everybody knows of: public
    are the paper, the day of asking and the deadline, and nothing of the report. None unless
    SHOW_OPEN_INQUIRIES is on (product.md, section 3)."""
    if not settings.SHOW_OPEN_INQUIRIES:
        return Inquiry.objects.none()
    about = Q(report__paper__among=papers) | Q(report__paper__root__among=papers)
    return (
        Inquiry.objects.filter(about, report__state=State.ASKING, report__paper__is_public=True)
        .filter(closed_at=None, deadline__isnull=False)
        .order_by("opened_at", "pk")
    )


def papers_asked(papers: Collection[int]) -> set[int]:
    """Those of these papers that `open_inquiries` has something about."""
    found = open_inquiries(papers).values_list("report__paper_id", "report__paper__root_id")
    return {paper if root is None else root for paper, root in found}


def visible_reports(viewer: Viewer) -> QuerySet[Report]:
    """The reports of which `viewer` sees anything: `level` as a query."""
    seen = Q(state__in=PUBLIC) | Q(state__in=LINES, public_at__isnull=False)
    if viewer.contact_ids:
        seen |= Q(
            state__in=UNDER_INQUIRY | {State.WITHDRAWN},
            inquiry__contacts__in=list(viewer.contact_ids),
        )
    if viewer.user is not None:
        seen |= Q(reporter=viewer.user)
    if viewer.moderates:
        seen |= ~Q(state=State.DRAFT)
    found = Report.objects.filter(seen)
    return found.distinct() if viewer.contact_ids else found


PUBLIC_PROVIDERS = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "yahoo.com",
        "icloud.com",
        "me.com",
        "proton.me",
        "protonmail.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "qq.com",
        "foxmail.com",
        "163.com",
        "126.com",
        "sina.com",
        "mail.ru",
        "yandex.ru",
        "example.org",
    ]
)


KINDS = frozenset(
    ["ac", "co", "com", "edu", "go", "gob", "gov", "mil", "ne", "net", "or", "org", "re", "res"]
)
"""What stands before a country in a domain that no institution has alone, such as ac.uk."""


def _institution(email: str) -> str:
    """The domain of an address without its departments, empty where anybody can have one."""
    labels = email.rpartition("@")[2].lower().rstrip(".").split(".")
    under_kind = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in KINDS
    domain = ".".join(labels[-3 if under_kind else -2 :])
    return "" if domain in PUBLIC_PROVIDERS else domain


def same_institution(user: User, email: str) -> bool:
    """Whether the address is one of the user's institution."""
    own = _institution(user.email)
    return bool(own) and own == _institution(email)


def may_moderate(user: User, report: Report) -> str:
    """Empty, or the sentence that says why `user` may not decide on `report` (section 3)."""
    if not (user.is_active and user.is_staff):
        return "Only moderators decide on reports."
    if report.reporter_id == user.pk:
        return "This is your own report: another moderator decides on it."
    addresses = [address.email for address in report.addresses.all()]
    authors = [(name, "") for name in report.author_names]
    if report.paper is not None:
        authors += [(author.name, author.orcid) for author in report.paper.authors.all()]
    if user.email.lower() in {address.lower() for address in addresses} or is_among(
        authors, name=user.name, orcid=user.orcid
    ):
        return "This is your own paper: another moderator decides on it."
    own = _institution(user.email)
    others = {_institution(address) for address in (*addresses, report.reporter.email)}
    affiliation = user.affiliation.strip().casefold()
    if (own and own in others) or (
        affiliation and affiliation == report.reporter.affiliation.strip().casefold()
    ):
        return "This concerns your own institution: another moderator decides on it."
    if _conflict_declared(user, report):
        return "You declared a conflict of interest in this case: another moderator decides on it."
    return ""


def conflicts() -> QuerySet[ReportEvent]:
    """The conflicts of interest that moderators declared."""
    return ReportEvent.objects.filter(kind=EventKind.DECLARATION, data__conflict=True)


def _conflict_declared(user: User, report: Report) -> bool:
    """Whether `user` gave the case away; of reports `with_people` that is known already."""
    fetched: list[ReportEvent] | None = getattr(report, "declared_conflicts", None)
    if fetched is not None:
        return any(event.user_id == user.pk for event in fetched)
    return conflicts().filter(report=report, user=user).exists()


def with_people(reports: QuerySet[Report]) -> QuerySet[Report]:
    """The reports with all that `may_moderate` reads of them."""
    return reports.select_related("paper", "reporter").prefetch_related(
        "addresses", "paper__authors", Prefetch("events", conflicts(), to_attr="declared_conflicts")
    )
