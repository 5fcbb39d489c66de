"""Looking for words in the whole database, wherever somebody may have put a copy."""

from django.apps import apps

ROOMS = ("accounts", "registry", "reports", "notifications", "admin", "account")


def places_of(*words: str) -> set[str]:
    """The columns that hold one of `words` somewhere, as `table.column`; spelling folded."""
    wanted = [word.casefold() for word in words]
    return {
        f"{model._meta.label_lower}.{column}"
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        for row in model._default_manager.values()
        for column, value in row.items()
        if any(word in _text(value).casefold() for word in wanted)
    }


def _text(value: object) -> str:
    if isinstance(value, memoryview | bytes):
        return bytes(value).decode(errors="replace")
    return str(value)
