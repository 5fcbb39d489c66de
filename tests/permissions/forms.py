"""The forms that the roles send."""

from typing import Any
from uuid import uuid4

from reports import drafts
from tests.permissions.world import World
from tests.reports.states import Life


def body(page: str, role: str, life: Life, world: World) -> dict[str, Any]:
    """A form that asks for a change."""
    match page:
        case "reports:new" | "reports:edit":
            return life.typed() | {"summary": "Other words.", "do": "save"}
        case "reports:preview":
            return {"seen": drafts.fingerprint(life.stored)}
        case "reports:dispute" | "reports:withdraw":
            return {"text": "Something else."}
        case "moderation:report":
            return {"do": "remove", "reason": "It names a person."}
        case "moderation_mail:incoming":
            return {"do": "discard", "reason": "Spam."}
        case "answer":
            return {
                "token": world.token(role, life), "do": "answer", "kind": "explains",
                "text": "See the code.", "name": "Ada", "form_key": str(uuid4()),
            }  # fmt: skip
        case "account_login":
            return {"email": "new@readers.example"}
        case "account_me":
            return {"name": "N", "affiliation": "", "orcid": "", "language": "en"}
        case "account_erase":
            person = world.people.get(role)
            return {"published": "keep", "email": person.email if person else ""}
    return {}
