"""The formats of tagged lines, as their makers describe them. Pure.

RIS (Research Information Systems, 2011), MEDLINE/PubMed (nlm.nih.gov/bsd/mms/medlineelements.html),
Refer (refer(1)) with EndNote's further tags, Web of Science (its field tags), RefWorks, Ovid, and
what a few databases of libraries give.
"""

import re

from registry.bibliography.shaping import BOOKS
from registry.bibliography.tagged import Grammar


def _tags(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _roles(**roles: str) -> dict[str, tuple[str, ...]]:
    return {role: tuple(tags.split()) for role, tags in roles.items()}


RIS = Grammar(
    name="RIS",
    sign=re.compile(r"^[ \t]{0,4}TY {0,3}- ?[A-Z]", re.M),
    line=re.compile(r" {0,4}(?P<tag>[A-Z][A-Z0-9]) {1,3}-(?: (?P<value>.*)|$)"),
    start=_tags("TY"),
    end=_tags("ER"),
    roles=_roles(
        kind="TY", title="TI T1 CT BT", authors="AU A1", year="PY Y1 DA Y2 YR",
        venue="JF JO T2 JA J2 J1 BT CY", doi="DO DI", url="UR L1 L2 L3 LK", isbn="SN",
        key="ID", abstract="AB N2", prose="M1 M3 AN C7 N1 JO JF VL SP U1", pmid="U1 C2",
    ),
)  # fmt: skip
MEDLINE = Grammar(
    name="PubMed (nbib)",
    sign=re.compile(
        r"^(?:PMID ?- ?\d|OWN ?- |TI  - .*\n(?:.*\n){0,10}?(?:F?AU|PT|AB|DP) {1,2}- )", re.M
    ),
    line=re.compile(r"(?P<tag>[A-Z][A-Z0-9]{1,3}) {0,2}-(?: ?(?P<value>.*))$"),
    start=_tags("PMID"),
    blank_ends=True,
    roles=_roles(
        kind="PT", title="TI BTI CTI TT", authors="FAU AU CN", year="DP DEP YR PHST",
        venue="JT TA BTI SO", doi="LID AID DOI", pmid="PMID", isbn="ISBN", key="PMID",
        abstract="AB", prose="SO",
    ),
)  # fmt: skip
REFER = Grammar(
    name="EndNote (Refer)",
    sign=re.compile(r"^%0 \S|^%[ATDBJ] \S.*\n(?:%.*\n){0,30}?%[TA] \S", re.M),
    line=re.compile(r"%(?P<tag>[A-Za-z0-9@!~$&^#(*+<>?=\[\]\\:;',./|-])(?:[ \t]+(?P<value>.*)|$)"),
    start=_tags("0"),
    blank_ends=True,
    roles=_roles(
        kind="0", title="T !", authors="A", year="D 8", venue="J B S", doi="R", url="U > R",
        isbn="@", key="F M", abstract="X", prose="R Z O M",
    ),
)  # fmt: skip
WEB_OF_SCIENCE = Grammar(
    name="Web of Science",
    sign=re.compile(r"^(?:FN (?:ISI|Thomson|Clarivate)|PT [JBSPC][ \t]*$)", re.M),
    line=re.compile(r"(?P<tag>[A-Z][A-Z0-9])(?: (?P<value>.*)|$)"),
    start=_tags("PT"),
    end=_tags("ER EF"),
    ignored=_tags("FN VR"),
    lists=_tags("AU AF BA BF"),
    roles=_roles(
        kind="PT", title="TI", authors="AF AU BF BA CA", year="PY PD EA", venue="SO JI J9 SE",
        doi="DI D2", pmid="PM", isbn="BN", key="UT", abstract="AB", prose="AR", url="LK",
    ),
    isbn_kinds=BOOKS | {"b"},
)  # fmt: skip
REFWORKS = Grammar(
    name="RefWorks",
    sign=re.compile(r"^RT [A-Z][a-z]+.*\n(?:[A-Z][A-Z0-9] .*\n){1,30}(?:T1|A1) ", re.M),
    line=re.compile(r"(?P<tag>[A-Z][A-Z0-9]|PMID|PMCID) (?P<value>.*)$"),
    start=_tags("RT"),
    roles=_roles(
        kind="RT", title="T1", authors="A1", year="YR FD", venue="JF JO T2", doi="DO", url="UL LK",
        isbn="SN", key="ID", abstract="AB", pmid="PMID", prose="AN",
    ),
    isbn_kinds=BOOKS | {"book, whole", "book, edited", "conference proceedings"},
)  # fmt: skip
OVID = Grammar(
    name="Ovid",
    sign=re.compile(r"^<\d+\. ?>[ \t]*\n[A-Z][A-Z0-9] {2}- ", re.M),
    line=re.compile(r"(?P<tag>[A-Z][A-Z0-9]) {2}- ?(?P<value>.*)$"),
    between=re.compile(r"<\d+\. ?>\s*$"),
    roles=_roles(
        kind="PT DT", title="TI", authors="AU FA", year="YR DP PY SO BT", venue="JN JT BT SO",
        doi="DO DI", pmid="PM", url="UR", key="AN UI", abstract="AB",
    ),
    isbn_kinds=frozenset(),
)  # fmt: skip
OVID_NAMES = Grammar(
    name="Ovid",
    sign=re.compile(
        r"^(?:Title|Authors?)[ \t]*\n[ \t]+\S.*\n(?:.*\n){0,40}?Source[ \t]*\n[ \t]", re.M
    ),
    line=re.compile(r"(?P<tag>[A-Z][A-Za-z()/ -]{1,40}?)(?P<value>)\.?[ \t]*$"),
    between=re.compile(r"<\d+>\s*$"),
    roles=_roles(
        title="Title", authors="Author Authors", year="Year Source", venue="Source",
        doi="DOI_Number DOI", abstract="Abstract", key="Accession_Number",
    ),
    isbn_kinds=frozenset(),
)  # fmt: skip
INSPEC = Grammar(
    name="Inspec",
    sign=re.compile(r"^(?:TI|AU) ~ \S", re.M),
    line=re.compile(r"(?P<tag>[A-Z]{2}) ~ (?P<value>.*)$"),
    between=re.compile(r"Record.*INSPEC"),
    roles=_roles(
        kind="RT", title="TI", authors="AU", year="PY SO", venue="SO", key="ID", abstract="AB",
        doi="DO",
    ),
)  # fmt: skip
SILVERPLATTER = Grammar(
    name="SilverPlatter",
    sign=re.compile(r"^TI:  ?\S.*\n(?:.*\n){0,12}?(?:AU|SO): ", re.M),
    line=re.compile(r"(?P<tag>[A-Z]{2,4}): +(?P<value>.*)$"),
    between=re.compile(r"Record \d+ of \d+"),
    blank_ends=True,
    roles=_roles(
        kind="DT PT", title="TI", authors="AU", year="PY SO", venue="SO", key="AN", abstract="AB",
        doi="DO",
    ),
)  # fmt: skip
COPAC = Grammar(
    name="Copac",
    sign=re.compile(r"^TI- \S.*\n(?:.*\n){0,12}?(?:AU|PU|PY)- ", re.M),
    line=re.compile(r"(?P<tag>[A-Z]{2})- (?P<value>.*)$"),
    blank_ends=True,
    roles=_roles(title="TI", authors="AU", year="PY", venue="SE", isbn="IS", abstract="AB"),
    isbn_kinds=frozenset({""}),  # a catalogue of books
)
BIBLIOSCAPE = Grammar(
    name="Biblioscape",
    sign=re.compile(r"^--(?:AU|TI|RT)-- ", re.M),
    line=re.compile(r"--(?P<tag>[A-Z0-9]{2})-- ?(?P<value>.*)$"),
    between=re.compile(r"-{6}\s*$"),
    roles=_roles(
        kind="RT", title="TI", authors="AU", year="YP", venue="ST", url="AT WL", abstract="AB",
        doi="DO",
    ),
)  # fmt: skip
GRAMMARS = (
    RIS, MEDLINE, WEB_OF_SCIENCE, REFER, REFWORKS, OVID, OVID_NAMES, INSPEC, SILVERPLATTER, COPAC,
    BIBLIOSCAPE,
)  # fmt: skip
"""In the order in which they are tried: the sign of each is not that of one before it."""
