"""Addresses of the authors that the paper's PDF has: proposed as rows (product.md, section 6.6).

The PDF is read while the form is, and nothing of it is kept. Each proposed row says where the
address stands, and waits until the reporter has looked there.
"""

from collections.abc import Sequence

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext

from registry.author_addresses import Found, LeftOut, find
from registry.bibliography.entry import Unreadable
from registry.bibliography.pdf import FIRST_PAGES, text_of
from reports.drafts import Typed, first
from reports.forms import rows
from reports.identity import position_of
from reports.uploads import AWAY, Upload, in_megabytes

FIELD = "pdf"
SECONDS = 5
"""Of processor time for the first pages; the reporter waits."""
OLD = 5
"""Years after which addresses on a paper often fail: people have moved on."""
SHOWN = 10
"""Addresses named in one sentence."""

CHOOSE = "Choose the PDF of the paper first, and press Find addresses then."
AGAIN = "The PDF did not come whole. Choose it again in a few minutes."
TOO_LARGE = (
    "A PDF has at most {}: choose a smaller version of the paper, or copy the addresses by hand."
)
NOT_READ = "The PDF was not read: choose it again, and press Find addresses."
NONE = (
    "No address of an author is found on the first pages of this PDF: look for one on the authors' "
    "pages."
)
KNOWN = "Every address that is found in the PDF stands in the form already."
FILLED = "Filled in below from the PDF, for you to look at: {}."
NOBODY = "Whose address this is cannot be told, so write it, or remove the row: {}."
NO_AUTHORS = (
    "The authors of the paper are not known yet: choose or enter it, then say whose each is."
)
NO_ROOM = "A report has at most {} addresses: there is no room for {}."
LEFT_OUT = "Not proposed: {address}, because {why}."


def propose(
    typed: Typed, file: "UploadedFile[bytes] | None", names: Sequence[str]
) -> tuple[Typed, list[str]]:
    """The form with rows for the addresses that are found, and sentences about them.

    What was typed stays. Raises Unreadable with a sentence where nothing can be proposed.
    """
    read = text_of(_content(file), pages=FIRST_PAGES, seconds=SECONDS)
    found = find(read.pages, names, first=read.first)
    known = {email.strip().lower() for email in _values(typed, "email")}
    new = [one for one in found.addresses if one.address.lower() not in known]
    left_out = [_left_out(one) for one in found.left_out[:SHOWN]]
    if not new:
        if found.addresses:
            return typed, [KNOWN, *left_out]
        raise Unreadable(" ".join([NONE, *left_out]))
    new = sorted(new, key=lambda one: one.position is None)  # those to be placed come last
    free = _free_rows(typed)
    filled = dict(typed)
    for index, one in zip(free, new, strict=False):
        filled |= _row(index, one, names)
    put = new[: len(free)]
    last = max(free[: len(new)], default=-1) + 1
    filled["address-count"] = [str(max(rows.count(typed, "address"), last))]
    return filled, [*_notes(put, names), *_no_room(new[len(free) :]), *left_out]


def aged(year: int | None, now: int) -> str:
    """What the year of a paper says about the addresses on it; empty where it says nothing."""
    if year is None or now - year < OLD:
        return ""
    return (
        f"This paper is from {year}: addresses of that time often fail. Look for a newer one on "
        "the authors' pages."
    )


def _content(file: "UploadedFile[bytes] | None") -> bytes:
    if file is None:
        raise Unreadable(CHOOSE)
    problem = file.problem if isinstance(file, Upload) else ""
    if problem:
        most = in_megabytes(settings.FILE_MAX_BYTES)
        raise Unreadable(AGAIN if problem == AWAY else gettext(TOO_LARGE).format(most))
    content: bytes = file.read()
    return content


def _values(typed: Typed, field: str) -> list[str]:
    return [first(typed, f"address-{i}-{field}") for i in range(rows.count(typed, "address"))]


def _free_rows(typed: Typed) -> list[int]:
    """The rows into which nothing was written, and those that may still be added."""
    fields = [_values(typed, field) for field in ("author", "email", "source", "source_url")]
    empty = [i for i, values in enumerate(zip(*fields, strict=True)) if not "".join(values).strip()]
    return [*empty, *range(rows.count(typed, "address"), rows.MOST["address"])]


def _row(index: int, one: Found, names: Sequence[str]) -> Typed:
    values = {
        "author": _author(one, names),
        "email": one.address,
        "source": _source(one),
        "proposed": "yes",
    }
    return {f"address-{index}-{name}": [value] for name, value in values.items()}


def _author(one: Found, names: Sequence[str]) -> str:
    """The author's name, or the number where several have it; empty where nobody is told."""
    if one.position is None:
        return ""
    name = names[one.position - 1]
    try:
        return name if position_of(name, names) == one.position else str(one.position)
    except ValueError:
        return str(one.position)


def _source(one: Found) -> str:
    page = "first page" if one.page == 1 else f"page {one.page}"
    printed = f", printed “{one.printed[:80]}”" if one.guessed else ""
    return f"{page} of the paper's PDF, line {one.line}{printed}"


def _notes(put: Sequence[Found], names: Sequence[str]) -> list[str]:
    """What was filled in, how each was matched, and what is to be placed by the reporter."""
    placed = [
        f"{one.address} for {names[one.position - 1]} ({one.how})"
        for one in put
        if one.position is not None
    ]
    loose = [_whose(one, names) for one in put if one.position is None]
    notes = []
    if placed:
        notes.append(gettext(FILLED).format(_few(placed)))
    if loose and not names:
        notes.append(NO_AUTHORS)
    if loose:
        notes.append(gettext(NOBODY).format(_few(loose)))
    return notes


def _whose(one: Found, names: Sequence[str]) -> str:
    if not one.among:
        return one.address
    return f"{one.address} (it may be of {' or '.join(names[i - 1] for i in one.among[:4])})"


def _no_room(rest: Sequence[Found]) -> list[str]:
    if not rest:
        return []
    return [gettext(NO_ROOM).format(rows.MOST["address"], _few([one.address for one in rest]))]


def _left_out(one: LeftOut) -> str:
    return gettext(LEFT_OUT).format(
        address=gettext("{text} (page {page}, line {line})").format(
            text=one.text, page=one.page, line=one.line
        ),
        why=gettext(one.why),
    )


def _few(words: Sequence[str]) -> str:
    more = len(words) - SHOWN
    return "; ".join(words[:SHOWN]) + (
        gettext(" and {more} more").format(more=more) if more > 0 else ""
    )
