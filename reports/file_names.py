"""Names of files: as shown, and as safe to save under. Pure."""

import re
import unicodedata

from reports.text import plain

LONGEST = 150
"""Characters of the name under which a file is saved."""
_UNSAFE = re.compile(r"[^\w.()+=@ -]")


def shown_name(given: str) -> str:
    """The name as given, on one line, without what cannot be seen; never empty."""
    name = " ".join(plain(given).split())
    kept = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cn", "Co", "Cs"))
    return kept.strip()[:255] or "file"


def saved_name(name: str, media_type: str) -> str:
    """A name that every system can save, safe in addresses and headers: no path, quote, first dot.

    Images and PDFs end as what they are; everything else that a system might start ends in .txt.
    """
    name = re.sub(r"\s+", " ", _UNSAFE.sub("_", unicodedata.normalize("NFC", name)))
    name = name.strip(" .") or "file"
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem:
        stem, ending = name, ""
    ending = ending[:10].strip()
    wanted = _ENDINGS.get(media_type, ())
    if wanted and ending.lower() not in wanted:
        stem, ending = (f"{stem}.{ending}" if ending else stem), wanted[0]
    elif not wanted and ending.lower() not in _TEXT_ENDINGS:
        stem, ending = (f"{stem}.{ending}" if ending else stem), "txt"
    return f"{stem[:LONGEST].strip()}.{ending}"


_ENDINGS = {
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "application/pdf": ("pdf",),
    "application/x-ipynb+json": ("ipynb", "json"),
}
_TEXT_ENDINGS = frozenset(
    [
        *("txt", "log", "out", "err", "csv", "tsv", "json", "jsonl", "yaml", "yml", "toml", "ini"),
        *("cfg", "conf", "lock", "py", "r", "rmd", "jl", "m", "c", "h", "cpp", "java", "sh", "sql"),
        *("md", "rst", "tex", "bib", "diff", "patch", "xml"),
    ]
)
