"""Words that are stored, or that programs read, in the language of the page.

They are English wherever they are kept, in the API, in feeds and in files; a page says them in its
own language. What the catalogue does not know stays as it is.
"""

from collections.abc import Iterable

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def word(stored: object) -> str:
    """A stored word, such as a standing, an outcome or a state."""
    text = "" if stored is None else str(stored)
    return gettext(text) if text else ""


@register.filter
def words(stored: Iterable[object]) -> list[str]:
    """Several of them."""
    return [word(one) for one in stored]
