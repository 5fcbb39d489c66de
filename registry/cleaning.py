"""Text as it is stored and shown: on one line, without what no font can show. Pure."""

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def clean(text: str) -> str:
    """`text` on one line, without NUL, control characters and halves of surrogate pairs."""
    if not text.isprintable():
        text = _CONTROL.sub(" ", text)
    return " ".join(text.split())
