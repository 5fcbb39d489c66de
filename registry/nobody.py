"""Addresses that no author reads, to which nothing is ever sent. Pure.

Whoever is refused here loses the chance to answer, so only what is surely no person is: what calls
itself no-reply, in the languages that do so; the robots of mail servers and lists; and the roles
that RFC 2142 gives to a whole site. A laboratory's `info@` or `office@` may be where an author
reads.
"""

import re

_NO_REPLY = (
    r"no-?reply", r"do-?not-?reply", r"dont-?reply", r"not?-?answer",
    r"do-?not-?(?:answer|respond)", r"no-?response", r"(?:reply-?)?not-?monitored", r"unmonitored",
    r"nicht-?(?:be)?antworten", r"keine-?antwort(?:en)?",  # German
    r"ne-?pas-?re?pondre", r"pas-?de-?reponse", r"sans-?reponse",  # French
    r"no-?respond(?:er|a|as|ais)", r"no-?contest(?:ar|e|es)", r"sin-?respuesta",  # Spanish
    r"nao-?respond(?:a|er)", r"sem-?resposta",  # Portuguese
    r"non-?rispond(?:ere|ete)", r"nessuna-?risposta",  # Italian
    r"niet-?(?:be)?antwoorden", r"geen-?antwoord",  # Dutch
    r"svara-?(?:ej|inte)", r"inte-?svara", r"svar-?ikke", r"ikke-?svar", r"ala-?vastaa",  # Nordic
    r"nie-?odpowiadaj", r"neodpovid(?:at|ej|ejte)", r"neodpovedat", r"ne-?valaszolj(?:on)?",
    r"nu-?raspunde(?:ti)?", r"ne-?otvech(?:at|ay|aite|ajte)", r"yanitlama(?:yin|yiniz)?",
    r"henshin-?(?:fuyo|fuka)", r"wu-?xu-?hui-?fu", r"qing-?wu-?hui-?fu",
)  # fmt: skip
_ROBOTS = (
    r"mailer-?daemon", r"mail-?daemon", r"post-?master", r"nobody", r"dev-?null",
    r"auto-?(?:reply|responder|mailer)",
)  # fmt: skip
_WORDS = "|".join((*_NO_REPLY, *_ROBOTS)).replace("-?", "[-_.]{0,2}")
_ANYWHERE = re.compile(rf"(?:^|[-_.+=])(?:{_WORDS})\d*(?:[-_.+=]|$)", re.IGNORECASE)
"""As words of the local part, whatever stands beside them."""
_ALONE = re.compile(
    r"(?:abuse|hostmaster|web-?master|security|root|daemon|usenet|uucp|undisclosed-recipients"
    r"|listserv|majordomo|mailman|bounces?\d*(?:[-_.=].*)?|.+-(?:bounces|request|(?:un)?subscribe)"
    r"|owner-.+)(?:\+.*)?",
    re.IGNORECASE,
)
"""As the whole local part: in the middle of one they may be a name."""


def nobody_reads(address: str) -> bool:
    """Whether `address` is a robot's, or of a whole site, by its spelling."""
    local, _, domain = address.strip().rpartition("@")
    labels = {label.replace("-", "") for label in domain.lower().split(".")}
    return bool(
        _ANYWHERE.search(local) or _ALONE.fullmatch(local) or labels & {"noreply", "donotreply"}
    )
