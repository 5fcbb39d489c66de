"""What people say about papers, and the inquiry that follows. One file a subject."""

from reports.models.answer import Agreement, Answer, AnswerLink, LinkUse, Reply, Suggestion
from reports.models.event import EventKind, ReportEvent, ToDo
from reports.models.inquiry import (
    Contact,
    DeadlineChange,
    Hold,
    Inquiry,
    Letter,
    OptOut,
    Probe,
)
from reports.models.report import Address, AddressSearch, Cause, Claim, Evidence, Report

__all__ = [
    "Address",
    "AddressSearch",
    "Agreement",
    "Answer",
    "AnswerLink",
    "Cause",
    "Claim",
    "Contact",
    "DeadlineChange",
    "EventKind",
    "Evidence",
    "Hold",
    "Inquiry",
    "Letter",
    "LinkUse",
    "OptOut",
    "Probe",
    "Reply",
    "Report",
    "ReportEvent",
    "Suggestion",
    "ToDo",
]
