"""What people say about papers, and the inquiry that follows. One file a subject."""

from reports.models.addition import AddedRun, Addition
from reports.models.answer import Agreement, Answer, AnswerLink, LinkUse, Reply, Suggestion
from reports.models.appeal import Appeal
from reports.models.event import EventKind, ReportEvent, ToDo
from reports.models.file import File
from reports.models.inquiry import (
    Contact,
    DeadlineChange,
    Hold,
    Inquiry,
    Letter,
    OptOut,
    Probe,
)
from reports.models.link import LinkCheck
from reports.models.mail_domain import MailDomain
from reports.models.mirror import Mirror
from reports.models.paper_event import PaperEvent
from reports.models.proposal import Proposal
from reports.models.redaction import Original, Redaction
from reports.models.report import Address, AddressSearch, Cause, Claim, Evidence, Report
from reports.models.statement import Statement
from reports.models.statistics import Statistics

__all__ = [
    "AddedRun",
    "Addition",
    "Address",
    "AddressSearch",
    "Agreement",
    "Answer",
    "AnswerLink",
    "Appeal",
    "Cause",
    "Claim",
    "Contact",
    "DeadlineChange",
    "EventKind",
    "Evidence",
    "File",
    "Hold",
    "Inquiry",
    "Letter",
    "LinkCheck",
    "LinkUse",
    "MailDomain",
    "Mirror",
    "OptOut",
    "Original",
    "PaperEvent",
    "Probe",
    "Proposal",
    "Redaction",
    "Reply",
    "Report",
    "ReportEvent",
    "Statement",
    "Statistics",
    "Suggestion",
    "ToDo",
]
