"""The files of the report form: what is said of those that are attached, and how to attach more."""

import re
from dataclasses import dataclass, field

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext

from reports.forms.fields import TypedForm, Words
from reports.models import Evidence, File
from reports.uploads import in_megabytes

FIELD = re.compile(r"file-([0-9]{1,18})-(kind|note|remove)")


@dataclass(frozen=True)
class Said:
    """What a posted form says of attached files, by file."""

    kinds: dict[int, str] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)
    removed: list[int] = field(default_factory=list)


def said_in(posted: QueryDict) -> Said:
    """What the form says of the files that it shows."""
    said = Said()
    for name in posted:
        value, match = posted.get(name, ""), FIELD.fullmatch(name)
        if match is None:
            continue
        file_id = int(match[1])
        if match[2] == "kind":
            said.kinds[file_id] = value
        elif match[2] == "note":
            said.notes[file_id] = value.replace("\0", "")
        else:
            said.removed.append(file_id)
    return said


class FileForm(TypedForm):
    """What is said of one file. It is kept in the row of the file, and not in the form as typed."""

    kind = forms.ChoiceField(label="Kind", choices=Evidence.Kind.choices)
    note = Words("What it shows", most=300)
    remove = forms.BooleanField(label="Remove this file", required=False)

    def __init__(self, file: File, *, asked: bool) -> None:
        self.file = file
        prefix = f"file-{file.pk}"
        data = {f"{prefix}-kind": file.kind, f"{prefix}-note": file.note}
        super().__init__(data, asked=asked, prefix=prefix)


def limits() -> str:
    """What may be attached, in a sentence."""
    return gettext(
        "At most {files_max} files of {file_max_bytes}, {files_max_bytes} together."
    ).format(
        files_max=settings.FILES_MAX,
        file_max_bytes=in_megabytes(settings.FILE_MAX_BYTES),
        files_max_bytes=in_megabytes(settings.FILES_MAX_BYTES),
    )
