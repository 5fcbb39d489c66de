"""The forms that the roles send."""

from typing import Any
from uuid import uuid4

from reports import drafts, files
from tests.permissions.world import World
from tests.reports.states import Life


def body(page: str, role: str, life: Life, world: World) -> dict[str, Any]:
    """A form that asks for a change."""
    match page:
        case "registry:check" | "registry:api_check":
            return {"text": life.doi}
        case "reports:new" | "reports:edit":
            return life.typed() | {"summary": "Other words.", "do": "save"}
        case "reports:preview":
            attached = files.as_typed(life.report.files.all())
            return {"seen": drafts.fingerprint(life.stored | attached)}
        case "reports:dispute" | "reports:withdraw":
            return {"text": "Something else."}
        case "reports:add":
            return {"text": "A new run.", "form_key": str(uuid4())}
        case "moderation:report":
            return {"do": "remove", "reason": "It names a person.", "no_conflict": "on"}
        case "moderation:paper":
            paper = life.report.paper_id  # into itself
            return {"do": "merge", "other": f"paper {paper}", "reason": "One work."}
        case "moderation:appeal":
            return {"verdict": "refuse", "reason": "It stands.", "no_conflict": "on"}
        case "appeal":
            return {
                "kind": "appeal", "named": f"report {life.report_id}", "text": "It is wrong.",
                "name": "Ada", "email": "ada@uni.example",
            }  # fmt: skip
        case "paper_author":
            return {"position": "0", "name": "Ada", "email": "ada@uni.example", "text": "See."}
        case "watch:list" | "watch:search" | "watch:paper":
            return {"email": "vera@readers.example", "rhythm": "weekly", "language": "en"}
        case "moderation_mail:incoming":
            return {"do": "discard", "reason": "Spam."}
        case "answer":
            return {
                "token": world.token(role, life), "do": "answer", "kind": "explains",
                "text": "See the code.", "name": "Ada", "form_key": str(uuid4()),
            }  # fmt: skip
        case "language":
            return {"language": "zh-hans", "next": "/"}
        case "account_login":
            return {"email": "new@readers.example"}
        case "account_me":
            return {"name": "N", "affiliation": "", "orcid": "", "language": "en"}
        case "account_erase":
            person = world.people.get(role)
            return {"published": "keep", "email": person.email if person else ""}
    return {}
